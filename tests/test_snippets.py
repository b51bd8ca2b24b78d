"""Windows, by example and by law."""

from hypothesis import given
from hypothesis import strategies as st

from search.snippets import Window, best_window


def test_a_window_prefers_more_different_terms_to_more_matches() -> None:
    positions, ordinals = [0, 1, 2, 3, 50, 55], [0, 0, 0, 0, 0, 1]
    window = best_window(positions, ordinals, [1.0, 1.0], [0], 100, 10)
    assert window.first <= 50
    assert window.last > 55


def test_a_window_prefers_the_rare_term() -> None:
    window = best_window([5, 60], [0, 1], [1.0, 3.0], [0], 100, 10)
    assert window.first <= 60 < window.last


def test_a_window_prefers_terms_that_stand_close_then_the_earliest() -> None:
    positions, ordinals = [0, 5, 40, 42, 70, 72], [0, 1, 0, 1, 0, 1]
    assert best_window(positions, ordinals, [1.0, 1.0], [0], 100, 9) == Window(38, 47, 0)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[int], int, int]:
    """Matches (position, ordinal), section starts, length of the body, width."""
    length = draw(st.integers(1, 60))
    matches = draw(st.sets(st.tuples(st.integers(0, length - 1), st.integers(0, 3)), min_size=1, max_size=25))
    boundaries = sorted(draw(st.sets(st.integers(0, length - 1), max_size=4)))
    return sorted(matches), boundaries, length, draw(st.integers(1, 20))


def best_by_trying_all(
    matches: list[tuple[int, int]], weights: list[float], boundaries: list[int], width: int
) -> tuple[float, int]:
    """Weight and spread of the best window: every pair of matches is tried as its ends."""
    found = []
    for left, _ in matches:
        for right, _ in matches:
            if left <= right < left + width and not any(left < boundary <= right for boundary in boundaries):
                held = {ordinal for position, ordinal in matches if left <= position <= right}
                found.append((sum(weights[ordinal] for ordinal in held), left - right))
    return max(found)


@given(bodies())
def test_no_other_window_holds_more_or_stands_closer(body: tuple[list[tuple[int, int]], list[int], int, int]) -> None:
    matches, boundaries, length, width = body
    weights = [1.0, 2.0, 4.0, 8.0]  # sums are exact, and different for every set of terms
    window = best_window([p for p, _ in matches], [o for _, o in matches], weights, boundaries, length, width)
    assert 0 <= window.first < window.last <= length
    assert window.last - window.first <= width
    assert not any(window.first < boundary < window.last for boundary in boundaries)
    inside = [match for match in matches if window.first <= match[0] < window.last]
    found, best = (best_by_trying_all(part, weights, boundaries, width) for part in (inside, matches))
    side_by_side = found[0] == best[0] and -found[1] < len({ordinal for _, ordinal in matches})
    assert found == best or side_by_side  # terms that are all side by side are close enough, the first such window wins


def test_a_window_never_crosses_into_the_next_section() -> None:
    # The pair 9, 10 stands closest, on two sides of a boundary.
    window = best_window([5, 9, 10], [1, 0, 1], [1.0, 1.0], [0, 10], 40, 8)
    assert window == Window(2, 10, 0)


@given(bodies(), st.integers(0, 50))
def test_where_positions_begin_does_not_matter(
    body: tuple[list[tuple[int, int]], list[int], int, int], start: int
) -> None:
    matches, boundaries, length, width = body
    positions, leaves, weights = [p for p, _ in matches], [o for _, o in matches], [1.0, 2.0, 4.0, 8.0]
    window = best_window(positions, leaves, weights, boundaries, length, width)
    later = [[number + start for number in numbers] for numbers in (positions, boundaries)]
    assert best_window(later[0], leaves, weights, later[1], length + start, width, start) == window._replace(
        first=window.first + start, last=window.last + start
    )


def test_without_a_match_the_window_is_the_beginning_of_the_body() -> None:
    assert best_window([], [], [], [0, 12], 100, 30) == Window(0, 12, 0)
    assert best_window([], [], [], [], 0, 30) == Window(0, 0, -1)
