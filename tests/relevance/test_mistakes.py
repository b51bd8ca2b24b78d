"""Typing mistakes over content/: what the page of a mistyped query keeps, and that clean queries are left alone."""

import random

import pytest

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Post
from tests.benchmarks.queries import cut_queries
from tests.corpora import CHECKOUT
from tests.engines.reference import distance
from tests.reading import posts_of
from tests.relevance.mistakes import KINDS, changed, kept, mistype, searcher_over


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return list(posts_of(CHECKOUT / "content"))


@pytest.fixture(scope="module")
def searcher(posts: list[Post]) -> Searcher:
    return searcher_over(posts)


def test_mistyped_queries_keep_their_post_in_the_top_ten(searcher: Searcher, posts: list[Post]) -> None:
    found = kept(searcher, posts, 100, seed=1)
    assert found.kept.total() >= 85, found.lost
    assert found.proposed.total() >= 85


def test_clean_queries_keep_their_order(searcher: Searcher, posts: list[Post]) -> None:
    assert changed(searcher, cut_queries([post.title for post in posts], 200, seed=1)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_is_one_edit_at_most(kind: str) -> None:
    random_ = random.Random(1)
    assert {distance("cartilage", mistype(random_, "cartilage", kind)) for _ in range(50)} <= {0, 1}
