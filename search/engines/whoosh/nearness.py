"""Neighbouring words of a query that stand near each other in a post: what that adds to the posts that rank best.

    near(post) = min(proximity * (k1 + 1) * sum over neighbours a, b of  min(worth_a, worth_b) * x / (x + SATURATION),
                     proximity * points of the post)

where x is how often one of them is the next word of the query behind the other, within WINDOW words, and worth is the
idf of a word, or its part of it where it stands for the one that was typed. That is the unordered window of Metzler &
Croft (A Markov Random Field Model for Term Dependencies, 2005) in BM25's own form, for the best posts only: positions
are read for no others.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import FIELD_COUNT
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.matching import Part

BEST = 50
"""So many posts are looked at, and those that score the same as the last of them. All of them gain or stay, so none is
overtaken by one that was not looked at: the order is the same on every page."""

WINDOW = 8
"""Words, as in the article; next to each other only is as good."""

SATURATION = 1.2
"""As k1 of BM25: once side by side says half of what can be said. Judged queries, whose words stand side by side in the
posts that they were taken from, hardly care (docs/relevance.md, nDCG@10 by a weight of 0.5: 1.2 0.627, 5 0.628); words
taken out of a post find it more often (0.789, by 5 0.779)."""

MOST_LISTS = 4
"""What stands for more words of the index than this (a prefix, a typing mistake) is near nothing."""

_RUN, _WORD = 26, 12
"""A run (post * F + field), a position in it and the word that stands there make one sortable number: the run above
_RUN + _WORD bits, the word in the lowest _WORD."""


def nearness(
    collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64], points: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The best of `posts` (ascending) by their `points`, ascending, and what each gains."""
    weights = collection.scoring.weights
    scored = [one for one in scored if one.match.total]
    index = _best(points) if len(scored) > 1 and weights.proximity else posts[:0]
    if not 0 < len(index) <= 2 * BEST:
        return posts[:0], np.zeros(0)
    best = posts[index]
    chosen = collection.mask()
    chosen[best] = True
    spots = np.sort(np.concatenate([_spots(collection, one, word, chosen) for word, one in enumerate(scored)]))
    places, words = spots >> _WORD, spots & (1 << _WORD) - 1
    apart, step = places[1:] - places[:-1], words[1:] - words[:-1]
    near = np.flatnonzero((apart > 0) & (apart <= WINDOW) & (np.abs(step) == 1))
    pairs = len(scored) - 1
    ranks = np.searchsorted(best, (places[near] >> _RUN) // FIELD_COUNT)
    slots = ranks * pairs + np.minimum(words[near], words[near + 1])
    counts = np.bincount(slots, minlength=len(best) * pairs).reshape(-1, pairs)
    worth = [collection.scoring.idf(collection.posts, one.match.total) * one.factor for one in scored]
    gained = counts / (counts + SATURATION) @ np.minimum(worth[1:], worth[:-1])
    return best, np.minimum(weights.proximity * (weights.k1 + 1) * gained, weights.proximity * points[index])


def _best(points: NDArray[np.float32]) -> NDArray[np.int64]:
    floor = np.partition(points, -BEST)[-BEST] if len(points) > BEST else 0
    return np.flatnonzero((points >= floor) & (points > 0))


def _spots(collection: Collection, one: Scored, word: int, chosen: Mask) -> NDArray[np.int64]:
    """Where a word stands in the `chosen` posts that it scores in; run, position and `word` as one number."""
    wanted = chosen if one.gate is None else chosen & one.gate
    found = [spots for part in one.match.parts for spots in _part_spots(collection, part, wanted)]
    return np.concatenate(found) << _WORD | word if found else np.zeros(0, np.int64)


def _part_spots(collection: Collection, part: Part, wanted: Mask) -> Iterator[NDArray[np.int64]]:
    """The run and position of each, as one number."""
    offset, columns = collection.offsets[part.segment], collection.segments[part.segment]
    here = wanted[offset : offset + columns.posts]
    for field, spots in enumerate(part.spots):
        if len(spots.posts):
            kept = here[spots.posts]
            yield ((spots.posts[kept] + offset) * FIELD_COUNT + field) << _RUN | spots.starts[kept]
    for list_id in part.lists if len(part.lists) <= MOST_LISTS else ():
        runs, positions = columns.spots_in(list_id, here)
        if len(runs):
            yield (runs + offset * FIELD_COUNT) << _RUN | positions
