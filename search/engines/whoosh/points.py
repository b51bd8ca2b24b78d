"""What a post scores for a query: the sum over its words, raised by how much of its title the query covers.

    points = sum of the words * (1 + coverage * share of the title's words that the query has
                                   + titled, if the title has every word of the query)
                              * (share of the query's words that the post has) ^ held

A post whose title is the query, or the best part of it, is more often the one that is looked for than one that has the
same words in a longer title. The last factor is of relaxed queries only (evaluate.py): a post that has all of their
words, though each once, is more often looked for than one that is full of one of them.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import TITLE
from search.engines.whoosh.evaluate import Scored, score


def points(
    collection: Collection, scored: Sequence[Scored], mask: Mask, held: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    """The points of every post (size): in the posts of `mask` as above, any number elsewhere. `held` is Found.held."""
    found = score(collection, scored, mask)
    posts, _, factors = title_factors(collection, scored)
    found[posts] *= factors
    return found if held is None else found * held


class TitleFactors(NamedTuple):
    """Posts that have words of the query in their title, what share of it they are, 0 to 1, and what that multiplies
    their sums by; a post may come again, with the same values. All others have 0 and 1."""

    posts: NDArray[np.intp]
    shares: NDArray[np.float32]
    factors: NDArray[np.float64]


def title_factors(collection: Collection, scored: Sequence[Scored]) -> TitleFactors:
    weights = collection.scoring.weights
    posts, shares = _shares(collection, scored)
    factors = 1 + weights.coverage * shares.astype(np.float64) + weights.titled * _titled(collection, scored)[posts]
    return TitleFactors(posts, shares, factors)


def _titled(collection: Collection, scored: Sequence[Scored]) -> Mask:
    """The posts whose title has every word of the query; words that no post has and what stands for others (worth less)
    are not asked for."""
    found: Mask | None = None
    for one in scored:
        if one.factor == 1 and one.match.total:
            having = collection.mask()
            for number, _ in _title_rows(collection, one):
                having[number] = True
            found = having if found is None else found & having
    return collection.mask() if found is None else found


def _title_rows(collection: Collection, one: Scored) -> Iterator[tuple[NDArray[np.intp], Array]]:
    """The posts that have a word in their title, and how often."""
    for part in one.match.parts:
        low, high = part.postings.bounds[TITLE : TITLE + 2]
        if low < high and part.tells_where:
            number = part.postings.posts[low:high].astype(np.intp)
            number += collection.offsets[part.segment]
            yield number, part.postings.counts[low:high]


def _shares(collection: Collection, scored: Sequence[Scored]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    posts: list[NDArray[np.intp]] = []
    counts: list[Array] = []
    for one in scored:
        for number, count in _title_rows(collection, one):
            posts.append(number)
            counts.append(count if one.gate is None else count * one.gate[number])
    if not posts:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    number = np.concatenate(posts)
    covered = np.bincount(number, np.concatenate(counts))
    shares = (covered[number] / collection.title_lengths[number]).astype(np.float32)
    return number, np.minimum(shares, 1)
