"""The command line. `main` is what the command `blogsearch` runs.

    app.py        the commands put together, what every command shares, errors to exit codes
    query.py      blogsearch query
    building.py   blogsearch index, status, check
    triggers.py   blogsearch watch, hook
    serving.py    blogsearch serve
    page.py       an answer as a page for people
    output.py     text that is safe for a terminal, written so that a closed pipe ends in silence
    progress.py   progress on stderr

Nothing heavy is imported before a command needs it: help costs click, an answer costs numpy, a page costs rich.
"""

import os
import sys


def main() -> int:
    """Run the command line on `sys.argv`; returns the exit code. No exception and no traceback leaves it."""
    # numpy starts a thread for each core to do linear algebra, which nothing here does: a tenth of a query's time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from search.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # pressed before the commands were there to catch it
        return 130
