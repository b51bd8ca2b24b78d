"""Text that was cut into pieces comes back as it was, and its words are where the analyzer found them."""

import re
from html import unescape
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import TAG_SEPARATOR, analyze
from search.engines.whoosh.columnar import pieces
from search.engines.whoosh.columnar.columns import FIELD_GAP, Columns
from search.engines.whoosh.columnar.compiler import compile_columns
from search.engines.whoosh.columnar.pieces import PLAIN, _shown, signs_of
from search.fields import SEARCHED
from tests.engines.samples import make_post

TEXTS = st.text(
    st.one_of(st.sampled_from("aZ9 .,-'’<\n«»—幹細胞のｶﾞ한สé\u0301\u200b😀"), st.characters(exclude_categories=["Cs"])),
    max_size=40,
)
BODY = [spec.name for spec in SEARCHED].index("body")


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=3)), min_size=1, max_size=5))
@example([("", "", "", []), ("…", "", "", ["", "-"])])
def test_every_text_comes_back(posts: list[tuple[str, str, str, list[str]]]) -> None:
    columns = compile_columns(
        make_post(f"{number}", title, body, description=description, tags=tags)
        for number, (title, description, body, tags) in enumerate(posts)
    )
    for row, (title, description, body, tags) in enumerate(posts):
        found = [columns.field_text(row, field) for field in range(len(SEARCHED))]
        assert found == [title, description, body, TAG_SEPARATOR.join(tags)]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_the_words_at_the_places_are_those_of_the_text(bodies: list[str]) -> None:
    columns = compile_columns(make_post(f"{number}", "title", body) for number, body in enumerate(bodies))
    for row, body in enumerate(bodies):
        tokens = analyze(body)
        rows = zip(tokens.terms, tokens.starts, tokens.ends, tokens.spans, strict=True)
        words = [(term, body[start:end]) for term, start, end, span in rows if span == 1]
        assert [words_at(columns, row, index, 1) for index in range(len(words))] == [text for _, text in words]
        place = columns.place(row) + columns.field_positions_of(row)[BODY]
        pieces = columns.pieces.numbers(place, place + len(words))
        assert columns.pieces.terms[pieces].tolist() == [columns.term_list(term) for term, _ in words]


def test_pieces_beyond_two_bytes_are_read_from_any_place_on() -> None:
    words = [f"w{number}" for number in range(pieces.RARE + (1 << pieces.RARE_BITS) + 1000)]
    body = " ".join(Random(1).sample(words, len(words)) + words[:1000])
    columns = compile_columns([make_post("many", "title", body)])
    assert columns.field_text(0, BODY) == body
    first, last = columns.field_positions_of(0)[BODY : BODY + 2]
    whole = columns.pieces.numbers(first, last)
    assert max(whole) >= pieces.RARE + (1 << pieces.RARE_BITS)
    for start in range(0, len(whole), 997):
        assert columns.pieces.numbers(first + start, first + start + 150) == whole[start : start + 150]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_compound_is_written_at_the_places_of_its_parts(bodies: list[str]) -> None:
    columns = compile_columns(make_post(f"{number}", "title", body) for number, body in enumerate(bodies))
    for row, body in enumerate(bodies):
        tokens = analyze(body)
        for position, span, start, end in zip(tokens.positions, tokens.spans, tokens.starts, tokens.ends, strict=True):
            if span > 1:
                assert words_at(columns, row, position, span) == body[start:end]


def words_at(columns: Columns, row: int, index: int, span: int) -> str:
    """What is marked at `span` positions of a body from its position `index` on."""
    place, first, end = columns.place(row), *columns.field_positions_of(row)[BODY : BODY + 2]
    numbers = columns.pieces.numbers(place + first, place + end)
    (found,) = marked(columns.pieces.html(numbers, columns.pieces.parts(numbers), [(index, span)]))
    return found


def marked(html: str) -> list[str]:
    return [unescape(part) for part in re.findall("<mark>(.*?)</mark>", html, re.DOTALL)]


@given(TEXTS, st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), max_size=4))
def test_marked_text_is_the_text_with_marks_and_nothing_else(body: str, marks: list[tuple[int, int]]) -> None:
    columns = compile_columns([make_post("a", "title", body)])
    first, end = columns.field_positions_of(0)[BODY : BODY + 2]
    numbers = columns.pieces.numbers(columns.place(0) + first - 1, columns.place(0) + end)
    kept = sorted((at, span) for at, span in marks if at < len(numbers))
    html = columns.pieces.html(numbers, columns.pieces.parts(numbers), kept)
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert ">" not in plain
    assert unescape(plain) == re.sub(r"\s+", " ", body)
    assert html.count("<mark>") == html.count("</mark>") == len(marked(html)) <= len(kept)
    assert "<mark></mark>" not in html or "" in columns.pieces.text(numbers)


@given(st.text(max_size=8), st.integers(0, 8))
def test_what_is_said_to_be_plain_is_shown_as_it_was_written(text: str, end: int) -> None:
    assert bool(signs_of(text, end) & PLAIN) == (_shown(text) == text)


def test_marks_that_overlap_or_touch_are_one() -> None:
    columns = compile_columns([make_post("a", "title", "細胞の研究 of stem cells")])
    place, (first, end) = columns.place(0), columns.field_positions_of(0)[BODY : BODY + 2]
    numbers = columns.pieces.numbers(place + first, place + end)

    def html(*marks: tuple[int, int]) -> str:
        return columns.pieces.html(numbers, columns.pieces.parts(numbers), marks)

    assert html((0, 1), (1, 1), (3, 1)) == "<mark>細胞の研究</mark> of stem cells"
    assert html((6, 1), (7, 1)) == "細胞の研究 of <mark>stem</mark> <mark>cells</mark>"
    assert html((6, 2), (7, 1)) == "細胞の研究 of <mark>stem cells</mark>"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("It ends. Next", [2]),
        ("It ends.” “Next", [2]),
        ("e.g. of 3.5 mice", []),
        ("a line\nNext but\nnot this", [2]),
        ("It (really?) Next", [2]),
        ("終わり。次", [3]),
    ],
)
def test_where_sentences_begin(text: str, begins: list[int]) -> None:
    columns = compile_columns([make_post("a", "title", text)])
    place, (first, end) = columns.place(0), columns.field_positions_of(0)[BODY : BODY + 2]
    numbers = columns.pieces.numbers(place + first, place + end - FIELD_GAP)
    pieces = columns.pieces
    assert [at for at in range(1, len(numbers)) if pieces.sentence_before(numbers, at) == at] == begins
    assert pieces.sentence_after(numbers, 0, len(numbers) - 1) == next(iter(begins), 0)
