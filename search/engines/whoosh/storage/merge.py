"""Which segments to write together: few segments keep queries fast, few rewrites keep runs fast."""

from collections.abc import Sequence
from typing import NamedTuple

SEGMENT_WORDS = 11_000_000
"""A segment is written when it holds this many words (18,000 posts of 600), which bounds the memory of a process: it
takes some 70 bytes a word at its peak, half of them for what is gathered of the posts."""

MAX_SMALL = 8
"""Small segments are at most this many. Each costs a query about the same, however small; one run adds one (a large
run one for each process)."""

FANOUT = 4
"""A segment is drawn into a merge when it is at most this many times as large as what the merge has gathered."""


class Size(NamedTuple):
    """Of one segment: posts that are not deleted, all posts, words of all posts."""

    live: int
    rows: int
    words: int

    @property
    def live_words(self) -> int:
        return self.words * self.live // self.rows

    @property
    def wasted(self) -> bool:
        return 0 < self.live < self.rows - self.live

    @property
    def small(self) -> bool:
        """A segment that is at least half full is left as it is: merging such ones would not make them fewer."""
        return self.live > 0 and 2 * self.live_words < SEGMENT_WORDS


def segments_to_merge(sizes: Sequence[Size]) -> frozenset[int]:
    """The numbers of the segments whose posts should be written anew, together.

    A segment with fewer live posts than deleted ones is rewritten. When there are more than MAX_SMALL small ones, the
    smallest are merged, and so on upwards while the next is at most FANOUT times what was gathered: sizes then grow
    geometrically, so that a post is rewritten a logarithmic number of times in its life (the logarithmic method of
    Bentley & Saxe, Decomposable Searching Problems, 1980). An empty segment is never named: it is simply dropped.
    """
    merged = {number for number, size in enumerate(sizes) if size.wasted}
    rest = [number for number, size in enumerate(sizes) if size.small and number not in merged]
    rest.sort(key=lambda number: (sizes[number].live_words, number))
    gathered = sum(sizes[number].live_words for number in merged)
    while rest and len(rest) + bool(merged) > MAX_SMALL:
        gathered += sizes[rest[0]].live_words
        merged.add(rest.pop(0))
        while rest and sizes[rest[0]].live_words <= FANOUT * gathered:
            gathered += sizes[rest[0]].live_words
            merged.add(rest.pop(0))
    return frozenset(merged)
