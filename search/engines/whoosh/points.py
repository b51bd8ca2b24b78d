"""What a post scores for a query: the sum over its words, raised by how much of its title the query covers.

    points = sum of the words * (1 + coverage * share of the title's words that the query has)

A post whose title is the query, or the best part of it, is more often the one that is looked for than one that has the
same words in a longer title.

The postings of all words that score are laid end to end, weighed in one pass and summed by post: a handful of calls
into numpy costs the same for one word as for ten.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import FIELD_COUNT, TITLE, Postings
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.matching import Part

LONG = 4096
"""Rows of postings that are weighed as they come; of more, only those of posts of the answer, where these are less than
half of all: telling rows apart costs half of weighing them."""


class _Rows(NamedTuple):
    """Rows of postings end to end: the post and the count of each (parallel), the first `titles` of them of words in
    titles. They come in runs of one word and field: `sizes` of the runs, the first of the field's norms, the weight."""

    posts: NDArray[np.intp]
    counts: Array
    titles: int
    sizes: NDArray[np.int64]
    norms: NDArray[np.int64]
    weights: NDArray[np.float64]

    def only(self, mask: Mask) -> "_Rows":
        """The rows of the posts of `mask`."""
        kept = mask.take(self.posts).nonzero()[0]
        ends = kept.searchsorted(np.cumsum(self.sizes))
        return self._replace(
            posts=self.posts.take(kept),
            counts=self.counts.take(kept),
            titles=int(kept.searchsorted(self.titles)),
            sizes=np.diff(ends, prepend=0),
        )


def points(collection: Collection, scored: Sequence[Scored], mask: Mask) -> NDArray[np.float32]:
    """The points of every post (size): in the posts of `mask` as above, any number elsewhere."""
    rows = _laid(collection, scored)
    if rows is None:
        return np.zeros(collection.size, np.float32)
    if len(rows.posts) > LONG and len(scored) > 1 and 2 * np.count_nonzero(mask) < collection.size:
        rows = rows.only(mask)
    found = _summed(collection, rows)
    titled, shares = _shares(collection, rows)
    found[titled] *= 1 + collection.scoring.weights.coverage * shares
    return found


def score(collection: Collection, scored: Sequence[Scored]) -> NDArray[np.float32]:
    """The sum of the words in every post (size)."""
    rows = _laid(collection, scored)
    return np.zeros(collection.size, np.float32) if rows is None else _summed(collection, rows)


def title_shares(collection: Collection, scored: Sequence[Scored]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Posts that have words of the query in their title, and what share of it they are, 0 to 1; a post may come again,
    with the same share. All others have 0."""
    rows = _laid(collection, scored)
    return (np.zeros(0, np.intp), np.zeros(0, np.float32)) if rows is None else _shares(collection, rows)


def _laid(collection: Collection, scored: Sequence[Scored]) -> _Rows | None:
    """The rows of all words, those of titles first; None where there are none. What only adds weight to a word (the
    exact spelling) is not counted among the titles, for it would count there twice."""
    titles: list[tuple[Array, Array, int]] = []
    others: list[tuple[Array, Array, int]] = []
    title_runs: list[tuple[int, int, float]] = []
    other_runs: list[tuple[int, int, float]] = []
    for one in scored:
        worth = collection.scoring.field_weights(collection.posts, one.match)
        for part in one.match.parts:
            postings = part.postings if one.gate is None else _within(collection, part, one.gate)
            bounds, first, factor = postings.bounds, collection.offsets[part.segment], part.weight * one.factor
            skipped = bounds[1] if part.tells_where else 0
            if skipped:
                titles.append((postings.posts[:skipped], postings.counts[:skipped], first))
                title_runs.append((skipped, 0, worth[TITLE] * factor))
            if skipped < len(postings.posts):
                others.append((postings.posts[skipped:], postings.counts[skipped:], first))
            for field in range(1 if skipped else 0, FIELD_COUNT):
                size = bounds[field + 1] - bounds[field]
                if size:
                    other_runs.append((size, field * collection.size, worth[field] * factor))
    laid = titles + others
    if not laid:
        return None
    posts = np.concatenate([rows for rows, _, _ in laid], dtype=np.intp)
    if len(collection.segments) > 1:
        posts += np.repeat([first for *_, first in laid], [len(rows) for rows, _, _ in laid])
    counts = np.concatenate([counts for _, counts, _ in laid])
    sizes, norms, weights = map(np.array, zip(*title_runs, *other_runs, strict=True))
    return _Rows(posts, counts, sum(size for size, _, _ in title_runs), sizes, norms, weights)


def _summed(collection: Collection, rows: _Rows) -> NDArray[np.float32]:
    """The weights of rows summed by post (size), times the factor that each post has for any query. Sums are taken in
    double precision and rounded to single: how the posts are spread over segments, which orders the additions, cannot
    show."""
    slots = np.repeat(rows.norms, rows.sizes)
    slots += rows.posts
    norm = collection.norms.take(slots)
    norm += rows.counts
    impact = np.repeat(rows.weights, rows.sizes)
    impact *= rows.counts
    impact /= norm
    totals = np.bincount(rows.posts, impact, collection.size)
    return (totals * collection.factors if collection.weighed else totals).astype(np.float32)


def _shares(collection: Collection, rows: _Rows) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    posts = rows.posts[: rows.titles]
    covered = np.bincount(posts, rows.counts[: rows.titles])
    shares = (covered.take(posts) / collection.title_lengths.take(posts)).astype(np.float32)
    return posts, np.minimum(shares, 1)


def _within(collection: Collection, part: Part, gate: Mask) -> Postings:
    """The postings of a part in the posts of `gate`."""
    postings = part.postings
    first = collection.offsets[part.segment]
    rows = gate[first : first + collection.segments[part.segment].posts].take(postings.posts).nonzero()[0]
    return Postings(postings.posts[rows], postings.counts[rows], rows.searchsorted(postings.bounds).tolist())
