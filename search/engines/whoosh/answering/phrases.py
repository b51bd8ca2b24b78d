"""Words next to each other: the occurrences of a phrase in one segment, from the positions of its words."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT, Columns, Postings

_POST = 32
"""A post and a position in it make one sortable number: the post above these bits, the position below."""


class Spots(NamedTuple):
    """Occurrences in one segment, ordered by post and position. All int64: the post, the first position and the
    position after the last of each."""

    posts: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def take(self, index: Array) -> "Spots":
        return Spots(self.posts[index], self.starts[index], self.ends[index])


NOWHERE = Spots(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


def find_phrase(columns: Columns, words: Sequence[Sequence[int]], gaps: Sequence[int], field: int) -> Spots:
    """Where the words follow each other in one field. A word is given by its lists, any of which may stand for it;
    between word i and the next, gaps[i] positions are left free. A word may cover several positions (a compound)."""
    postings = [[columns.postings(list_id, field) for list_id in lists] for lists in words]
    if not all(any(len(one.posts) for one in lists) for lists in postings):
        return NOWHERE
    candidates = np.ones(columns.posts, np.bool_)
    for lists in postings:
        holding = np.zeros(columns.posts, np.bool_)
        for one in lists:
            holding[one.posts] = True
        candidates &= holding
    found = _spots(columns, words[0], postings[0], field, candidates)
    for number, gap in enumerate(gaps, 1):
        if number > 1:  # few posts are left of those that have all words somewhere
            candidates = np.zeros(columns.posts, np.bool_)
            candidates[found.posts] = True
        following = _spots(columns, words[number], postings[number], field, candidates)
        if not len(found.posts) or not len(following.posts):
            return NOWHERE
        keys = following.posts << _POST | following.starts
        wanted = found.posts << _POST | found.ends + gap
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hits = np.flatnonzero(keys[at] == wanted)
        found = Spots(found.posts[hits], found.starts[hits], following.ends[at[hits]])
    return found


def _spots(
    columns: Columns, lists: Sequence[int], postings: Sequence[Postings], field: int, wanted: NDArray[np.bool_]
) -> Spots:
    """Where any of `lists` stands in one field of the posts of the mask `wanted`; `postings` are those of the field."""
    found = []
    for list_id, one in zip(lists, postings, strict=True):
        rows = wanted.take(one.posts).nonzero()[0]
        counts, starts, spans = columns.occurrences(columns.field_rows(list_id)[field] + rows)
        found.append(Spots(np.repeat(one.posts[rows].astype(np.int64), counts), starts, starts + spans))
    if len(found) == 1:
        return found[0]  # in the order of the text already
    spots = Spots(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))
    return spots.take(np.argsort(spots.posts << _POST | spots.starts, kind="stable"))


def counted(columns: Columns, spots: Sequence[Spots]) -> Postings:
    """The postings of a phrase: how often it stands in each field of each post. `spots` are those of each field."""
    fields = [field * columns.posts + found.posts for field, found in enumerate(spots)]
    keys, counts = np.unique(np.concatenate(fields), return_counts=True)
    return from_keys(columns, keys, counts)


def union(columns: Columns, lists: Sequence[int], field: int | None) -> Postings:
    """The postings of several lists as if they were one word."""
    parts = [columns.postings(list_id, field) for list_id in lists]
    sizes = np.array([np.diff(part.bounds) for part in parts])
    offsets = np.tile(np.arange(FIELD_COUNT) * columns.posts, len(parts))
    keys = np.concatenate([part.posts for part in parts]) + np.repeat(offsets, sizes.ravel())
    totals = np.bincount(keys, np.concatenate([part.counts for part in parts]))
    found = np.flatnonzero(totals)
    return from_keys(columns, found, totals[found])


def without(postings: Postings, others: Sequence[Postings]) -> Postings:
    """`postings` less the posts and fields that any of `others` has."""
    free = np.ones(len(postings.posts), np.bool_)
    for field, (low, high) in enumerate(pairwise(postings.bounds)):
        wanted = postings.posts[low:high]
        for other in others if low < high else ():
            taken = other.posts[other.bounds[field] : other.bounds[field + 1]]
            if len(taken):
                at = np.minimum(np.searchsorted(taken, wanted), len(taken) - 1)
                free[low:high] &= taken[at] != wanted
    kept = np.flatnonzero(free)
    return Postings(postings.posts[kept], postings.counts[kept], np.searchsorted(kept, postings.bounds).tolist())


def from_keys(columns: Columns, keys: NDArray[np.int64], counts: Array) -> Postings:
    bounds = np.searchsorted(keys, np.arange(FIELD_COUNT + 1) * columns.posts)
    return Postings(keys % max(columns.posts, 1), counts, bounds.tolist())
