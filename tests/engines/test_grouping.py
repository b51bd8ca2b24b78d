"""Long arrays a stretch at a time give what numpy gives at once."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from search.engines.whoosh.columnar import grouping
from search.engines.whoosh.columnar.grouping import changes, gathered, stable_order, stretches, tally

few = npst.arrays(np.int32, st.integers(0, 60), elements=st.integers(-1, 9))


@pytest.fixture(autouse=True, scope="module")
def _short() -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grouping, "STRETCH", 5)
        yield


@given(npst.arrays(st.sampled_from([np.uint16, np.int32, np.int64]), st.integers(0, 60), elements=st.integers(0, 9)))
def test_a_tally_of_stretches_is_that_of_all(numbers: Any) -> None:
    parts = (numbers[part] for part in stretches(len(numbers)))
    assert tally(parts, 10).tolist() == np.bincount(numbers, minlength=10).tolist()


@given(few)
def test_every_place_is_gathered_once_and_few_at_a_time(numbers: Any) -> None:
    expected = 0
    for first, last, at in gathered(numbers, 10):
        assert first == expected < last
        expected = last
        assert at.tolist() == [place for place, number in enumerate(numbers) if first <= number < last]
        assert len(at) <= grouping.STRETCH or last == first + 1
    assert expected == 10


def test_of_no_numbers_one_empty_part_comes() -> None:
    assert [(first, last, at.tolist()) for first, last, at in gathered(np.zeros(0, np.int32), 0)] == [(0, 0, [])]


@given(
    npst.arrays(np.int64, st.integers(0, 60), elements=st.sampled_from([0, 1, 65535, 65536, 65537, 1 << 32, 1 << 50]))
)
def test_the_order_is_that_of_a_stable_sort(keys: Any) -> None:
    assert stable_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), max_size=20))
def test_a_row_changes_where_any_column_does(rows: list[tuple[int, int]]) -> None:
    columns = np.array(rows, np.int64).reshape(-1, 2).T
    expected = [number == 0 or row != rows[number - 1] for number, row in enumerate(rows)]
    assert changes(*columns).tolist() == expected
