"""Markdown to the text that a reader sees, and the sections in it."""

import re
import sys
from html import unescape
from pathlib import Path

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.frontmatter import parse
from search.markdown import MAX_MARKS, plain_line, read_markdown, slug


def body(source: str) -> str:
    return read_markdown(source).body


def sections(source: str) -> list[tuple[str, str, int]]:
    return [(section.heading, section.anchor, section.start) for section in read_markdown(source).sections]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One *two* **three** ***four*** _five_ ~~six~~ s_ev_en", "One two three four five six s_ev_en"),
        ("a [link](http://x.org 'T') b", "a link b"),
        ("a [link][1] [1] b\n\n[1]: http://x.org", "a link 1 b"),
        ("![A cell](/c.png) ![][c]\n\n[c]: /d.png", "A cell"),
        ("a\\*b \\# \\$5 \\<c>", "a*b # $5 <c>"),
        ("R&amp;D &copy; 5 &lt; 6 AT&T", "R&D © 5 < 6 AT&T"),
        ("soft\nline", "soft line"),
        ("hard  \nline<br>break", "hard line break"),
        ("one\n\ntwo", "one\ntwo"),
        ("- one\n- two\n    - three\n\n1. four", "one\ntwo\nthree\nfour"),
        ("> quoted\n> text\n\nafter", "quoted text\nafter"),
        ("term\n: meaning", "term\nmeaning"),
        ("| a | b |\n|---|---|\n| c | *d* |", "a b\nc d"),
        ("    indented &amp; code", "indented &amp; code"),
        ("text[^1] more[^1].\n\n[^1]: The *note*.\n    Its end.", "text more.\nThe note. Its end."),
        ("no[^1] note", "no[^1] note"),
        ("HTML rules\n\n*[HTML]: Hyper Text", "HTML rules"),
        ("H<sub>2</sub>O 10<sup>6</sup> <b>b</b>old", "H2O 10 6 bold"),
        ("<div><p>one</p><p>two &amp; three</p></div>\n\nfour", "one\ntwo & three\nfour"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<ul>\n    <li>R&amp;D</li>\n    <li>two</li>\n</ul>", "R&D\ntwo"),
        ("<details><summary>More</summary>\n\ntext *here*\n\n</details>", "More\ntext here"),
        ('<img src="x" alt="5 &gt; 4"/>', "5 > 4"),
        ('<a title="a > b">c</a>', "c"),
        ("- [x] done\n***\nafter", "[x] done\nafter"),
        ("no\u00a0break\u2003space", "no break space"),
        ("", ""),
        (" \n\n\t", ""),
    ],
)
def test_what_a_reader_sees_of_markdown(source: str, text: str) -> None:
    assert body(source) == text


def test_sections_begin_with_their_headings() -> None:
    source = "lead\n\n# One *two*\n\ntext\n\nThree\n-----\n\n### Four `code` & [link](x)\ntext"
    document = read_markdown(source)
    assert document.body == "lead\nOne two\ntext\nThree\nFour code & link\ntext"
    assert [(section.heading, section.anchor) for section in document.sections] == [
        ("", ""),
        ("One two", "one-two"),
        ("Three", "three"),
        ("Four code & link", "four-code--link"),
    ]
    for section in document.sections[1:]:
        assert document.body.startswith(section.heading, section.start)


def test_a_body_that_begins_with_a_heading_has_no_section_before_it() -> None:
    assert sections("# A\n\ntext") == [("A", "a", 0)]
    assert sections("text") == [("", "", 0)]
    assert sections("") == []


def test_anchors_are_numbered_where_they_repeat_and_explicit_ones_are_kept() -> None:
    source = "# A\n\n## A\n\n## A-1\n\n### Named {#own}\n\n## B\n{: #theirs}\n\n<h2 id='html'>C</h2>\n\n## A\n"
    assert [anchor for _, anchor, _ in sections(source)] == ["a", "a-1", "a-1-1", "own", "theirs", "html", "a-2"]
    assert body(source) == "A\nA\nA-1\nNamed\nB\nC\nA"


def test_headings_in_html_lists_and_quotations_count() -> None:
    assert [
        heading for heading, _, _ in sections("<div><h2>One</h2> x</div>\n\n> ## Two\n\n- a\n\n    ## Three\n")
    ] == [
        "One",
        "Two",
        "Three",
    ]


def test_what_is_no_heading_on_a_site_is_none_here() -> None:
    assert sections("#tag and text\n\n#!/bin/sh\n\n##\n\n<h2></h2>") == [("", "", 0)]
    assert sections("text\n##Glued")[1:] == [("Glued", "glued", 5)]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("What are stem cells?", "what-are-stem-cells"),
        ("Don't  stop — ever!", "dont--stop--ever"),
        ("snake_case & kebab-case", "snake_case--kebab-case"),
        ("Größe 10.5", "größe-105"),
        ("हिन्दी में", "हिन्दी-में"),
        ("日本語", "日本語"),
        ("🎉", ""),
    ],
)
def test_slugs_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("A plain title", "A plain title"),
        ("About *cells* & `code` [x](y)", "About cells & code x"),
        ("R&amp;D <em>now</em>", "R&D now"),
        ("1. First", "1. First"),
        ("1. *First*", "1. First"),
        ("# 5 <b>x</b>", "# 5 x"),
        ("two\n  lines", "two lines"),
        ("{% x %}{{ y }}", ""),
        ("*", "*"),
    ],
)
def test_a_line_of_front_matter_loses_its_markup(text: str, plain: str) -> None:
    assert plain_line(text) == plain


# Laws


def within(source: str, *, mdx: bool = False) -> None:
    document = read_markdown(source, mdx=mdx)
    starts = [section.start for section in document.sections]
    assert starts == sorted(set(starts))
    assert (starts[:1] == [0]) == bool(document.body)
    assert all(document.body.startswith(section.heading, section.start) for section in document.sections)
    assert not re.search(r"\s\s|[\x02\x03\ue000\ue001]|\A\s|\s\Z", document.body.replace("\n", "|")), document.body


@given(st.text(max_size=300), st.booleans())
@settings(max_examples=300)
def test_any_text_has_sections_within_its_body(source: str, mdx: bool) -> None:
    within(source, mdx=mdx)


MARKS = (
    "*[w]: §# §\n\n§\n§    §- §1. §> §```§`§*§**§_§[§](§)§![§<div>§</div>§<h2>§</h2>§<p§>§&amp;§{{§}}§{%§%}§{#§|§|-|"
    "§[^1]§[^1]: §: §=§word §\t§<!--§-->§<script>§{: #x}§\\§~~§é§---\n"
)


@given(st.lists(st.sampled_from(MARKS.split("§")), max_size=40).map("".join), st.booleans())
@settings(max_examples=700)
def test_any_mix_of_marks_has_sections_within_its_body(source: str, mdx: bool) -> None:
    within(source, mdx=mdx)


@given(st.lists(st.text(alphabet="abc é-'", min_size=1, max_size=12), min_size=1, max_size=8))
def test_words_of_prose_are_all_kept_and_never_glued(words: list[str]) -> None:
    kept = " ".join(f"w{word.strip('-')}w" for word in words)
    for source in (kept, f"# {kept}", f"- {kept}", f"> {kept}", f"<div>{kept}</div>", f"**{kept}**", f"[{kept}](x)"):
        assert body(f"{source}\n\nafter").split() == [*kept.split(), "after"]


PLAIN = "# §\n\n§\n§    §- §1. §> §*§**§_§[§](§)§|§|-|§: §=§w §v§---\n"


@given(st.lists(st.sampled_from(PLAIN.split("§")), max_size=30).map("".join))
@settings(max_examples=700)
def test_the_words_are_those_of_the_parser_s_own_html(source: str) -> None:
    """The words, not the marks: where a lone `#` or `*` beside other marks means nothing, either may leave it out."""
    html = markdown.markdown(source, extensions=["tables", "def_list"])
    words = re.compile(r"[^\W_]+")
    assert words.findall(body(source)) == words.findall(unescape(re.sub(r"<[^>]*>", "", html)))


def test_the_words_of_real_posts_are_those_of_the_parser_s_own_html(corpora: Path) -> None:
    compared = 0
    for path in sorted((corpora / "18f" / "posts").iterdir()):
        source = parse(path.read_text(encoding="utf-8"), path.name).body
        if not re.search(r"[<`{&\\]|!\[|~~|^#+\S|\[\^", source, re.MULTILINE):
            html = markdown.markdown(source, extensions=["tables", "def_list", "attr_list", "abbr"])
            assert body(source).split() == unescape(re.sub(r"<[^>]*>", "", html)).split(), path.name
            compared += 1
    assert compared > 20


# Hostile input


def deep(opening: str, levels: int) -> str:
    return "\n".join(opening * level + "a" for level in range(1, levels))


REPEATED = '<div>§>§*§<a §<a "§`§{{§{%§a**b_c§<!--§# a\n§a\n=\n§|a§\\§&§{# §<b>§a\n\n§<div>\n§*a_'


@pytest.mark.parametrize("mark", REPEATED.split("§"))
def test_any_mark_repeated_without_end_is_read_in_bounded_steps(mark: str) -> None:
    source = mark * (6000 // len(mark))
    assert steps(source) < 250 * len(source)


@pytest.mark.parametrize(
    "source",
    ["".join("`" * length + " " for length in range(1, 110)), "\n".join("> " * level + "a" for level in range(70))],
)
def test_ever_longer_marks_are_read_in_bounded_steps(source: str) -> None:
    assert steps(source) < 250 * len(source)


@pytest.mark.parametrize("source", ["# §", "§", "a\n§", "# a §\\", "# a §b §"])
def test_a_run_of_hashes_costs_its_length(source: str) -> None:
    """Its square would be hours: the parser's patterns are no lines of ours to count."""
    words = f"{source} end".replace("§", "#" * 500_000)
    assert body(words).split()[-1] == "end"


@pytest.mark.parametrize("mark", ["[", "![", "[a](", "[a][", '[a](b "c) '])
def test_open_links_are_looked_at_within_a_budget(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.markdown.MAX_LINK_WORK", 50_000)
    assert steps("\n\n".join([mark * 100] * 30)) < 2_000_000


@pytest.mark.parametrize("source", ["1. " * 3000, "\n".join("    " * n + "- a" for n in range(300))])
def test_what_is_nested_too_deeply_raises_and_leaves_the_parser_well(source: str) -> None:
    with pytest.raises(RecursionError):
        body(source)
    assert body("the *parser* is well") == "the parser is well"


def test_a_paragraph_with_far_too_much_markup_is_taken_as_text() -> None:
    assert body("*a* " * MAX_MARKS).startswith("*a* *a*")
    assert body("*a* " * 20).startswith("a a")


def steps(source: str) -> int:
    """How many lines of Python run while `source` is read."""
    count = 0

    def trace(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        read_markdown(source)
    finally:
        sys.settrace(before)
    return count
