"""The full answer in process: parse, rank, total, facets, ten titles, ten snippets, each query asked once."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.models import Post
from tests.benchmarks.measure import percentile
from tests.benchmarks.peers.base import Peer, Reply, UnavailableError
from tests.benchmarks.report import Row


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for an answer at the median and at the 95th percentile."""

    name: str
    gives: str
    p50: float
    p95: float


def time_answers(
    peers: Sequence[Peer],
    posts: Callable[[], Iterable[Post]],
    queries: tuple[Sequence[str], Sequence[str]],
    folder: Path,
) -> list[Timed]:
    """Build and ask one engine after the other, each in a folder of its own; one that is missing is told and skipped.

    `queries` are those that warm the pages and those that count. The first peer is ours.
    """
    timed = []
    for number, peer in enumerate(peers):
        place = folder / f"peer-{number}"
        place.mkdir(parents=True)
        print(f"  {peer.name}", flush=True)
        try:
            peer.build(posts(), place)
        except UnavailableError as reason:
            print(f"  skipped {peer.name}: {reason}")
            continue
        for query in queries[0]:
            peer.query(query)
        seconds = [_ask(peer, query) for query in queries[1]]
        peer.close()
        timed.append(Timed(peer.name, peer.gives, percentile(seconds, 0.5), percentile(seconds, 0.95)))
    return timed


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
