"""Long arrays, a stretch at a time: what is worked out on the way takes the memory of a stretch, however many words a
segment has, and stays in the processor's caches."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.columnar.arrayfile import Array

STRETCH = 1 << 19
"""Entries. Half as many take a quarter more time, for hardly less memory."""


def stretches(count: int) -> Iterator[slice]:
    """The indexes below `count`, in order."""
    for start in range(0, count, STRETCH):
        yield slice(start, start + STRETCH)


def tally(parts: Iterable[Array], size: int) -> NDArray[np.int64]:
    """How often each number below `size` stands in any of `parts` (natural numbers)."""
    totals = np.zeros(size, np.int64)
    for part in parts:
        totals += np.bincount(part, minlength=size)
    return totals


def gathered(numbers: Array, size: int) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Where the numbers below `size` stand in `numbers` (n, integers; those below 0 are passed over), some at a time:
    each item is for the numbers from its first up to but not including its second, and has their places, ascending.

    The items ascend; one at least comes, and none has more than a stretch of places but that of a single number.
    """
    known = (part[part >= 0] for part in map(numbers.__getitem__, stretches(len(numbers))))
    ends = np.cumsum(tally(known, size))
    first = before = 0
    while True:
        last = min(size, max(first + 1, int(np.searchsorted(ends, before + STRETCH, "right"))))
        yield first, last, np.flatnonzero((numbers >= first) & (numbers < last))
        if last == size:
            return
        first, before = last, int(ends[last - 1])


def stable_order(keys: Array) -> NDArray[np.int64]:
    """np.argsort(keys, kind="stable") of natural numbers, sixteen bits at a time from the lowest on: numpy sorts those
    by counting, and wider ones by comparing, which takes many times as long."""
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    while (keys := keys >> 16).any():
        order = order[np.argsort(keys.astype(np.uint16)[order], kind="stable")]
    return order


def changes(*columns: Array) -> NDArray[np.bool_]:
    """Which rows of parallel arrays (n) differ from the row before in any; the first does."""
    changed = np.ones(len(columns[0]), np.bool_)
    changed[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return changed
