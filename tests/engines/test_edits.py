"""The distances that the engine counts for many terms at once, against the textbook recurrence for two."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.columnar.compiler import compile_columns
from search.engines.whoosh.columnar.edits import distances, near_terms
from tests.engines.reference import distance
from tests.engines.samples import make_post

texts = st.text("abcé字𝒳", max_size=9)


def counted(word: str, others: list[str]) -> list[int]:
    codes = np.array([ord(char) for char in "".join(others)], np.uint32)
    lengths = np.array([len(other) for other in others], np.int64)
    found: list[int] = distances(word, codes, np.cumsum(lengths) - lengths, lengths).tolist()
    return found


@given(texts.filter(bool), st.lists(texts, min_size=1))
def test_distances_are_those_of_the_recurrence(word: str, others: list[str]) -> None:
    assert counted(word, others) == [distance(word, other) for other in others]


@pytest.mark.parametrize(
    ("word", "other", "edits"),
    [
        ("cat", "cat", 0),
        ("cat", "act", 1),
        ("cat", "cart", 1),
        ("cat", "dog", 3),
        ("ca", "abc", 3),  # not 2: no part is edited twice
        ("kitten", "sit", 4),
        ("a" * 64, "a" * 62 + "b", 2),
    ],
)
def test_a_transposition_is_one_edit(word: str, other: str, edits: int) -> None:
    assert counted(word, [other]) == counted(other, [word]) == [edits]


@given(texts.filter(bool), st.lists(st.text("abcé", min_size=1, max_size=7), min_size=1), st.sampled_from((1, 2)))
def test_no_term_within_reach_is_missed(word: str, body: list[str], edits: int) -> None:
    columns = compile_columns([make_post("all", body=" ".join(body))])
    terms = [columns.terms[number].decode() for number in range(len(columns.terms))]
    expected = {number: distance(word, term) for number, term in enumerate(terms)}
    assert near_terms(columns, word, edits) == {term: found for term, found in expected.items() if 0 < found <= edits}
