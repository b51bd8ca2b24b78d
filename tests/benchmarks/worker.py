"""One reader process of an index: opens it, answers queries from standard input (one a line, then an empty one), and
prints as JSON what opening with the first answer took once all is imported (`open`, seconds). Then it waits for the end
of its input, so that its memory can be looked at.

    python -m tests.benchmarks.worker INDEX < queries
"""

import json
import sys
import time
from pathlib import Path

import search.engines.whoosh.reader  # noqa: F401  # the engine imports it when an index is opened
from search.engines.whoosh.engine import WhooshEngine
from search.models import SearchRequest


def main() -> None:
    queries = [line.rstrip("\n") for line in iter(sys.stdin.readline, "\n")]
    began = time.perf_counter()
    reader = WhooshEngine(Path(sys.argv[1])).open()
    reader.search(SearchRequest(queries[0]))
    opened = time.perf_counter() - began
    for query in queries[1:]:
        reader.search(SearchRequest(query))
    print(json.dumps({"open": opened}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
