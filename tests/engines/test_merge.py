"""Segments stay few, and posts are seldom rewritten."""

from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.merge import FANOUT, MAX_SEGMENTS, segments_to_merge

SEGMENTS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), max_size=40)


@given(SEGMENTS)
def test_afterwards_there_are_at_most_max_segments(segments: list[tuple[int, int]]) -> None:
    live = [count for count, _ in segments]
    merged = segments_to_merge(live, [count + deleted for count, deleted in segments])
    left = [count for number, count in enumerate(live) if count and number not in merged]
    assert len(left) + bool(merged) <= MAX_SEGMENTS
    assert all(live[number] for number in merged)


@given(SEGMENTS)
def test_whatever_is_mostly_deleted_is_rewritten(segments: list[tuple[int, int]]) -> None:
    live = [count for count, _ in segments]
    merged = segments_to_merge(live, [count + deleted for count, deleted in segments])
    assert {number for number, (count, deleted) in enumerate(segments) if 0 < count < deleted} <= merged


def test_few_and_full_segments_are_left_alone() -> None:
    assert segments_to_merge([3500, 1, 1, 40], [3500, 1, 2, 60]) == frozenset()


def test_the_large_segment_stays_when_the_small_ones_are_merged() -> None:
    assert segments_to_merge([3500] + [1] * 8, [3500] + [1] * 8) == frozenset(range(1, 9))


def test_a_post_is_rewritten_a_logarithmic_number_of_times() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(4096):
        sizes.append(1)
        merged = segments_to_merge(sizes, sizes)
        gathered = sum(sizes[number] for number in merged)
        rewritten += gathered
        sizes = [size for number, size in enumerate(sizes) if number not in merged] + [gathered] * bool(merged)
    assert sum(sizes) == 4096
    assert rewritten / 4096 < 12 + FANOUT  # log2(4096), and a little for the last one
