"""The text of the posts of a segment, cut at its words into pieces that are kept once each.

A piece is a word as it was written with all that follows it up to the next word. Every position of a post is a place
that holds the number of a piece; what stands before the first word of a field is at the free position in front of it.
So the text of any positions is that of their pieces end to end, and says where its words are; and to find a word in a
post is to look for the numbers of its pieces.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.stringtable import StringTable


class Written(NamedTuple):
    """Stretches of places as text, end to end. Stretch s begins at character `starts[s]` (one entry more, the end). The
    piece at place p of it is number i = shifts[s] + p of all: it begins at character `begins[i]`, and its word takes
    `words[pieces[i]]` characters."""

    text: str
    starts: Sequence[int]
    shifts: Sequence[int]
    begins: Sequence[int]
    pieces: Sequence[int]
    words: Sequence[int]

    def spans(self, stretch: int, marks: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
        """The characters of matches (marks.Mark) that begin in a stretch. A longer one ends behind it."""
        shift, begins, pieces, words = self.shifts[stretch], self.begins, self.pieces, self.words
        found = []
        for place, span, _ in marks:
            first = shift + place
            last = first if span == 1 else min(first + span, len(pieces)) - 1
            found.append((begins[first], begins[last] + words[pieces[last]]))
        return found


class Pieces:
    """The pieces and the places of one segment, read-only. Field by field as in the table of columns.py."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._texts = StringTable(arrays["piece_text"], arrays["piece_starts"])
        self._characters = arrays["piece_characters"]
        self._words = arrays["piece_words"].data
        self.spans = arrays["piece_spans"]
        self._term_piece_starts = arrays["term_piece_starts"].data
        self._term_pieces = arrays["term_pieces"]
        self._compound_terms = arrays["compound_terms"].data
        self._compound_pieces = arrays["compound_pieces"]
        self._places = arrays["places"]
        if not len(self._texts) == len(self._characters) == len(self._words) == len(self.spans):
            raise ValueError("its pieces do not belong together")

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, stretches: Sequence[tuple[int, int]]) -> Array:
        """The pieces at the places of some stretches (first, last + 1), end to end; int64, by which numpy looks up."""
        return np.concatenate([self._places[first:last] for first, last in stretches], dtype=np.int64)

    @cached_property
    def terms(self) -> NDArray[np.int64]:
        """The term of every piece; -1 for what is no word."""
        starts = np.asarray(self._term_piece_starts).astype(np.int64)
        found = np.full(len(self), -1)
        found[self._term_pieces[: starts[-1]]] = np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1])
        return found

    def of_terms(self, first: int, last: int) -> Array:
        """The pieces whose word is one of the terms from `first` to before `last`."""
        return self._term_pieces[self._term_piece_starts[first] : self._term_piece_starts[last]]

    def of_compounds(self, first: int, last: int) -> Array:
        """The pieces with which a compound begins that is one of the terms from `first` to before `last`."""
        low = bisect_left(self._compound_terms, first)
        return self._compound_pieces[low : bisect_left(self._compound_terms, last, low)]

    def written(self, stretches: Sequence[tuple[int, int]]) -> Written:
        """What is written at the places of some stretches (first, last + 1)."""
        pieces = self.at(stretches)
        text = self._texts.take(pieces)[0].tobytes().decode()
        indexes = [0, *accumulate([last - first for first, last in stretches])]
        shifts = [index - first for index, (first, _) in zip(indexes, stretches, strict=False)]
        characters = np.zeros(len(pieces) + 1, np.int64)
        np.cumsum(self._characters[pieces], out=characters[1:])
        begins = characters.data
        return Written(text, [begins[index] for index in indexes], shifts, begins, pieces.data, self._words)
