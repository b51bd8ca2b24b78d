"""Whole processes: a query from the command line, a reader, a build beside Pagefind's indexer."""

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.measure import Measured, median_seconds, run, size_of
from tests.benchmarks.report import Row

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


def reader(index: Path, queries: Sequence[str]) -> list[Row]:
    """What a process that only reads pays: opening an index up to the first answer, and memory of its own."""
    worker = [sys.executable, "-m", "tests.benchmarks.worker", str(index)]
    done = subprocess.run(worker, input="\n".join(queries), capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)
    return [
        Row("opening, with the first answer", "ms", measured["open"], "", None, "goal 60 ms at 3,500 posts"),
        Row(f"own memory after {len(queries)} queries", "MB", measured["own"] or 0, "", None, "goal 150 MB at 100,000"),
    ]


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
