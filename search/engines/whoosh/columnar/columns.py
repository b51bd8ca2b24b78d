"""The columns of one segment: everything that a query reads, as arrays that are mapped, never parsed.

N posts (a row is the post's document number in the Whoosh segment), F = len(SEARCHED) fields, T terms, L lists of
postings (list t < T is that of term t; the others are classes of several terms, merged), R rows (one for each list,
field and post), O occurrences, P places. `u` is the smallest of uint8, uint16 and uint32 that holds the values.

    array               type    shape   meaning
    term_text           uint8           the terms, UTF-8, sorted, end to end
    term_starts         uint32  T+1     where each begins in term_text
    term_slots          uint32          where each is found by its hash (stringtable.hash_slots)
    term_shapes         uint32  T       letters and length of each, for typing mistakes (expand.shape)
    folded_text         uint8           the folded forms that differ from their term, as above
    folded_starts       uint32  -+1     where each begins
    folded_terms        uint32          the term of each
    class_text_i        uint8           the class keys of language i (of those in the file's meta), as above
    class_starts_i      uint32  -+1     where each begins
    class_slots_i       uint32          where each is found by its hash
    class_lists_i       uint32          the list of each class
    member_starts       uint32  L-T+1   the first of the merged list's terms in member_terms
    member_terms        uint32          the terms of every merged list, ascending
    member_languages    uint8   L-T     the language whose posts it is of, of those in the file's meta
    list_rows           uint32  L*F+1   the rows of field f of list l begin at l * F + f, and end where the next begin
    row_posts           u       R       the post, ascending within a field
    row_counts          u       R       how often the word stands in that field of that post
    row_blocks          uint32  R/32    the first occurrence of every 32nd row; the counts give those between
    positions           u       O       where each occurrence is in its post's position space, in the order of the rows
    wide                uint32          the occurrences that cover several positions (compounds), ascending
    wide_spans          uint8           how many positions each of them covers
    wide_lists          uint32          the lists that have any of them, ascending
    lengths             u       N,F     terms in each field
    field_positions     u       N,F+1   where each field begins in the post's position space; last: where the post ends
    place_starts        uint32  N+1     the post's first place: position p of post n is place place_starts[n] + p
    places              uint16  P       the piece at each place, of those from pieces.RARE on only the upper bits
    rare_blocks         uint32  P/64    how many of these stand before every 64th place
    rare_pieces         uint16          the lower bits of each of them
    piece_text          uint8           words as written, with all around them; frequent ones first
    piece_starts        uint32  -+1     where each begins
    piece_leads         u               characters in front of its word
    piece_words         u               characters of its word; more than there are where it reaches into the next
    piece_signs         uint8           what is to be known of its text (pieces.ENDS and so on)
    piece_terms         uint32          the term of its word; T: there is none
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
    record_text         uint8           what is shown of every post, end to end (Record)
    record_starts       uint32  N+1     where each begins
    heading_text        uint8           heading and anchor of every section, end to end
    heading_starts      uint32  -+1     where each begins
    phrase_text         uint8           what several posts say, by collocations.phrase_key, sorted, end to end
    phrase_starts       uint32          where each begins
    phrase_posts        uint32          in how many posts each stands
    title_text          uint8           the folded words of every title, sorted, end to end
    title_starts        uint32  N+1     where each begins
    title_slots         uint32          where each is found by its hash
    title_posts         uint32  N       the post of each

Positions: one space per post, its fields in the order of fields.SEARCHED with FIELD_GAP free positions between them, so
that no phrase crosses from one field into the next, and no words of two fields are near each other.
"""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import TAG_GAP, class_key
from search.engines.whoosh.columnar.arrayfile import Array, read_arrays
from search.engines.whoosh.columnar.pieces import Pieces
from search.engines.whoosh.columnar.stringtable import Dictionary, StringTable, flat_ranges
from search.errors import IndexDamagedError
from search.fields import SEARCHED

FIELD_COUNT = len(SEARCHED)
TITLE, DESCRIPTION, BODY, TAGS = range(FIELD_COUNT)
NO_DAY = np.iinfo(np.int32).min
NO_INSTANT = np.iinfo(np.int64).min
ROWS_PER_BLOCK = 32
FIELD_GAP = TAG_GAP
_IN_BLOCK = np.arange(ROWS_PER_BLOCK)
_DICTIONARY = ("text", "starts", "slots")


class Postings(NamedTuple):
    """In which posts of one segment a word, phrase or set of words stands, and how often in each field.

    `posts` (R, unsigned, ascending within a field) and `counts` (R) are parallel; field f has the rows
    bounds[f]:bounds[f + 1].
    """

    posts: Array
    counts: Array
    bounds: list[int]


class Record(NamedTuple):
    """What is shown of a post whatever was asked. `image` is "" where there is none.

    It is kept as one string, its values and then its tags, with NUL between them: to read it is one look-up and one
    cut. NUL within a value shows as U+FFFD, as CommonMark has it."""

    id: str
    url: str
    image: str
    lang: str
    title: str
    description: str
    tags: tuple[str, ...]

    def encode(self) -> bytes:
        return "\0".join([value.replace("\0", "\ufffd") for value in (*self[:-1], *self.tags)]).encode()


class Columns:
    """The columns of one segment, read-only and safe to share between threads. Field by field as in the table above.

    Some are held twice: as an array for work on all of it, and as a memoryview (with an underscore) where a query picks
    single numbers, which from an array takes three times as long.
    """

    def __init__(self, meta: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        self.posts: int = meta["posts"]
        self.terms = Dictionary(arrays["term_text"], arrays["term_starts"], arrays["term_slots"])
        self.term_shapes = arrays["term_shapes"]
        self.folded = StringTable(arrays["folded_text"], arrays["folded_starts"])
        self.folded_terms = arrays["folded_terms"]
        self.classes = [
            (language, Dictionary(*[arrays[f"class_{part}_{i}"] for part in _DICTIONARY]), arrays[f"class_lists_{i}"])
            for i, language in enumerate(meta["languages"])
        ]
        self.row_posts = arrays["row_posts"]
        self.row_counts = arrays["row_counts"]
        self.positions = arrays["positions"]
        self.wide = arrays["wide"]
        self.wide_spans = arrays["wide_spans"]
        self._wide_lists = arrays["wide_lists"].data
        self.lengths = arrays["lengths"]
        self.field_positions = arrays["field_positions"]
        self._member_starts = arrays["member_starts"]
        self._member_terms = arrays["member_terms"]
        self._member_languages = arrays["member_languages"]
        self.pieces = Pieces(arrays)
        self._place_starts = arrays["place_starts"].data
        self._field_positions = self.field_positions.ravel().data
        self._section_starts = arrays["section_starts"].data
        self._section_positions = arrays["section_positions"].data
        self.tag_starts = arrays["tag_starts"]
        self.tag_ids = arrays["tag_ids"]
        self.days = arrays["days"]
        self.instants = arrays["instants"]
        self.boosts = arrays["boosts"]
        self.ids = StringTable(arrays["id_text"], arrays["id_starts"])
        self.id_ranks = arrays["id_ranks"]
        self.phrases = StringTable(arrays["phrase_text"], arrays["phrase_starts"])
        self.phrase_posts = arrays["phrase_posts"]
        self.titles = Dictionary(arrays["title_text"], arrays["title_starts"], arrays["title_slots"])
        self.title_posts = arrays["title_posts"]
        self.languages = arrays["languages"]
        self._records = StringTable(arrays["record_text"], arrays["record_starts"])
        self._headings = StringTable(arrays["heading_text"], arrays["heading_starts"])
        self.list_rows = arrays["list_rows"]
        self._list_rows = self.list_rows.data
        self.row_blocks = arrays["row_blocks"]
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
            and self.tag_starts[-1] == len(self.tag_ids)
            and len(self.row_posts) == len(self.row_counts)
            and len(self._list_rows) % FIELD_COUNT == 1
            and len(self.row_blocks) == -(-len(self.row_posts) // ROWS_PER_BLOCK)
            and len(self._records) == self.posts
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
                found[row] = self.record(row).lang == lang
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
        merged = np.flatnonzero(self._member_languages == language)
        starts = self._member_starts.astype(np.int64)
        sizes = starts[merged + 1] - starts[merged]
        members = self._member_terms[flat_ranges(starts[merged], sizes)]
        found[members] = np.repeat(merged + len(self.terms), sizes)
        return found

    def row_totals(self, lists: Array) -> NDArray[np.int64]:
        """The rows of each list: in how many posts the word stands, a post counted for each field that has it."""
        rows = self.list_rows[::FIELD_COUNT]
        totals: NDArray[np.int64] = np.subtract(rows[lists + 1], rows[lists], dtype=np.int64)
        return totals

    def field_rows(self, list_id: int) -> list[int]:
        """The rows (F + 1) at which the fields of a list begin, the last is where the list ends."""
        rows = self._list_rows[list_id * FIELD_COUNT : (list_id + 1) * FIELD_COUNT + 1].tolist()
        if max(rows) > len(self.row_posts):  # damage; sizes taken from it would fill the memory
            raise IndexError("a list ends behind the last row")
        return rows

    def postings(self, list_id: int, field: int | None = None) -> Postings:
        """One list, of one field (an index in SEARCHED) or of all."""
        rows = self.field_rows(list_id)
        if field is not None:
            rows = [rows[field]] * (field + 1) + [rows[field + 1]] * (FIELD_COUNT - field)
        first, last = rows[0], rows[-1]
        return Postings(self.row_posts[first:last], self.row_counts[first:last], [row - first for row in rows])

    def has_compounds(self, list_id: int) -> bool:
        """Whether any occurrence of a word covers several positions."""
        at = bisect_left(self._wide_lists, list_id)
        return at < len(self._wide_lists) and self._wide_lists[at] == list_id

    def occurrences(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where the words of some rows stand: how often in each, and for each occurrence, in the order of the rows, the
        first position and how many it covers."""
        if len(rows) and rows[-1] - rows[0] == len(rows) - 1:  # in one piece
            counts = self.row_counts[rows[0] : rows[-1] + 1].astype(np.int64)
            begin = int(starts_in(rows[:1], *self.blocks(rows[:1]))[1][0])
            index = np.arange(begin, begin + int(counts.sum()))
        else:
            counts, starts = starts_in(rows, *self.blocks(rows))
            index = flat_ranges(starts, counts)
        return counts, self.positions[index].astype(np.int64), self.spans(index)

    def blocks(self, rows: NDArray[np.int64]) -> tuple[Array, Array]:
        """The counts (n, ROWS_PER_BLOCK) of all rows of the block that each of some rows (n) is in, and the first
        occurrence of the block: for `starts_in`."""
        block = rows // ROWS_PER_BLOCK
        around = (block * ROWS_PER_BLOCK)[:, None] + _IN_BLOCK
        return self.row_counts.take(around, mode="clip"), self.row_blocks.take(block)

    def spans(self, occurrences: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many positions each of some occurrences covers."""
        spans = np.ones(len(occurrences), np.int64)
        if len(self.wide):
            at = self.wide.searchsorted(occurrences)
            at[at == len(self.wide)] = 0
            wide = np.flatnonzero(self.wide[at] == occurrences)
            spans[wide] = self.wide_spans[at[wide]]
        return spans

    def field_positions_of(self, post: int) -> list[int]:
        """The positions (F + 1) at which the words of the fields of a post begin; the last is where the post ends. What
        stands before the words of a field is at the position before; the words end FIELD_GAP before the next field."""
        first = post * (FIELD_COUNT + 1)
        return self._field_positions[first : first + FIELD_COUNT + 1].tolist()

    def place(self, post: int) -> int:
        """The place of position 0 of a post."""
        return self._place_starts[post]

    def section_positions(self, post: int) -> list[int]:
        """The positions at which the sections of a post begin."""
        return self._section_positions[self._section_starts[post] : self._section_starts[post + 1]].tolist()

    def field_text(self, post: int, field: int) -> str:
        """The text of one field of a post."""
        first, last = self.field_positions_of(post)[field : field + 2]
        place = self.place(post) - 1
        return self.pieces.text(self.pieces.numbers(place + first, place + last))

    def record(self, post: int) -> Record:
        """What is shown of a post."""
        post_id, url, image, lang, title, description, *tags = self._records.text(post).split("\0")
        return Record(post_id, url, image, lang, title, description, tuple(tags))

    def heading(self, post: int, section: int) -> tuple[str, str]:
        """The words and the anchor of the heading of a section of a post; none before the first section (-1)."""
        if section < 0:
            return "", ""
        number = self._section_starts[post] + section
        return self._headings.text(2 * number), self._headings.text(2 * number + 1)

    def id(self, post: int) -> str:
        return self.ids.text(post)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a snapshot: its columns and the rows of it that are deleted."""

    columns: Columns
    deleted: NDArray[np.uint32]


def starts_in(rows: NDArray[np.int64], counts: Array, first: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of some rows how often their word stands in each, and the first occurrence of each: by what Columns.blocks says
    of them, also of several segments."""
    within = rows % ROWS_PER_BLOCK
    before = np.add.reduce(counts, axis=1, dtype=np.int64, where=within[:, None] > _IN_BLOCK)
    return counts[np.arange(len(rows)), within].astype(np.int64), first + before


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
