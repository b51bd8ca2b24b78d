"""Neighbouring words of a query that stand near each other in a post: what that adds to the posts that rank best.

    near(post) = min(proximity * (k1 + 1) * sum over neighbours a, b of  min(worth_a, worth_b) * x / (x + SATURATION),
                     proximity * points of the post)

where x is how often one of them is the next word of the query behind the other, within WINDOW words, and worth is the
idf of a word, or its part of it where it stands for the one that was typed. That is the unordered window of Metzler &
Croft (A Markov Random Field Model for Term Dependencies, 2005) in BM25's own form, for the best posts only: positions
are read for no others.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.best import at_most
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.marks import Marks
from search.engines.whoosh.columnar.columns import FIELD_GAP

BEST = 50
"""So many posts are looked at, and those that score the same as the last of them. All of them gain or stay, so none is
overtaken by one that was not looked at: the order is the same on every page."""

WINDOW = FIELD_GAP
"""Words: 8, as in the article. Side by side only is as good. More than the gap would reach into the next field."""

SATURATION = 1.2
"""As k1 of BM25: once side by side says half of what can be said. Judged queries, whose words stand side by side in the
posts that they were taken from, hardly care (docs/relevance.md, nDCG@10 by a weight of 0.5: 1.2 0.627, 5 0.628); words
taken out of a post find it more often (0.789, by 5 0.779)."""


def best(points: NDArray[np.float32]) -> NDArray[np.int64]:
    """The indexes of the posts that are looked at, by their `points`; none where too many are alike."""
    index = at_most(points, BEST)
    index = index[points[index] > 0]
    return index if len(index) <= 2 * BEST else index[:0]


def nearness(
    collection: Collection, scored: Sequence[Scored], marks: Marks, points: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What each of the posts of `marks` gains; `points` are theirs."""
    weights = collection.scoring.weights
    indexes, positions, words = marks.in_order()
    apart, step = positions[1:] - positions[:-1], words[1:] - words[:-1]
    near = ((apart <= WINDOW) & (np.abs(step) == 1)).nonzero()[0]
    pairs = len(scored) - 1
    slots = indexes[near] * pairs + np.minimum(words[near], words[near + 1])
    counts = np.bincount(slots, minlength=len(points) * pairs).reshape(-1, pairs)
    worth = [collection.scoring.idf(collection.posts, one.match.total) * one.factor for one in scored]
    gained: NDArray[np.float64] = counts / (counts + SATURATION) @ np.minimum(worth[1:], worth[:-1])
    np.minimum(weights.proximity * (weights.k1 + 1) * gained, weights.proximity * points, out=gained)
    return gained
