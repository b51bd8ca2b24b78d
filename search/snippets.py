"""Where a post answers a query: the best window of its body. Pure, linear, no I/O."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 30
"""Token positions of a window."""


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
