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
from functools import reduce
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.collection import Collection, laid
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.match import Match, Weighed
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import TITLE


def points(
    collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64], held: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """The points of some posts, parallel to them. `held` is Found.held."""
    found = summed(collection, scored, posts)
    titles = title_factors(collection, scored, posts)
    found[titles.places] *= titles.factors
    return found if held is None else found * held.take(posts)


def summed(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> NDArray[np.float32]:
    """The sum of the words in some posts, times the factor that each has for any query; parallel to the posts. How they
    are spread over segments cannot show: the words of a post are added in the order of the query."""
    found = np.zeros(len(posts), np.float32)
    for one, weighed in zip(scored, weigh(collection, [one.match for one in scored]), strict=True):
        part = weighed.impacts.take(posts)
        if one.factor != 1:
            part *= one.factor
        if one.gate is not None:
            part *= one.gate.take(posts)
        found += part
    if collection.weighed:
        found *= collection.factors.take(posts)
    return found


class TitleFactors(NamedTuple):
    """Of some posts those whose title has a word of the query: their indexes (`places`, ascending), what share of the
    title are words of the query, above 0 and up to 1, and what that multiplies their sums by. All parallel."""

    places: NDArray[np.intp]
    shares: NDArray[np.float64]
    factors: NDArray[np.float64]


def title_factors(collection: Collection, scored: Sequence[Scored], posts: NDArray[np.int64]) -> TitleFactors:
    """A title has every word of the query also where it lacks what stands for others (worth less)."""
    weights = collection.scoring.weights
    all_titled = [weighed.titled for weighed in weigh(collection, [one.match for one in scored])]
    words = [(one, titled.take(posts)) for one, titled in zip(scored, all_titled, strict=True) if titled is not None]
    if not words:
        return TitleFactors(np.zeros(0, np.intp), np.zeros(0), np.zeros(0))
    places = reduce(np.bitwise_or, [titled for _, titled in words]).nonzero()[0]
    counts = [titled.take(places) for _, titled in words]
    own = posts.take(places)
    covered = sum(
        count.astype(np.float64) if one.gate is None else count * one.gate.take(own).astype(np.float64)
        for (one, _), count in zip(words, counts, strict=True)
    )
    shares = np.minimum(covered / collection.title_lengths.take(own), 1)
    factors = 1 + weights.coverage * shares
    asked = [titled for one, titled in zip(scored, all_titled, strict=True) if one.factor == 1 and one.match.total]
    if asked and all(titled is not None for titled in asked):
        whole = reduce(
            np.logical_and, [count for (one, _), count in zip(words, counts, strict=True) if one.factor == 1]
        )
        factors += weights.titled * whole.astype(np.bool_)
    return TitleFactors(places, shares, factors)


def weigh(collection: Collection, matches: Sequence[Match]) -> list[Weighed]:
    """What each of some words is worth in every post."""
    new = [match for match in matches if match.weighed is None]
    if new:
        for match, found in zip(new, _weighed(collection, new), strict=True):
            match.weighed = found
    return [match.weighed for match in matches if match.weighed is not None]


class _Run(NamedTuple):
    """Rows of one part of a word in one field: how many they are, the number of the first of the field's norms and of
    the word's first slot, and what an occurrence is worth."""

    size: int
    norms: int
    slots: int
    weight: float


def _weighed(collection: Collection, matches: Sequence[Match]) -> list[Weighed]:
    """Some words, with all of their rows laid end to end. Each has a slot for every post."""
    rows: list[tuple[Array, int]] = []
    counted: list[Array] = []
    runs: list[_Run] = []
    for slots, match in zip(count(0, collection.size), matches, strict=False):
        worth = collection.scoring.field_weights(collection.posts, match)
        for part in match.parts:
            (posts, counts, bounds), first = part.postings, collection.offsets[part.segment]
            rows.append((posts, first))
            counted.append(counts)
            for field, (low, high) in enumerate(pairwise(bounds)):
                if low < high:
                    runs.append(_Run(high - low, field * collection.size, slots, worth[field] * part.weight))
    impacts = _impacts(collection, rows, counted, runs, len(matches))
    return [Weighed(own, _titled(collection, match)) for own, match in zip(impacts, matches, strict=True)]


def _titled(collection: Collection, match: Match) -> NDArray[np.uint8] | None:
    """Weighed.titled. No two parts that tell where are of the same title; the exact spelling would count twice."""
    titled: NDArray[np.uint8] | None = None
    for part in match.parts:
        posts, counts, bounds = part.postings
        end = bounds[TITLE + 1]
        if end and part.tells_where:
            if titled is None:
                titled = np.zeros(collection.size, np.uint8)
            of_segment = titled[collection.offsets[part.segment] :]
            of_segment[posts[:end]] = np.minimum(counts[:end], np.iinfo(np.uint8).max)
    return titled


def _impacts(
    collection: Collection,
    rows: Sequence[tuple[Array, int]],
    counted: Sequence[Array],
    runs: Sequence[_Run],
    words: int,
) -> list[NDArray[np.float32]]:
    """What is summed over the rows (as `laid` takes them) of each of so many words in each post (size); their counts
    are `counted`. In double precision, then rounded to single, so that it cannot show in how many parts a
    segment holds them."""
    if not runs:
        return [np.zeros(collection.size, np.float32) for _ in range(words)]
    posts, counts = laid(rows), np.concatenate(counted)
    sizes, norms, slots, weights = map(np.array, zip(*runs, strict=True))
    of_norm = np.repeat(norms, sizes)
    of_norm += posts
    norm = collection.norms.take(of_norm)
    norm += counts
    impact = np.divide(counts, norm, dtype=np.float64)
    impact *= np.repeat(weights, sizes)
    if words > 1:
        posts += np.repeat(slots, sizes)
    summed = np.bincount(posts, impact, words * collection.size).reshape(words, collection.size)
    # An array each: what is remembered of one word must not hold the memory of those that it was weighed with.
    return [of_word.astype(np.float32) for of_word in summed]
