"""The page that people see: what it says, how it fits its width, and that a hostile post cannot touch the terminal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from search.cli.page import FACETS_SHOWN, WIDEST, answer_page
from search.models import Answer, Diagnostic, Facets, FacetValue, Hit, SectionLink

HIT = Hit(
    id="safety",
    url="/blog/safety/",
    title="Safety & meta-analysis",
    title_html="Safety &amp; <mark>meta-analysis</mark>",
    description="",
    snippet_html="A <mark>meta-analysis</mark> of 62 trials with 3,546 people " * 4,
    section=SectionLink("What the trials found", "/blog/safety/#what-the-trials-found"),
    tags=("evidence", "safety"),
    date=date(2021, 10, 12),
    image=None,
    score=3.25,
)
FACETS = Facets(
    tags=(FacetValue("safety", 2, True), FacetValue("evidence", 1, False)), years=(FacetValue("2021", 1, False),)
)
ANSWER = Answer("meta-analysis", 1, 1, 1, 10, 1.26, False, (), None, (), (HIT,), FACETS)
OBEYED = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


def piped(answer: Answer, read_as: str = "") -> str:
    return answer_page(answer, terminal=False, read_as=read_as)


def on_terminal(answer: Answer) -> str:
    return answer_page(answer, terminal=True)


def test_a_page_shows_title_date_tags_snippet_section_and_address_then_the_facets() -> None:
    assert piped(replace(ANSWER, hits=(HIT._replace(snippet_html="A <mark>meta-analysis</mark>."),))) == (
        "1 post for “meta-analysis” (1.3 ms)\n"
        "\n"
        " 1. Safety & *meta-analysis*\n"
        "    2021-10-12 · evidence, safety\n"
        "    A *meta-analysis*.\n"
        "    Section: What the trials found\n"
        "    /blog/safety/#what-the-trials-found\n"
        "\n"
        "Tags   ✓ safety 2 · evidence 1\n"
        "Years  2021 1\n"
    )


def test_what_is_absent_takes_no_line() -> None:
    bare = HIT._replace(title_html="T", snippet_html="", section=None, tags=(), date=None)
    assert piped(replace(ANSWER, hits=(bare,), took_ms=None, facets=Facets((), ()))) == (
        "1 post for “meta-analysis”\n\n 1. T\n    /blog/safety/\n"
    )


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_lines_fit_the_width_but_addresses_are_never_broken(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = piped(ANSWER).splitlines()
    assert "    /blog/safety/#what-the-trials-found" in lines
    assert all(cell_len(line) <= min(width, WIDEST) for line in lines if "/blog/" not in line)


@pytest.mark.parametrize("width", ["0", "00"])
def test_a_width_that_is_none_is_taken_for_80(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = piped(ANSWER)
    monkeypatch.setenv("COLUMNS", width)
    assert piped(ANSWER) == usual


def test_wide_characters_count_double() -> None:
    text = "間葉系幹細胞の安全性について" * 8
    lines = piped(replace(ANSWER, hits=(HIT._replace(snippet_html=text),))).splitlines()
    assert all(cell_len(line) <= 80 for line in lines)
    assert text in "".join(line.strip() for line in lines)


def test_matches_are_styled_on_a_terminal_and_starred_elsewhere() -> None:
    assert "\x1b[1;31mmeta-analysis\x1b[0m" in on_terminal(ANSWER)
    assert "*meta-analysis*" not in on_terminal(ANSWER)
    assert "\x1b" not in piped(ANSWER)


def test_no_color_leaves_no_colour_but_still_sets_matches_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    page = on_terminal(ANSWER)
    assert "*meta-analysis*" in page.splitlines()[2]  # the title of the first hit, bold as a whole
    assert "31m" not in page


def test_a_dumb_terminal_gets_no_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in on_terminal(ANSWER)


def test_colour_can_be_forced_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31mmeta-analysis" in piped(ANSWER)


def explanation(word: str, fields: Mapping[str, object], **parts: object) -> dict[str, object]:
    words = [{"word": word, "posts": 16, "idf": 0.4155, "fields": fields}]
    plain = {
        "title": {"share": 0.0, "factor": 1.0},
        "held": 1.0,
        "boost": 1.0,
        "recency": 1.0,
        "near": 0.0,
        "first": None,
    }
    return {"words": words, **plain, **parts}


@given(st.text(st.characters(codec=None), max_size=40))
def test_no_text_of_a_post_reaches_the_terminal_as_a_command(text: str) -> None:
    hostile = HIT._replace(
        title_html=text,
        snippet_html=f"a <mark>{text}</mark> b",
        section=SectionLink(text, f"/x/{text}"),
        tags=(text,),
        explain=explanation(text, {}),
    )
    facets = Facets((FacetValue(text, 1, True),), ())
    answer = replace(ANSWER, query=text, did_you_mean=text, hits=(hostile,), facets=facets)
    assert OBEYED & set(piped(answer)) <= {"\n"}


@pytest.mark.parametrize("title", ["\x1b]0;owned\x07", "&#x1b;[2J", "&#155;2J"])
def test_an_escape_sequence_is_shown_and_not_obeyed(title: str) -> None:
    assert OBEYED & set(piped(replace(ANSWER, hits=(HIT._replace(title_html=title),)))) == {"\n"}


def test_rich_markup_in_a_title_is_text() -> None:
    assert "[bold]x[/bold] :smile:" in piped(replace(ANSWER, hits=(HIT._replace(title_html="[bold]x[/bold] :smile:"),)))


def test_the_heading_tells_what_was_made_of_the_query() -> None:
    answer = replace(
        ANSWER,
        relaxed=True,
        dropped=("unicorn",),
        did_you_mean="meta-analyses",
        diagnostics=(Diagnostic("quote", "The quote is not closed", 0, 1),),
    )
    page = piped(answer)
    assert "Did you mean “meta-analyses”?" in page
    assert "Some of these lack: unicorn" in page
    assert "Note: The quote is not closed" in page


def test_how_a_query_was_read_stands_above_the_hits() -> None:
    assert "(1.3 ms)\nRead as:\n    any of:\n      a\n\n 1. Safety" in piped(ANSWER, read_as="any of:\n  a")


def test_nothing_found_says_so() -> None:
    nothing = replace(ANSWER, total=0, pages=0, hits=(), facets=Facets((), ()))
    assert piped(nothing) == "Nothing found for “meta-analysis” (1.3 ms)\n"


def test_where_a_filter_leaves_nothing_the_other_choices_are_shown() -> None:
    page = piped(replace(ANSWER, total=0, pages=0, hits=()))
    assert "\nWith other tags or years:\nTags   ✓ safety 2 · evidence 1\n" in page
    assert "With other tags" not in piped(ANSWER)


def test_an_empty_query_is_not_quoted() -> None:
    assert piped(replace(ANSWER, query="", total=1234)).startswith("1,234 posts (1.3 ms)\n")


def test_a_long_query_is_cut() -> None:
    page = " ".join(piped(replace(ANSWER, query="stem cells " * 100)).split())
    assert page.startswith(f"1 post for “{'stem cells ' * 9}…” (1.3 ms) 1. Safety")


def test_the_next_page_is_offered_until_the_last() -> None:
    assert piped(replace(ANSWER, total=25, pages=3, page=2)).endswith("Page 2 of 3. Next: --page 3\n")
    assert "Next" not in piped(replace(ANSWER, total=25, pages=3, page=3))


def test_hits_are_numbered_through_the_pages() -> None:
    assert "\n11. Safety" in piped(replace(ANSWER, total=25, pages=3, page=2))


def test_a_page_past_the_end_names_the_last() -> None:
    assert "Page 9 is past the end; the last page is 3." in piped(replace(ANSWER, total=25, pages=3, page=9, hits=()))


def test_long_facets_end_with_how_many_more_but_keep_the_chosen() -> None:
    many = tuple(FacetValue(f"tag{number}", 1, number == 30) for number in range(40))
    page = " ".join(piped(replace(ANSWER, facets=Facets(many, ()))).split())
    assert f"tag{FACETS_SHOWN - 1} 1 · ✓ tag30 1 · {40 - FACETS_SHOWN - 1} more" in page


def test_an_explanation_adds_the_words_of_a_post_up() -> None:
    fields = {"title": {"count": 1, "score": 1.5}, "body": {"count": 9, "score": 1.0}}
    page = piped(replace(ANSWER, hits=(HIT._replace(explain=explanation("stem", fields)),)))
    word = "stem 2.500 = title 1.500 (1×) + body 1.000 (9×); 16 posts, idf 0.42"
    assert f"\n    Score 3.250 = 2.500\n      {word}\n" in page
    parts = {"title": {"share": 0.5, "factor": 1.2}, "held": 0.5, "boost": 2.0, "recency": 0.25, "near": 0.5}
    raised = explanation("stem", fields, **parts, first={"why": "pinned", "points": 9.0})
    page = piped(replace(ANSWER, hits=(HIT._replace(explain=raised),)))
    lead = "0.500 (words near each other) + 9.000 (pinned to the query)"
    assert f"3.250 = 2.500 × title 1.2 × words held 0.5 × boost 2 × recency 0.25 + {lead}" in " ".join(page.split())
