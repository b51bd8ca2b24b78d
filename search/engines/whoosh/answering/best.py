"""The best of many values, without sorting them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUPS = 16
"""So many groups for each of the best that are wanted, at least."""


def at_most(values: NDArray[Any], most: int) -> NDArray[np.int64]:
    """The indexes (ascending) of the `most` largest of `values`, and of all that equal the last of them; of all where
    there are no more."""
    if len(values) <= most:
        return np.arange(len(values))
    found: NDArray[np.int64] = (values >= _floor(values, most)).nonzero()[0]
    return found


def _floor(values: NDArray[Any], most: int) -> Any:
    """The value of rank `most`. As many groups of values have their largest among the best, at least: what is less than
    the rank `most` of these cannot be, and few values are left. numpy's partition takes a hundred times as long as one
    pass over the values."""
    rows = len(values) // max(GROUPS * most, 512)
    if rows > 1:
        largest = values[: len(values) // rows * rows].reshape(rows, -1).max(axis=0)
        values = values[values >= np.partition(largest, -most)[-most]]
    return np.partition(values, -most)[-most]
