"""Whole processes: a query from the command line, a reader, a build beside Pagefind's indexer."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.measure import Measured, median_seconds, memory, own_memory, run, size_of
from tests.benchmarks.report import Row

WORKERS = 4
FOUND_OR_NOT = frozenset({0, 1})
BUILT = frozenset({0, 3})  # 3: some posts have problems, the others are indexed


def blogsearch(content: Path, index: Path, *words: str) -> list[str]:
    program = Path(sys.executable).with_name("blogsearch")
    return [str(program), "--content", str(content), "--index", str(index), *words]


def query_process(content: Path, folder: Path, queries: Sequence[str]) -> Row:
    """The median of one process for each query, with the start of Python in it."""
    index = folder / "query-index"
    run(blogsearch(content, index, "index"), exits=BUILT)
    seconds = [median_seconds(blogsearch(content, index, "query", query), 1, exits=FOUND_OR_NOT) for query in queries]
    start = median_seconds([sys.executable, "-c", "import numpy"], 9)
    return Row(
        "`blogsearch query`, whole process", "ms", median(seconds), "Python importing numpy", start, "goal 250 ms"
    )


@dataclass(frozen=True, slots=True)
class Readers:
    """Processes that read one index side by side: the seconds that the first took to open it and give the first answer,
    the bytes that it alone holds, those that each of all holds alone, summed, and those that all hold together with the
    pages of the index that are in memory, counted once (0: not Linux)."""

    opened: float
    own: int
    all_own: int
    together: int


def readers(index: Path, queries: Sequence[str], count: int) -> Readers:
    """`count` processes that have each answered all queries, one after the other."""
    worker = [sys.executable, "-m", "tests.benchmarks.worker", str(index)]
    with ExitStack() as running:
        processes, opened = [], []
        for _ in range(count):
            process = subprocess.Popen(worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            running.enter_context(process)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write("\n".join([*queries, "", ""]))
            process.stdin.flush()
            opened.append(float(json.loads(process.stdout.readline())["open"]))
            processes.append(process.pid)
        own = [own_memory(pid) or 0 for pid in processes]
        return Readers(opened[0], own[0], sum(own), sum(memory(pid) or 0 for pid in processes))


def reading(index: Path, queries: Sequence[str]) -> list[Row]:
    """What processes that only read pay."""
    measured = readers(index, queries, WORKERS)
    after = f"after {len(queries)} queries"
    return [
        Row("opening, with the first answer", "ms", measured.opened, "", None, "goal 60 ms at 3,500 posts"),
        Row(f"own memory {after}", "MB", measured.own, "", None, "goal 150 MB at 100,000"),
        Row(f"own memory of {WORKERS} processes", "MB", measured.all_own, "", None, "goal 600 MB at 100,000"),
        Row("the same with the pages of the index", "MB", measured.together, "", None, "the system may take them back"),
    ]


def columns_size(index: Path) -> Row:
    """The columns beside Whoosh's own files of the same index."""
    columns, whoosh = (sum(path.stat().st_size for path in index.glob(f"gen-*/*.{end}")) for end in ("columns", "seg"))
    return Row("columns on disk", "MB", columns, "Whoosh's files", whoosh, "goal: at most as large")


def builds(corpus: Path, folder: Path, rounds: int, *, pagefind: bool) -> list[Row]:
    """Our full build, left in `folder/build-index`, and Pagefind's of the same posts where asked for, taking turns: the
    median seconds, and the highest peaks."""
    index, bundle = folder / "build-index", folder / "pagefind"
    ours: list[Measured] = []
    theirs: list[Measured] = []
    for _ in range(rounds):
        for path in (index, bundle):
            shutil.rmtree(path, ignore_errors=True)
        ours.append(run(blogsearch(corpus / "posts", index, "index", "--full")))
        if pagefind:
            indexer = importlib.import_module("pagefind_bin").get_executable()
            theirs.append(run([indexer, "--site", corpus / "html", "--output-path", bundle]))
    name = "Pagefind" if pagefind else ""
    given = "Pagefind is given finished HTML" if pagefind else ""
    goal = "goal 2000 MB at 100,000"
    return [
        Row("full build", "s", _middle(ours), name, _middle(theirs) if pagefind else None, given),
        Row("full build, peak memory", "MB", _peak(ours), name, _peak(theirs) if pagefind else None, goal),
        Row("index on disk", "MB", size_of(index), name, size_of(bundle) if pagefind else None),
    ]


def _middle(measured: Sequence[Measured]) -> float:
    return median(each.seconds for each in measured)


def _peak(measured: Sequence[Measured]) -> float:
    return max(each.peak or 0 for each in measured)


def cold_update(posts: Path, index: Path) -> Row:
    """A run that finds one post changed, median of five; the post is put back at the end."""
    post = sorted(posts.glob("*.md"))[0]
    original = post.read_text(encoding="utf-8")
    try:
        seconds = []
        for number in range(5):
            post.write_text(f"{original}\nChanged {number} times.\n", encoding="utf-8")
            seconds.append(median_seconds(blogsearch(posts, index, "index"), 1))
    finally:
        post.write_text(original, encoding="utf-8")
    return Row("one changed post, cold `blogsearch index`", "ms", median(seconds), "", None, "goal 600 ms at 3,500")
