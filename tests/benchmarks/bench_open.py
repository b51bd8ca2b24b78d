"""What it costs to write a columns file, and to open one and answer the first query from it.

    pytest tests/benchmarks/bench_open.py

The size of the file, by array, is in the extra information (`--benchmark-json`). Not collected by a plain run.
"""

from pathlib import Path

import numpy as np
import pytest

from search.analysis import analyze_post
from search.engines.whoosh.arrayfile import read_arrays
from search.engines.whoosh.collection import Segment
from search.engines.whoosh.columns import open_columns
from search.engines.whoosh.compiler import ColumnsWriter
from search.engines.whoosh.searcher import Searcher
from search.models import SearchRequest
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import posts


@pytest.fixture(scope="module")
def writer() -> ColumnsWriter:
    made = ColumnsWriter()
    for post in posts():
        made.add(post, analyze_post(post))
    return made


def test_write(benchmark: Benchmark, writer: ColumnsWriter, tmp_path: Path) -> None:
    path = tmp_path / "segment.columns"
    benchmark(lambda: writer.write(path))
    benchmark.extra_info["bytes"] = path.stat().st_size
    benchmark.extra_info["arrays"] = {name: array.nbytes for name, array in read_arrays(path)[1].items()}


def test_open_and_answer(benchmark: Benchmark, writer: ColumnsWriter, tmp_path: Path) -> None:
    path = tmp_path / "segment.columns"
    writer.write(path)
    nothing = np.zeros(0, np.uint32)
    benchmark(lambda: Searcher([Segment(open_columns(path), nothing)]).search(SearchRequest("stem cell trials")))
