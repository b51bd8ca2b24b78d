"""The judged queries over content/: each one's own expectations, and a mean that may not fall."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.corpora import CHECKOUT
from tests.relevance.judged import Judged, Search, outcomes, scores
from tests.relevance.metrics import reciprocal_rank
from tests.relevance.ours import index_of


@dataclass(frozen=True, slots=True)
class Expectation:
    """One entry of content.toml."""

    query: str
    relevant: list[str]
    only: bool = False
    without: tuple[str, ...] = ()


GOLDEN = tomllib.loads((Path(__file__).parent / "content.toml").read_text(encoding="utf-8"))
EXPECTATIONS = [Expectation(**entry) for entry in GOLDEN["judged"]]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    with index_of(CHECKOUT / "content", tmp_path_factory.mktemp("index")) as found:
        yield found


def test_the_mean_reciprocal_rank_stays_above_the_stored_one(search: Search) -> None:
    judged = [Judged(each.query, tuple(each.relevant), "content") for each in EXPECTATIONS if each.relevant]
    found = outcomes(search, judged)
    late = [
        f"{each.judged.query!r}: {each.ranked[:3]}"
        for each in found
        if reciprocal_rank(each.ranked, each.judged.relevant) < 1
    ]
    assert scores(found).mrr >= GOLDEN["mrr"], "\n".join(late)


@pytest.mark.parametrize(
    "expected", [each for each in EXPECTATIONS if each.only or each.without], ids=lambda each: each.query or "(nothing)"
)
def test_nothing_is_found_that_the_query_rules_out(search: Search, expected: Expectation) -> None:
    found = set(search(expected.query))
    assert not found & set(expected.without)
    if expected.only:
        assert found == set(expected.relevant)


def test_every_relevant_post_is_found_at_all(search: Search) -> None:
    lost = {
        each.query: sorted(set(each.relevant) - set(search(each.query)))
        for each in EXPECTATIONS
        if not set(each.relevant) <= set(search(each.query))
    }
    assert lost == {}


def test_the_golden_file_judges_posts_that_exist_and_no_query_twice() -> None:
    posts = {path.stem for path in (CHECKOUT / "content").glob("*.md")}
    assert {name for each in EXPECTATIONS for name in (*each.relevant, *each.without)} <= posts
    queries = [each.query for each in EXPECTATIONS]
    assert len(queries) == len(set(queries)) >= 40
