"""The full answer in process: parse, rank, total, facets, ten titles, ten snippets, each query asked once."""

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from search.models import Post
from tests.benchmarks.measure import percentile
from tests.benchmarks.peers.base import Peer, Reply, UnavailableError
from tests.benchmarks.report import Row

BLOCK = 10
"""Queries that one engine is asked before it is another's turn."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for an answer at the median and at the 95th percentile."""

    name: str
    gives: str
    p50: float
    p95: float


class Queries(NamedTuple):
    """Those that warm the pages, those that count, and those that are asked first in each turn of `counted`, as many in
    each: by then the processor's caches are full of the data of the other engines."""

    warming: Sequence[str]
    counted: Sequence[str]
    rousing: Sequence[str]

    def turns(self) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
        """What is asked in one turn: queries that do not count, then queries that do. All are different."""
        yield self.warming, ()
        starts = range(0, len(self.counted), BLOCK)
        share = len(self.rousing) // max(len(starts), 1)
        for number, start in enumerate(starts):
            yield self.rousing[number * share : (number + 1) * share], self.counted[start : start + BLOCK]


def time_answers(peers: Sequence[Peer], posts: Sequence[Post], queries: Queries, folder: Path) -> list[Timed]:
    """Build every engine in a folder of its own, then ask them in turns, so that whatever else the machine does falls
    on all alike. One that is missing is told and left out. The first peer is ours."""
    present = [peer for number, peer in enumerate(peers) if _built(peer, posts, folder / f"peer-{number}")]
    gc.collect()
    gc.freeze()  # else the collector walks through the objects of all engines in the time of each
    seconds: dict[str, list[float]] = {peer.name: [] for peer in present}
    for first, counted in queries.turns():
        for peer in present:
            for query in first:
                _ask(peer, query)
            seconds[peer.name] += [_ask(peer, query) for query in counted]
    gc.unfreeze()
    for peer in present:
        peer.close()
    return [
        Timed(peer.name, peer.gives, percentile(seconds[peer.name], 0.5), percentile(seconds[peer.name], 0.95))
        for peer in present
    ]


def _built(peer: Peer, posts: Sequence[Post], folder: Path) -> bool:
    folder.mkdir(parents=True)
    try:
        peer.build(posts, folder)
    except UnavailableError as reason:
        print(f"  skipped {peer.name}: {reason}")
        return False
    print(f"  built {peer.name}", flush=True)
    return True


def _ask(peer: Peer, query: str) -> float:
    began = time.perf_counter()
    reply: Reply = peer.query(query)
    took = time.perf_counter() - began
    return took if reply.seconds is None else reply.seconds


def rows(timed: Sequence[Timed]) -> list[Row]:
    """Ours, which is the first, beside every other."""
    ours, *others = timed
    middle = [Row("full answer, p50", "ms", ours.p50, each.name, each.p50, each.gives) for each in others]
    return middle + [Row("full answer, p95", "ms", ours.p95, each.name, each.p95, each.gives) for each in others]
