"""The best of many values, against sorting them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.answering.best import GROUPS, at_most


def by_sorting(values: list[float], most: int) -> list[int]:
    floor = sorted(values, reverse=True)[:most][-1:]
    return [index for index, value in enumerate(values) if floor and value >= floor[0]]


@given(st.lists(st.integers(0, 5).map(float), max_size=40), st.integers(1, 12))
def test_the_best_and_all_that_equal_the_last(values: list[float], most: int) -> None:
    assert at_most(np.array(values, np.float32), most).tolist() == by_sorting(values, most)


@pytest.mark.parametrize("size", [GROUPS * 32 * 2, 5_000, 99_999])
@pytest.mark.parametrize("most", [1, 10, 50])
@pytest.mark.parametrize("distinct", [3, 1 << 20])
def test_of_many(size: int, most: int, distinct: int) -> None:
    values = np.random.default_rng(size + most).integers(0, distinct, size)
    assert at_most(values, most).tolist() == by_sorting(values.tolist(), most)
