"""Measure speed and size beside other engines, print one table, and write it into docs/benchmarks.md."""

import argparse
import os
import platform
import shutil
from datetime import date
from pathlib import Path

from tests.benchmarks import answers, commands, saving
from tests.benchmarks.corpus import generate, read_sources
from tests.benchmarks.files import prepare
from tests.benchmarks.peers.base import Peer
from tests.benchmarks.peers.groonga import Groonga
from tests.benchmarks.peers.minisearch import MiniSearch
from tests.benchmarks.peers.ours import Blogsearch
from tests.benchmarks.peers.sqlite import Sqlite
from tests.benchmarks.peers.tantivy import Tantivy
from tests.benchmarks.peers.whoosh_alone import WhooshAlone
from tests.benchmarks.queries import cut_queries
from tests.benchmarks.report import Row, render
from tests.corpora import CHECKOUT, corpora_folder, missing
from tests.marked import replace_part
from tests.reading import posts_of

PAGE = CHECKOUT / "docs" / "benchmarks.md"
BUILD = CHECKOUT / "build" / "bench"
SEED = 20
SMALL, LARGE = 3_500, 100_000
WARMING, COUNTED, ROUSING, ALL, PROCESSES = 50, 200, 40, 1_000, 15
"""Queries: those that warm the pages, that are timed, that begin each turn, that are for a reader's memory (all others
among them), and how many are asked by a process each."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help=f"{LARGE} posts and one build, not {SMALL} and three")
    large = parser.parse_args().large
    source = corpora_folder() / "18f" / "posts"
    if not source.is_dir():
        print(f"Skipped: {missing(corpora_folder())}")
        return
    count = LARGE if large else SMALL
    rows = measure(source, count, large=large)
    machine = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    text = f"{date.today()}, {count} posts, {machine}.\n\n{render(rows)}"  # noqa: DTZ011  the author's day
    print(text)
    replace_part(PAGE, f"figures-{count}", text)


def measure(source: Path, count: int, *, large: bool) -> list[Row]:
    """Everything on `count` posts made from those in `source`."""
    scratch = BUILD / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    print(f"making {count} posts", flush=True)
    corpus = prepare(source, count, SEED, BUILD, html=not large)
    queries = cut_queries([post.title for post in generate(read_sources(source), count, SEED)], ALL, SEED)
    timed_from, timed_to = WARMING, WARMING + COUNTED
    asked = answers.Queries(queries[:timed_from], queries[timed_from:timed_to], queries[timed_to : timed_to + ROUSING])
    print("whole processes", flush=True)
    index = scratch / "build-index"
    rows = [commands.query_process(source, scratch, queries[:PROCESSES])]
    rows += commands.builds(corpus, scratch, 1 if large else 3, pagefind=not large)
    rows += [commands.columns_size(index), *commands.reading(index, queries)]
    print("full answers", flush=True)
    posts = list(posts_of(corpus / "posts"))
    timed = answers.time_answers(engines(corpus / "posts", index, large=large), posts, asked, scratch)
    print("changes", flush=True)
    rows += [commands.cold_update(corpus / "posts", index), saving.save_to_found(corpus / "posts", index)]
    shutil.rmtree(scratch)
    return rows + answers.rows(timed)


def engines(content: Path, index: Path, *, large: bool) -> list[Peer]:
    """Ours first."""
    found: list[Peer] = [Blogsearch(content, index), Tantivy(facets=False), Tantivy(facets=True), Sqlite(), Groonga()]
    return found if large else [*found, WhooshAlone(), MiniSearch(BUILD / "node")]


if __name__ == "__main__":
    main()
