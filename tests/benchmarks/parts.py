"""How an answer's time is shared: the same queries with one hit to show in place of ten."""

import time
from collections.abc import Sequence
from pathlib import Path

from search.engines.whoosh.engine import WhooshEngine
from search.models import SearchRequest
from tests.benchmarks.measure import percentile
from tests.benchmarks.report import Row


def one_hit(index: Path, warming: Sequence[str], counted: Sequence[str]) -> Row:
    """Parse, match, rank, count facets and show one post: the median over `counted`."""
    engine = WhooshEngine(index)
    for query in warming:
        engine.search(SearchRequest(query, per_page=1))
    seconds = []
    for query in counted:
        began = time.perf_counter()
        engine.search(SearchRequest(query, per_page=1))
        seconds.append(time.perf_counter() - began)
    engine.close()
    return Row(
        "answer with one hit only, p50", "ms", percentile(seconds, 0.5), "", None, "what ranking and facets take"
    )
