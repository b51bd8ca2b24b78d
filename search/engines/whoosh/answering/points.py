"""What a post scores for a query: the sum over its words, raised by how much of its title the query covers.

    points = sum of the words * (1 + coverage * share of the title's words that the query has
                                   + titled, if the title has every word of the query)
                              * (share of the query's words that the post has) ^ held

A post whose title is the query, or the best part of it, is more often the one that is looked for than one that has the
same words in a longer title. The last factor is of relaxed queries only (evaluate.py): a post that has all of their
words, though each once, is more often looked for than one that is full of one of them.

Only the rows of the posts that were found are looked at: a query of several words finds far fewer than each of them.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.match import NO_ROWS
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT, TITLE


class _Rows(NamedTuple):
    """The rows of some words in some posts, word by word, part by part, field by field. Of each its post, by its number
    in the collection and as an index among those posts (`slots`), and how often the word stands there. `sizes` is how
    many there are for each word, part and field, and `bounds` where these begin, and the last ends."""

    posts: NDArray[np.intp]
    slots: NDArray[np.intp]
    counts: Array
    sizes: NDArray[np.int64]
    bounds: list[int]


class TitleFactors(NamedTuple):
    """Of some posts those whose title has a word of the query: their indexes (`places`, ascending), what share of the
    title are words of the query, above 0 and up to 1, and what that multiplies their sums by. All parallel."""

    places: NDArray[np.intp]
    shares: NDArray[np.float64]
    factors: NDArray[np.float64]


def points(
    collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64], held: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """The points of some posts, parallel to them. `held` is Found.held."""
    rows = _rows(collection, scored, posts)
    found = _summed(collection, scored, rows, posts)
    titles = _title_factors(collection, scored, rows, posts)
    found[titles.places] *= titles.factors
    return found if held is None else found * held.take(posts)


def summed(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The sum of the words in some posts, times what each post has for any query; parallel to them."""
    return _summed(collection, scored, _rows(collection, scored, posts), posts)


def title_factors(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> TitleFactors:
    """What titles do for some posts. A title has every word of the query also where it lacks what stands
    for others (worth less)."""
    return _title_factors(collection, scored, _rows(collection, scored, posts), posts)


def _rows(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> _Rows:
    of_words = [one.match.rows for one in scored] or [NO_ROWS]
    firsts = accumulate([len(rows.posts) for rows in of_words], initial=0)
    ends = np.concatenate([rows.ends + first for rows, first in zip(of_words, firsts, strict=False)])
    numbers = np.concatenate([rows.posts for rows in of_words])
    slots = np.full(collection.size, -1, np.intp)
    slots[posts] = np.arange(len(posts))
    found = slots.take(numbers)
    kept = (found >= 0).nonzero()[0]
    counts = np.concatenate([rows.counts for rows in of_words])
    sizes = kept.searchsorted(ends)
    bounds = [0, *sizes.tolist()]
    sizes[1:] -= sizes[:-1]
    return _Rows(numbers.take(kept), found.take(kept), counts.take(kept), sizes, bounds)


def _summed(
    collection: Collection, scored: Sequence[Scored], rows: _Rows, posts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """In double precision, then rounded to single, so that it cannot show in how many parts a segment holds a word."""
    norms = (np.arange(len(rows.sizes)) % FIELD_COUNT * collection.size).repeat(rows.sizes)
    norms += rows.posts
    norm = collection.norms.take(norms)
    norm += rows.counts
    impact = np.divide(rows.counts, norm, dtype=np.float64)
    impact *= np.concatenate([np.zeros(0), *[_worth(collection, one) for one in scored]]).repeat(rows.sizes)
    if any(one.gate is not None for one in scored):
        _gate(scored, rows, impact)
    found = np.bincount(rows.slots, impact, len(posts)).astype(np.float32)
    if collection.weighed:
        found *= collection.factors.take(posts)
    return found


def _worth(collection: Collection, one: Scored) -> NDArray[np.float64]:
    """What an occurrence of a word is worth before it saturates, for each part and field (K * F)."""
    fields = np.array(collection.scoring.field_weights(collection.posts, one.match)) * one.factor
    return np.multiply.outer([part.weight for part in one.match.parts], fields).ravel()


def _gate(scored: Sequence[Scored], rows: _Rows, impact: NDArray[np.float64]) -> None:
    """Take from each word what it is worth outside of its gate."""
    last = 0
    for one in scored:
        first, last = last, last + len(one.match.rows.ends)
        if one.gate is not None:
            of_word = slice(rows.bounds[first], rows.bounds[last])
            impact[of_word] *= one.gate.take(rows.posts[of_word])


def _title_factors(
    collection: Collection, scored: Sequence[Scored], rows: _Rows, posts: NDArray[np.int64]
) -> TitleFactors:
    weights = collection.scoring.weights
    counts, index = _titled(scored, rows, len(posts))
    own = posts[index]
    asked = [word for word, one in enumerate(scored) if one.factor == 1 and one.match.total]
    whole = np.logical_and.reduce(counts[asked]) if asked else np.zeros(len(own), np.bool_)
    for word, one in enumerate(scored):
        if one.gate is not None:
            counts[word] *= one.gate.take(own)
    shares = np.minimum(np.add.reduce(counts) / collection.title_lengths.take(own), 1)
    return TitleFactors(index, shares, 1 + weights.coverage * shares + weights.titled * whole)


def _titled(scored: Sequence[Scored], rows: _Rows, posts: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """How often each word stands in the titles that have any (W, T), and the indexes (T) of these among the posts.
    Parts that only add weight would count a word twice."""
    found: list[tuple[int, slice]] = []  # a word, and rows of it
    last = TITLE
    for word, one in enumerate(scored):
        first, last = last, last + len(one.match.rows.ends)
        for run in range(first, first + one.match.rows.told * FIELD_COUNT, FIELD_COUNT):
            begin, end = rows.bounds[run : run + 2]
            if begin < end:
                found.append((word, slice(begin, end)))
    if not found:
        return np.zeros((len(scored), 0)), np.zeros(0, np.intp)
    slots = np.concatenate([rows.slots[of_word] for _, of_word in found])
    having = np.zeros(posts, np.bool_)
    having[slots] = True
    index = having.nonzero()[0]
    sizes = [of_word.stop - of_word.start for _, of_word in found]
    cells = np.array([word * len(index) for word, _ in found]).repeat(sizes) + index.searchsorted(slots)
    times = np.concatenate([rows.counts[of_word] for _, of_word in found])
    counts: NDArray[np.float64] = np.bincount(cells, times, len(scored) * len(index)).astype(np.float64)
    return counts.reshape(len(scored), len(index)), index
