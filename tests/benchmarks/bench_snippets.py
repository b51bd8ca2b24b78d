"""What an answer costs by the number of hits that it shows: titles and snippets are the work.

    pytest tests/benchmarks/bench_snippets.py

One round asks all queries; divide by their number. The file is not collected by a plain run.
"""

import pytest

from search.models import SearchRequest
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import asked


@pytest.mark.parametrize("hits", [1, 10])
def test_answer(benchmark: Benchmark, hits: int) -> None:
    requests = [SearchRequest(query, per_page=hits) for query in asked().queries]
    benchmark(lambda: [asked().searcher.search(request) for request in requests])
