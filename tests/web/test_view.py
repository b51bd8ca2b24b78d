"""What the search page shows: each link leads to the same search with one thing changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.config import SiteSettings
from search.models import (
    Answer,
    Facets,
    FacetValue,
    Hit,
    PrefixMatch,
    SearchRequest,
    SectionLink,
    Sort,
    TagCount,
    TagsMatch,
)
from search.query.params import request_from
from search.web.view import FACETS_SHOWN, View, feed_address, for_page, page_address, page_numbers, post_href

SITE = SiteSettings(url="https://blog.example/", title="Cells")
ASKED = SearchRequest(
    "stem & cell",
    tags=("Knee", "a/b"),
    tags_match=TagsMatch.ALL,
    years=(2021, 2022),
    since=date(2021, 1, 2),
    until=date(2022, 3, 4),
    lang="de",
    sort=Sort.OLDEST,
    page=3,
    per_page=7,
)
HIT = Hit(
    id="a",
    url="/a/",
    title="A <b>",
    title_html="<mark>A</mark> &lt;b&gt;",
    description="",
    snippet_html="one &amp; <mark>two</mark>",
    section=SectionLink("Part", "/a/#part"),
    tags=("knee", "hip"),
    date=date(2021, 5, 6),
    image=None,
    score=1.0,
)


def answer(
    query: str = "", total: int = 0, pages: int = 0, hits: Sequence[Hit] = (), facets: Facets | None = None
) -> Answer:
    return Answer(query, total, 1, pages, 10, None, False, (), None, (), tuple(hits), facets or Facets((), ()))


def view(request: SearchRequest, **found: object) -> View:
    return View(request, answer(request.query, **found), [], SITE, "/below")  # type: ignore[arg-type]


def request_at(address: str) -> SearchRequest:
    """The request that a link of the page asks for."""
    parts = urlsplit(address)
    assert parts.path == "/below/"
    return request_from(parse_qs(parts.query, keep_blank_values=True))


def test_a_link_keeps_all_of_the_search_and_leads_to_its_first_page() -> None:
    assert request_at(view(ASKED).href()) == replace(ASKED, page=1)
    assert request_at(view(ASKED).href(page=2)) == replace(ASKED, page=2)
    assert request_at(view(ASKED).href(query="other")) == replace(ASKED, query="other", page=1)


def test_filters_are_taken_back_one_by_one_or_all_at_once() -> None:
    first = replace(ASKED, page=1)
    assert [(one.label, request_at(one.href)) for one in view(ASKED).filters] == [
        ("Knee", replace(first, tags=("a/b",))),
        ("a/b", replace(first, tags=("Knee",))),
        ("2021", replace(first, years=(2022,))),
        ("2022", replace(first, years=(2021,))),
        ("from 2 January 2021", replace(first, since=None)),
        ("until 4 March 2022", replace(first, until=None)),
        ("language: de", replace(first, lang=None)),
    ]
    assert request_at(view(ASKED).unfiltered) == SearchRequest("stem & cell", sort=Sort.OLDEST)


def test_a_tag_that_is_chosen_in_another_spelling_is_taken_back() -> None:
    tags = (FacetValue("knee", 2, True), FacetValue("hip", 1, False))
    (group,) = view(ASKED, total=2, facets=Facets(tags, ())).facets
    knee, hip = group.shown
    assert knee.chosen
    assert request_at(knee.href).tags == ("a/b",)
    assert not hip.chosen
    assert request_at(hip.href).tags == ("Knee", "a/b", "hip")


def test_years_are_chosen_and_taken_back() -> None:
    years = (FacetValue("2023", 1, False), FacetValue("2022", 4, True))
    (group,) = view(ASKED, total=2, facets=Facets((), years)).facets
    assert [request_at(one.href).years for one in group.shown] == [(2021, 2022, 2023), (2021,)]


def test_of_a_long_facet_the_most_frequent_and_the_chosen_values_show_at_once() -> None:
    count = FACETS_SHOWN + 3
    tags = tuple(FacetValue(f"t{number}", 9, number == count - 1) for number in range(count))
    (group,) = view(SearchRequest(""), total=9, facets=Facets(tags, ())).facets
    assert [one.label for one in group.shown] == [f"t{number}" for number in (*range(FACETS_SHOWN), count - 1)]
    assert [one.label for one in group.more] == [f"t{FACETS_SHOWN}", f"t{FACETS_SHOWN + 1}"]


def test_a_value_is_added_to_all_of_the_search() -> None:
    facets = Facets((FacetValue("a&b=c #ü", 1, False),), (FacetValue("2023", 1, False),))
    tags, years = view(ASKED, total=2, facets=facets).facets
    assert request_at(tags.shown[0].href) == replace(ASKED, tags=("Knee", "a/b", "a&b=c #ü"), page=1)
    assert request_at(years.shown[0].href) == replace(ASKED, years=(2021, 2022, 2023), page=1)


def test_however_many_values_there_are_the_search_is_written_down_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[SearchRequest] = []

    def write(_: str, request: SearchRequest) -> str:
        written.append(request)
        return "/"

    monkeypatch.setattr("search.web.view.page_address", write)
    tags = tuple(FacetValue(f"t{number}", 1, False) for number in range(100))
    shown = view(ASKED, total=1, hits=[HIT], facets=Facets(tags, tags[:0]))
    assert len(shown.facets[0].more) == 100 - FACETS_SHOWN
    assert [len(found.tags) for found in shown.found] == [1]
    assert shown.facets is shown.facets
    assert written == [replace(ASKED, page=1)]


def test_what_is_chosen_and_has_no_posts_is_no_facet_value() -> None:
    found = view(ASKED, facets=Facets((FacetValue("Knee", 0, True),), (FacetValue("2021", 0, True),)))
    assert found.facets == []
    assert "Knee" in [one.label for one in found.filters]


@pytest.mark.parametrize(
    ("query", "sort", "shown"),
    [
        ("x", Sort.RELEVANCE, {"Relevance": True, "Newest": False, "Oldest": False}),
        ("x", Sort.OLDEST, {"Relevance": False, "Newest": False, "Oldest": True}),
        ("", Sort.RELEVANCE, {"Newest": True, "Oldest": False}),
        ("", Sort.OLDEST, {"Newest": False, "Oldest": True}),
    ],
)
def test_the_orders_that_differ_can_be_chosen(query: str, sort: Sort, shown: dict[str, bool]) -> None:
    sorts = view(SearchRequest(query, sort=sort), total=2).sorts
    assert {one.label: one.chosen for one in sorts} == shown
    assert [request_at(one.href).sort.value.capitalize() for one in sorts] == list(shown)


def test_any_or_all_of_the_tags_can_be_chosen_where_there_are_several() -> None:
    assert view(replace(ASKED, tags=("a",))).tags_match == []
    assert [(one.label, one.chosen) for one in view(ASKED).tags_match] == [
        ("any of the tags", False),
        ("all of the tags", True),
    ]


def test_the_form_sends_the_filters_and_the_order_along() -> None:
    kept = view(ASKED).kept
    assert request_from({"q": ["new"], **{name: [v for n, v in kept if n == name] for name, _ in kept}}) == replace(
        ASKED, query="new", page=1
    )


@pytest.mark.parametrize(
    ("request_", "total", "heading"),
    [
        (SearchRequest(""), 5, "Newest posts"),
        (SearchRequest("", sort=Sort.OLDEST), 5, "Oldest posts"),
        (SearchRequest("", tags=("a",)), 1234, "1,234 posts"),
        (SearchRequest("<x>"), 1, "1 post for “<x>”"),
        (SearchRequest("x"), 0, "Nothing found for “x”"),
    ],
)
def test_the_heading_says_what_was_found(request_: SearchRequest, total: int, heading: str) -> None:
    assert view(request_, total=total).heading == heading


def test_a_hit_has_marked_text_and_links_of_the_blog() -> None:
    (found,) = view(SearchRequest("", tags=("KNEE",)), total=1, hits=[HIT]).found
    assert (str(found.title), str(found.snippet)) == (HIT.title_html, HIT.snippet_html)
    assert (found.href, found.section_href) == ("https://blog.example/a/", "https://blog.example/a/#part")
    assert [(tag.label, request_at(tag.href).tags) for tag in found.tags] == [("hip", ("KNEE", "hip"))]


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("/a/", "https://blog.example/a/"),
        ("//other.example/a", "https://blog.example//other.example/a"),
        ("https://other.example/a", "https://other.example/a"),
        ("HTTP://other.example/a", "HTTP://other.example/a"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("\tjavascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_only_addresses_that_a_browser_goes_to_are_links(url: str, href: str | None) -> None:
    assert post_href(url, SITE) == href


def test_without_a_site_a_post_is_on_the_host_of_the_page_and_on_no_other() -> None:
    assert post_href("/a/", SiteSettings()) == "/a/"
    assert post_href("//other.example/a", SiteSettings()) is None


def test_tags_that_are_offered_are_a_search_each() -> None:
    offered = View(ASKED, answer(), [TagCount("a b", 3)], SITE, "/below").offered
    assert [(one.label, one.count, request_at(one.href)) for one in offered] == [
        ("a b", 3, SearchRequest("", tags=("a b",)))
    ]


def test_pages_end_where_no_request_reaches() -> None:
    deep = view(SearchRequest("x", per_page=100), total=90_000, pages=900)
    assert deep.last_page == 100
    assert [one and one.label for one in deep.pages] == ["1", "2", None, "100"]
    assert [request_at(one.href).page for one in deep.pages if one] == [1, 2, 100]
    assert view(SearchRequest("x"), total=3, pages=1).pages == []


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 2, [1, 2]),
        (1, 9, [1, 2, None, 9]),
        (3, 9, [1, 2, 3, 4, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (20, 4, [1, None, 4]),
    ],
)
def test_page_numbers(current: int, last: int, shown: list[int | None]) -> None:
    assert page_numbers(current, last) == shown


@given(st.integers(1, 60), st.integers(2, 50))
def test_page_numbers_ascend_and_leave_out_two_or_more(current: int, last: int) -> None:
    numbers = page_numbers(current, last)
    known = [number for number in numbers if number]
    assert known == sorted(set(known))
    assert (known[0], known[-1]) == (1, last)
    assert current in known or current > last
    for before, after in pairwise(known):
        gap = numbers[numbers.index(before) + 1] is None
        assert gap == (after - before > 2)
        assert gap or after - before == 1


def test_a_feed_is_of_all_that_a_search_finds_whatever_its_order() -> None:
    expected = replace(ASKED, page=1, per_page=10, sort=Sort.RELEVANCE)
    assert feed_address("/below", ASKED) == page_address("/below", expected).replace("/below/", "/below/feed.atom")


def test_a_page_neither_explains_nor_completes() -> None:
    assert for_page(SearchRequest("x", prefix=PrefixMatch.LAST, explain=True)) == SearchRequest("x")
    assert page_address("", SearchRequest("")) == "/"
