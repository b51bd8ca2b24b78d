"""Where a post answers a query: the best window of its body, and text with the matches marked. Pure, linear, no I/O."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 30
"""Token positions of a window."""

MAX_CHARACTERS: Final = 320
"""Characters of an excerpt before escaping; tokens of 64 characters or walls of punctuation do not make it longer."""

_NEAR: Final = 60
"""Characters in which a better place for a cut is looked for."""

# It begins with one class of characters, which the matcher skips to at full speed.
_SENTENCE_END: Final = re.compile(
    r"[.?!\n。！？](?:(?<=[。！？])\s*+|(?:(?<=\n)\s*+|(?<=[.?!])[\"')\]”’]?\s++)(?![a-z]))"
)
"""What stands before a sentence. A small letter behind it means an abbreviation, or a line that was only wrapped."""

_SENTENCE_SIGNS: Final = frozenset(".!?。！？")
_WORD_END: Final = re.compile(r"(?:['’](?:s|ll|re|ve|d|m)\b)?[.!?…。！？)\]”’\"'%]*+")
"""What belongs to a word although its token ends before it: the rest of patient's, and closing punctuation."""


class Window(NamedTuple):
    """Token positions `first` up to but not including `last`, in section number `section` (-1: before the first)."""

    first: int
    last: int
    section: int


def best_window(
    positions: Sequence[int],
    ordinals: Sequence[int],
    weights: Sequence[float],
    boundaries: Sequence[int],
    end: int,
    width: int = WIDTH,
    start: int = 0,
) -> Window:
    """The stretch of at most `width` positions that answers a query best, inside one section.

    `positions` are those of the matches, ascending, in a body from `start` up to but not including `end`; `ordinals`
    say, for each, which term of the query it matches, and `weights` what each such term is worth (its idf, above 0).
    `boundaries` are the positions at which sections begin, ascending. The terms that a window holds
    count first (each once, by weight), then how close together they stand (side by side is close enough), then how
    early. Without a match: the beginning of the body. One pass with two ends, each match entered and left once at most.
    """
    best_score, best_spread, best_left, best_right = 0.0, 0, start, start
    goal = sum(weights) * (1 - 1e-9)
    held = [0] * len(weights)
    score, distinct, left, section_end = 0.0, 0, 0, -1
    for right, position in enumerate(positions):
        if position >= section_end:
            for index in range(left, right):
                held[ordinals[index]] = 0
            score, distinct, left = 0.0, 0, right
            following = bisect_right(boundaries, position)
            section_end = boundaries[following] if following < len(boundaries) else end
        ordinal = ordinals[right]
        if not held[ordinal]:
            score += weights[ordinal]
            distinct += 1
        held[ordinal] += 1
        # Leave behind what is too far off, and what stands again further to the right.
        while position - positions[left] >= width or held[ordinals[left]] > 1:
            leaving = ordinals[left]
            held[leaving] -= 1
            if not held[leaving]:
                score -= weights[leaving]
                distinct -= 1
            left += 1
        spread = position - positions[left]
        if score > best_score * (1 + 1e-9) or (spread < best_spread and score >= best_score * (1 - 1e-9)):
            best_score, best_spread, best_left, best_right = score, spread, positions[left], position
            if score >= goal and spread < distinct:
                break  # every term there is, side by side: nothing later is better
    return _place(best_left, best_right + 1, boundaries, start, end, width)


def _place(left: int, right: int, boundaries: Sequence[int], start: int, end: int, width: int) -> Window:
    """A window of `width` positions around `left` to `right`, a third of the spare ones in front, in their section."""
    following = bisect_right(boundaries, left)
    begin = boundaries[following - 1] if following else start
    end = boundaries[following] if following < len(boundaries) else end
    first = max(begin, min(left - (width - right + left) // 3, end - width))
    return Window(first, min(end, first + width), following - 1)


def highlight(text: str, spans: Sequence[tuple[int, int]], start: int = 0, end: int | None = None) -> str:
    """Characters `start` to `end` of `text` as HTML: escaped, with `<mark>` around the character ranges of `spans` and
    no other tag. Spans may come in any order, overlap, touch and reach beyond these characters."""
    end = len(text) if end is None else end
    html = escape(text[start:end])
    if not spans:
        return html
    shown = str if len(html) == end - start else escape  # most texts have nothing to escape
    pieces: list[str] = []
    for left, right in merged(spans, start, end):
        pieces += (shown(text[start:left]), "<mark>", shown(text[left:right]), "</mark>")
        start = right
    pieces.append(shown(text[start:end]))
    return "".join(pieces)


def merged(spans: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Spans clipped to first..last, sorted, those that overlap or touch made one, the empty ones left out."""
    found: list[tuple[int, int]] = []
    reached = first - 1
    for start, end in sorted(spans):
        start, end = (
            start if start > first else first,
            end if end < last else last,
        )  # max() and min() take twice as long
        if start <= reached:
            if end > reached:
                found[-1] = (found[-1][0], end)
                reached = end
        elif start < end:
            found.append((start, end))
            reached = end
    return found


def excerpt(text: str, start: int, end: int, spans: Sequence[tuple[int, int]], floor: int, ceiling: int) -> str:
    """Characters `start` to `end` of `text` as one readable line of HTML with the matches marked.

    The line begins at a sentence where one begins nearby, never before `floor`, and ends before `ceiling` (the
    section's own bounds); `…` stands where a sentence was cut. `spans` are the matches, offsets in `text`, ascending.
    At most MAX_CHARACTERS of the text are shown, chosen so that the first match is among them.
    """
    first_match = min(spans[bisect_left(spans, (start,))][0], end) if spans and spans[-1][0] >= start else end
    start, whole = _sentence_start(text, start, first_match, floor)
    if end - start > MAX_CHARACTERS:
        if first_match < end and first_match - start > MAX_CHARACTERS - _NEAR:
            start, whole = _after_space(text, first_match - _NEAR, first_match), False
        end = _before_space(text, start + MAX_CHARACTERS)
    else:
        rest = _WORD_END.match(text, end, min(ceiling, start + MAX_CHARACTERS))
        end = rest.end() if rest else end
    line = highlight(text, spans, start, end)
    before = "" if whole else "…"
    after = "" if text[end - 1 : end] in _SENTENCE_SIGNS or not text[end:ceiling].strip() else "…"
    return f"{before}{' '.join(line.split())}{after}"


def _sentence_start(text: str, start: int, first_match: int, floor: int) -> tuple[int, bool]:
    """A better place than `start` for a line to begin, and whether a sentence begins there: the beginning of the
    sentence if that is near, else the next one before the first match, else the word at `start`."""
    near = max(floor, start - _NEAR)
    behind = [match.end() for match in _SENTENCE_END.finditer(text, near, start)]
    if behind or near == floor:
        return behind[-1] if behind else floor, True
    ahead = _SENTENCE_END.search(text, start, min(first_match, start + _NEAR))
    if ahead:
        return ahead.end(), True
    space = text.rfind(" ", near, start)  # a part of a compound, or a word behind a bracket
    return (space + 1 if space >= 0 else start), False


def _after_space(text: str, start: int, limit: int) -> int:
    """The start of the first whole word from `start` on, `start` itself where none begins before `limit`."""
    space = text.find(" ", start, limit)
    return space + 1 if space >= 0 else start


def _before_space(text: str, end: int) -> int:
    """The end of the last whole word before `end`, `end` itself where no space is near."""
    space = text.rfind(" ", end - _NEAR, end)
    return space if space >= 0 else end
