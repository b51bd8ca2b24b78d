"""Text that was cut into pieces comes back as it was, and its words are where the analyzer found them."""

from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import TAG_SEPARATOR, analyze
from search.engines.whoosh.columns import Columns
from search.engines.whoosh.compiler import compile_columns
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
        places = columns.field_places([row])[0][BODY]
        for index, (term, _) in enumerate(words):
            number = columns.term_list(term)
            assert columns.pieces.at([(places + index, places + index + 1)])[0] in columns.pieces.of_terms(
                number, number + 1
            )


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_compound_is_told_by_the_piece_that_it_begins_with(bodies: list[str]) -> None:
    columns = compile_columns(make_post(f"{number}", "title", body) for number, body in enumerate(bodies))
    for row, body in enumerate(bodies):
        tokens = analyze(body)
        for term, position, span, start, end in zip(
            tokens.terms, tokens.positions, tokens.spans, tokens.starts, tokens.ends, strict=True
        ):
            place = columns.field_places([row])[0][BODY] + position
            (piece,) = columns.pieces.at([(place, place + 1)])
            number = columns.term_list(term)
            if span > 1:
                assert piece in columns.pieces.of_compounds(number, number + 1)
                assert columns.pieces.spans[piece] == span
                assert words_at(columns, row, position, span) == body[start:end]


def words_at(columns: Columns, row: int, index: int, span: int) -> str:
    """What is written at `span` positions of a body from its position `index` on."""
    first, end = columns.field_places([row])[0][BODY : BODY + 2]
    written = columns.pieces.written([(first, end - 1)])
    ((start, stop),) = written.spans(0, [(first + index, span, 0)])
    return written.text[start:stop]
