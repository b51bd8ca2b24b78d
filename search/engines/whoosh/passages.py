"""What is shown of the posts of one page: titles with the matches marked, and the best passage of each."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import BODY, DESCRIPTION, TITLE, Columns
from search.engines.whoosh.marks import Mark, find_marks
from search.engines.whoosh.matching import Match
from search.models import SectionLink
from search.snippets import WIDTH, Window, best_window, excerpt, highlight

_BEFORE = 20
"""Positions in front of a window that are put into text as well: an excerpt may begin a little earlier."""


POINTING_ELSEWHERE = {
    *("references", "bibliography", "works cited", "sources", "further reading", "see also", "links", "footnotes"),
    *("related posts", "related links", "literatur", "literaturverzeichnis", "quellen", "weiterführende links"),
    *("références", "bibliographie", "referencias", "bibliografía", "riferimenti", "bibliografia"),
}
"""Headings, folded, of sections that are lists of other texts: they hold many words close together and say little."""


class Shown(NamedTuple):
    """A post of a page: its title as text and as HTML, its description, its best passage as HTML, and the section that
    this is from."""

    title: str
    title_html: str
    description: str
    passage_html: str
    section: SectionLink | None


class _Passage(NamedTuple):
    """The places from `first` up to but not including `last`, in section number `section` (-1: in none), and those
    around them that an excerpt may reach into, from `floor` up to but not including `ceiling`."""

    first: int
    last: int
    section: int
    floor: int
    ceiling: int


def shown(collection: Collection, posts: Sequence[int], matches: Sequence[Match]) -> list[Shown]:
    """How `posts` (numbers in the collection, a page of them) are shown to somebody who asked for `matches`."""
    weights = [collection.scoring.idf(collection.posts, match.total) for match in matches]
    found: dict[int, Shown] = {}
    for number, (columns, offset) in enumerate(zip(collection.segments, collection.offsets, strict=False)):
        here = [post for post in posts if offset <= post < offset + columns.posts]
        if here:
            rows = [post - offset for post in here]
            fields = columns.field_places(rows)
            marks = find_marks(columns, number, rows, fields, matches)
            found.update(zip(here, _shown(columns, rows, fields, marks, weights), strict=True))
    return [found[post] for post in posts]


def _shown(
    columns: Columns,
    posts: Sequence[int],
    fields: Sequence[Sequence[int]],
    marks: Sequence[Sequence[Mark]],
    weights: Sequence[float],
) -> Iterator[Shown]:
    """Posts of one segment. What to show of each is chosen first, then the text of all is put together at once."""
    passages = [_best_passage(columns, *post, weights) for post in zip(posts, fields, marks, strict=True)]
    stretches: list[tuple[int, int]] = []
    for (title, description, body, *_), passage in zip(fields, passages, strict=True):
        stretches += [(title - 1, description - 1), (description - 1, body - 1), passage[-2:]]
    written = columns.pieces.written(stretches)
    text, starts = written.text, written.starts
    for number, (post, found, passage) in enumerate(zip(posts, marks, passages, strict=True)):
        stretch = 3 * number
        title, description, around, end = starts[stretch : stretch + 4]
        in_title = found[: bisect_left(found, (fields[number][TITLE + 1],))]
        near = found[bisect_left(found, (passage.floor,)) : bisect_left(found, (passage.last,))]
        window = (passage.first, passage.last - passage.first, 0)
        (first, last), *spans = written.spans(stretch + 2, [window, *near])
        yield Shown(
            text[title:description],
            highlight(text, written.spans(stretch, in_title), title, description),
            text[description:around],
            excerpt(text, first, last, spans, around, end),
            section_link(columns, post, passage.section),
        )


def _best_passage(
    columns: Columns, post: int, fields: Sequence[int], marks: Sequence[Mark], weights: Sequence[float]
) -> _Passage:
    """The best window of the body, in a list of other texts only where the words are nowhere else; of the description
    where they are there and not in the body."""
    first, end, width, sections = fields[BODY], fields[BODY + 1] - 1, WIDTH, columns.section_places(post)
    inside = marks[bisect_left(marks, (first,)) :]
    if not inside:
        described = marks[bisect_left(marks, (fields[DESCRIPTION],)) :]
        if described or first == end:
            first, end, inside, sections = fields[DESCRIPTION], first - 1, described, []
            width = end - first
    window = best = _window(inside, weights, sections, first, end, width)
    while inside and _points_elsewhere(columns, post, window.section):
        low, high = sections[window.section], (*sections, end)[window.section + 1]
        inside = [mark for mark in inside if not low <= mark[0] < high]
        window = _window(inside, weights, sections, first, end, width) if inside else best
    begin, stop, section = window
    floor = sections[section] if section >= 0 else first - 1  # what stands before the first word is at the place before
    ceiling = sections[section + 1] if section + 1 < len(sections) else end
    return _Passage(begin, stop, section, max(floor, begin - _BEFORE), min(ceiling, stop + 1))


def _points_elsewhere(columns: Columns, post: int, section: int) -> bool:
    return section >= 0 and columns.heading(post, section)[0].casefold() in POINTING_ELSEWHERE


def _window(
    marks: Sequence[Mark], weights: Sequence[float], sections: Sequence[int], first: int, end: int, width: int
) -> Window:
    places, leaves = [mark[0] for mark in marks], [mark[2] for mark in marks]
    return best_window(places, leaves, weights, sections, end, width, first)


def section_link(columns: Columns, post: int, section: int) -> SectionLink | None:
    """The address of a section of a post; None where it has no heading, as the part before the first (-1)."""
    heading, anchor = columns.heading(post, section) if section >= 0 else ("", "")
    if not heading:
        return None
    url = columns.url(post)
    return SectionLink(heading, f"{url}#{anchor}" if anchor else url)


def section_links(columns: Columns, post: int) -> tuple[SectionLink, ...]:
    """The sections of a post that have a heading."""
    links = (section_link(columns, post, section) for section in range(len(columns.section_places(post))))
    return tuple(link for link in links if link)
