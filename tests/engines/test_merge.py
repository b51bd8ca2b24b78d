"""Segments stay few, and posts are seldom rewritten."""

from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.storage.merge import FANOUT, MAX_SMALL, SEGMENT_WORDS, Size, segments_to_merge

SIZES = st.lists(
    st.builds(
        lambda live, deleted, words: Size(live, live + deleted, words * (live + deleted)),
        st.integers(0, 5000),
        st.integers(1, 5000),
        st.integers(1, 3000),
    ),
    max_size=40,
)


def full(live: int, words: int = 1) -> Size:
    return Size(live, live, live * words)


@given(SIZES)
def test_afterwards_few_small_segments_are_left(sizes: list[Size]) -> None:
    merged = segments_to_merge(sizes)
    left = [size for number, size in enumerate(sizes) if size.small and number not in merged]
    assert len(left) + bool(merged) <= MAX_SMALL or not merged
    assert len(left) <= MAX_SMALL
    assert all(sizes[number].live for number in merged)


@given(SIZES)
def test_whatever_is_mostly_deleted_is_rewritten_and_no_other_large_one(sizes: list[Size]) -> None:
    merged = segments_to_merge(sizes)
    wasted = {number for number, size in enumerate(sizes) if 0 < size.live < size.rows - size.live}
    assert wasted <= merged
    assert all(2 * sizes[number].live_words < SEGMENT_WORDS for number in merged - wasted)


def test_few_and_full_segments_are_left_alone() -> None:
    assert segments_to_merge([Size(3500, 3500, 10**6), Size(1, 1, 600), Size(1, 2, 900), Size(40, 60, 999)]) == set()


def test_the_large_segments_stay_when_the_small_ones_are_merged() -> None:
    sizes = [full(10_000, 600)] * 12 + [full(3000, 600)] + [full(1, 600)] * 8
    assert segments_to_merge(sizes) == frozenset(range(13, 21))


def test_a_post_is_rewritten_a_logarithmic_number_of_times() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(4096):
        sizes.append(1)
        merged = segments_to_merge([full(size) for size in sizes])
        gathered = sum(sizes[number] for number in merged)
        rewritten += gathered
        sizes = [size for number, size in enumerate(sizes) if number not in merged] + [gathered] * bool(merged)
    assert sum(sizes) == 4096
    assert rewritten / 4096 < 12 + FANOUT  # log2(4096), and a little for the last one
