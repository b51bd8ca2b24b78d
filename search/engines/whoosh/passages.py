"""What is shown of the posts of one page: titles with the matches marked, and the best passage of each body."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import repeat

import numpy as np

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import BODY, DESCRIPTION, TITLE, Columns, Record
from search.engines.whoosh.matching import Match, Part
from search.models import SectionLink
from search.snippets import best_window, excerpt, highlight

_BEFORE, _BEHIND = 256, 1536
"""Bytes of text around the start of a passage that are decoded: more than an excerpt ever reaches for."""

_AHEAD = 30
"""Positions in front of the window in which matches are marked: an excerpt may begin a little earlier."""

MOST_MARKS = 512
"""Matches of one leaf that count in one post, the first: a post of one word repeated must not cost more than an
answer may."""

Mark = tuple[int, int, int]
"""A match in a post: its first position, how many positions it covers, which leaf of the query it matches."""


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
        marks = self._marks_in(place, *columns.field_range(row, TITLE))
        if not marks:
            return escape(text)
        spans = columns.word_bytes(row, [(start, span) for start, span, _ in marks])
        return highlight(text, _characters(text, spans, columns.text_start(row, TITLE)))

    def passage(self, place: int, record: Record) -> tuple[str, SectionLink | None]:
        """The best passage of a post's body as HTML, and the section that it is from."""
        columns, row = self._located[place]
        first, end = columns.field_range(row, BODY)
        if first == end:
            return escape(columns.field_text(row, DESCRIPTION)), None
        marks = self._marks_in(place, first, end)
        positions = [mark[0] - first for mark in marks]
        sections = columns.sections(row, BODY)
        window = best_window(positions, [mark[2] for mark in marks], self._weights, sections, end - first)
        near = marks[bisect_left(positions, window.first - _AHEAD) : bisect_left(positions, window.last)]
        floor, ceiling = _section_bytes(columns, row, first, sections, window.section)
        words = [(first + window.first, window.last - window.first), *[(start, span) for start, span, _ in near]]
        (begin, last), *shown = columns.word_bytes(row, words)
        low = _whole_character(columns.text, max(floor, begin - _BEFORE))
        high = _whole_character(columns.text, min(ceiling, begin + _BEHIND))
        text = str(columns.text[low:high], "utf-8")
        (start, stop), *spans = _characters(text, [(begin, last), *[span for span in shown if low <= span[0]]], low)
        return excerpt(text, start, stop, spans, 0, len(text.rstrip())), _link(record, window.section)

    def _marks_in(self, place: int, first: int, end: int) -> list[Mark]:
        """The marks at positions `first` up to but not including `end`."""
        marks = self._marks[place]
        return marks[bisect_left(marks, (first,)) : bisect_left(marks, (end,))]


def _section_bytes(columns: Columns, row: int, first: int, sections: Sequence[int], section: int) -> tuple[int, int]:
    """The bytes between which a section of the body lies (-1: what is before the first)."""
    bounds = [(first + start, 1) for start in sections[max(section, 0) : section + 2]]
    begins = [begin for begin, _ in columns.word_bytes(row, bounds)]
    if section < 0:
        begins.insert(0, columns.text_start(row, BODY))
    return begins[0], begins[1] if len(begins) > 1 else columns.text_start(row, BODY + 1)


def _link(record: Record, section: int) -> SectionLink | None:
    heading, anchor = record.sections[section] if section >= 0 else ("", "")
    return SectionLink(heading, f"{record.url}#{anchor}" if anchor else record.url) if heading else None


def section_links(record: Record) -> tuple[SectionLink, ...]:
    """The sections of a post that have a heading."""
    links = (_link(record, section) for section in range(len(record.sections)))
    return tuple(link for link in links if link)


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
                if part.segment == number and part.tells_where:
                    for index, starts, spans in _spots(columns, part, rows):
                        marks[places[index]] += zip(starts[:MOST_MARKS], spans, repeat(ordinal))
    for found in marks:
        found.sort()
    return marks


def _spots(columns: Columns, part: Part, rows: Sequence[int]) -> Iterator[tuple[int, list[int], Iterable[int]]]:
    """Where a part matches in the posts `rows`: an index in `rows`, first positions there, how many each covers."""
    if part.spots:
        for posts, starts, ends in (part.spots[TITLE], part.spots[BODY]):
            for index, row in enumerate(rows):
                here = slice(*np.searchsorted(posts, [row, row + 1]))
                yield index, starts[here].tolist(), (ends[here] - starts[here]).tolist()
    elif len(part.lists) == 1:
        for index, at in columns.rows_of(part.lists[0], rows, (TITLE, BODY)):
            yield index, *columns.spots_of_row(at)
    else:
        for index, at in columns.rows_of_many(part.lists, rows):
            yield index, *columns.spots_of_row(at)


def _characters(text: str, spans: list[tuple[int, int]], origin: int) -> list[tuple[int, int]]:
    """Bytes, counted from anywhere, as characters of `text`, whose first byte is `origin`."""
    if text.isascii():
        return [(start - origin, end - origin) for start, end in spans]
    raw = text.encode()
    return [(len(raw[: start - origin].decode()), len(raw[: end - origin].decode())) for start, end in spans]


def _whole_character(text: memoryview, offset: int) -> int:
    """`offset`, or the start of the character that it lies within."""
    while offset < len(text) and text[offset] & 0xC0 == 0x80:
        offset -= 1
    return offset
