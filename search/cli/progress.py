"""Progress of long work on stderr: a bar on a terminal, elsewhere a line now and then.

Both are what indexing and checking call: `start(total)`, then `advance(count)` as posts are done, then `finish()`.
"""

import math
import sys
import time
from typing import TYPE_CHECKING

from search.cli.output import is_terminal, say

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 10.0
"""Seconds between two lines where there is no terminal; shorter work prints none."""


class Bar:
    """A bar with the posts done, posts per second and the time left; it goes when the work is done."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("Reading posts"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
        )
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.add_task("", total=total, rate="")
        self._bar.start()

    def advance(self, count: int) -> None:
        if self._bar is not None:
            task = self._bar.tasks[0]
            rate = "" if task.speed is None else f"{task.speed:,.0f} posts/s"
            self._bar.update(task.id, advance=count, rate=rate)

    def finish(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class Lines:
    """A line every `every` seconds, for logs."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._total = self._done = 0
        self._began = self._said = time.monotonic()

    def start(self, total: int) -> None:
        self._total, self._done = total, 0
        self._began = self._said = time.monotonic()

    def advance(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._said < self._every:
            return
        self._said = now
        rate = self._done / (now - self._began)
        left = (self._total - self._done) / rate
        say(f"{self._done:,} of {self._total:,} posts, {rate:,.0f} posts/s, {left:,.0f} s left")

    def finish(self) -> None:
        """Nothing is left standing that would have to go."""


def progress(*, log: bool) -> Bar | Lines:
    """The kind that suits stderr. `log` False keeps lines out of a stderr that a program reads."""
    if is_terminal(sys.stderr):
        return Bar()
    return Lines(EVERY if log else math.inf)
