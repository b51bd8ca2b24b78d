"""What it costs to open a columns file and to answer the first query from it.

    pytest tests/benchmarks/bench_open.py

The file is not collected by a plain run.
"""

from pathlib import Path

import numpy as np

from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Segment, open_columns
from search.models import SearchRequest
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import columns_writer


def test_open_and_answer(benchmark: Benchmark, tmp_path: Path) -> None:
    path = tmp_path / "segment.columns"
    columns_writer().write(path)
    nothing = np.zeros(0, np.uint32)
    benchmark(lambda: Searcher([Segment(open_columns(path), nothing)]).search(SearchRequest("stem cell trials")))
