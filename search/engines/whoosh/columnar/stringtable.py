"""Strings in two arrays, their bytes end to end and where each begins; in a third, by their hashes, to look them up."""

import zlib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.columnar.arrayfile import Array

PROBES = 32
"""So many slots are looked at for a string, at most: whoever knows the hash can write words that all have the same."""


class StringTable:
    """Byte strings end to end. `prefix_range` needs them sorted, and takes O(log n) comparisons."""

    STEP = 32
    """Every so many strings one is kept in memory from the first search on: most of a search then runs in C."""

    def __init__(self, text: Array, starts: Array) -> None:
        self._text_array, self._starts_array = text, starts
        self._text, self._starts, self._size = text.data, starts.data, len(text)
        self._samples: list[bytes] | None = None

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

    def prefix_range(self, prefix: bytes) -> range:
        """The indexes of the strings that begin with `prefix`."""
        return range(self._first_from(prefix), self._first_from(prefix + b"\xff"))  # no UTF-8 has 0xff

    def _first_from(self, key: bytes) -> int:
        """The index of the first string that is not less than `key`."""
        if self._samples is None:
            self._samples = [self[index] for index in range(0, len(self), self.STEP)]
        block = bisect_left(self._samples, key) * self.STEP
        low, high = max(block - self.STEP, 0), min(block, len(self))
        return bisect_left(range(high), key, low, high, key=self.__getitem__)


class Dictionary(StringTable):
    """A sorted table whose strings are found by their hashes, mostly with one or two looks at it. A search by halves
    looks at a dozen places of the file, and what is not in the processor's caches is what takes the time."""

    def __init__(self, text: Array, starts: Array, slots: Array) -> None:
        """`slots` is what hash_slots makes of the strings."""
        super().__init__(text, starts)
        self._slots = slots.data

    def find(self, key: bytes) -> int:
        """The index of `key`, the first where it is there several times, or -1."""
        slots = self._slots
        slot = zlib.crc32(key)
        for _ in range(PROBES):
            slot %= len(slots)
            index = slots[slot] - 1
            if index < 0:
                return -1
            if self[index] == key:
                return index
            slot += 1
        index = self._first_from(key)
        return index if index < len(self) and self[index] == key else -1


def hash_slots(strings: Sequence[bytes]) -> NDArray[np.uint32]:
    """For each string one more than its index, in the slot of its CRC-32 or, where that is taken, in the next that is
    free (linear probing: Knuth, The Art of Computer Programming 3, section 6.4); a string for which PROBES are taken is
    left out. Two of five slots are free, or more, and hold 0."""
    slots = [0] * (len(strings) * 5 // 3 + 1)
    for number, string in enumerate(strings, 1):
        slot = zlib.crc32(string)
        for _ in range(PROBES):
            slot %= len(slots)
            if not slots[slot]:
                slots[slot] = number
                break
            slot += 1
    return np.array(slots, np.uint32)


def flat_ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers starts[i] ... starts[i] + counts[i] - 1 for every i, end to end."""
    ends: NDArray[np.int64] = np.cumsum(counts)
    index: NDArray[np.int64] = np.arange(ends[-1] if len(ends) else 0)
    index += (starts - (ends - counts)).repeat(counts)
    return index
