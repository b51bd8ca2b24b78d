"""The command line. `main` is what the command `blogsearch` runs.

    app.py        the commands put together, what every command shares, errors to exit codes
    options.py    the options that several commands have
    usage.py      what click refuses, told so that it helps
    query.py      blogsearch query
    exploring.py  blogsearch suggest, related, show, tags
    building.py   blogsearch index, status, check
    triggers.py   blogsearch watch, hook
    serving.py    blogsearch serve
    page.py       an answer as a page for people
    reports.py    runs, states and problems as pages for people
    output.py     text that is safe for a terminal, written so that a closed pipe ends in silence
    progress.py   progress on stderr

Nothing heavy is imported before a command needs it: help costs click, an answer costs numpy, a page costs rich.
"""

import gc
import os
import sys


def main() -> int:
    """Run the command line on `sys.argv`; returns the exit code. No exception and no traceback leaves it."""
    # numpy starts a thread for each core to do linear algebra, which nothing here does: a tenth of a query's time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # By default every 700 new objects are looked through for garbage, and what is imported is none: a twentieth.
    gc.set_threshold(100_000)
    try:
        from search.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # pressed before the commands were there to catch it
        return 130
