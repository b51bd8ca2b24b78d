"""Where the words of a query stand in the few posts that are shown.

A post has some hundreds of places, and each tells its word by the number of its piece. So all of them are looked at, of
all posts and for all words at once, which takes less time than searching the postings of each word for each post.
Phrases bring their places along.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise, repeat

import numpy as np

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.columns import BODY, DESCRIPTION, TITLE, Columns
from search.engines.whoosh.matching import Match, Part

MOST_MARKS = 512
"""Matches of one leaf that count in one post, the first: a post of one word repeated must not cost more than an
answer may."""

Mark = tuple[int, int, int]
"""A match in a post: its first place, how many places it covers, which leaf of the query it matches."""


def find_marks(columns: Columns, segment: int, posts: Sequence[int], matches: Sequence[Match]) -> list[list[Mark]]:
    """The matches in the title, description and body of some posts of a segment, in the order of their places. Of
    several leaves that match the same word that of the fewest posts counts."""
    leaves = sorted(range(len(matches)), key=lambda leaf: -matches[leaf].total)
    parts = [(leaf, part) for leaf in leaves for part in matches[leaf].parts if part.segment == segment]
    words = [(leaf, part.lists) for leaf, part in parts if part.lists]
    stretches = [(fields[TITLE], fields[BODY + 1]) for fields in columns.field_places(posts)]
    languages = columns.languages[posts].tolist()
    marks: list[list[Mark]] = [[] for _ in posts]
    for language in set(languages) if words else ():
        spoken = [index for index, other in enumerate(languages) if other == language]
        found = _words(columns, language, [stretches[index] for index in spoken], words)
        for index, of_post in zip(spoken, found, strict=True):
            marks[index] = of_post
    for leaf, part in parts:
        if part.spots:
            _add_phrases(columns, posts, leaf, part, marks)
    return marks


def _words(
    columns: Columns, language: int, stretches: Sequence[tuple[int, int]], words: Sequence[tuple[int, Sequence[int]]]
) -> list[list[Mark]]:
    """Where words stand in posts of one language, whose places are the `stretches`. `words` are leaves and their lists;
    of two with the same word the later one counts."""
    pieces = columns.pieces
    leaf_of = np.zeros(len(pieces), np.uint8)  # counted from 1; a query has a few dozen leaves at most
    span_of = None
    for leaf, lists in words:
        for first, last in columns.term_ranges(lists, language):
            leaf_of[pieces.of_terms(first, last)] = leaf + 1
            compounds = pieces.of_compounds(first, last)
            if len(compounds):
                span_of = np.ones(len(pieces), np.uint8) if span_of is None else span_of
                span_of[compounds] = pieces.spans[compounds]
                leaf_of[compounds] = leaf + 1
    here = pieces.at(stretches)
    leaves = leaf_of.take(here)
    found = np.flatnonzero(leaves != 0)
    starts = np.array([0, *accumulate([last - first for first, last in stretches])])
    cuts = found.searchsorted(starts)
    if (cuts[1:] - cuts[:-1]).max() > MOST_MARKS:
        found = found[_first_of_each(leaves[found], cuts)]
        cuts = found.searchsorted(starts)
    places = found + (np.array(stretches)[:, 0] - starts[:-1]).repeat(cuts[1:] - cuts[:-1])
    spans = repeat(1) if span_of is None else span_of[here[found]].tolist()
    marks = list(zip(places.tolist(), spans, (leaves[found] - 1).tolist(), strict=False))
    return [marks[low:high] for low, high in pairwise(cuts.tolist())]


def _first_of_each(leaves: Array, cuts: Array) -> Array:
    """The indexes of the first MOST_MARKS of each leaf in each post; `leaves` of post i are those from cuts[i] on."""
    kept = [
        low + np.flatnonzero(leaves[low:high] == leaf)[:MOST_MARKS]
        for low, high in pairwise(cuts.tolist())
        for leaf in np.unique(leaves[low:high])
    ]
    return np.sort(np.concatenate(kept))


def _add_phrases(columns: Columns, posts: Sequence[int], leaf: int, part: Part, marks: Sequence[list[Mark]]) -> None:
    """Add where a phrase stands in some posts to the marks of each."""
    origins = columns.place_starts[posts].tolist()
    for field in (TITLE, DESCRIPTION, BODY):
        spots = part.spots[field]
        lows, highs = (spots.posts.searchsorted(posts, side).tolist() for side in ("left", "right"))
        for origin, found, low, high in zip(origins, marks, lows, highs, strict=True):
            here = slice(low, min(high, low + MOST_MARKS))
            spans = spots.ends[here] - spots.starts[here]
            found += zip((spots.starts[here] + origin).tolist(), spans.tolist(), repeat(leaf))
            found.sort()
