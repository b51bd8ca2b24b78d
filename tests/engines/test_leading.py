"""What stands before everything else: pinned posts, then posts whose title is the query."""

from datetime import date

import pytest

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Pin, SearchRequest, Sort
from search.query.pins import Pins
from tests.engines.samples import make_post, segment_of

BLOG = (
    make_post("guide", "Micro-purchases", "One word on buying."),
    make_post("often", "On the micro-purchase", "micro-purchases " * 50, tags=["micro-purchases"], boost=5),
    make_post("longer", "Micro-purchases and more", "micro-purchases " * 50),
    make_post("other", "Something else", "Nothing of the kind.", day=date(2020, 1, 1)),
    make_post("last", "The end", "Nothing at all.", tags=["ends"]),
)
SPREAD = [segment_of(BLOG[:2]), segment_of(BLOG[2:])]


def ids(query: str, *pins: Pin, **rest: object) -> list[str]:
    searcher = Searcher(SPREAD, pins=Pins(pins))
    return [hit.id for hit in searcher.search(SearchRequest(query, **rest)).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["micro-purchases", "Micro purchases", "MICRO-PURCHASES!"])
def test_a_title_that_is_the_query_comes_first(query: str) -> None:
    assert ids(query)[0] == "guide"
    assert ids("micro-purchase")[0] == "often"


def test_it_must_match_all_the_same() -> None:
    assert "guide" not in ids("micro-purchases -buying")
    assert ids("micro-purchases", sort=Sort.OLDEST) != ids("micro-purchases")


def test_equal_titles_are_ordered_by_the_rest() -> None:
    posts = (make_post("a", "Same title", "x " * 500), make_post("b", "Same title", "same title"), *BLOG)
    found = Searcher([segment_of(posts)]).search(SearchRequest("same title")).hits
    assert [hit.id for hit in found[:2]] == ["b", "a"]


def test_pinned_posts_come_first_in_their_order_whether_they_match_or_not() -> None:
    found = ids("micro-purchases", Pin("Micro purchases", ("last", "longer", "other")))
    assert found[:4] == ["last", "longer", "other", "guide"]
    assert len(found) == len(set(found)) == 5


def test_pins_hold_for_their_query_only_and_for_relevance_only() -> None:
    pin = Pin("micro-purchases", ("other",))
    assert "other" not in ids("micro-purchases lessons", pin)
    assert ids("micro-purchases", pin, sort=Sort.NEWEST)[0] == "other"  # the only one with a date
    assert ids("micro-purchases", Pin("micro-purchases", ("last",)), sort=Sort.NEWEST)[0] != "last"


def test_a_query_without_any_hit_shows_its_pins() -> None:
    assert ids("unheard", Pin("unheard", ("last",))) == ["last"]


def test_filters_hold_for_pinned_posts_and_facets_count_them() -> None:
    searcher = Searcher(SPREAD, pins=Pins([Pin("micro-purchases", ("other", "last"))]))
    answer = searcher.search(SearchRequest("micro-purchases", tags=("ends",)))
    assert [hit.id for hit in answer.hits] == ["last"]
    assert ("ends", 1) in [(value.value, value.count) for value in answer.facets.tags]


def test_a_pin_of_no_post_is_passed_over() -> None:
    assert ids("micro-purchases", Pin("micro-purchases", ("gone", "last"))) == [
        "last",
        *ids("micro-purchases"),
    ]


def test_what_leads_is_explained() -> None:
    searcher = Searcher(SPREAD, pins=Pins([Pin("micro-purchases", ("last",))]))
    hits = searcher.search(SearchRequest("micro-purchases", explain=True)).hits
    leads = [hit.explain["first"] for hit in hits if hit.explain]
    assert [lead["why"] for lead in leads if isinstance(lead, dict)] == ["pinned", "title"]
    assert leads[2] is None
