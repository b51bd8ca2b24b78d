"""One reader process of an index: opens it, answers queries from standard input (one a line), and prints as JSON what
opening with the first answer took (`open`, seconds) and what memory of its own it has at the end (`own`, bytes; null
where /proc does not say).

    python -m tests.benchmarks.worker INDEX < queries
"""

import json
import sys
import time
from pathlib import Path

from search.engines.whoosh.engine import WhooshEngine
from search.models import SearchRequest


def main() -> None:
    queries = sys.stdin.read().splitlines()
    began = time.perf_counter()
    reader = WhooshEngine(Path(sys.argv[1])).open()
    reader.search(SearchRequest(queries[0]))
    opened = time.perf_counter() - began
    for query in queries[1:]:
        reader.search(SearchRequest(query))
    print(json.dumps({"open": opened, "own": own_memory()}))


def own_memory() -> int | None:
    """Bytes that are in no file: what one more process costs, since the pages of mapped files are shared."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:")), None)


if __name__ == "__main__":
    main()
