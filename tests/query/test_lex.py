import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyze
from search.query.lex import Kind, Lexer, Token, has_word, one_line
from search.query.parse import parse


def test_a_token_carries_the_signs_before_it_and_where_they_begin() -> None:
    assert Lexer(' -tag:"two words"').tokens() == [
        Token(Kind.PHRASE, "two words", start=6, end=17, front=1, negated=True, name="tags")
    ]


def test_signs_may_come_in_either_order_but_only_once_each() -> None:
    first, second = Lexer("tag:-x -tag:-x").tokens()
    assert (first.negated, first.name, first.text) == (True, "tags", "x")
    assert (second.negated, second.name, second.text) == (True, "tags", "-x")


def test_an_operator_word_with_a_sign_or_a_quote_is_a_word() -> None:
    assert [token.kind for token in Lexer('AND OR NOT -AND tag:OR "NOT" ANDx').tokens()] == [
        *(Kind.AND, Kind.OR, Kind.NOT, Kind.WORD, Kind.WORD, Kind.PHRASE, Kind.WORD)
    ]


def test_has_word_agrees_with_the_analyzer_on_every_character_of_the_basic_plane() -> None:
    characters = (chr(code) for code in range(0x10000) if code not in range(0xD800, 0xE000))
    assert [char for char in characters if has_word(char) != bool(analyze(char).terms)] == []


@given(st.text(max_size=20))
def test_has_word_agrees_with_the_analyzer_on_any_text(text: str) -> None:
    assert has_word(text) == bool(analyze(text).terms)


@given(st.text(max_size=100))
def test_tokens_follow_each_other_and_miss_no_letter(text: str) -> None:
    tokens = Lexer(text).tokens()
    position = 0
    for token in tokens:
        assert position <= token.front <= token.start < token.end <= len(text)
        assert not any(char.isascii() and char.isalnum() for char in text[position : token.front])
        position = token.end


def test_one_line_shows_no_control_characters() -> None:
    assert one_line(" a\n\x1b[31m\u202e b ") == "a [31m b"


@given(st.text(st.sampled_from('ab1 é\t()-:"“”*~^.ANDOR\u200b\ud800'), max_size=20))
def test_a_plain_word_is_the_token_that_it_is_read_as_with_signs_in_mind(text: str) -> None:
    lexer = Lexer(text)
    for token in lexer.tokens():
        if token.text.isalnum():
            assert lexer._token(token.front) == token


@pytest.mark.parametrize(
    ("name", "example"),
    [("before:", "before:2022"), ("after:", "after:2022"), ("DATE:", "DATE:2022"), ("tag:", "tag:word")],
)
def test_a_name_without_a_value_is_told_what_to_write(name: str, example: str) -> None:
    lexer = Lexer(name)
    lexer.tokens()
    assert [told.message.partition(" Write ")[2] for told in lexer.diagnostics] == [f"{example}."]
    assert not parse(example).diagnostics
