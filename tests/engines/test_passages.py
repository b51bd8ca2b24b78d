"""What is shown of a hit: marks on everything that matched, whole characters, the section that the passage is from."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.answering import passages
from search.engines.whoosh.answering.evaluate import COMMON
from search.engines.whoosh.answering.marks import MOST_MARKS
from search.engines.whoosh.answering.passages import MAX_CHARACTERS
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.models import Hit, SearchRequest, Section
from search.snippets import Window, best_window
from tests.engines.samples import make_post, searcher_of, segment_of

LONG = " ".join(f"filler{number}" for number in range(200))


def only_hit(
    query: str, title: str = "", body: str = "", description: str = "", sections: tuple[Section, ...] = ()
) -> Hit:
    post = make_post("only", title, body, description=description, sections=sections)
    other = make_post("other", "Nothing", "else")
    (hit,) = searcher_of(post, other).search(SearchRequest(query)).hits
    return hit


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("cell", "stem <mark>cells</mark> in a meta-analysis of trials"),
        ('"stem cells in"', "<mark>stem cells in</mark> a meta-analysis of trials"),
        ("meta-analysis", "stem cells in a <mark>meta-analysis</mark> of trials"),
        ("metaanalysis", "stem cells in a <mark>meta-analysis</mark> of trials"),
        ("anal*", "stem cells in a meta-<mark>analysis</mark> of trials"),
        ("trails~", "stem cells in a meta-analysis of <mark>trials</mark>"),
        ("stem OR trials", "<mark>stem</mark> cells in a meta-analysis of <mark>trials</mark>"),
    ],
)
def test_what_matched_is_marked(query: str, marked: str) -> None:
    hit = only_hit(query, "stem cells in a meta-analysis of trials", "stem cells in a meta-analysis of trials")
    assert hit.title_html == hit.snippet_html == marked


def test_the_passage_is_found_deep_in_a_body_of_wide_characters() -> None:
    body = f"{LONG} 幹細胞の研究 «Größe» zebra 👩‍🔬 end. {LONG}"
    hit = only_hit("zebra", "title", body)
    assert "«Größe» <mark>zebra</mark> 👩‍🔬 end" in hit.snippet_html


def test_the_section_is_that_of_the_passage_and_the_passage_stays_in_it() -> None:
    body = f"before {LONG}\nMethods\nzebra crossing\nResults\n{LONG}"
    sections = (Section("Methods", "methods", body.index("Methods")), Section("Results", "res", body.index("Results")))
    hit = only_hit("zebra", body=body, sections=sections)
    assert hit.snippet_html == "Methods <mark>zebra</mark> crossing"
    assert hit.section is not None
    assert hit.section.url == "/blog/only/#methods"


def test_a_match_before_the_first_heading_names_no_section() -> None:
    body = "a zebra first\nMethods\nmore"
    assert only_hit("zebra", body=body, sections=(Section("Methods", "m", body.index("Methods")),)).section is None


def test_a_list_of_references_is_shown_only_where_nothing_else_has_the_words() -> None:
    body = f"Introduction\nA zebra runs. {LONG}\nReferences\nZebra, horse (2020). Horse, zebra (2021)."
    sections = (Section("Introduction", "i", 0), Section("References", "r", body.index("References")))
    both = only_hit("zebra horse", body=body, sections=sections)
    assert both.section is not None
    assert both.section.title == "Introduction"
    assert both.snippet_html.startswith("Introduction A <mark>zebra</mark> runs.")
    only = only_hit("horse", body=body, sections=sections)
    assert only.section is not None
    assert only.section.title == "References"
    assert only_hit("horse", "horse", body="References\nzebra", sections=(Section("References", "r", 0),)).snippet_html


def test_a_post_without_a_body_shows_its_description() -> None:
    assert only_hit("zebra", "zebra", description="Five < six").snippet_html == "Five &lt; six"


def test_words_that_only_the_description_has_show_it() -> None:
    hit = only_hit("zebra", body=LONG, description=f"Of a horse & a zebra. {LONG}")
    assert hit.snippet_html.startswith("Of a horse &amp; a <mark>zebra</mark>. filler0 ")
    assert len(hit.snippet_html) < 2 * MAX_CHARACTERS
    assert only_hit("zebra", "zebra", body=LONG, description="Nothing of it").snippet_html.startswith("filler0")


def test_a_body_without_a_word_is_shown_as_its_description() -> None:
    assert only_hit("zebra", "zebra", body="…!", description="A horse").snippet_html == "A horse"


def test_what_stands_before_the_first_word_is_shown() -> None:
    hit = only_hit("zebra", "“Zebra” <5>", body="¿«zebra» crossing?")
    assert (hit.title, hit.title_html) == ("“Zebra” <5>", "“<mark>Zebra</mark>” &lt;5&gt;")
    assert hit.snippet_html == "¿«<mark>zebra</mark>» crossing?"


def test_a_page_of_several_segments_is_shown_in_its_order() -> None:
    posts = [make_post(f"p{number}", f"zebra {number}", f"a zebra {number}") for number in range(9)]
    searcher = Searcher([segment_of(posts[:3]), segment_of(posts[3:4]), segment_of(posts[4:], deleted=[0])])
    hits = searcher.search(SearchRequest("zebra")).hits
    assert len(hits) == 8
    for hit in hits:
        assert hit.title_html == f"<mark>zebra</mark> {hit.id[1:]}"
        assert hit.snippet_html == f"a <mark>zebra</mark> {hit.id[1:]}"


def test_a_word_is_marked_by_the_classes_of_the_language_of_the_post() -> None:
    posts = [
        make_post("en", "running", "runs running"),
        make_post("de", "running", "runs running", lang="de"),
        make_post("other", "running", "runs run"),
    ]
    shown = {hit.id: hit.snippet_html for hit in searcher_of(*posts).search(SearchRequest("running")).hits}
    assert shown == {
        "en": "<mark>runs</mark> <mark>running</mark>",
        "de": "runs <mark>running</mark>",
        "other": "<mark>runs</mark> <mark>run</mark>",
    }


def test_a_pair_of_an_unspaced_script_is_marked_whole() -> None:
    assert only_hit("細胞", "幹細胞の研究").title_html == "幹<mark>細胞</mark>の研究"


def test_a_word_of_nearly_every_post_is_not_marked_beside_one_that_tells() -> None:
    posts = [make_post(f"p{number}", f"the zebra {number}") for number in range(3)]
    posts += [make_post(f"q{number}", f"the horse {number}") for number in range(60)]
    searcher = searcher_of(*posts)
    assert Scoring().idf(len(posts), len(posts)) < COMMON
    both = searcher.search(SearchRequest("the zebra")).hits
    assert {hit.title_html.split(">")[0] for hit in both if "zebra" in hit.title} == {"the <mark"}
    assert {hit.title_html for hit in searcher.search(SearchRequest("the")).hits} >= {"<mark>the</mark> horse 0"}


def test_a_word_repeated_without_end_is_looked_at_so_often_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def best_window_and_note(positions: list[int], *others: Any) -> Window:
        looked_at.append(len(positions))
        return best_window(positions, *others)

    monkeypatch.setattr(passages, "best_window", best_window_and_note)
    hit = only_hit("spam OR ham", "title", "spam ham " * 20_000)
    assert hit.snippet_html.startswith("<mark>spam</mark> <mark>ham</mark> ")
    assert looked_at == [2 * MOST_MARKS]


def test_a_passage_begins_with_its_sentence_and_says_where_it_was_cut() -> None:
    assert only_hit("zebra", body=f"One. A horse and “a zebra” ran. {LONG}").snippet_html.startswith("One. A horse")
    body = f"{LONG} “Stop.” The second one tells of zebras & mice, {LONG}"
    html = only_hit("zebra", body=body).snippet_html
    assert html.startswith("The second one tells of <mark>zebras</mark> &amp; mice, filler0")
    assert html.endswith("…")


def test_a_passage_passes_over_the_rest_of_a_sentence_before_the_match() -> None:
    body = "word " * 30 + f"(it ends). “Zebra cells.” {LONG}"
    assert only_hit("zebra", body=body).snippet_html.startswith("“<mark>Zebra</mark> cells.” filler0 ")


def test_a_passage_in_the_middle_of_a_long_sentence_is_cut_on_both_sides() -> None:
    html = only_hit("zebra", body="word " * 100 + "zebra " + "word " * 100).snippet_html
    assert html.startswith("…word ")
    assert html.endswith(" word…")
    assert "word <mark>zebra</mark> word" in html


def test_a_passage_does_not_begin_behind_an_abbreviation_or_a_wrapped_line() -> None:
    html = only_hit("zebra", body="word " * 40 + "e.g. of zebras").snippet_html
    assert html.startswith("…word ")
    assert html.endswith("e.g. of <mark>zebras</mark>")


def test_a_passage_is_one_line_with_the_punctuation_that_belongs_to_it() -> None:
    body = "A horse, see below.\n\nNew (zebra) lines\tand  more\n" + LONG
    html = only_hit("zebra", body=body).snippet_html
    assert html.startswith("A horse, see below. New (<mark>zebra</mark>) lines and more filler0")
    assert only_hit("zebra", body="word " * 40 + "the {zebra-like trial's end").snippet_html.endswith(
        "the {<mark>zebra</mark>-like trial&#x27;s end"
    )


def test_a_passage_of_long_words_is_short_and_has_the_first_match() -> None:
    words = " ".join(f"{number:063}" for number in range(40))
    html = only_hit("zebra", body=f"{words} zebra {words}").snippet_html
    assert "<mark>zebra</mark>" in html
    assert len(html) <= MAX_CHARACTERS + len("<mark></mark>……")
    assert len(only_hit("zebra", body="zebra" + "!" * 10_000).snippet_html) < MAX_CHARACTERS


def test_every_wall_of_signs_ends_somewhere() -> None:
    html = only_hit("zebra", "zebra" + "?" * 10_000, body="(" * 10_000 + "zebra" + ")" * 10_000).snippet_html
    assert len(html) <= MAX_CHARACTERS + len("<mark>zebra</mark>……")


SIGNS = "'\"<&" * 8
"""As HTML five times as long: a word with enough of them is longer than a passage may be."""


def test_a_word_of_many_signs_at_the_end_is_shown_and_marked() -> None:
    filler = " ".join(f"filler{number:02}words" for number in range(13))
    body = f"{filler} {'<' * 45}ankle{SIGNS}"
    assert "<mark>ankle</mark>" in only_hit("ankle", body=body).snippet_html
    assert only_hit("-else", body=body).snippet_html.startswith("filler00words filler01words")
    assert only_hit("-else", body=f"{filler} {SIGNS * 4}").snippet_html.startswith("filler00words")


def test_a_word_of_many_signs_amid_others_is_shown_and_marked() -> None:
    filler = " ".join(f"filler{number:02}words" for number in range(13))
    assert "<mark>elbow</mark>" in only_hit("elbow", body=f"{filler} {'<' * 90}elbow {filler}").snippet_html


def test_without_a_match_the_beginning_is_shown() -> None:
    body = " ".join(f"filler{number:02}words" for number in range(60))
    assert only_hit("-else", body=body).snippet_html.startswith("filler00words")


@given(st.lists(st.text("ab'<&\". \n-?", min_size=1, max_size=90), min_size=1, max_size=45), st.integers(0, 44))
def test_whatever_a_body_holds_it_is_shown_with_what_was_found(chunks: list[str], at: int) -> None:
    chunks[at % len(chunks)] = "zebra" + chunks[at % len(chunks)].lstrip("ab-")
    searcher = searcher_of(make_post("only", "", " ".join(chunks)))
    assert searcher.search(SearchRequest("")).total == 1
    assert "<mark>zebra</mark>" in searcher.search(SearchRequest("zebra")).hits[0].snippet_html


@given(st.lists(st.integers(1, 1000), min_size=1), st.data())
def test_a_shortened_passage_has_the_match_and_is_as_long_as_allowed(sizes: list[int], data: st.DataObject) -> None:
    match = data.draw(st.integers(0, len(sizes) - 1))
    first, end = passages._shortened(sizes, match)
    assert 0 <= first <= match < end <= len(sizes)
    assert sum(sizes[first:end]) <= MAX_CHARACTERS or end == first + 1
