"""Which segments to write together: few segments keep queries fast, few rewrites keep runs fast."""

from collections.abc import Sequence

MAX_SEGMENTS = 8
"""Each segment costs a query about the same, however small; one run adds one (a large run one for each process)."""

FANOUT = 4
"""A segment is drawn into a merge when it is at most this many times as large as what the merge has gathered."""


def segments_to_merge(live: Sequence[int], rows: Sequence[int]) -> frozenset[int]:
    """The numbers of the segments whose posts should go into one new segment, given their live posts and rows.

    A segment with fewer live posts than deleted ones is rewritten. When there are more than MAX_SEGMENTS, the smallest
    are merged, and so on upwards while the next is at most FANOUT times what was gathered: sizes then grow
    geometrically, so that a post is rewritten a logarithmic number of times in its life (the logarithmic method of
    Bentley & Saxe, Decomposable Searching Problems, 1980). An empty segment is never named: it is simply dropped.
    """
    merged = {number for number, count in enumerate(live) if 0 < count < rows[number] - count}
    rest = sorted((n for n, count in enumerate(live) if count and n not in merged), key=lambda n: (live[n], n))
    gathered = sum(live[n] for n in merged)
    while rest and len(rest) + bool(merged) > MAX_SEGMENTS:
        gathered += live[rest[0]]
        merged.add(rest.pop(0))
        while rest and len(merged) > 1 and live[rest[0]] <= FANOUT * gathered:
            gathered += live[rest[0]]
            merged.add(rest.pop(0))
    return frozenset(merged)
