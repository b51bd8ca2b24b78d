"""What a ranked answer costs before anything is shown: parse, match, filter, count facets, score, order.

    pytest tests/benchmarks/bench_rank.py

One round asks all queries; divide by their number. The file is not collected by a plain run.
"""

from search.engines.whoosh.evaluate import evaluate, telling
from search.engines.whoosh.facets import filtered
from search.engines.whoosh.points import points
from search.engines.whoosh.searcher import ranked
from search.models import SearchRequest
from search.query.parse import parse
from tests.benchmarks.bench_analysis import Benchmark
from tests.benchmarks.searchers import asked


def test_match(benchmark: Benchmark) -> None:
    trees = [parse(query).tree for query in asked().queries]
    benchmark(lambda: [evaluate(asked().searcher.collection, tree) for tree in trees])


def test_facets(benchmark: Benchmark) -> None:
    collection = asked().searcher.collection
    found = [evaluate(collection, parse(query).tree) for query in asked().queries]
    masks = [one.mask for one in found if one is not None]
    benchmark(lambda: [filtered(collection, mask, SearchRequest("")) for mask in masks])


def test_score_and_order(benchmark: Benchmark) -> None:
    collection = asked().searcher.collection
    found = [one for query in asked().queries if (one := evaluate(collection, parse(query).tree)) is not None]
    request = SearchRequest("")

    def run() -> None:
        for one in found:
            posts = one.mask.nonzero()[0]
            scores = points(collection, telling(collection, one.scored), posts)
            ranked(collection, posts, scores, request.sort, request.per_page)

    benchmark(run)
