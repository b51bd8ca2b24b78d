"""Where the words of a query stand in a few posts: what tells which of them are near each other, and what to mark.

The rows of all words are laid end to end, those of the posts looked for are picked out at once, and each occurrence
becomes one number, so that to order them by post and position is to sort numbers.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.collection import Collection, Mask, laid
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import starts_in
from search.engines.whoosh.columnar.stringtable import flat_ranges

MOST_MARKS = 512
"""Occurrences of one word, or phrase, that count in one field of one post, the first: a post of one word repeated must
not cost more than an answer may."""

_SPAN, _WORD, _POSITION = 8, 12, 26
"""Bits of a mark, from the lowest: how many positions it covers, its word, its position; above them stands its post."""

_AT = _SPAN + _WORD
_POST = _AT + _POSITION


class MarksOf(NamedTuple):
    """The marks of some posts, end to end: those of post i are starts[i]:starts[i + 1]. Of each the position, the index
    of its word in the query, and how many positions it covers."""

    starts: list[int]
    positions: list[int]
    words: list[int]
    spans: list[int]


class Marks(NamedTuple):
    """Occurrences of the words of a query in some `posts` (ascending numbers in the collection), each as one of the
    `numbers` (ascending, int64) of post, position, word and span. Where several words match at one position that of the
    fewest posts counts; `ranked` are the words in this order, and what a number names is a place in it."""

    posts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    ranked: NDArray[np.int64]

    def in_order(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The index in `posts`, the position and the word of every mark. Positions count on from post to post, so that
        their differences say how far apart two are, within a post and across."""
        return self.numbers >> _POST, self.numbers >> _AT, self._words(self.numbers)

    def of(self, posts: Sequence[int]) -> MarksOf:
        """The marks of some of the posts."""
        indexes = self.posts.searchsorted(posts)
        begins = self.numbers.searchsorted(indexes << _POST).tolist()
        ends = self.numbers.searchsorted(indexes + 1 << _POST).tolist()
        found = np.concatenate([self.numbers[begin:end] for begin, end in zip(begins, ends, strict=True)])
        return MarksOf(
            [0, *accumulate([end - begin for begin, end in zip(begins, ends, strict=True)])],
            (found >> _AT & (1 << _POSITION) - 1).tolist(),
            self._words(found).tolist(),
            (found & (1 << _SPAN) - 1).tolist(),
        )

    def _words(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.ranked.take(numbers >> _SPAN & (1 << _WORD) - 1)


class _Slice(NamedTuple):
    """Rows of one list of a segment: the posts that they are of, the number of the first, the word."""

    segment: int
    posts: Array
    row: int
    word: int


class _Rows(NamedTuple):
    """Rows of the posts looked for, in the order of their segments: those of segment s are bounds[s]:bounds[s + 1]. Of
    each its number in the segment, its post in the collection, the word."""

    numbers: NDArray[np.int64]
    posts: NDArray[np.int64]
    words: NDArray[np.int64]
    bounds: Sequence[int]


def find_marks(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> Marks:
    """Where the words of a query stand in some posts (ascending)."""
    ranked = sorted(range(len(scored)), key=[one.match.total for one in scored].__getitem__)
    words = [scored[word] for word in ranked]
    wanted = collection.mask()
    wanted[posts] = True
    found = list(_phrase_marks(collection, words, posts, wanted))
    rows = _rows(collection, words, posts, wanted)
    if rows is not None:
        found.append(_word_marks(collection, words, posts, rows))
    numbers = np.concatenate([np.zeros(0, np.int64), *found])
    numbers.sort()
    if len(words) > 1 and len(numbers):
        places = numbers >> _AT
        numbers = numbers[np.append(True, places[1:] != places[:-1])]
    return Marks(posts, numbers, np.array(ranked, np.int64))


def _rows(collection: Collection, words: Sequence[Scored], posts: NDArray[np.int64], wanted: Mask) -> _Rows | None:
    """The rows of all words in some posts, which are `wanted`; None where no word has rows."""
    slices = _slices(collection, words, posts)
    if not slices:
        return None
    numbers = laid([(one.posts, collection.offsets[one.segment]) for one in slices])
    sizes = np.array([len(one.posts) for one in slices])
    kept = wanted.take(numbers).nonzero()[0]
    ends = np.cumsum(sizes)
    slice_of = ends.searchsorted(kept, side="right")
    segments = [one.segment for one in slices]
    last_slices = [bisect_right(segments, segment) for segment in range(len(collection.segments))]
    return _Rows(
        kept + (np.array([one.row for one in slices]) - ends + sizes)[slice_of],
        numbers.take(kept),
        np.array([one.word for one in slices])[slice_of],
        [0, *slice_of.searchsorted(last_slices).tolist()],
    )


def _slices(collection: Collection, words: Sequence[Scored], posts: NDArray[np.int64]) -> list[_Slice]:
    """The rows of all lists of the words, in the order of their segments: of those that any of the posts is in."""
    bounds = posts.searchsorted(collection.offsets).tolist()
    slices = []
    for word, one in enumerate(words):
        for part in one.match.parts:
            segment = part.segment
            if part.lists and bounds[segment] < bounds[segment + 1]:
                columns = collection.segments[segment]
                for rows in map(columns.field_rows, part.lists):
                    slices.append(_Slice(segment, columns.row_posts[rows[0] : rows[-1]], rows[0], word))
    return sorted(slices, key=attrgetter("segment"))


def _word_marks(
    collection: Collection, words: Sequence[Scored], posts: NDArray[np.int64], rows: _Rows
) -> NDArray[np.int64]:
    """The marks of words. From the columns of each segment only numbers are taken; all else is done once."""
    parts = [
        (columns, slice(first, last))
        for columns, (first, last) in zip(collection.segments, pairwise(rows.bounds), strict=True)
        if first < last
    ]
    if not parts:
        return np.zeros(0, np.int64)
    around, first = zip(*[columns.blocks(rows.numbers[part]) for columns, part in parts], strict=True)
    counts, starts = starts_in(rows.numbers, np.concatenate(around), np.concatenate(first))
    np.minimum(counts, MOST_MARKS, out=counts)
    for word, one in enumerate(words):
        if one.gate is not None:
            counts[(rows.words == word) & ~one.gate.take(rows.posts)] = 0
    occurrences, ends = flat_ranges(starts, counts), [0, *np.cumsum(counts).tolist()]
    found = [(columns, occurrences[ends[part.start] : ends[part.stop]]) for columns, part in parts]
    numbers: NDArray[np.int64] = np.concatenate([columns.positions[index] for columns, index in found]).astype(np.int64)
    numbers <<= _AT
    numbers += (
        np.concatenate([columns.spans(index) for columns, index in found])
        if any(one.match.compounds for one in words)
        else 1
    )
    numbers += np.repeat((posts.searchsorted(rows.posts) << _POST) + (rows.words << _SPAN), counts)
    return numbers


def _phrase_marks(
    collection: Collection, words: Sequence[Scored], posts: NDArray[np.int64], wanted: Mask
) -> Iterator[NDArray[np.int64]]:
    """The marks of phrases."""
    for word, one in enumerate(words):
        for part in one.match.parts:
            for spots in part.spots:
                numbers = spots.posts + collection.offsets[part.segment]
                kept = wanted.take(numbers).nonzero()[0]
                if one.gate is not None:
                    kept = kept[one.gate.take(numbers[kept])]
                index = posts.searchsorted(numbers[kept])
                few = np.arange(len(kept)) - index.searchsorted(index) < MOST_MARKS  # they are in the order of posts
                kept, index = kept[few], index[few]
                starts = spots.starts[kept]
                spans = np.minimum(spots.ends[kept] - starts, (1 << _SPAN) - 1)
                yield (index << _POST) + (starts << _AT) + (word << _SPAN) + spans
