"""What the tag and year counts beside an answer cost.

    pytest tests/benchmarks/bench_facets.py

One round asks all queries; divide by their number. The file is not collected by a plain run.
"""

import pytest

from search.engines.whoosh.answering.evaluate import evaluate
from search.engines.whoosh.answering.facets import filtered
from search.models import SearchRequest
from search.query.parse import parse
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import asked


@pytest.mark.parametrize("tags", [(), ("accessibility",)], ids=["plain", "chosen"])
def test_facets(benchmark: Benchmark, tags: tuple[str, ...]) -> None:
    collection = asked().searcher.collection
    found = [evaluate(collection, parse(query).tree) for query in asked().queries]
    masks = [one.mask for one in found if one is not None]
    benchmark(lambda: [filtered(collection, mask, SearchRequest("", tags=tags)) for mask in masks])
