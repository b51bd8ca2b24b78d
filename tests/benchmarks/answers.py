"""The full answer in process: parse, rank, total, facets, ten titles, ten snippets, each query asked once."""

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from search.models import Post
from tests.benchmarks.measure import percentile
from tests.benchmarks.peers.base import Peer, Reply, UnavailableError
from tests.benchmarks.report import Row

BLOCK = 10


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for an answer at the median and at the 95th percentile."""

    name: str
    gives: str
    p50: float
    p95: float


def time_answers(
    peers: Sequence[Peer],
    posts: Sequence[Post],
    queries: tuple[Sequence[str], Sequence[str]],
    folder: Path,
) -> list[Timed]:
    """Build every engine in a folder of its own, then ask them in turns, BLOCK queries at a time, so that whatever else
    the machine does falls on all alike. One that is missing is told and left out.

    `queries` are those that warm the pages and those that count; each is asked once. The first peer is ours.
    """
    present = [peer for number, peer in enumerate(peers) if _built(peer, posts, folder / f"peer-{number}")]
    gc.collect()
    gc.freeze()  # else the collector walks through the objects of all engines in the time of each
    seconds: dict[str, list[float]] = {peer.name: [] for peer in present}
    for asked, counts in zip(queries, (False, True), strict=True):
        for block in (asked[at : at + BLOCK] for at in range(0, len(asked), BLOCK)):
            for peer in present:
                took = [_ask(peer, query) for query in block]
                seconds[peer.name] += took if counts else []
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
