"""Completions: from tags, from what several posts say, from titles; and the list of tags."""

from datetime import date

import pytest

from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.collocations import LONGEST, POSTS
from search.models import Suggestion, SuggestionKind, TagCount
from tests.engines.samples import make_post, searcher_of, segment_of

AFTER = ["grew well", "died early", "were frozen"]
SAID = [
    make_post(f"said-{number}", f"Post {number}", f"{number} mesenchymal stem cells {after}. Résumé {number}.")
    for number, after in enumerate(AFTER)
]
BLOG = (
    *SAID,
    make_post("old", "Methods, once more", "An aside.", tags=["Mesh surgery", "Meta-analysis"], day=date(2020, 1, 1)),
    make_post("new", "Meta-Analysis, again", "An aside.", tags=["meta-analysis"], day=date(2021, 1, 1)),
    make_post("once", "Seldom", "Mesmerising words stand once."),
)


@pytest.fixture(scope="module")
def blog() -> Searcher:
    return searcher_of(*BLOG)


def texts(searcher: Searcher, typed: str, most: int = 10) -> list[str]:
    return [one.text for one in searcher.suggest(typed, most)]


def test_tags_and_phrases_come_before_the_newest_titles(blog: Searcher) -> None:
    assert blog.suggest("me", 10) == [
        Suggestion("Meta-analysis", SuggestionKind.TAG, 2),
        Suggestion("Mesh surgery", SuggestionKind.TAG, 1),
        Suggestion("mesenchymal stem cells", SuggestionKind.PHRASE, POSTS),
        Suggestion("Meta-Analysis, again", SuggestionKind.TITLE, 1, "/blog/new/"),
        Suggestion("Methods, once more", SuggestionKind.TITLE, 1, "/blog/old/"),
    ]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Mesenchymal st", "mesenchymal stem cells"),
        ("stem ", "stem cells"),
        ("resu", "résumé"),
        ("RÉS", "résumé"),
        ("meta analysis", "Meta-analysis"),
        ("meta-an", "Meta-analysis"),
    ],
)
def test_case_accents_and_hyphens_do_not_matter(blog: Searcher, typed: str, text: str) -> None:
    assert texts(blog, typed)[0] == text


@pytest.mark.parametrize("typed", ["mesm", "me ", "cells stem", "", " ", "!", "\udcff", "x" * 10_000])
def test_what_few_posts_say_and_what_is_no_beginning_completes_to_nothing(blog: Searcher, typed: str) -> None:
    assert texts(blog, typed) == []


def test_a_phrase_that_always_goes_on_is_shown_whole_only(blog: Searcher) -> None:
    assert "mesenchymal stem" not in texts(blog, "mesen")


def test_a_phrase_does_not_end_in_a_function_word() -> None:
    posts = [make_post(f"p{number}", body=f"lines of {number} and lines of x{number}. The end.") for number in range(9)]
    assert texts(searcher_of(*posts), "lines") == ["lines"]


def test_titles_keep_a_share_and_the_limit_holds(blog: Searcher) -> None:
    assert [one.kind for one in blog.suggest("me", 3)] == [SuggestionKind.TAG, *[SuggestionKind.TITLE] * 2]
    assert len(texts(blog, "me", 1)) == 1


def test_a_title_that_many_posts_have_leaves_room_for_others() -> None:
    series = [make_post(f"number-{day}", "Samba", "An aside.", day=date(2021, 1, day)) for day in range(1, 25)]
    other = make_post("other", "Sample of mine", "An aside.", day=date(2020, 1, 1))
    assert texts(searcher_of(*series, other), "sam")[-2:] == ["Samba", "Sample of mine"]


def test_a_phrase_has_a_bounded_number_of_words() -> None:
    said = "first second third fourth fifth sixth"
    searcher = searcher_of(*(make_post(f"p{number}", body=f"{said} {number}") for number in range(POSTS)))
    assert texts(searcher, "first") == [" ".join(said.split()[:LONGEST])]


def test_a_phrase_is_counted_over_all_segments() -> None:
    apart = [make_post(f"more-{number}", body=f"mesenchymal stem cells {number}") for number in range(POSTS)]
    searcher = Searcher([segment_of(SAID), segment_of(apart)])
    assert searcher.suggest("mesen", 1)[0].posts == 2 * POSTS


def test_nothing_that_only_deleted_posts_have_is_suggested_or_listed() -> None:
    searcher = Searcher([segment_of([*SAID, *BLOG[POSTS:]], deleted=range(5))])
    assert texts(searcher, "me") == []
    assert searcher.tags("") == []
    assert "mesenchymal stem cells" in texts(Searcher([segment_of(SAID, deleted=[0])]), "mesen")


def test_tags_are_listed_by_their_posts_then_by_name(blog: Searcher) -> None:
    assert blog.tags("") == [TagCount("Meta-analysis", 2), TagCount("Mesh surgery", 1)]
    assert blog.tags("MES") == [TagCount("Mesh surgery", 1)]
    assert blog.tags("surgery") == []


def test_an_index_without_posts_suggests_nothing() -> None:
    for searcher in (Searcher([]), searcher_of()):
        assert (searcher.suggest("a", 5), searcher.tags("")) == ([], [])
