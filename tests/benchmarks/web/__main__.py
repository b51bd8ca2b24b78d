"""Measure the service at 3,500 posts beside the least that HTTP costs and Groonga's server, in one run, and write the
table into docs/benchmarks.md."""

import os
import platform
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from search.config import Settings
from search.indexing import run
from tests.benchmarks.__main__ import BUILD, PAGE, SEED, SMALL
from tests.benchmarks.corpus import generate, read_sources
from tests.benchmarks.files import prepare
from tests.benchmarks.peers.base import UnavailableError
from tests.benchmarks.peers.groonga import Groonga
from tests.benchmarks.queries import cut_queries
from tests.benchmarks.web.servers import fetch, floor, pin, service
from tests.benchmarks.web.wrk import Load, Server, ask, middle
from tests.corpora import corpora_folder, missing
from tests.marked import replace_part, table
from tests.reading import posts_of

ROUNDS, SECONDS = 5, 2
"""Each case is measured so often, for so long, in turns: whatever else the machine does falls on all alike."""

WARMING, EACH = 100, 5_000
"""Queries that warm the pages, and those that a round has, more than it can ask."""

MANY = 8
"""Connections that keep the core busy; the time of one answer is measured with one."""


def main() -> None:
    source = corpora_folder() / "18f" / "posts"
    if not source.is_dir():
        print(f"Skipped: {missing(corpora_folder())}")
        return
    scratch = BUILD / "scratch-http"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    print(f"making {SMALL} posts", flush=True)
    content = prepare(source, SMALL, SEED, BUILD, html=False) / "posts"
    run(Settings(content=content, index=scratch / "index"), full=True)
    titles = [post.title for post in generate(read_sources(source), SMALL, SEED)]
    queries = cut_queries(titles, WARMING + ROUNDS * EACH, SEED)
    load = os.getloadavg()[0]  # of everything else
    try:
        text = report(measure(content, scratch, queries))
    except UnavailableError as reason:
        print(f"Skipped: {reason}")
        return
    finally:
        shutil.rmtree(scratch)
    machine = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    text = f"{date.today()}, {SMALL} posts, {machine}, which had {load:.1f} other things to do at once.\n\n{text}"  # noqa: DTZ011  the author's day
    print(text)
    replace_part(PAGE, "figures-http", text)


def measure(content: Path, scratch: Path, queries: Sequence[str]) -> dict[str, Load]:
    """The medians of each case; without Groonga's where that is not installed. The servers run on the last core, wrk
    on the others."""
    server, *others = sorted(os.sched_getaffinity(0), reverse=True)
    os.sched_setaffinity(0, set(others) or {server})
    with ExitStack() as running:
        ours = running.enter_context(service(scratch / "index", scratch, server))
        paths = [f"/api/search?{urlencode({'q': query})}" for query in queries]
        warm = [fetch(ours.port, path) for path in paths[:WARMING]]
        repeated, (etag, size) = sorted(zip(paths, warm, strict=False), key=lambda asked: asked[1][1])[WARMING // 2]
        least = running.enter_context(floor(size, server))
        groonga = _groonga(content, scratch / "groonga", server)
        if groonga:
            running.callback(groonga.close)
        loads: dict[str, list[Load]] = {name: [] for name in ("full", "groonga", "repeated", "unchanged", "floor")}
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", flush=True)
            part = slice(WARMING + number * EACH, WARMING + (number + 1) * EACH)
            loads["full"].append(ask(ours, paths[part], seconds=SECONDS, connections=1, once=True))
            if groonga:
                theirs = [groonga.path(query) for query in queries[part]]
                at = Server(groonga.port, groonga.pid)
                loads["groonga"].append(ask(at, theirs, seconds=SECONDS, connections=1, once=True))
            for name, at, known in (("floor", least, ""), ("repeated", ours, ""), ("unchanged", ours, etag)):
                loads[name].append(ask(at, [repeated], seconds=SECONDS, connections=MANY, etag=known))
    return {name: middle(found) for name, found in loads.items() if found}


def _groonga(content: Path, folder: Path, core: int) -> Groonga | None:
    peer = Groonga()
    folder.mkdir()
    try:
        peer.build(posts_of(content), folder)
    except UnavailableError as reason:
        print(f"  skipped {peer.name}: {reason}")
        return None
    pin(peer.pid, core)
    return peer


CASES = {
    "full": ("full answers, every query another", "1 ms, 1,200 a second"),
    "groonga": ("the same from Groonga's server", ""),
    "repeated": ("repeated queries", "0.6 of the floor"),
    "unchanged": ("304", "0.75 of the floor"),
    "floor": ("the floor: as many bytes from bare Starlette", ""),
}


def report(loads: dict[str, Load]) -> str:
    """The table, with every rate as a share of the floor."""
    rows = [
        [
            what,
            f"{loads[name].rate:,.0f}",
            f"{loads[name].p50 * 1000:.2f} ms",
            f"{loads[name].p99 * 1000:.2f} ms",
            f"{loads[name].rate / loads['floor'].rate:.2f}",
            f"{loads[name].busy * 1e6:,.0f} µs",
            goal,
        ]
        for name, (what, goal) in CASES.items()
        if name in loads
    ]
    return table(["What", "a second", "p50", "p99", "of the floor", "processor time", "goal"], rows)


if __name__ == "__main__":
    main()
