"""Windows and marked text, by example and by law."""

import re
from html import unescape
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.snippets import MAX_CHARACTERS, Window, best_window, excerpt, highlight, merged

texts = st.text(st.sampled_from("ab <>&\"'.\n…é😀"), max_size=60)
spans_of_text = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8)


@given(texts, spans_of_text)
def test_highlighted_text_is_the_text_with_marks_and_nothing_else(text: str, spans: list[tuple[int, int]]) -> None:
    html = highlight(text, spans)
    without_marks = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without_marks
    assert ">" not in without_marks
    assert unescape(without_marks) == text


@given(texts, spans_of_text)
def test_what_is_marked_is_what_the_spans_cover(text: str, spans: list[tuple[int, int]]) -> None:
    marked = "".join(unescape(piece) for piece in re.findall("<mark>(.*?)</mark>", highlight(text, spans), re.DOTALL))
    covered = {index for start, end in spans for index in range(max(start, 0), min(end, len(text)))}
    assert marked == "".join(text[index] for index in sorted(covered))


@given(texts, spans_of_text, st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_highlighted_as_if_it_were_the_whole(
    text: str, spans: list[tuple[int, int]], start: int, end: int
) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    of_part = [(left - start, right - start) for left, right in spans]
    assert highlight(text, spans, start, end) == highlight(text[start:end], of_part)


@given(spans_of_text, st.integers(0, 60), st.integers(0, 60))
def test_merged_spans_ascend_with_room_between_them(spans: list[tuple[int, int]], first: int, size: int) -> None:
    found = merged(spans, first, first + size)
    assert all(first <= start < end <= first + size for start, end in found)
    assert all(left[1] < right[0] for left, right in pairwise(found))


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


TEXT = "First sentence here. The second one tells of stem cells, e.g. of mice. A third follows it.\n\nNew (lines) too"


def shown(first: str, last: str, match: str, floor: int = 0) -> str:
    """The excerpt from the word `first` through `last`, with `match` marked."""
    found = TEXT.index(match)
    end = TEXT.index(last) + len(last)
    return excerpt(TEXT, TEXT.index(first), end, [(found, found + len(match))], floor, len(TEXT))


def test_an_excerpt_begins_with_its_sentence_and_says_where_it_was_cut() -> None:
    assert shown("one", "cells", "stem") == "The second one tells of <mark>stem</mark> cells…"


def test_an_excerpt_passes_over_the_rest_of_a_sentence_before_the_match() -> None:
    text = f"{'word ' * 30}ends. Stem cells. More."
    start, found = text.index("word ends"), text.index("Stem")
    html = excerpt(text, start, found + 10, [(found, found + 4)], 0, len(text))
    assert html == "<mark>Stem</mark> cells."


def test_an_excerpt_in_the_middle_of_a_long_sentence_is_cut_on_both_sides() -> None:
    text = "word " * 100
    assert excerpt(text, 200, 214, [(205, 209)], 0, len(text)) == "…word <mark>word</mark> word…"


def test_an_excerpt_does_not_begin_behind_an_abbreviation() -> None:
    text = f"{'word ' * 30}e.g. of mice"
    start = text.index("e.g")
    assert excerpt(text, start, len(text), [(len(text) - 4, len(text))], 0, len(text)).startswith("…e.g. of")


def test_an_excerpt_takes_the_punctuation_that_closes_it_and_is_one_line() -> None:
    assert shown("follows", "lines", "New") == "A third follows it. <mark>New</mark> (lines)…"


def test_an_excerpt_does_not_cut_words_that_the_analyzer_cuts() -> None:
    text = f"{'word ' * 30}the {{well-known trial's end is near"
    found = text.index("known")
    html = excerpt(text, found, text.index("'s"), [(found, found + 5)], 0, len(text))
    assert html == "…{well-<mark>known</mark> trial&#x27;s…"


def test_an_excerpt_never_begins_before_its_section() -> None:
    assert shown("one", "cells", "stem", TEXT.index("second")).startswith("second one tells")


def test_an_excerpt_is_short_whatever_the_words_are() -> None:
    text = " ".join("x" * 63 for _ in range(40))
    html = excerpt(text, 0, len(text), [(64 * 20, 64 * 20 + 63)], 0, len(text))
    assert "<mark>" in html
    assert len(html) <= MAX_CHARACTERS + len("<mark></mark>……")


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, int, int, list[tuple[int, int]], int, int]:
    """The arguments of excerpt: a text, a window in a section of it, and matches in the window."""
    text = draw(st.text(st.sampled_from("ab .\n<é。"), min_size=4, max_size=80)) * draw(st.integers(1, 12))
    edge = st.integers(0, len(text))
    floor, start, end, ceiling = sorted((draw(edge), draw(edge), draw(edge), draw(edge)))
    inside = st.integers(start, end)
    spans = sorted((min(pair), max(pair)) for pair in draw(st.lists(st.tuples(inside, inside), max_size=4)))
    return text, start, end, spans, floor, ceiling


@given(passages())
def test_an_excerpt_is_a_piece_of_its_section_with_the_first_match(
    passage: tuple[str, int, int, list[tuple[int, int]], int, int],
) -> None:
    text, _, end, spans, floor, ceiling = passage
    html = excerpt(*passage)
    plain = unescape(html.replace("<mark>", "").replace("</mark>", "")).removeprefix("…").removesuffix("…")
    assert "".join(plain.split()) in "".join(text[floor:ceiling].split())
    assert len(plain) <= MAX_CHARACTERS
    # What is marked is a word, never white space alone; the first that begins in the window is always shown.
    first = next((span for span in spans if span[0] < min(span[1], end)), None)
    if first and not text[slice(*first)].isspace():
        assert "<mark>" in html
