"""Measure speed and size beside other engines, print one table, and write it into docs/benchmarks.md."""

import argparse
import platform
import shutil
from datetime import date
from pathlib import Path

from tests.benchmarks import answers, commands, parts, saving
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
from tests.benchmarks.report import render
from tests.corpora import CHECKOUT, corpora_folder, missing
from tests.marked import replace_part
from tests.reading import posts_of

PAGE = CHECKOUT / "docs" / "benchmarks.md"
BUILD = CHECKOUT / "build" / "bench"
SEED = 20
WARMING, COUNTED, PROCESSES = 50, 200, 15


def peers_for(corpus: Path, count: int) -> list[Peer]:
    """Ours first. Whoosh alone and MiniSearch stay out above 10,000 posts: one builds for many minutes, the other is
    made to hold a small site in memory."""
    found: list[Peer] = [Blogsearch(corpus / "posts"), Tantivy(facets=False), Tantivy(facets=True), Sqlite(), Groonga()]
    return found if count > 10_000 else [*found, WhooshAlone(), MiniSearch(BUILD / "node")]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--posts", type=int, default=3500, help="size of the generated corpus (3500)")
    parser.add_argument("--rounds", type=int, default=3, help="how often the builds are repeated (3)")
    arguments = parser.parse_args()
    source = corpora_folder() / "18f" / "posts"
    if not source.is_dir():
        print(f"Skipped: {missing(corpora_folder())}")
        return
    scratch = BUILD / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    print(f"corpus of {arguments.posts} posts", flush=True)
    corpus = prepare(source, arguments.posts, SEED, BUILD, html=True)
    titles = [post.title for post in generate(read_sources(source), arguments.posts, SEED)]
    queries = cut_queries(titles, WARMING + COUNTED, SEED)
    print("whole processes", flush=True)
    rows = [commands.query_process(source, scratch, queries[:PROCESSES])]
    rows += commands.builds(corpus, scratch, arguments.rounds)
    rows.append(saving.save_to_found(corpus / "posts", scratch / "build-index"))
    rows += commands.reader(scratch / "build-index", queries)
    rows.append(parts.one_hit(scratch / "build-index", queries[:WARMING], queries[WARMING:]))
    print("full answers", flush=True)
    timed = answers.time_answers(
        peers_for(corpus, arguments.posts),
        lambda: posts_of(corpus / "posts"),
        (queries[:WARMING], queries[WARMING:]),
        scratch,
    )
    shutil.rmtree(scratch)
    machine = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}"
    text = f"{date.today()}, {arguments.posts} posts, {machine}.\n\n{render(rows + answers.rows(timed))}"  # noqa: DTZ011
    print(text)
    replace_part(PAGE, f"figures-{arguments.posts}", text)


if __name__ == "__main__":
    main()
