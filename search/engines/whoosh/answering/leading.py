"""Posts that stand before all others: those pinned to the query, then those whose whole title is the query."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from search.analysis import analyze, folded_words
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.lookup import find


class Lead(NamedTuple):
    """Why a post leads ("pinned" or "title"), and what that adds to its score."""

    why: str
    points: float


def pinned(collection: Collection, ids: Sequence[str]) -> list[int]:
    """The posts with these ids, in their order; ids that no post has are passed over."""
    return [post for post_id in ids if (post := find(collection, post_id)) is not None]


def titled(collection: Collection, query: str) -> list[int]:
    """The posts whose title has just the words of `query`, compared as folded."""
    words = folded_words(analyze(query)).encode()
    found = []
    for first, columns in zip(collection.offsets, collection.segments, strict=False):
        index = columns.titles.find(words) if words else -1  # the first of equal titles
        while 0 <= index < len(columns.titles) and columns.titles[index] == words:
            found.append(first + int(columns.title_posts[index]))
            index += 1
    return found


def leads(pinned: Sequence[int], titled: Sequence[int], best: float) -> Mapping[int, Lead]:
    """What posts gain so that they come first, `best` being the highest score without: a title that is the query once
    that, pinned posts so much more that each stands before the next, whatever they score themselves."""
    best = best or 1.0
    found = {post: Lead("title", best) for post in titled}
    found.update({post: Lead("pinned", 2 * best * (place + 2)) for place, post in enumerate(reversed(pinned))})
    return found
