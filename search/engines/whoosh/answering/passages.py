"""What is shown of the posts of one page: titles with the matches marked, and the best passage of each."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from html import escape
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.marks import Marks, MarksOf, find_marks
from search.engines.whoosh.columnar.columns import BODY, DESCRIPTION, FIELD_GAP, TITLE, Columns, Record
from search.models import SectionLink
from search.snippets import WIDTH, best_window

MAX_CHARACTERS = 320
"""Characters of a passage as HTML without its marks, unless the one word that must be shown has more."""

_NEAR = 10
"""Words in front of a window, or in it, in which a place for its line to begin is looked for."""

POINTING_ELSEWHERE = {
    *("references", "bibliography", "works cited", "sources", "further reading", "see also", "links", "footnotes"),
    *("related posts", "related links", "literatur", "literaturverzeichnis", "quellen", "weiterführende links"),
    *("références", "bibliographie", "referencias", "bibliografía", "riferimenti", "bibliografia"),
}
"""Headings, folded, of sections that are lists of other texts: they hold many words close together and say little."""


class Shown(NamedTuple):
    """A post of a page: what is shown of it for any query, its title as HTML, its best passage as HTML, and the section
    that this is from."""

    record: Record
    title_html: str
    passage_html: str
    section: SectionLink | None


class _Passage(NamedTuple):
    """Positions of a post: those to show, from `first` up to but not including `last`, inside of what its line must not
    leave, from `floor` up to but not including `ceiling`; and the heading of their section with its anchor."""

    first: int
    last: int
    floor: int
    ceiling: int
    heading: str
    anchor: str


class _Marked(NamedTuple):
    """The marks of one post: the ones of `marks` from `first` up to but not including `end`, of which those from
    `described` on are in the description, and those from `body` on in the body."""

    marks: MarksOf
    first: int
    described: int
    body: int
    end: int

    def between(self, first: int, last: int) -> list[tuple[int, int]]:
        """The marks that begin at the positions from `first` up to but not including `last`, counted from there."""
        positions, spans = self.marks.positions, self.marks.spans
        low = bisect_left(positions, first, self.first, self.end)
        high = bisect_left(positions, last, low, self.end)
        return [(positions[index] - first, spans[index]) for index in range(low, high)]


def shown(collection: Collection, posts: Sequence[int], scored: Sequence[Scored], marks: Marks | None) -> list[Shown]:
    """How `posts` (numbers in the collection, a page of them) are shown to somebody whose query was read as `scored`.
    `marks` are those of posts that were looked at before, if any were."""
    if not posts:
        return []
    if marks is None or not set(posts) <= set(marks.posts.tolist()):
        marks = find_marks(collection, scored, np.array(sorted(posts), np.int64))
    weights = [collection.scoring.idf(collection.posts, one.match.total) for one in scored]
    marks_of = marks.of(posts)
    return [
        _shown(*collection.locate(post), marks_of, first, end, weights)
        for post, (first, end) in zip(posts, pairwise(marks_of.starts), strict=True)
    ]


def _shown(columns: Columns, row: int, marks: MarksOf, first: int, end: int, weights: Sequence[float]) -> Shown:
    """One post; its marks are marks[first:end]."""
    fields = columns.field_positions_of(row)
    described = bisect_left(marks.positions, fields[DESCRIPTION], first, end)
    body = bisect_left(marks.positions, fields[BODY], described, end)
    marked = _Marked(marks, first, described, body, bisect_left(marks.positions, fields[BODY + 1], body, end))
    passage = _best_passage(columns, row, fields, marked, weights)
    record = columns.record(row)
    return Shown(
        record,
        _title(columns, row, fields, marked) if described > first else escape(record.title),
        _line(columns, row, passage, marked),
        section_link(record.url, passage.heading, passage.anchor),
    )


def _title(columns: Columns, row: int, fields: Sequence[int], marked: _Marked) -> str:
    first, last, place = fields[TITLE] - 1, fields[DESCRIPTION] - FIELD_GAP, columns.place(row)
    numbers = columns.pieces.numbers(place + first, place + last)
    return columns.pieces.html(numbers, columns.pieces.parts(numbers), marked.between(first, last))


def _best_passage(
    columns: Columns, row: int, fields: Sequence[int], marked: _Marked, weights: Sequence[float]
) -> _Passage:
    """The best window of the body, in a list of other texts only where the words are nowhere else; of the description
    where they are there and not in the body."""
    marks, low, high = marked.marks, marked.body, marked.end
    first, end, width, sections = fields[BODY], fields[BODY + 1] - FIELD_GAP, WIDTH, columns.section_positions(row)
    if low == high and (marked.described < low or first == end):
        first, end = fields[DESCRIPTION], first - FIELD_GAP
        low, width, sections = marked.described, end - first, []
    positions, words = marks.positions[low:high], marks.words[low:high]
    window = best = best_window(positions, words, weights, sections, end, width, first)
    heading, anchor = columns.heading(row, window.section)
    while positions and heading.casefold() in POINTING_ELSEWHERE:
        begin, stop = sections[window.section], (*sections, end)[window.section + 1]
        outside = [index for index, position in enumerate(positions) if not begin <= position < stop]
        positions, words = [positions[index] for index in outside], [words[index] for index in outside]
        window = best_window(positions, words, weights, sections, end, width, first) if positions else best
        heading, anchor = columns.heading(row, window.section)
    section = window.section
    floor = sections[section] if section >= 0 else first
    ceiling = sections[section + 1] if section + 1 < len(sections) else end
    return _Passage(window.first, window.last, floor, ceiling, heading, anchor)


def _line(columns: Columns, row: int, passage: _Passage, marked: _Marked) -> str:
    """A passage as one readable line of HTML with the matches marked.

    It begins at a sentence where one begins nearby, never before the floor of the passage; `…` stands where a sentence
    was cut. At most MAX_CHARACTERS of the text are shown, chosen so that the first match is among them; the first ones
    where there is none.
    """
    first, last, floor, ceiling, *_ = passage
    pieces, place = columns.pieces, columns.place(row)
    if first == last:  # no word: what stands where the first would
        return "".join(pieces.parts(pieces.numbers(place + first - 1, place + last))).strip()
    near = max(floor, first - _NEAR)
    numbers = pieces.numbers(place + near, place + min(last + 1, ceiling))  # one more tells whether a sentence ends
    marks, stop = marked.between(near, last), last - near
    match = next((index for index, _ in marks if index >= first - near), None)
    start = pieces.sentence_before(numbers, first - near)
    whole = start > 0 or near == floor
    if not whole:
        furthest = stop - 1 if match is None else match
        start = pieces.sentence_after(numbers, first - near, min(furthest, first - near + _NEAR))
        whole = start > first - near
    parts = pieces.parts(numbers[start:stop])
    if len("".join(parts)) > MAX_CHARACTERS:
        skipped, kept = _shortened([len(part) for part in parts], max((match or 0) - start, 0))
        parts, whole = parts[skipped:kept], whole and not skipped
        start, stop = start + skipped, start + kept
    ended = stop == len(numbers) or pieces.sentence_before(numbers, stop) == stop
    inside = [(index - start, span) for index, span in marks if start <= index < stop]
    line = pieces.html(numbers[start:stop], parts, inside).strip()
    return f"{'' if whole else '…'}{line}{'' if ended else '…'}"


def _shortened(sizes: Sequence[int], match: int) -> tuple[int, int]:
    """Of pieces of the `sizes` as many as MAX_CHARACTERS allow, as the first and the one behind the last: from the
    beginning on, or from nearer to the first `match` where that would be left out. That one is always among them, also
    where it has more characters by itself."""
    ends = list(accumulate(sizes))
    first = 0
    if ends[match] > MAX_CHARACTERS:
        first = min(bisect_left(ends, ends[match] - MAX_CHARACTERS // 2, 0, match) + 1, match)
    before = ends[first - 1] if first else 0
    return first, max(bisect_right(ends, before + MAX_CHARACTERS), first + 1)


def section_link(url: str, heading: str, anchor: str) -> SectionLink | None:
    """The address of a section of the post at `url`; None where that has no heading: before the first one."""
    if not heading:
        return None
    return SectionLink(heading, f"{url}#{anchor}" if anchor else url)


def section_links(columns: Columns, row: int, url: str) -> tuple[SectionLink, ...]:
    """The sections of the post at `url` that have a heading."""
    sections = range(len(columns.section_positions(row)))
    links = (section_link(url, *columns.heading(row, section)) for section in sections)
    return tuple(link for link in links if link)
