"""The judged queries over content/: each one's own expectations, and a mean that may not fall."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from search.config import Ranking, Settings
from search.configvalues import pins, synonyms
from search.engines.whoosh.engine import WhooshEngine
from search.indexing import run
from search.models import Answer, PrefixMatch, SearchRequest, Sort, TagsMatch
from search.query.pins import Pins
from search.query.synonyms import Synonyms
from tests.corpora import CHECKOUT
from tests.relevance.judged import Judged, Outcome, scores
from tests.relevance.metrics import reciprocal_rank


@dataclass(frozen=True, slots=True)
class Expectation:
    """One entry of content.toml, which says what its parts mean."""

    query: str
    relevant: list[str]
    only: bool = False
    without: tuple[str, ...] = ()
    prefix: str = "none"
    tags: tuple[str, ...] = ()
    tags_match: str = "any"
    sort: str = "relevance"
    synonyms: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    half_life: float = 0
    boosts: Mapping[str, float] = field(default_factory=dict)
    relaxed: bool | None = None
    dropped: list[str] | None = None
    did_you_mean: str | None = None
    total: int | None = None
    tag_counts: Mapping[str, int] = field(default_factory=dict)
    marked: tuple[str, ...] = ()
    first: bool = False

    @property
    def request(self) -> SearchRequest:
        return SearchRequest(
            self.query,
            tags=tuple(self.tags),
            tags_match=TagsMatch(self.tags_match),
            prefix=PrefixMatch(self.prefix),
            sort=Sort(self.sort),
        )


GOLDEN = tomllib.loads((Path(__file__).parent / "content.toml").read_text(encoding="utf-8"))
EXPECTATIONS = [Expectation(**entry) for entry in GOLDEN["judged"]]

Ask = Callable[[Expectation], Answer]

each = pytest.mark.parametrize("expected", EXPECTATIONS, ids=lambda one: one.query or "(nothing)")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    indexes: dict[str, Path] = {}

    def index_with(boosts: Mapping[str, float]) -> Path:
        content, index = (tmp_path_factory.mktemp(name) for name in ("content", "index"))
        for path in (CHECKOUT / "content").glob("*.md"):
            text = path.read_text(encoding="utf-8")
            if path.stem in boosts:
                text = text.replace("---\n", f"---\nboost: {boosts[path.stem]}\n", 1)
            (content / path.name).write_text(text, encoding="utf-8")
        run(Settings(content=content, index=index), full=True)
        return index

    def answer(one: Expectation) -> Answer:
        ranking = Ranking(half_life=one.half_life)
        if repr(one.boosts) not in indexes:
            indexes[repr(one.boosts)] = index_with(one.boosts)
        index = indexes[repr(one.boosts)]
        engine = WhooshEngine(index, Synonyms(synonyms(one.synonyms)), Pins(pins(one.pins)), ranking)
        return engine.open().search(one.request)

    return answer


def found_by(ask: Ask, one: Expectation) -> list[str]:
    return [hit.id for hit in ask(one).hits]


def test_the_mean_reciprocal_rank_stays_above_the_stored_one(ask: Ask) -> None:
    judged = [one for one in EXPECTATIONS if one.relevant]
    found = [Outcome(Judged(one.query, tuple(one.relevant), "content"), tuple(found_by(ask, one))) for one in judged]
    late = [
        f"{one.judged.query!r}: {one.ranked[:3]}"
        for one in found
        if reciprocal_rank(one.ranked, one.judged.relevant) < 1
    ]
    assert scores(found).mrr >= GOLDEN["mrr"], "\n".join(late)


@each
def test_what_is_relevant_is_found_and_nothing_that_the_query_rules_out(ask: Ask, expected: Expectation) -> None:
    found = found_by(ask, expected)
    assert set(expected.relevant) <= set(found)
    assert not set(found) & set(expected.without)
    if expected.only:
        assert set(found) == set(expected.relevant)
    if expected.first:
        assert found[0] == expected.relevant[0]


@each
def test_the_answer_says_what_was_done_with_the_query(ask: Ask, expected: Expectation) -> None:
    answer = ask(expected)
    told = {
        "relaxed": answer.relaxed,
        "dropped": list(answer.dropped),
        "did_you_mean": answer.did_you_mean or "",
        "total": answer.total,
    }
    wanted = {name: getattr(expected, name) for name in told if getattr(expected, name) is not None}
    assert {name: told[name] for name in wanted} == wanted
    counts = {value.value: value.count for value in answer.facets.tags}
    assert {tag: counts[tag] for tag in expected.tag_counts} == expected.tag_counts
    if expected.marked:
        shown = answer.hits[0].title_html + answer.hits[0].snippet_html
        assert set(expected.marked) <= set(re.findall("<mark>(.*?)</mark>", shown))


def test_the_golden_file_judges_posts_that_exist_and_no_query_twice() -> None:
    posts = {path.stem for path in (CHECKOUT / "content").glob("*.md")}
    assert {name for one in EXPECTATIONS for name in (*one.relevant, *one.without)} <= posts
    asked = [(one.request, one.synonyms, one.pins, one.half_life, one.boosts) for one in EXPECTATIONS]
    assert len(asked) == len(set(map(repr, asked))) >= 40
