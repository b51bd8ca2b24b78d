"""What it costs to write a columns file. Its size, and that of each array, is in the extra information.

    pytest tests/benchmarks/bench_size.py --benchmark-json=FILE

The file is not collected by a plain run.
"""

from pathlib import Path

from search.engines.whoosh.columnar.arrayfile import read_arrays
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import columns_writer


def test_write(benchmark: Benchmark, tmp_path: Path) -> None:
    path = tmp_path / "segment.columns"
    benchmark(lambda: columns_writer().write(path))
    benchmark.extra_info["bytes"] = path.stat().st_size
    benchmark.extra_info["arrays"] = {name: array.nbytes for name, array in read_arrays(path)[1].items()}
