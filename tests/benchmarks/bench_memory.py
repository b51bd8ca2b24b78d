"""What memory of its own a process has that opened an index and answered queries, in the extra information;
what is timed is all that it does.

    pytest tests/benchmarks/bench_memory.py --benchmark-json=FILE

The file is not collected by a plain run.
"""

from pathlib import Path

from search.config import Settings
from search.indexing import run
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.commands import Readers, readers
from tests.benchmarks.corpus import generate
from tests.benchmarks.files import write_markdown
from tests.benchmarks.queries import cut_queries
from tests.benchmarks.searchers import POSTS, QUERIES, SEED, sources


def test_a_reader(benchmark: Benchmark, tmp_path: Path) -> None:
    made = list(generate(sources(), POSTS, SEED))
    write_markdown(made, tmp_path / "posts")
    run(Settings(content=tmp_path / "posts", index=tmp_path / "index"))
    queries = cut_queries([post.title for post in made], QUERIES, SEED)
    measured = benchmark(lambda: readers(tmp_path / "index", queries, 1))
    assert isinstance(measured, Readers)
    benchmark.extra_info["own"] = measured.own
