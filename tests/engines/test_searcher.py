"""Answers over columns: matching, facets, order, pages and passages."""

from datetime import date

import pytest

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Answer, SearchRequest, Section, Sort, TagsMatch
from tests.engines.samples import make_post, searcher_of, segment_of

POOLED = "It pools the trials. Pooling helps."
BLOG = (
    make_post(
        "cells",
        "Stem cells",
        "Mesenchymal stem cells are studied in trials.",
        tags=["Cells", "trials"],
        day=date(2021, 3, 1),
    ),
    make_post("meta", "What is a meta-analysis?", POOLED, tags=["methods"], day=date(2022, 5, 2)),
    make_post("joined", "On metaanalysis", "A word written in one.", tags=["methods", "cells"], day=date(2022, 6, 1)),
    make_post("apart", "On a meta analysis", "A word written in two.", tags=["methods"], day=date(2020, 1, 1)),
    make_post("undated", "Résumé of a running year", "We ran and kept on running.", tags=[]),
)


@pytest.fixture(scope="module")
def blog() -> Searcher:
    return searcher_of(*BLOG)


def ids(answer: Answer) -> list[str]:
    return [hit.id for hit in answer.hits]


def test_a_word_matches_its_inflections_and_the_exact_spelling_ranks_first() -> None:
    searcher = searcher_of(make_post("a", body="cells in culture"), make_post("b", body="cell in culture"))
    assert ids(searcher.search(SearchRequest("cell"))) == ["b", "a"]
    assert ids(searcher.search(SearchRequest("cells"))) == ["a", "b"]


def test_diacritics_do_not_keep_a_post_from_being_found(blog: Searcher) -> None:
    assert ids(blog.search(SearchRequest("resume"))) == ["undated"]


@pytest.mark.parametrize("typed", ["meta-analysis", "metaanalysis", "meta analysis", "meta‐analyses"])
def test_a_compound_is_found_in_all_its_spellings(blog: Searcher, typed: str) -> None:
    assert set(ids(blog.search(SearchRequest(typed)))) == {"meta", "joined", "apart"}


def test_a_phrase_needs_its_words_in_order_and_within_one_field() -> None:
    searcher = searcher_of(
        make_post("yes", body="red green blue"),
        make_post("order", body="green red blue"),
        make_post("field", "red", "green"),
    )
    assert ids(searcher.search(SearchRequest('"red green"'))) == ["yes"]


def test_a_small_segment_behind_a_large_one_is_found_in() -> None:
    large = [make_post(f"large-{number}", body="filler") for number in range(300)]
    searcher = Searcher([segment_of(large), segment_of([make_post("small", body="needle")])])
    assert ids(searcher.search(SearchRequest("needle"))) == ["small"]
    assert searcher.search(SearchRequest("filler")).total == 300


def test_words_that_no_post_holds_together_are_relaxed_and_named(blog: Searcher) -> None:
    answer = blog.search(SearchRequest("mesenchymal stem zebrafish"))
    assert ids(answer) == ["cells"]
    assert answer.relaxed
    assert answer.dropped == ("zebrafish",)


def test_an_empty_query_lists_all_posts_newest_first_with_undated_ones_last(blog: Searcher) -> None:
    answer = blog.search(SearchRequest(""))
    assert ids(answer) == ["joined", "meta", "cells", "apart", "undated"]
    assert [(year.value, year.count) for year in answer.facets.years] == [("2022", 2), ("2021", 1), ("2020", 1)]


def test_oldest_first_keeps_undated_posts_last(blog: Searcher) -> None:
    assert ids(blog.search(SearchRequest("", sort=Sort.OLDEST))) == ["apart", "cells", "meta", "joined", "undated"]


def test_a_chosen_tag_keeps_the_counts_of_its_siblings(blog: Searcher) -> None:
    answer = blog.search(SearchRequest("", tags=("Methods",), tags_match=TagsMatch.ANY))
    assert answer.total == 3
    assert [(tag.value, tag.count, tag.selected) for tag in answer.facets.tags] == [
        ("methods", 3, True),
        ("Cells", 2, False),
        ("trials", 1, False),
    ]


def test_with_all_tags_further_tags_narrow_the_answer(blog: Searcher) -> None:
    answer = blog.search(SearchRequest("", tags=("methods", "CELLS"), tags_match=TagsMatch.ALL))
    assert ids(answer) == ["joined"]
    assert {tag.value: tag.count for tag in answer.facets.tags} == {"Cells": 1, "methods": 1}


def test_years_and_days_filter(blog: Searcher) -> None:
    assert ids(blog.search(SearchRequest("", years=(2020, 2021)))) == ["cells", "apart"]
    answer = blog.search(SearchRequest("", since=date(2021, 3, 1), until=date(2022, 5, 2)))
    assert ids(answer) == ["meta", "cells"]


def test_pages_follow_each_other_without_gaps() -> None:
    searcher = searcher_of(*(make_post(f"p{number:02}", "same words") for number in range(25)))
    pages = [searcher.search(SearchRequest("words", page=page, per_page=10)) for page in (1, 2, 3, 4)]
    assert [hit for page in pages for hit in ids(page)] == [f"p{number:02}" for number in range(25)]
    assert {(page.total, page.pages) for page in pages} == {(25, 3)}


def test_a_passage_is_marked_escaped_and_linked_to_its_section() -> None:
    body = "Opening words <b>here</b>.\nMethods & results\nThe zebra crossed. Zebras cross. Über Zebra 幹細胞."
    sections = [Section("Methods & results", "methods", body.index("Methods"))]
    hit = searcher_of(make_post("z", "A <zebra>", body, sections=sections)).search(SearchRequest("zebra")).hits[0]
    assert hit.title_html == "A &lt;<mark>zebra</mark>&gt;"
    assert hit.snippet_html.count("<mark>") == 3
    assert "Über <mark>Zebra</mark>" in hit.snippet_html
    assert hit.section is not None
    assert (hit.section.title, hit.section.url) == ("Methods & results", "/blog/z/#methods")


def test_deleted_posts_leave_answers_facets_and_statistics() -> None:
    kept = [make_post("a", body="red green", tags=["x"]), make_post("b", body="red", tags=["y"])]
    gone = make_post("gone", body="red red green blue", tags=["z"], day=date(2020, 1, 1))
    with_deleted = Searcher([segment_of([kept[0], gone, kept[1]], deleted=[1])])
    fresh = Searcher([segment_of(kept)])
    for query in ("red", "green red", ""):
        request = SearchRequest(query)
        one, other = with_deleted.search(request), fresh.search(request)
        assert (one.hits, one.facets, one.total) == (other.hits, other.facets, other.total)


def test_an_index_without_posts_answers() -> None:
    for searcher in (Searcher([]), Searcher([segment_of([])])):
        assert searcher.search(SearchRequest("any word")).total == 0
        assert searcher.search(SearchRequest("")).total == 0
