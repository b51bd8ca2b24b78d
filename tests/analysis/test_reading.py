"""What a typed word stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Reading, alternatives, analyze, splits

READINGS = {
    "": [],
    "--": [],
    "cells": ["cells"],
    "Patient’s": ["patient"],
    "meta-analysis": ["meta-analysis", "meta analysis"],
    "COVID-19": ["covid-19", "covid 19"],
    "covid19": ["covid19"],
    "e-mail": ["e-mail", "e mail"],
    "U.S.": ["u.s"],
    "C++": ["c++"],
    "C#": ["c#"],
    ".NET": [".net"],
    "10.1186": ["10.1186"],
    "3.5%": ["3.5"],
    "state-of-the-art": ["state-of-the-art", "state of the art"],
    "10.1186/s13287-021-02609-x": ["10.1186 s13287-021-02609-x", "10.1186 s13287 021 02609 x"],
    "an e-mail by O'Reilly": ["an e-mail by o'reilly", "an e mail by o reilly"],
    "l’école": ["l'école", "école"],
    "l'l": ["l'l", "l"],
    "东京都": ["东京 京都"],
}


@pytest.mark.parametrize("text", READINGS)
def test_readings(text: str) -> None:
    found = alternatives(text)
    assert [" ".join(reading.terms) for reading in found] == READINGS[text]
    assert all(reading.offsets == tuple(range(len(reading.terms))) for reading in found)


def test_a_shortened_article_leaves_its_place_in_a_phrase() -> None:
    assert alternatives("à l'école") == (Reading(("à", "l'école"), (0, 1)), Reading(("à", "école"), (0, 2)))


def test_one_character_of_an_unspaced_script_is_the_beginning_of_a_term() -> None:
    assert alternatives("猫") == (Reading(("猫",), (0,), prefix=True),)
    assert not alternatives("東京")[0].prefix
    assert not alternatives("a")[0].prefix


def test_the_last_character_of_a_run_takes_room_but_is_not_asked_for() -> None:
    assert alternatives("東京都 x") == (Reading(("東京", "京都", "x"), (0, 1, 3)),)


@given(st.text(st.sampled_from("abl1-'.& 東京"), max_size=30))
def test_the_last_reading_of_a_text_is_found_in_the_text(text: str) -> None:
    tokens = analyze(text)
    indexed = set(zip(tokens.terms, tokens.positions, strict=True))
    for reading in alternatives(text)[-1:]:
        found = list(zip(reading.terms, reading.offsets, strict=True))
        assert any({(term, first + at) for term, at in found} <= indexed for first in (0, 1))


@pytest.mark.parametrize(
    ("term", "pair"), [("metaanalysis", ("meta", "analysis")), ("covid19", ("covid", "19")), ("3d", ("3", "d"))]
)
def test_splits(term: str, pair: tuple[str, str]) -> None:
    assert pair in list(splits(term))


@given(st.text(st.sampled_from("abc12"), max_size=64))
def test_splits_are_bounded_and_make_the_term(term: str) -> None:
    found = list(splits(term))
    assert len(found) <= max(0, len(term) - 1)
    assert all(left + right == term for left, right in found)


@given(st.from_regex(r"[A-Za-z0-9]{1,80}", fullmatch=True))
def test_a_word_of_plain_letters_is_the_term_that_the_index_holds(text: str) -> None:
    assert [reading.terms for reading in alternatives(text)] == [tuple(analyze(text).terms)]
