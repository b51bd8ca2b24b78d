"""What a post scores for a query: the sum over its words, raised by how much of its title the query covers.

    points = sum of the words * (1 + coverage * share of the title's words that the query has
                                   + titled, if the title has every word of the query)
                              * (share of the query's words that the post has) ^ held

A post whose title is the query, or the best part of it, is more often the one that is looked for than one that has the
same words in a longer title. The last factor is of relaxed queries only (evaluate.py): a post that has all of their
words, though each once, is more often looked for than one that is full of one of them.

What a word is worth in every post is worked out once, with all of its postings laid end to end, and kept with the word
(matching.py): a query adds up what its words are worth in the posts that it found.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import FIELD_COUNT, TITLE
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.matching import Match, Weighed


def points(
    collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64], held: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """The points of some posts, parallel to them. `held` is Found.held."""
    found = summed(collection, scored, posts)
    found *= title_factors(collection, scored, posts).factors
    return found if held is None else found * held.take(posts)


def summed(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The sum of the words in some posts, times the factor that each has for any query; parallel to the posts. How they
    are spread over segments cannot show: the words of a post are added in the order of the query."""
    found = np.zeros(len(posts), np.float32)
    for one in scored:
        part = weigh(collection, one.match).impacts.take(posts)
        if one.factor != 1:
            part *= one.factor
        if one.gate is not None:
            part *= one.gate.take(posts)
        found += part
    if collection.weighed:
        found *= collection.factors.take(posts)
    return found


class TitleFactors(NamedTuple):
    """Parallel to some posts: what share of their title are words of the query, 0 to 1, and what that multiplies their
    sums by."""

    shares: NDArray[np.float32]
    factors: NDArray[np.float64]


def title_factors(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> TitleFactors:
    """A title has every word of the query also where it lacks what stands for others (worth less)."""
    weights = collection.scoring.weights
    found = TitleFactors(np.zeros(len(posts), np.float32), np.ones(len(posts)))
    words = [(one, titled) for one in scored if (titled := weigh(collection, one.match).titled) is not None]
    if not words:
        return found
    here = [titled.take(posts) for _, titled in words]
    index = np.logical_or.reduce(here).nonzero()[0]
    counts = [count[index].astype(np.intp) for count in here]
    own = posts[index]
    covered = sum(
        count if one.gate is None else count * one.gate.take(own) for (one, _), count in zip(words, counts, strict=True)
    )
    shares = np.minimum(covered / collection.title_lengths.take(own), 1)
    factors = 1 + weights.coverage * shares.astype(np.float64)
    asked = [one.match for one in scored if one.factor == 1 and one.match.total]
    if asked and all(match.weighed and match.weighed.titled is not None for match in asked):
        whole = np.logical_and.reduce([count for (one, _), count in zip(words, counts, strict=True) if one.factor == 1])
        factors += weights.titled * whole
    found.shares[index] = shares
    found.factors[index] = factors
    return found


def weigh(collection: Collection, match: Match) -> Weighed:
    """What a word is worth in every post."""
    if match.weighed is None:
        match.weighed = _weighed(collection, match)
    return match.weighed


class _Rows(NamedTuple):
    """Rows of postings end to end: the post and the count of each (parallel), those of titles first. They come in runs
    of one part and field: how many rows each has, the first of the field's norms, the weight. `titles` rows are of
    titles."""

    posts: NDArray[np.intp]
    counts: Array
    sizes: NDArray[np.int64]
    norms: NDArray[np.int64]
    weights: NDArray[np.float64]
    titles: int


def _weighed(collection: Collection, match: Match) -> Weighed:
    """The weights of all rows of a word, summed by post: in double precision, then rounded to single, so that it cannot
    show in how many parts a segment holds them."""
    rows = _laid(collection, match)
    if rows is None:
        return Weighed(np.zeros(collection.size, np.float32), None)
    slots = np.repeat(rows.norms, rows.sizes)
    slots += rows.posts
    norm = collection.norms.take(slots)
    norm += rows.counts
    impact = np.divide(rows.counts, norm, dtype=np.float64)
    impact *= np.repeat(rows.weights, rows.sizes)
    impacts = np.bincount(rows.posts, impact, collection.size).astype(np.float32)
    titled = None
    if rows.titles:
        counts = np.bincount(rows.posts[: rows.titles], rows.counts[: rows.titles], collection.size)
        titled = np.minimum(counts, np.iinfo(np.uint8).max).astype(np.uint8)
    return Weighed(impacts, titled)


def _laid(collection: Collection, match: Match) -> _Rows | None:
    """The rows of a word; None where there are none. What only adds weight to it (the exact spelling) is not counted
    among the titles, for it would count there twice."""
    worth = collection.scoring.field_weights(collection.posts, match)
    titles: list[tuple[Array, Array, int]] = []
    others: list[tuple[Array, Array, int]] = []
    title_runs: list[tuple[int, int, float]] = []
    other_runs: list[tuple[int, int, float]] = []
    for part in match.parts:
        (posts, counts, bounds), first = part.postings, collection.offsets[part.segment]
        skipped = bounds[TITLE + 1] if part.tells_where else 0
        if skipped:
            titles.append((posts[:skipped], counts[:skipped], first))
            title_runs.append((skipped, 0, worth[TITLE] * part.weight))
        if skipped < len(posts):
            others.append((posts[skipped:], counts[skipped:], first))
        for field in range(TITLE + 1 if skipped else TITLE, FIELD_COUNT):
            if bounds[field] < bounds[field + 1]:
                size = bounds[field + 1] - bounds[field]
                other_runs.append((size, field * collection.size, worth[field] * part.weight))
    laid = titles + others
    if not laid:
        return None
    posts = np.concatenate([rows for rows, _, _ in laid], dtype=np.intp)
    if len(collection.segments) > 1:
        posts += np.repeat([first for *_, first in laid], [len(rows) for rows, _, _ in laid])
    counts = np.concatenate([counts for _, counts, _ in laid])
    sizes, norms, weights = map(np.array, zip(*title_runs, *other_runs, strict=True))
    return _Rows(posts, counts, sizes, norms, weights, sum(size for size, _, _ in title_runs))
