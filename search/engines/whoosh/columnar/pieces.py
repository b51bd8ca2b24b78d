"""The text of the posts of a segment, cut between its words into pieces that are kept once each.

A piece is a word as it was written, with the punctuation that touches it and the white space behind. Every position of
a post is a place that holds the number of a piece; what stands before the first piece of a field is at the free
position in front of it. So the text of any positions is that of their pieces end to end, to mark a word is to mark its
piece, and whether a sentence begins with a piece is known from it and the one before.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np

from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.stringtable import StringTable

LONGEST = 160
"""Characters of a piece that are shown; a longer one is no word."""

KEPT = 1 << 17
"""So many pieces are held in memory as they are shown, by all segments together, once they were. The frequent ones have
the lowest numbers: of a segment with a million words the first 8,192 make four fifths of a text."""

RARE = 0xFF00
"""Places hold the numbers below in two bytes. A large segment has more pieces, in a few places each: such a place has
RARE and the upper bits of how far its piece is above it. That is enough for 16 million pieces; posts are of a million
bytes at most, so a segment cannot have as many."""

RARE_BITS = 16
"""The lower bits, which are kept apart, in the order of these places."""

PLACES_PER_BLOCK = 64
"""Of every so many places it is kept how many such ones are before them."""

ENDS, SMALL, TIGHT, REACHES, PLAIN = 1, 2, 4, 8, 16
"""The signs of a piece: a sentence may end with it; it begins with a small letter, so that none ends before it (that
is an abbreviation, or a line that was only wrapped); nothing stands behind its word; its word reaches into the next
piece, as the pairs of characters of an unspaced script do; it is shown just as it was written."""

_SENTENCE_END = re.compile(r"[\n。！？]|[.?!][\"')\]”’]?\s")
_SPACE = re.compile(r"\s+")
_ALTERED = re.compile(r"[&<>\"']|[^\S ]|  ")
"""What `_shown` makes something else of."""


def signs_of(text: str, end: int) -> int:
    """The signs of a piece whose word ends at character `end`."""
    return (
        (ENDS if text[end:] != " " and _SENTENCE_END.search(text, end) else 0)
        | (SMALL if text[:1].islower() else 0)
        | (TIGHT if end >= len(text) else 0)
        | (REACHES if end > len(text) else 0)
        | (PLAIN if len(text) <= LONGEST and not _ALTERED.search(text) else 0)
    )


def _shown(text: str) -> str:
    """A piece, or a part of one, as HTML on one line."""
    return _SPACE.sub(" ", escape(text[:LONGEST]))


class _Unmarked(dict[int, str]):
    """Pieces by number as they are shown."""

    def __init__(self, texts: StringTable, signs: memoryview) -> None:
        super().__init__()
        self.kept = KEPT
        self._text, self._signs = texts.text, signs

    def __missing__(self, number: int) -> str:
        text = self._text(number)
        found = text if self._signs[number] & PLAIN else _shown(text)
        if number < self.kept:
            self[number] = found
        return found


class Pieces:
    """The pieces and the places of one segment, read-only. Field by field as in the table of columns.py."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._texts = StringTable(arrays["piece_text"], arrays["piece_starts"])
        self._leads = arrays["piece_leads"].data
        self._words = arrays["piece_words"].data
        self.signs = arrays["piece_signs"].data
        self.terms = arrays["piece_terms"]
        """The term of every piece; the number of terms for what is no word."""
        self._places = arrays["places"].data
        self._upper_bytes = arrays["places"].view(np.uint8)[1::2].data
        self._rare_blocks = arrays["rare_blocks"].data
        self._rare_pieces = arrays["rare_pieces"].data
        self._unmarked = _Unmarked(self._texts, self.signs)
        if len(self._rare_blocks) != -(-len(self._places) // PLACES_PER_BLOCK):
            raise ValueError("its places do not belong together")
        if not len(self._texts) == len(self._leads) == len(self._words) == len(self.signs) == len(self.terms):
            raise ValueError("its pieces do not belong together")

    def keep(self, most: int) -> None:
        """Hold so many pieces as they are shown, the frequent ones, and no others."""
        self._unmarked.kept = most

    def numbers(self, first: int, last: int) -> list[int]:
        """The pieces at the places from `first` up to but not including `last`."""
        found: list[int] = self._places[first:last].tolist()
        if found and max(found) >= RARE:
            rare = self._rare_before(first)
            for index, code in enumerate(found):
                if code >= RARE:
                    found[index] = RARE + ((code - RARE) << RARE_BITS) + self._rare_pieces[rare]
                    rare += 1
        return found

    def _rare_before(self, place: int) -> int:
        """How many places before `place` have a rare piece: those whose upper byte is that of RARE."""
        block = place // PLACES_PER_BLOCK
        since = bytes(self._upper_bytes[block * PLACES_PER_BLOCK : place])
        return self._rare_blocks[block] + since.count(RARE >> 8)

    def text(self, numbers: Iterable[int]) -> str:
        """Some pieces end to end, as they were written."""
        return "".join(map(self._texts.text, numbers))

    def parts(self, numbers: Iterable[int]) -> list[str]:
        """Some pieces as HTML, on one line: escaped, without marks."""
        return list(map(self._unmarked.__getitem__, numbers))

    def html(self, numbers: Sequence[int], parts: list[str], marks: Iterable[tuple[int, int]]) -> str:
        """Some pieces end to end, given with what `parts` made of them (used up by it), with the words of `marks` in
        `<mark>`: of each the index of its first piece and how many it covers. They ascend, and may overlap."""
        for first, last in self._merged(numbers, marks):
            before, word, after = self._cut(numbers[first])
            if first == last:
                parts[first] = f"{before}<mark>{word}</mark>{after}"
            else:
                parts[first] = f"{before}<mark>{word}{after}"
                before, word, after = self._cut(numbers[last])
                parts[last] = f"{before}{word}</mark>{after}"
        return "".join(parts)

    def _merged(self, numbers: Sequence[int], marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The first and the last piece of each mark; those that overlap or touch are one."""
        merged: list[tuple[int, int]] = []
        begin = end = -1
        for first, span in marks:
            last = first + span - 1
            if last >= len(numbers) - 1:
                last = len(numbers) - 1
            elif self.signs[numbers[last]] & REACHES:
                last += 1
            if merged and (first <= end or (first == end + 1 and self._touch(numbers[end], numbers[first]))):
                end = max(end, last)
                merged[-1] = begin, end
            else:
                begin, end = first, last
                merged.append((begin, end))
        return merged

    def _touch(self, one: int, following: int) -> bool:
        return bool(self.signs[one] & TIGHT) and not self._leads[following]

    def _cut(self, number: int) -> tuple[str, str, str]:
        """What stands before the word of a piece, its word and what stands behind, as HTML on one line."""
        text, first = self._texts.text(number), self._leads[number]
        last = first + self._words[number]
        if self.signs[number] & PLAIN:
            return text[:first], text[first:last], text[last:]
        return _shown(text[:first]), _shown(text[first:last]), _shown(text[last:])

    def sentence_before(self, numbers: Sequence[int], at: int) -> int:
        """The last index up to `at` with whose piece a sentence begins, by the one before it; 0 where there is none."""
        signs = self.signs
        while at and (not signs[numbers[at - 1]] & ENDS or signs[numbers[at]] & SMALL):
            at -= 1
        return at

    def sentence_after(self, numbers: Sequence[int], at: int, last: int) -> int:
        """The first index behind `at`, up to `last`, with whose piece a sentence begins; `at` where there is none."""
        for index in range(at + 1, last + 1):
            if self.signs[numbers[index - 1]] & ENDS and not self.signs[numbers[index]] & SMALL:
                return index
        return at
