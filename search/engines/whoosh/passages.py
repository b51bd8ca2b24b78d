"""What is shown of the posts of one page: titles with the matches marked, and the best passage of each body."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import Columns, Record
from search.engines.whoosh.matching import Match, Part
from search.engines.whoosh.phrases import Spots, spots_in
from search.fields import SEARCHED
from search.models import SectionLink
from search.snippets import WIDTH, best_window, excerpt, highlight

_NAMES = [spec.name for spec in SEARCHED]
TITLE, DESCRIPTION, BODY = _NAMES.index("title"), _NAMES.index("description"), _NAMES.index("body")

_BEFORE, _BEHIND = 256, 1536
"""Bytes of text around the start of a passage that are decoded: more than an excerpt ever reaches for."""


class Mark(NamedTuple):
    """A match in a post: its first position, the position after its last, and which leaf of the query it matches."""

    start: int
    end: int
    ordinal: int


class Passage(NamedTuple):
    html: str
    section: SectionLink | None


class Passages:
    """The marked titles and passages of `posts` (numbers in the collection, at most a page of them)."""

    def __init__(self, collection: Collection, posts: Sequence[int], matches: Sequence[Match]) -> None:
        self._located = [collection.locate(post) for post in posts]
        self._weights = [collection.scoring.idf(collection.posts, match.count) for match in matches]
        self._marks = _marks(collection, posts, matches)

    def title(self, place: int) -> str:
        """The title of a post as HTML."""
        columns, row = self._located[place]
        raw = columns.field_text(row, TITLE)
        text = raw.decode()
        origin = columns.text_start(row, TITLE)
        marks = self._in_field(place, TITLE)
        return highlight(text, _characters(raw, text, _word_bytes(columns, row, marks, origin)))

    def passage(self, place: int, record: Record) -> Passage:
        """The best passage of a post's body as HTML, and the section that it is from."""
        columns, row = self._located[place]
        marks = self._in_field(place, BODY)
        first, end = columns.field_range(row, BODY)
        if first == end:
            return Passage(escape(columns.field_text(row, DESCRIPTION).decode()), None)
        boundaries = columns.section_bounds(row)
        starts = [position - first for position in boundaries]
        window = best_window(
            [mark.start - first for mark in marks], [mark.ordinal for mark in marks], self._weights, starts, end - first
        )
        begin, _ = columns.word_bytes(row, first + window.first)
        _, last = columns.word_bytes(row, first + window.last - 1)
        bounds = [columns.text_start(row, BODY), *[columns.word_bytes(row, at)[0] for at in boundaries]]
        floor, ceiling = bounds[window.section + 1], [*bounds, columns.text_start(row, BODY + 1)][window.section + 2]
        low = _whole_character(columns.text, max(floor, begin - _BEFORE))
        high = _whole_character(columns.text, min(ceiling, begin + _BEHIND))
        raw = bytes(columns.text[low:high])
        text = raw.decode()
        near = [mark for mark in marks if window.first - WIDTH <= mark.start - first < window.last + WIDTH]
        spans = [span for span in _word_bytes(columns, row, near, low) if 0 <= span[0] < len(raw)]
        (start, stop), *shown = _characters(raw, text, [(begin - low, last - low), *spans])
        html = excerpt(text, start, stop, shown, 0, len(text))
        return Passage(html, _link(record, window.section))

    def _in_field(self, place: int, field: int) -> list[Mark]:
        columns, row = self._located[place]
        first, end = columns.field_range(row, field)
        return [mark for mark in self._marks[place] if first <= mark.start < end]


def _link(record: Record, section: int) -> SectionLink | None:
    heading, anchor = record.sections[section] if section >= 0 else ("", "")
    return SectionLink(heading, f"{record.url}#{anchor}" if anchor else record.url) if heading else None


def _marks(collection: Collection, posts: Sequence[int], matches: Sequence[Match]) -> list[list[Mark]]:
    """The matches in each of `posts`, in the order of their positions."""
    places = {post: place for place, post in enumerate(posts)}
    wanted = collection.mask()
    wanted[list(posts)] = True
    marks: list[list[Mark]] = [[] for _ in posts]
    for ordinal, match in enumerate(matches):
        for part in match.parts:
            first = collection.offsets[part.segment]
            columns = collection.segments[part.segment]
            here = wanted[first : first + columns.posts]
            spots = _spots(columns, part, here)
            for row, start, end in zip(spots.posts.tolist(), spots.starts.tolist(), spots.ends.tolist(), strict=True):
                marks[places[first + row]].append(Mark(start, end, ordinal))
    for found in marks:
        found.sort()
    return marks


def _spots(columns: Columns, part: Part, wanted: Mask) -> Spots:
    if part.spots is not None:
        return part.spots.take(np.flatnonzero(wanted[part.spots.posts]))
    return spots_in(columns, part.lists, wanted, None)


def _word_bytes(columns: Columns, row: int, marks: Sequence[Mark], origin: int) -> list[tuple[int, int]]:
    """The bytes that the words of each mark take in the text, counted from `origin`."""
    return [
        (columns.word_bytes(row, mark.start)[0] - origin, columns.word_bytes(row, mark.end - 1)[1] - origin)
        for mark in marks
    ]


def _characters(raw: bytes, text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Byte offsets in `raw` as character offsets in `text`, which is the same decoded."""
    if len(raw) == len(text):
        return spans
    return [(len(raw[:start].decode()), len(raw[:end].decode())) for start, end in spans]


def _whole_character(text: memoryview, offset: int) -> int:
    """`offset`, or the start of the character that it lies within."""
    while offset < len(text) and text[offset] & 0xC0 == 0x80:
        offset -= 1
    return offset
