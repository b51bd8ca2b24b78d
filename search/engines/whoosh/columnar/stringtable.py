"""Strings in two arrays: their bytes end to end, and where each begins."""

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.columnar.arrayfile import Array


class StringTable:
    """Byte strings end to end. `find` and `prefix_range` need them sorted, and take O(log n) comparisons."""

    STEP = 32
    """Every so many strings one is kept in memory from the first search on: most of a search then runs in C."""

    REMEMBERED = 4096
    """What was found of the last so many strings, at most: the common words of queries are looked up over and over."""

    def __init__(self, text: Array, starts: Array) -> None:
        self._text_array, self._starts_array = text, starts
        self._text, self._starts, self._size = text.data, starts.data, len(text)
        self._samples: list[bytes] | None = None
        self._found: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._text[self._starts[index] : self._starts[index + 1]])

    def text(self, index: int) -> str:
        """A string that is UTF-8, decoded. Raises IndexError where damage has it end behind the table."""
        end = self._starts[index + 1]
        if end > self._size:
            raise IndexError("a string lies outside of its table")
        return str(self._text[self._starts[index] : end], "utf-8")

    def take(self, indexes: NDArray[np.integer[Any]]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The bytes of several strings end to end, and the size of each."""
        begins, ends = self._starts_array[indexes], self._starts_array[1:][indexes]
        if len(ends) and ends.max() > self._size:
            raise IndexError("a string lies outside of its table")
        sizes = ends.astype(np.int64) - begins
        return self._text_array[flat_ranges(begins, sizes)], sizes

    def find(self, key: bytes) -> int:
        """The index of `key`, the first where it is there several times, or -1."""
        found = self._found.get(key)
        if found is None:
            found = self._index_of(key)
            if len(self._found) >= self.REMEMBERED:
                self._found.clear()
            self._found[key] = found
        return found

    def prefix_range(self, prefix: bytes) -> range:
        """The indexes of the strings that begin with `prefix`."""
        return range(self._first_from(prefix), self._first_from(prefix + b"\xff"))  # no UTF-8 has 0xff

    def _index_of(self, key: bytes) -> int:
        """The index of the first string that is `key`, or -1: its bytes are looked for in those of all strings among
        which it must be, which are few, so that no call is made for each."""
        if not key:
            return 0 if len(self) and not self[0] else -1
        low, high = self._around(key)
        starts = self._starts
        begin = starts[low]
        text = bytes(self._text[begin : starts[min(high + 1, len(starts) - 1)]])
        at = text.find(key)
        while at >= 0:
            index = bisect_right(starts, begin + at, low, high + 1) - 1
            if starts[index] == begin + at and starts[index + 1] == begin + at + len(key):
                return index
            at = text.find(key, at + 1)
        return -1

    def _first_from(self, key: bytes) -> int:
        """The index of the first string that is not less than `key`."""
        low, high = self._around(key)
        return bisect_left(range(high), key, low, high, key=self.__getitem__)

    def _around(self, key: bytes) -> tuple[int, int]:
        """Two indexes; the first string that is not less than `key` is at one of them or between them."""
        if self._samples is None:
            self._samples = [self[index] for index in range(0, len(self), self.STEP)]
        block = bisect_left(self._samples, key) * self.STEP
        return max(block - self.STEP, 0), min(block, len(self))


def flat_ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers starts[i] ... starts[i] + counts[i] - 1 for every i, end to end."""
    ends: NDArray[np.int64] = np.cumsum(counts)
    index: NDArray[np.int64] = np.arange(ends[-1] if len(ends) else 0)
    index += (starts - (ends - counts)).repeat(counts)
    return index
