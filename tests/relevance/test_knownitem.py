"""Queries taken out of posts, and that the sample posts are found by them."""

import pytest

from search.models import Post, SearchRequest
from tests.corpora import CHECKOUT
from tests.engines.samples import searcher_of
from tests.reading import posts_of
from tests.relevance.judged import Judged, outcomes, scores
from tests.relevance.knownitem import cuts, known_items, words_of


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    return list(posts_of(CHECKOUT / "content"))


@pytest.fixture(scope="module")
def asked(posts: list[Post]) -> list[Judged]:
    return known_items(posts, seed=1)


def test_every_kind_is_taken_from_most_posts_and_at_most_as_often_as_is_asked(posts: list[Post]) -> None:
    few = known_items(posts, seed=1, most=5)
    assert {kind: sum(one.kind == kind for one in few) for kind in cuts(posts)} == dict.fromkeys(cuts(posts), 5)


def test_the_words_of_a_query_are_those_of_its_post(posts: list[Post], asked: list[Judged]) -> None:
    texts = {post.id: set(words_of(f"{post.title} {post.description} {post.body}")) for post in posts}
    assert all(set(one.query.split()) <= texts[one.relevant[0]] for one in asked)


def test_the_same_posts_and_seed_give_the_same_queries(posts: list[Post], asked: list[Judged]) -> None:
    assert known_items(posts, seed=1) == asked != known_items(posts, seed=2)


def test_half_remembered_posts_are_found(posts: list[Post], asked: list[Judged]) -> None:
    searcher = searcher_of(*posts)
    found = scores(outcomes(lambda query: [hit.id for hit in searcher.search(SearchRequest(query)).hits], asked))
    assert found.success == 1
    # 0.935 where a word next to its neighbour says little, 0.916 where one that a post lacks is no matter either
    assert found.ndcg >= 0.95
