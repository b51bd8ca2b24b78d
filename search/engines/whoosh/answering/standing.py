"""What posts score in all: points for the words, what nearness adds, and what puts posts in front of all others."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.leading import Lead, leads, titled
from search.engines.whoosh.answering.marks import Marks, find_marks
from search.engines.whoosh.answering.nearness import best, nearness
from search.engines.whoosh.answering.points import points


class Standing(NamedTuple):
    """`totals` are the scores, parallel to the posts; `marks` where the words stand in the best posts, if nearness was
    looked at, and `gained` what it adds to each of these; `leads` what puts posts in front; `held` is Found.held."""

    totals: NDArray[np.float32]
    marks: Marks | None
    gained: NDArray[np.float64]
    leads: Mapping[int, Lead]
    held: NDArray[np.float32] | None = None

    def near(self, post: int) -> float:
        """What a post gained by nearness."""
        looked_at = self.marks.posts.tolist() if self.marks else []
        return float(self.gained[looked_at.index(post)]) if post in looked_at else 0.0


def stand(
    collection: Collection,
    scored: Sequence[Scored],
    posts: NDArray[np.int64],
    mask: Mask,
    query: str,
    pinned: Sequence[int],
    held: NDArray[np.float32] | None = None,
) -> Standing:
    """The scores of `posts` (ascending; `mask` is the same as a mask) for `query`, which was read as `scored` and
    `held` (Found.held), with the posts `pinned` to it."""
    totals = points(collection, scored, posts, held)
    marks, gained = None, np.zeros(0)
    index = best(totals) if len(scored) > 1 and collection.scoring.weights.proximity else ()
    if len(index):
        marks = find_marks(collection, scored, posts.take(index))
        gained = nearness(collection, scored, marks, totals.take(index))
        totals[index] += gained
    leading = leads(pinned, titled(collection, query), float(totals.max(initial=0)))
    for post, lead in leading.items():
        if mask[post]:
            totals[posts.searchsorted(post)] += lead.points
    return Standing(totals, marks, gained, leading, held)
