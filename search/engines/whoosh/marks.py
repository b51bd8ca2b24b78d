"""Where the words of a query stand in a few posts: what tells which of them are near each other, and what to mark.

The rows of all words are laid end to end, those of the posts looked for are picked out at once, and each occurrence
becomes one number, so that to order them by post and position is to sort numbers.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import Columns
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.phrases import Spots

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


def find_marks(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> Marks:
    """Where the words of a query stand in some posts (ascending)."""
    ranked = sorted(range(len(scored)), key=[one.match.total for one in scored].__getitem__)
    words = [scored[word] for word in ranked]
    bounds = posts.searchsorted(collection.offsets).tolist()
    found = [np.zeros(0, np.int64)]
    for segment, (first, last) in enumerate(pairwise(bounds)):
        if first < last:
            found += _in_segment(collection, segment, words, posts, first, last)
    numbers = np.concatenate(found)
    numbers.sort()
    if len(words) > 1:
        at = numbers >> _AT
        numbers = numbers[np.flatnonzero(np.diff(at, prepend=-1))]
    return Marks(posts, numbers, np.array(ranked, np.int64))


def _in_segment(
    collection: Collection, segment: int, words: Sequence[Scored], posts: NDArray[np.int64], first: int, last: int
) -> Iterator[NDArray[np.int64]]:
    """The numbers of the marks in posts[first:last], all of one segment."""
    columns, offset = collection.segments[segment], collection.offsets[segment]
    index_of = np.zeros(columns.posts, np.int32)  # counted from 1
    index_of[posts[first:last] - offset] = np.arange(first + 1, last + 1)
    gates = [one.gate[offset : offset + columns.posts] if one.gate is not None else None for one in words]
    slices: list[tuple[int, int, int]] = []
    for word, one in enumerate(words):
        for part in one.match.parts:
            if part.segment == segment:
                slices += [(*columns.rows_of(list_id), word) for list_id in part.lists]
                for spots in part.spots:
                    if len(spots.posts):
                        yield _phrase_marks(index_of, spots, word, gates[word])
    if slices:
        yield _word_marks(columns, index_of, slices, gates)


def _word_marks(
    columns: Columns,
    index_of: NDArray[np.int32],
    slices: Sequence[tuple[int, int, int]],
    gates: Sequence[NDArray[np.bool_] | None],
) -> NDArray[np.int64]:
    """The marks of words. `slices` are rows, from first to before last, and the word that they are of."""
    posts = np.concatenate([columns.row_posts[first:last] for first, last, _ in slices])
    indexes = index_of.take(posts)
    kept = indexes.nonzero()[0]
    firsts, lasts, words = np.array(slices, np.int64).T
    ends = np.cumsum(lasts - firsts)
    of_slice = ends.searchsorted(kept, side="right")
    word = words[of_slice]
    for gated in [number for number, gate in enumerate(gates) if gate is not None]:
        free = np.flatnonzero((word != gated) | gates[gated][posts[kept]])  # type: ignore[index]  # it is not None
        kept, of_slice, word = kept[free], of_slice[free], word[free]
    counts, positions, spans = columns.occurrences(kept + (lasts - ends)[of_slice], MOST_MARKS)
    rest = (indexes[kept].astype(np.int64) - 1 << _POST) + (word << _SPAN)
    numbers: NDArray[np.int64] = np.repeat(rest, counts) + (positions << _AT) + spans
    return numbers


def _phrase_marks(
    index_of: NDArray[np.int32], spots: Spots, word: int, gate: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """The marks of a phrase in one field."""
    indexes = index_of.take(spots.posts).astype(np.int64)
    kept = indexes.nonzero()[0] if gate is None else np.flatnonzero((indexes > 0) & gate[spots.posts])
    indexes = indexes[kept] - 1
    few = np.arange(len(kept)) - indexes.searchsorted(indexes) < MOST_MARKS  # spots are in the order of posts
    kept, indexes = kept[few], indexes[few]
    starts = spots.starts[kept]
    spans = np.minimum(spots.ends[kept] - starts, (1 << _SPAN) - 1)
    numbers: NDArray[np.int64] = (indexes << _POST) + (starts << _AT) + (word << _SPAN) + spans
    return numbers
