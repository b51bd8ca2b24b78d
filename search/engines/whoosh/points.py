"""What a post scores for a query: the sum over its words, raised by how much of its title the query covers.

    points = sum of the words * (1 + coverage * share of the title's words that the query has)

A post whose title is the query, or the best part of it, is more often the one that is looked for than one that has the
same words in a longer title.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import TITLE
from search.engines.whoosh.evaluate import Scored, score
from search.engines.whoosh.matching import Part


def points(collection: Collection, scored: Sequence[Scored], mask: Mask) -> NDArray[np.float32]:
    """The points of every post (size): in the posts of `mask` as above, any number elsewhere."""
    found = score(collection, scored, mask)
    found *= 1 + collection.scoring.weights.coverage * title_share(collection, scored)
    return found


def title_share(collection: Collection, scored: Sequence[Scored]) -> NDArray[np.float32]:
    """Of every post (size) the share of its title's words that the query has, 0 to 1."""
    covered = np.zeros(collection.size, np.float32)
    for one in scored:
        for part in one.match.parts:
            posts, counts = _in_titles(collection, part)
            if part.tells_where and len(posts):
                if one.gate is not None:
                    counts = counts * one.gate[posts]
                covered[posts] += counts  # a part has a post once
    covered /= collection.title_lengths
    return np.minimum(covered, 1)


def _in_titles(collection: Collection, part: Part) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The posts that have a part in their title, and how often."""
    low, high = part.postings.bounds[TITLE : TITLE + 2]
    posts = part.postings.posts[low:high].astype(np.int64) + collection.offsets[part.segment]
    return posts, part.postings.counts[low:high].astype(np.float32)
