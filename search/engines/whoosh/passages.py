"""What is shown of the posts of one page: titles with the matches marked, and the best passage of each body."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import Columns, Record
from search.engines.whoosh.matching import Match, Part
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


class Passages:
    """The marked titles and passages of `posts` (numbers in the collection, at most a page of them)."""

    def __init__(self, collection: Collection, posts: Sequence[int], matches: Sequence[Match]) -> None:
        self._located = [collection.locate(post) for post in posts]
        self._weights = [collection.scoring.idf(collection.posts, match.total) for match in matches]
        self._marks = _marks(collection, self._located, matches)

    def title(self, place: int) -> str:
        """The title of a post as HTML."""
        columns, row = self._located[place]
        text = columns.field_text(row, TITLE)
        marks = self._in_field(place, TITLE)
        if not marks:
            return escape(text)
        return highlight(text, _characters(text, _word_bytes(columns, row, marks, columns.text_start(row, TITLE))))

    def passage(self, place: int, record: Record) -> tuple[str, SectionLink | None]:
        """The best passage of a post's body as HTML, and the section that it is from."""
        columns, row = self._located[place]
        first, end = columns.field_range(row, BODY)
        if first == end:
            return escape(columns.field_text(row, DESCRIPTION)), None
        marks = self._in_field(place, BODY)
        sections = columns.sections(row, BODY)
        starts, ordinals = [mark.start - first for mark in marks], [mark.ordinal for mark in marks]
        window = best_window(starts, ordinals, self._weights, sections, end - first)
        near = marks[bisect_left(starts, window.first - WIDTH) : bisect_left(starts, window.last + WIDTH)]
        begin, last = _word_bytes(columns, row, [Mark(first + window.first, first + window.last, 0)], 0)[0]
        floor, ceiling = _section_bytes(columns, row, [first + start for start in sections], window.section)
        low = _whole_character(columns.text, max(floor, begin - _BEFORE))
        high = _whole_character(columns.text, min(ceiling, begin + _BEHIND))
        text = str(columns.text[low:high], "utf-8")
        spans = [span for span in _word_bytes(columns, row, near, low) if 0 <= span[0] < high - low]
        (start, stop), *shown = _characters(text, [(begin - low, last - low), *spans])
        return excerpt(text, start, stop, shown, 0, len(text)), _link(record, window.section)

    def _in_field(self, place: int, field: int) -> list[Mark]:
        columns, row = self._located[place]
        marks = self._marks[place]
        first, end = columns.field_range(row, field)
        return marks[bisect_left(marks, (first,)) : bisect_left(marks, (end,))]


def _section_bytes(columns: Columns, row: int, positions: Sequence[int], section: int) -> tuple[int, int]:
    """The bytes between which a section of the body lies (-1: what is before the first)."""
    begin = columns.word_bytes(row, positions[section])[0] if section >= 0 else columns.text_start(row, BODY)
    last = section + 1 == len(positions)
    return begin, columns.text_start(row, BODY + 1) if last else columns.word_bytes(row, positions[section + 1])[0]


def _link(record: Record, section: int) -> SectionLink | None:
    heading, anchor = record.sections[section] if section >= 0 else ("", "")
    return SectionLink(heading, f"{record.url}#{anchor}" if anchor else record.url) if heading else None


def _marks(
    collection: Collection, located: Sequence[tuple[Columns, int]], matches: Sequence[Match]
) -> list[list[Mark]]:
    """The matches in each of the located posts, in the order of their positions."""
    marks: list[list[Mark]] = [[] for _ in located]
    for number, columns in enumerate(collection.segments):
        places = [place for place, (segment, _) in enumerate(located) if segment is columns]
        rows = [located[place][1] for place in places]
        for ordinal, match in enumerate(matches if places else ()):
            for part in match.parts:
                if part.segment == number:
                    for index, start, end in _spots(columns, part, rows):
                        marks[places[index]].append(Mark(start, end, ordinal))
    for found in marks:
        found.sort()
    return marks


def _spots(columns: Columns, part: Part, rows: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """(index in `rows`, first position, position after the last) for every match of a part in the posts `rows`."""
    if part.spots is not None:
        for index, row in enumerate(rows):
            low, high = np.searchsorted(part.spots.posts, [row, row + 1])
            for start, end in zip(
                part.spots.starts[low:high].tolist(), part.spots.ends[low:high].tolist(), strict=True
            ):
                yield index, start, end
        return
    if len(part.lists) == 1:
        found = columns.rows_of(part.lists[0], rows, (TITLE, BODY))
    else:
        found = columns.rows_of_many(part.lists, rows)
    for index, at in found:
        for start, end in columns.spots_of_row(at):
            yield index, start, end


def _word_bytes(columns: Columns, row: int, marks: Sequence[Mark], origin: int) -> list[tuple[int, int]]:
    """The bytes that the words of each mark take in the text, counted from `origin`."""
    return [
        (columns.word_bytes(row, mark.start)[0] - origin, columns.word_bytes(row, mark.end - 1)[1] - origin)
        for mark in marks
    ]


def _characters(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Byte offsets in the UTF-8 form of `text` as character offsets."""
    if text.isascii():
        return spans
    raw = text.encode()
    return [(len(raw[:start].decode()), len(raw[:end].decode())) for start, end in spans]


def _whole_character(text: memoryview, offset: int) -> int:
    """`offset`, or the start of the character that it lies within."""
    while offset < len(text) and text[offset] & 0xC0 == 0x80:
        offset -= 1
    return offset
