"""Where the words of a query stand in the few posts that are shown.

A post has some hundreds of places, and each tells its word by the number of its piece. So all of them are looked at, of
all posts and for all words at once, which takes less time than searching the postings of each word for each post.
Phrases bring their places along.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np

from search.engines.whoosh.columns import BODY, DESCRIPTION, TITLE, Columns
from search.engines.whoosh.matching import Match, Part

MOST_MARKS = 512
"""Matches of one leaf that count in one post, the first: a post of one word repeated must not cost more than an
answer may."""

Mark = tuple[int, int, int]
"""A match in a post: its first place, how many places it covers, which leaf of the query it matches."""


def find_marks(
    columns: Columns, segment: int, posts: Sequence[int], fields: Sequence[Sequence[int]], matches: Sequence[Match]
) -> list[list[Mark]]:
    """The matches in the title, description and body of some posts of a segment, in the order of their places. Of
    several leaves that match the same word that of the fewest posts counts. `fields` is columns.field_places(posts)."""
    leaves = sorted(range(len(matches)), key=lambda leaf: -matches[leaf].total)
    parts = [(leaf, part) for leaf in leaves for part in matches[leaf].parts if part.segment == segment]
    words = [(leaf, part.lists) for leaf, part in parts if part.lists]
    marks: list[list[Mark]] = [[] for _ in posts]
    for language, indexes in columns.by_language(posts).items() if words else ():
        stretches = [(fields[index][TITLE], fields[index][BODY + 1]) for index in indexes]
        for index, found in zip(indexes, _words(columns, language, stretches, words), strict=True):
            marks[index] = found
    for leaf, part in parts:
        if part.spots:
            _add_phrases(posts, fields, leaf, part, marks)
    return marks


def _words(
    columns: Columns, language: int, stretches: Sequence[tuple[int, int]], words: Sequence[tuple[int, Sequence[int]]]
) -> Iterator[list[Mark]]:
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
    found = np.flatnonzero(leaves.astype(np.bool_))
    spans = repeat(1) if span_of is None else span_of[here[found]].tolist()
    marks = list(zip(found.tolist(), spans, leaves[found].tolist(), strict=False))
    start = low = 0
    for first, last in stretches:
        end = start + last - first
        high = bisect_left(marks, (end,), low)
        bounded = marks[low:high] if high - low <= MOST_MARKS else _first_of_each(marks[low:high])
        yield [(first - start + index, span, leaf - 1) for index, span, leaf in bounded]
        start, low = end, high


def _first_of_each(marks: Iterable[Mark]) -> Iterator[Mark]:
    """The first MOST_MARKS of each leaf."""
    seen: Counter[int] = Counter()
    for mark in marks:
        seen[mark[2]] += 1
        if seen[mark[2]] <= MOST_MARKS:
            yield mark


def _add_phrases(
    posts: Sequence[int], fields: Sequence[Sequence[int]], leaf: int, part: Part, marks: Sequence[list[Mark]]
) -> None:
    """Add where a phrase stands in some posts to the marks of each."""
    origins = [places[TITLE] - 1 for places in fields]  # the words of the title begin at position 1
    for field in (TITLE, DESCRIPTION, BODY):
        spots = part.spots[field]
        lows, highs = (spots.posts.searchsorted(posts, side).tolist() for side in ("left", "right"))
        for origin, found, low, high in zip(origins, marks, lows, highs, strict=True):
            here = slice(low, min(high, low + MOST_MARKS))
            spans = spots.ends[here] - spots.starts[here]
            found += zip((spots.starts[here] + origin).tolist(), spans.tolist(), repeat(leaf))
            found.sort()
