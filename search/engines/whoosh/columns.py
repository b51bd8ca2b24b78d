"""The columns of one segment: everything that a query reads, as arrays that are mapped, never parsed.

N posts (a row is the post's document number in the Whoosh segment), F = len(SEARCHED) fields, T terms, L lists of
postings (list t < T is that of term t; the others are classes of several terms, merged), R rows (one for each list,
field and post), O occurrences, P places. `u` is the smallest of uint8, uint16 and uint32 that holds the values.

    array               type    shape   meaning
    term_text           uint8           the terms, UTF-8, sorted, end to end
    term_starts         uint32  T+1     where each begins in term_text
    term_shapes         uint32  T       letters and length of each, for typing mistakes (expand.shape)
    folded_text         uint8           the folded forms that differ from their term, as above
    folded_starts       uint32  -+1     where each begins
    folded_terms        uint32          the term of each
    class_text_i        uint8           the class keys of language i (of those in the file's meta), as above
    class_starts_i      uint32  -+1     where each begins
    class_lists_i       uint32          the list of each class
    member_starts       uint32  L-T+1   the first of the merged list's terms in member_terms
    member_terms        uint32          the terms of every merged list, ascending
    member_languages    uint8   L-T     the language whose posts it is of, of those in the file's meta
    list_rows           uint32  L*F+1   the rows of field f of list l begin at l * F + f, and end where the next begin
    row_posts           u       R       the post, ascending within a field
    row_counts          u       R       how often the word stands in that field of that post
    row_occurrences     uint32  R/64    the first occurrence of every 64th row; the counts give those between
    positions           u       O       where each occurrence is in its post's position space, in the order of the rows
    wide                uint32          the occurrences that cover several positions (compounds), ascending
    wide_spans          uint8           how many positions each of them covers
    lengths             u       N,F     terms in each field
    field_positions     u       N,F+1   where each field begins in the post's position space; last: where the post ends
    place_starts        uint32  N+1     the post's first place: position p of post n is place place_starts[n] + p
    places              u       P       the piece at each place
    piece_text          uint8           words as written, each with what follows it up to the next; frequent ones first
    piece_starts        uint32  -+1     where each begins
    piece_characters    u               characters of each
    piece_words         u               characters of its word; more than it has where the word reaches into the next
    piece_spans         uint8           positions that the compound which begins with it covers; 1: there is none
    term_piece_starts   uint32  T+1     the first of the term's pieces in term_pieces
    term_pieces         uint32          the pieces of every term
    compound_terms      uint32          the terms of all compounds that begin with a piece, ascending
    compound_pieces     uint32          that piece
    section_starts      uint32  N+1     the post's first section
    section_positions   u               the position at which each section begins
    tag_starts          uint32  N+1     the first of the post's tags in tag_ids
    tag_ids             u               the tags of every post, as indexes in tag_names, end to end
    tag_names           uint8           JSON: [[key, label], ...] of the tags, sorted by key
    days                int32   N       the author's calendar day, proleptic ordinal; NO_DAY where there is none
    instants            int64   N       microseconds since 1970 UTC; NO_INSTANT where there is none
    boosts              float32 N       the post's own factor
    id_text             uint8           the ids of the posts in row order, end to end
    id_starts           uint32  N+1     where each begins
    id_ranks            uint32  N       the place of each post when sorted by id
    languages           uint8   N       the language of the post, of those in the file's meta
    record_text         uint8           url, image and language of every post, end to end
    record_starts       uint32  3*N+1   where each begins
    heading_text        uint8           heading and anchor of every section, end to end
    heading_starts      uint32  -+1     where each begins
    phrase_text         uint8           what several posts say, by collocations.phrase_key, sorted, end to end
    phrase_starts       uint32          where each begins
    phrase_posts        uint32          in how many posts each stands
    title_text          uint8           the folded words of every title, sorted, end to end
    title_starts        uint32  N+1     where each begins
    title_posts         uint32  N       the post of each

Positions: one space per post, its fields in the order of fields.SEARCHED with free positions between them, so that no
phrase crosses from one field into the next.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import class_key
from search.engines.whoosh.arrayfile import Array, read_arrays
from search.engines.whoosh.pieces import Pieces
from search.engines.whoosh.stringtable import StringTable, flat_ranges
from search.errors import IndexDamagedError
from search.fields import SEARCHED

FIELD_COUNT = len(SEARCHED)
TITLE, DESCRIPTION, BODY, TAGS = range(FIELD_COUNT)
NO_DAY = np.iinfo(np.int32).min
NO_INSTANT = np.iinfo(np.int64).min
ROWS_PER_START = 64


class Postings(NamedTuple):
    """In which posts of one segment a word, phrase or set of words stands, and how often in each field.

    `posts` (R, unsigned, ascending within a field) and `counts` (R) are parallel; field f has the rows
    bounds[f]:bounds[f + 1].
    """

    posts: Array
    counts: Array
    bounds: list[int]


class Columns:
    """The columns of one segment, read-only and safe to share between threads. Field by field as in the table above.

    Some are held twice: as an array for work on all of it, and as a memoryview (with an underscore) where a query picks
    single numbers, which from an array takes three times as long.
    """

    def __init__(self, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        self.posts: int = meta["posts"]
        self.terms = StringTable(arrays["term_text"], arrays["term_starts"])
        self.term_shapes = arrays["term_shapes"]
        self.folded = StringTable(arrays["folded_text"], arrays["folded_starts"])
        self.folded_terms = arrays["folded_terms"]
        self.classes = [
            (language, StringTable(arrays[f"class_text_{i}"], arrays[f"class_starts_{i}"]), arrays[f"class_lists_{i}"])
            for i, language in enumerate(meta["languages"])
        ]
        self.row_posts = arrays["row_posts"]
        self.row_counts = arrays["row_counts"]
        self.positions = arrays["positions"]
        self.wide = arrays["wide"]
        self.wide_spans = arrays["wide_spans"]
        self._wide = self.wide.data
        self.lengths = arrays["lengths"]
        self.field_positions = arrays["field_positions"]
        self._member_starts = arrays["member_starts"].data
        self._member_terms = arrays["member_terms"].data
        self._member_languages = arrays["member_languages"].data
        self.pieces = Pieces(arrays)
        self._place_starts = arrays["place_starts"].data
        self._field_positions = self.field_positions.ravel().data
        self._section_starts = arrays["section_starts"].data
        self._section_positions = arrays["section_positions"].data
        self.tag_starts = arrays["tag_starts"]
        self.tag_ids = arrays["tag_ids"]
        self._tag_starts = self.tag_starts.data
        self._tag_ids = self.tag_ids.data
        self.days = arrays["days"]
        self._days = self.days.data
        self.instants = arrays["instants"]
        self.boosts = arrays["boosts"]
        self.ids = StringTable(arrays["id_text"], arrays["id_starts"])
        self.id_ranks = arrays["id_ranks"]
        self.phrases = StringTable(arrays["phrase_text"], arrays["phrase_starts"])
        self.phrase_posts = arrays["phrase_posts"]
        self.titles = StringTable(arrays["title_text"], arrays["title_starts"])
        self.title_posts = arrays["title_posts"]
        self.languages = arrays["languages"]
        self._records = StringTable(arrays["record_text"], arrays["record_starts"])
        self._headings = StringTable(arrays["heading_text"], arrays["heading_starts"])
        self.list_rows = arrays["list_rows"]
        self._list_rows = self.list_rows.data
        self._row_occurrences = arrays["row_occurrences"].data
        self._row_counts = self.row_counts.data
        self._tag_names = arrays["tag_names"]
        self._check()

    def _check(self) -> None:
        """The lengths that belong together do; what an index points at is not looked at."""
        per_post = (self.lengths, self.field_positions, self.days, self.instants, self.boosts, self.id_ranks)
        fits = (
            all(len(array) == self.posts for array in per_post)
            and self.lengths.shape[1:] == (FIELD_COUNT,)
            and self.field_positions.shape[1:] == (FIELD_COUNT + 1,)
            and len(self.tag_starts) == len(self._place_starts) == len(self.ids) + 1 == self.posts + 1
            and len(self.languages) == self.posts
            and self._tag_starts[self.posts] == len(self.tag_ids)
            and len(self.row_posts) == len(self.row_counts)
            and len(self._list_rows) % FIELD_COUNT == 1
            and len(self._row_occurrences) == -(-len(self.row_posts) // ROWS_PER_START)
        )
        if not fits:
            raise ValueError("its arrays do not belong together")

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        """(key, label) of every tag of the segment, sorted by key."""
        return [(key, label) for key, label in json.loads(bytes(self._tag_names))]

    @cached_property
    def id_order(self) -> NDArray[np.intp]:
        """The posts sorted by id."""
        return np.argsort(self.id_ranks)

    def term_list(self, term: str) -> int:
        """The list of one surface term, -1 where no post has it."""
        return self.terms.find(term.encode())

    def in_language(self, lang: str) -> NDArray[np.bool_]:
        """Which posts are in a language."""
        known = [language for language, *_ in self.classes]
        found: NDArray[np.bool_] = self.languages == (known.index(lang) if lang in known else len(known))
        if lang not in known and "" in known:  # all that are too rare for classes of their own
            for row in np.flatnonzero(self.languages == known.index("")).tolist():
                found[row] = self.lang(row) == lang
        return found

    def class_lists(self, term: str) -> list[int]:
        """The lists of the words that share the class of `term`, one for each language that has such words. No two
        hold the same post: each holds posts of its own language only."""
        found = []
        for language, keys, lists in self.classes:
            index = keys.find(class_key(term, language).encode())
            if index >= 0:
                found.append(int(lists[index]))
        return found

    def class_list(self, term: str, language: str) -> int:
        """The list of the words of one language that share the class of `term`; -1 where there are none."""
        for known, keys, lists in self.classes:
            index = keys.find(class_key(term, language).encode()) if known == language else -1
            if index >= 0:
                return int(lists[index])
        return -1

    def class_lists_of(self, language: int) -> NDArray[np.int64]:
        """For every term (T) the list of its class in the posts of one language (an index in `languages`)."""
        found = np.arange(len(self.terms))
        merged = np.flatnonzero(np.asarray(self._member_languages) == language)
        starts = np.asarray(self._member_starts).astype(np.int64)
        sizes = starts[merged + 1] - starts[merged]
        members = np.asarray(self._member_terms)[flat_ranges(starts[merged], sizes)]
        found[members] = np.repeat(merged + len(self.terms), sizes)
        return found

    def row_totals(self, lists: Array) -> NDArray[np.int64]:
        """The rows of each list: in how many posts the word stands, a post counted for each field that has it."""
        rows = self.list_rows[::FIELD_COUNT]
        totals: NDArray[np.int64] = np.subtract(rows[lists + 1], rows[lists], dtype=np.int64)
        return totals

    def postings(self, list_id: int, field: int | None = None) -> Postings:
        """One list, of one field (an index in SEARCHED) or of all."""
        rows = self._list_rows[list_id * FIELD_COUNT : (list_id + 1) * FIELD_COUNT + 1].tolist()
        if field is not None:
            rows = [rows[field]] * (field + 1) + [rows[field + 1]] * (FIELD_COUNT - field)
        first, last = rows[0], rows[-1]
        if max(rows) > len(self.row_posts):  # damage; sizes taken from it would fill the memory
            raise IndexError("a list ends behind the last row")
        return Postings(self.row_posts[first:last], self.row_counts[first:last], [row - first for row in rows])

    def term_ranges(self, lists: Iterable[int], language: int) -> Iterator[tuple[int, int]]:
        """The terms that some lists hold in posts of one language, as ranges (first, last + 1)."""
        for first, last in _runs(lists):
            if first < len(self.terms):
                yield first, min(last, len(self.terms))
            for merged in range(max(first - len(self.terms), 0), last - len(self.terms)):
                if self._member_languages[merged] == language:
                    begin, end = self._member_starts[merged], self._member_starts[merged + 1]
                    yield from _runs(self._member_terms[begin:end].tolist())

    def has_compounds(self, list_id: int) -> bool:
        """Whether any occurrence of a word covers several positions."""
        first, last = (self._occurrence(self._list_rows[number * FIELD_COUNT]) for number in (list_id, list_id + 1))
        wide = bisect_left(self._wide, first)
        return wide < len(self._wide) and self._wide[wide] < last

    def occurrences(
        self, list_id: int, field: int, rows: Array
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where the word of a list stands, for some rows (ascending, counted from the field's first): how often in each
        row, and for each occurrence, in their order, the first position and the position after the last."""
        first, last = self._list_rows[list_id * FIELD_COUNT + field : list_id * FIELD_COUNT + field + 2].tolist()
        counts = self.row_counts[first:last][rows].astype(np.int64)
        if len(rows) == last - first:  # all of the list, which stands in one piece
            begin = self._occurrence(first)
            index = np.arange(begin, begin + int(counts.sum()))
            starts = self.positions[begin : begin + len(index)].astype(np.int64)
        else:
            index = flat_ranges(self._occurrences(first, last, rows), counts)
            starts = self.positions[index].astype(np.int64)
        return counts, starts, starts + self._spans(index)

    def spots_in(self, list_id: int, wanted: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the word of a list stands in the posts of the mask `wanted`: parallel arrays of the run (post * F +
        field) and the first position."""
        bounds = self.list_rows[list_id * FIELD_COUNT : (list_id + 1) * FIELD_COUNT + 1]
        first, last = int(bounds[0]), int(bounds[-1])
        posts = self.row_posts[first:last]
        rows = wanted.take(posts).nonzero()[0]
        if not len(rows):
            return rows, rows
        runs = posts[rows].astype(np.int64) * FIELD_COUNT + np.searchsorted(bounds[1:-1], rows + first, side="right")
        counts = self.row_counts[first:last][rows].astype(np.int64)
        index = flat_ranges(self._occurrences(first, last, rows), counts)
        return np.repeat(runs, counts), self.positions[index].astype(np.int64)

    def _occurrences(self, first: int, last: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The first occurrence of each of some rows (ascending, counted from row `first`) before row `last`."""
        if not len(rows):
            return rows
        between = np.add.reduceat(self.row_counts[first:last], rows, dtype=np.int64)  # a quarter of a cumsum's time
        starts: NDArray[np.int64] = np.cumsum(between) - between + self._occurrence(first + int(rows[0]))
        return starts

    def _occurrence(self, row: int) -> int:
        """The first occurrence of a row."""
        start = row // ROWS_PER_START
        if start == len(self._row_occurrences):
            return len(self.positions)
        return int(self._row_occurrences[start]) + sum(self._row_counts[start * ROWS_PER_START : row])

    def _spans(self, occurrences: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many positions each of some ascending occurrences covers."""
        spans = np.ones(len(occurrences), np.int64)
        if len(occurrences):
            low, high = np.searchsorted(self.wide, [occurrences[0], occurrences[-1] + 1])
            wide = self.wide[low:high]
            at = np.searchsorted(occurrences, wide)
            hit = occurrences[at] == wide
            spans[at[hit]] = self.wide_spans[low:high][hit]
        return spans

    def field_places(self, posts: Sequence[int]) -> list[list[int]]:
        """Of each of some posts the places (F + 1) at which the words of its fields begin. What stands before them is
        at the place before, where the words of the field before end."""
        found = []
        for post in posts:
            origin, first = self._place_starts[post], post * (FIELD_COUNT + 1)
            found.append([origin + position for position in self._field_positions[first : first + FIELD_COUNT + 1]])
        return found

    def by_language(self, posts: Sequence[int]) -> dict[int, list[int]]:
        """The indexes in `posts` of those in each language."""
        if len(self.classes) == 1:
            return {0: list(range(len(posts)))}
        found: dict[int, list[int]] = {}
        for index, language in enumerate(self.languages[posts].tolist()):
            found.setdefault(language, []).append(index)
        return found

    def section_places(self, post: int) -> list[int]:
        """The places at which the sections of a post begin."""
        first, last = self._section_starts[post], self._section_starts[post + 1]
        origin = self._place_starts[post]
        return [origin + position for position in self._section_positions[first:last]]

    def field_text(self, post: int, field: int) -> str:
        """The text of one field of a post."""
        (places,) = self.field_places([post])
        return self.pieces.written([(places[field] - 1, places[field + 1] - 1)]).text

    def url(self, post: int) -> str:
        return self._records.text(3 * post)

    def image(self, post: int) -> str | None:
        return self._records.text(3 * post + 1) or None

    def lang(self, post: int) -> str:
        return self._records.text(3 * post + 2)

    def heading(self, post: int, section: int) -> tuple[str, str]:
        """The words and the anchor of the heading of a section of a post."""
        number = self._section_starts[post] + section
        return self._headings.text(2 * number), self._headings.text(2 * number + 1)

    def id(self, post: int) -> str:
        return self.ids.text(post)

    def tag_labels(self, post: int) -> tuple[str, ...]:
        """The post's tags as its author wrote them, in the author's order."""
        tags = self.tags
        first, last = self._tag_starts[post], self._tag_starts[post + 1]
        return tuple([tags[tag][1] for tag in self._tag_ids[first:last]])

    def day(self, post: int) -> date | None:
        day = self._days[post]
        return None if day == NO_DAY else date.fromordinal(day)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as ranges (first, last + 1) without gaps."""
    first = last = -1
    for number in numbers:
        if number != last:
            if first >= 0:
                yield first, last
            first = number
        last = number + 1
    if first >= 0:
        yield first, last


def open_columns(path: Path) -> Columns:
    """Map the columns file at `path`. Raises IndexDamagedError where it is gone, truncated or damaged in its frame,
    IndexFormatError where another version of the program wrote it."""
    meta, arrays = read_arrays(path)
    try:
        return Columns(meta, arrays)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(
            f"{path.name}: damaged: {error}", remedy="Run `blogsearch index` again; it compiles the file anew."
        ) from error
