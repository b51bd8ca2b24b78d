"""The terms of a segment within a few edits of a word, all of them compared at once.

An edit inserts, deletes or substitutes one character or swaps two neighbours; no part is edited twice (optimal string
alignment). A filter on lengths and sets of letters leaves a few hundred terms of tens of thousands; those advance
together through the bit-parallel recurrence of Hyyro (A Bit-Vector Algorithm for Computing Levenshtein and Damerau
Edit Distances, 2003, figure 8), one character of each at a step: bit i of a row says how the distance of the word's
first i characters differs from that of the first i - 1.
"""

import numpy as np
from numpy.typing import NDArray

from search.analysis import MAX_TERM
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import Columns

_LETTER_BITS = 26
_LENGTH_SHIFT = 26
_MAX_LENGTH = 63
_ONE = np.uint64(1)
_CODES = 0x110000


def shape(term: str) -> int:
    """Length (high 6 bits) and set of letters (low 26, by code point modulo 26) of a term, as an uint32. One edit
    changes the length by at most one, and it takes at most one letter from the set and puts at most one there."""
    letters = 0
    for char in term:
        letters |= 1 << ord(char) % _LETTER_BITS
    return min(len(term), _MAX_LENGTH) << _LENGTH_SHIFT | letters


def near_terms(columns: Columns, word: str, edits: int) -> dict[int, int]:
    """Which terms are 1 to `edits` edits from `word`, and how many: {term: edits}, by ascending term."""
    if not 0 < len(word) <= MAX_TERM:
        return {}
    candidates = _alike(columns.term_shapes, shape(word), edits)
    codes, starts, lengths = _letters(columns, candidates)
    found = distances(word, codes, starts, lengths)
    near = np.flatnonzero((found > 0) & (found <= edits))
    return dict(zip(candidates[near].tolist(), found[near].tolist(), strict=True))


def _alike(shapes: Array, own: int, edits: int) -> NDArray[np.int64]:
    """The terms whose length and letters do not rule out that they are within `edits`."""
    letters = np.uint32((1 << _LENGTH_SHIFT) - 1)
    differing = (shapes ^ np.uint32(own)) & letters
    lost = np.bitwise_count(differing & np.uint32(own))
    lengths = (shapes >> np.uint32(_LENGTH_SHIFT)).astype(np.int8) - np.int8(own >> _LENGTH_SHIFT)
    alike = (lost <= edits) & (np.bitwise_count(differing) - lost <= edits) & (np.abs(lengths) <= edits)
    return np.flatnonzero(alike)


def _letters(columns: Columns, terms: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64], Array]:
    """The characters of some terms end to end, where those of each begin, and how many it has."""
    raw, sizes = columns.terms.take(terms)
    codes = np.frombuffer(raw.tobytes().decode().encode("utf-32-le"), np.uint32)
    begins = np.cumsum(raw & 0xC0 != 0x80)  # characters up to and with each byte
    ends = np.concatenate([[0], begins[np.cumsum(sizes) - 1]]) if len(terms) else np.zeros(1, np.int64)
    return codes, ends[:-1], np.diff(ends)


def distances(
    word: str, codes: NDArray[np.uint32], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The distance of `word` (1 to MAX_TERM characters) from each of C texts, given by their characters end to end
    (`codes`) and by where each begins and how long it is (C)."""
    masks = np.zeros(_CODES, np.uint64)
    for place, char in enumerate(word):
        masks[ord(char)] |= _ONE << np.uint64(place)
    last = _ONE << np.uint64(len(word) - 1)
    size = len(starts)
    distance = np.full(size, len(word), np.int64)
    rises, falls = np.full(size, ~np.uint64(0)), np.zeros(size, np.uint64)  # VP and VN of the source
    diagonal, before = np.zeros(size, np.uint64), np.zeros(size, np.uint64)  # D0, and the matches one step earlier
    for step in range(int(lengths.max(initial=0))):
        going = step < lengths
        matches = masks[codes[np.where(going, starts + step, 0)]]
        swapped = ((~diagonal & matches) << _ONE) & before
        diagonal = (((matches & rises) + rises) ^ rises) | matches | falls | swapped
        up, down = falls | ~(diagonal | rises), diagonal & rises
        distance += going & (up & last != 0)
        distance -= going & (down & last != 0)
        up = up << _ONE | _ONE
        rises, falls = down << _ONE | ~(diagonal | up), up & diagonal
        before = matches
    return distance
