"""The segments of one snapshot as one collection: posts are numbered through, statistics are over all live ones.

A post of segment s with row r is number offsets[s] + r of the collection; every array here has one entry per post of
the collection, deleted ones included, so that a set of posts is one boolean mask and a ranking one array of scores.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.match import Match
from search.engines.whoosh.answering.recent import Recent
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT, NO_DAY, TITLE, Columns, Segment
from search.engines.whoosh.columnar.inverting import inverse, smallest, starts_of
from search.engines.whoosh.columnar.pieces import KEPT
from search.engines.whoosh.columnar.stringtable import flat_ranges

Mask = NDArray[np.bool_]

FEW = 5
"""One post in so many, and fewer, are few: then their tags are gathered faster than all are looked through."""

REMEMBERED = 64_000_000
"""Bytes of words, with where they match, that are held for further queries."""

_EPOCH = date(1970, 1, 1).toordinal()


class Collection:
    """Everything about a snapshot that queries share. Immutable; safe to share between threads."""

    def __init__(self, segments: Sequence[Segment], scoring: Scoring, built: date | None = None) -> None:
        """`built` is the day from which the age of posts counts (None: that of the newest)."""
        self.scoring = scoring
        self.remembered: Recent[Match] = Recent(REMEMBERED)
        """The words asked for lately; matching.py fills it."""
        self.segments = [segment.columns for segment in segments]
        for columns in self.segments:
            columns.pieces.keep(KEPT // len(self.segments))
        self.offsets = [0, *accumulate(columns.posts for columns in self.segments)]
        self.size = self.offsets[-1]
        self.live: Mask = np.ones(self.size, np.bool_)
        for offset, segment in zip(self.offsets, segments, strict=False):
            self.live[segment.deleted.astype(np.int64) + offset] = False
        self.posts = int(np.count_nonzero(self.live))
        self.all_live = self.posts == self.size
        lengths = _joined([columns.lengths for columns in self.segments], (0, FIELD_COUNT))
        averages = lengths[self.live].mean(axis=0) if self.posts else np.zeros(FIELD_COUNT)
        self.title_lengths = np.maximum(lengths[:, TITLE], 1).astype(np.float32)
        self.norms = scoring.norms(lengths, averages).T.ravel()
        """norm_f of post n at f * size + n."""
        self.days = _joined([columns.days for columns in self.segments])
        self.instants = _joined([columns.instants for columns in self.segments])
        self.boosts = _joined([columns.boosts for columns in self.segments])
        today = built.toordinal() if built else int(self.days.max(initial=_EPOCH))
        self.recency = scoring.recency(self.days, today)
        self.factors = self.boosts * self.recency
        """What the score of each post is multiplied by, whatever the query."""
        self.weighed = bool((self.factors != 1).any())

    def mask(self) -> Mask:
        """An empty set of posts."""
        return np.zeros(self.size, np.bool_)

    def locate(self, number: int) -> tuple[Columns, int]:
        """The columns that a post is in, and its row there."""
        segment = bisect_right(self.offsets, number) - 1
        return self.segments[segment], number - self.offsets[segment]

    def day(self, number: int) -> date | None:
        """The calendar day of a post."""
        day = int(self.days[number])
        return None if day == NO_DAY else date.fromordinal(day)

    def knows(self, word: str) -> bool:
        """Whether any post has a word of the class of `word`."""
        return any(columns.class_lists(word) for columns in self.segments)

    @cached_property
    def first_year(self) -> int:
        """One less than the earliest year of any post."""
        dated = self.days[self.days != NO_DAY]
        return date.fromordinal(int(dated.min())).year - 1 if len(dated) else 0

    @cached_property
    def year_numbers(self) -> NDArray[np.int64]:
        """The calendar year of every post, counted from `first_year`; 0 where it has no date."""
        days = (self.days.astype(np.int64) - _EPOCH).astype("datetime64[D]")
        years = days.astype("datetime64[Y]").astype(np.int64) + 1970 - self.first_year
        return np.where(self.days == NO_DAY, 0, years)

    def in_years(self, years: Sequence[int]) -> Mask:
        """The posts of any of the calendar years."""
        numbers = [year - self.first_year for year in years if year > self.first_year]
        mask: Mask = np.isin(self.year_numbers, numbers)
        return mask

    @cached_property
    def months(self) -> NDArray[np.int64]:
        """The calendar month of every post, 1 to 12; 0 where it has no date."""
        months = (self.days.astype(np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return np.where(self.days == NO_DAY, 0, months % 12 + 1)

    def dated(self, since: date | None, until: date | None) -> Mask:
        """The posts of an inclusive range of days; one without a date is in none."""
        mask: Mask = self.days >= (NO_DAY + 1 if since is None else since.toordinal())
        return mask if until is None else mask & (self.days <= until.toordinal())

    def in_language(self, lang: str) -> Mask:
        """The posts in a language (ISO 639-1)."""
        mask: Mask = _joined([columns.in_language(lang) for columns in self.segments])
        return mask.astype(np.bool_, copy=False)

    def id_ranks(self, numbers: NDArray[np.int64]) -> Array:
        """Numbers in the order of the ids of some posts: what decides between posts that are equal otherwise."""
        if len(self.segments) == 1:
            return self.segments[0].id_ranks[numbers]
        located = [self.locate(number) for number in numbers.tolist()]
        ids = [columns.ids[row] for columns, row in located]
        return inverse(sorted(range(len(ids)), key=ids.__getitem__))

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """(key, label) of every tag, sorted by key. Of the labels of one tag that of the first segment is shown."""
        labels: dict[str, str] = {}
        for columns in self.segments:
            labels = {**dict(columns.tags), **labels}
        return sorted(labels.items())

    @cached_property
    def tag_numbers(self) -> dict[str, int]:
        """The index in `tags` of each key."""
        return {key: number for number, (key, _) in enumerate(self.tags)}

    @cached_property
    def labels(self) -> list[str]:
        """How each of `tags` is shown."""
        return [label for _, label in self.tags]

    @cached_property
    def _tags_of(self) -> tuple[Array, NDArray[np.int64]]:
        """The tags of every post, end to end, as the smallest numbers: what a query picks from lies all over them. And
        where those of each post begin."""
        tags, sizes = [], []
        for columns in self.segments:
            numbers = np.array([self.tag_numbers[key] for key, _ in columns.tags], np.int64)
            tags.append(numbers[columns.tag_ids])
            sizes.append(np.diff(columns.tag_starts.astype(np.int64)))
            if (sizes[-1] < 0).any():  # a damaged one; the size before it would be taken for gigabytes of tags
                raise ValueError("the tags of a post end before they begin")
        return smallest(_joined(tags)), starts_of(_joined(sizes).astype(np.int64))

    @cached_property
    def _posts_of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The posts of every tag, end to end, and where those of each tag begin."""
        tags, starts = self._tags_of
        order = np.argsort(tags, kind="stable")
        posts = np.repeat(np.arange(self.size), np.diff(starts))
        return posts[order], np.searchsorted(tags[order], np.arange(len(self.tags)))

    def tag_counts(self, posts: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of some posts (ascending numbers) have each of `tags`: by the tags of each post where the posts, or
        all others, are few, else by the posts of each tag."""
        if (self.size - len(posts)) * FEW < self.size:
            others = np.ones(self.size, np.bool_)
            others[posts] = False
            return self._tagged_in_all - self._tags_in(others.nonzero()[0])
        if len(posts) * FEW < self.size:
            return self._tags_in(posts)
        tagged, first = self._posts_of
        chosen = np.zeros(self.size, np.float32)  # summed faster than integers, and exact up to 16 million
        chosen[posts] = 1
        counts: NDArray[np.int64] = np.add.reduceat(chosen.take(tagged), first).astype(np.int64)  # every tag has a post
        return counts

    def _tags_in(self, posts: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of some posts have each tag, by the tags of each."""
        tags, starts = self._tags_of
        first = starts.take(posts)
        return np.bincount(tags[flat_ranges(first, starts.take(posts + 1) - first)], minlength=len(self.tags))

    @cached_property
    def _tagged_in_all(self) -> NDArray[np.int64]:
        """In how many posts each tag is, deleted ones included."""
        return np.bincount(self._tags_of[0], minlength=len(self.tags))

    def tagged(self, key: str) -> Mask:
        """The posts that have a tag."""
        found = self.mask()
        number = self.tag_numbers.get(key)
        if number is not None:
            posts, starts = self._posts_of
            found[posts[starts[number] : starts[number + 1] if number + 1 < len(starts) else None]] = True
        return found


def laid(rows: Sequence[tuple[Array, int]]) -> NDArray[np.intp]:
    """Posts of several segments end to end, by their numbers in the collection: each array of rows is given with the
    number of the first post of its segment. Of intp, since an index of another type takes twice as long."""
    numbers = np.concatenate([posts for posts, _ in rows], dtype=np.intp)
    end = 0
    for posts, first in rows:
        begin, end = end, end + len(posts)
        if first:
            numbers[begin:end] += first
    return numbers


def _joined(arrays: Sequence[Array], empty: tuple[int, ...] = (0,)) -> Array:
    """The arrays end to end; a single one as it is, still in its file."""
    if len(arrays) == 1:
        return arrays[0]
    return np.concatenate(arrays) if arrays else np.zeros(empty, np.int64)
