"""What a ranked answer costs before anything is shown: parse, match, filter, count facets, score, order.

    pytest tests/benchmarks/bench_rank.py

Of a word that was asked for lately it is remembered where it matches and what it is worth: "forgotten" is without.
One round asks all queries; divide by their number. The file is not collected by a plain run.
"""

import pytest

from search.engines.whoosh.answering.collection import REMEMBERED
from search.engines.whoosh.answering.evaluate import evaluate, telling
from search.engines.whoosh.answering.facets import filtered
from search.engines.whoosh.answering.points import points
from search.engines.whoosh.answering.recent import Recent
from search.engines.whoosh.answering.searcher import ranked
from search.models import SearchRequest
from search.query.parse import parse
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import asked


@pytest.mark.parametrize("remembered", [True, False], ids=["remembered", "forgotten"])
def test_match(benchmark: Benchmark, *, remembered: bool) -> None:
    trees = [parse(query).tree for query in asked().queries]
    collection = asked().searcher.collection

    def run() -> None:
        for tree in trees:
            if not remembered:
                collection.remembered = Recent(REMEMBERED)
            evaluate(collection, tree)

    benchmark(run)


@pytest.mark.parametrize("remembered", [True, False], ids=["remembered", "forgotten"])
def test_ranking_with_facets(benchmark: Benchmark, *, remembered: bool) -> None:
    collection = asked().searcher.collection
    request = SearchRequest("")

    def run() -> None:
        for query in asked().queries:
            if not remembered:
                collection.remembered = Recent(REMEMBERED)
            found = evaluate(collection, parse(query).tree)
            if found is not None:
                _, posts, _ = filtered(collection, found.mask, request)
                scores = points(collection, telling(collection, found.scored), posts, found.held)
                ranked(collection, posts, scores, request.sort, request.per_page)

    benchmark(run)
