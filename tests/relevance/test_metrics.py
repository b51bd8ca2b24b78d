"""The measures, against values worked out by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.relevance.metrics import ndcg, reciprocal_rank, success


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [
        ("abc", "a", 1.0),
        ("bac", "a", 1 / log2(3)),  # second place: 0.6309
        ("bca", "a", 0.5),  # third place: 1 / log2(4)
        ("bcd", "a", 0.0),
        ("", "a", 0.0),
        ("axb", "ab", (1 + 0.5) / (1 + 1 / log2(3))),  # 1.5 / 1.6309 = 0.9197
    ],
)
def test_ndcg(ranked: str, relevant: str, expected: float) -> None:
    assert ndcg(ranked, relevant) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranked", "expected"), [("abcd", 1.0), ("bacd", 0.5), ("bcda", 0.25), ("bcd", 0.0), ("", 0.0)]
)
def test_reciprocal_rank(ranked: str, expected: float) -> None:
    assert reciprocal_rank(ranked, {"a"}) == expected


def test_the_first_of_several_relevant_ids_counts() -> None:
    assert reciprocal_rank("xbay", {"a", "b"}) == 0.5


def test_nothing_after_rank_k_counts() -> None:
    eleven = [*"0123456789", "relevant"]
    assert (ndcg(eleven, {"relevant"}), reciprocal_rank(eleven, {"relevant"}), success(eleven, {"relevant"})) == (
        0,
        0,
        0,
    )
    assert success(eleven, {"relevant"}, k=11) == 1


def test_the_ideal_holds_no_more_than_k_ids() -> None:
    many = [f"{number}" for number in range(20)]
    assert ndcg(many, many) == pytest.approx(1)


@given(st.permutations("abcdefghijkl"), st.sets(st.sampled_from("abcdefghijkl"), min_size=1))
def test_the_measures_order_and_bound_each_other(ranked: list[str], relevant: set[str]) -> None:
    assert 0 <= ndcg(ranked, relevant) <= 1 + 1e-9
    assert reciprocal_rank(ranked, relevant) <= success(ranked, relevant)
    assert (ndcg(ranked, relevant) > 0) == (success(ranked, relevant) == 1)
