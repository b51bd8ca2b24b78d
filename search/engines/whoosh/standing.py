"""What posts score in all: points for the words, what nearness adds, and what puts posts in front of all others."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.leading import Lead, leads, titled
from search.engines.whoosh.nearness import nearness
from search.engines.whoosh.points import points


class Standing(NamedTuple):
    """`totals` are the scores, parallel to the posts; `best` (ascending) are the posts that nearness was looked at for,
    `gained` what it adds to each; `leads` what puts posts in front; `held` is Found.held."""

    totals: NDArray[np.float32]
    best: NDArray[np.int64]
    gained: NDArray[np.float64]
    leads: Mapping[int, Lead]
    held: NDArray[np.float32] | None = None

    def near(self, post: int) -> float:
        """What a post gained by nearness."""
        found = np.flatnonzero(self.best == post)
        return float(self.gained[found[0]]) if len(found) else 0.0


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
    totals = points(collection, scored, mask, held)[posts]
    best, gained = nearness(collection, scored, posts, totals)
    totals[posts.searchsorted(best)] += gained
    leading = leads(pinned, titled(collection, query), float(totals.max(initial=0)))
    for post, lead in leading.items():
        if mask[post]:
            totals[posts.searchsorted(post)] += lead.points
    return Standing(totals, best, gained, leading, held)
