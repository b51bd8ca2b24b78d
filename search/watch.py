"""`blogsearch watch`: runs the index whenever posts change, and when a post comes due or expires by its date.

The operating system reports changed files, and they are gathered while a run is at work, so none is lost in between. It
does not report everything, though: its queue can overflow, network folders have none, and a folder that is replaced as
a whole takes its watch with it. Hence a run at the start of each watch, one every SWEEP seconds, and a look at the
folder itself at every tick. Such runs look at each file's size and times, and say nothing where nothing changed.

That look takes longer the larger the blog is. An edited post that was fine before and is fine now is therefore written
the short way (indexing.rewrite), and a whole run follows when the writing has had time to go on.
"""

import stat
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from watchfiles import Change, watch

from search import indexing
from search.config import Settings
from search.errors import BlogsearchError, IndexDamagedError, StorageError
from search.models import Problem, RunReport
from search.posts import POST_ENDINGS
from search.scan import Outcome

SWEEP = 300.0
"""Seconds after which a run looks for changes that nobody reported."""

RETRY = 2.0
"""Seconds after which a run that failed (locked, disk full) is tried again; doubled by every further failure."""

SETTLE = 5.0
"""Seconds after which a whole run follows on short ones (indexing.rewrite), at least."""

SHARE = 20.0
"""A whole run follows no earlier than after as many times the time that the last one took."""

FEW = 20
"""As many changed files may be taken the short way."""

TICK = 1.0
"""Seconds between two looks at the clock and at the folder while nothing happens."""

_QUIET, _LONGEST = 25, 500
"""Milliseconds: changes that follow each other within the first are one; the second is the longest that one lasts."""


@dataclass(frozen=True, slots=True)
class Update:
    """One run: when it ended (UTC), the reported files that led to it (below the content folder, sorted), how long it
    took in seconds, and either its report or the error it ended with. `problems` are those that the run before had not.
    """

    at: datetime
    changed: tuple[str, ...]
    seconds: float
    report: RunReport | None
    error: BlogsearchError | None
    problems: tuple[Problem, ...]


def run(settings: Settings, tell: Callable[[Update], None], stop: threading.Event) -> None:
    """Keep the index up to date until `stop` is set; `tell` gets every run that has something to say.

    Nothing that happens to posts, to the content folder or to the index ends it. Raises StorageError where the system
    cannot watch a folder, and KeyboardInterrupt as it comes.
    """
    _Watcher(settings, tell, stop).run()


class _Watcher:
    """The state between two runs: when the next is wanted, and what was told last."""

    def __init__(self, settings: Settings, tell: Callable[[Update], None], stop: threading.Event) -> None:
        self._settings = settings
        self._root = settings.content.absolute()
        self._tell, self._stop = tell, stop
        self._next = 0.0
        self._delay, self._settle = RETRY, SETTLE
        self._report: RunReport | None = None  # of the last whole run, None if it failed
        self._known: Mapping[str, Outcome] = {}  # what that made of every file
        self._problems: frozenset[Problem] = frozenset()
        self._error = ""

    def run(self) -> None:
        while not self._stop.is_set():
            folder = self._folder()
            self._update(())
            if folder is None:
                while not self._stop.wait(TICK) and self._folder() is None:
                    pass
            else:
                self._watch(folder)

    def _watch(self, folder: tuple[int, int]) -> None:
        """Run the index at changes and when it is time, as long as the content folder is this one."""
        self._root = self._settings.content.resolve()  # as the system names what changed
        self._next = 0.0  # something may have changed since the run before the watch
        try:
            for changes in watch(
                self._root,
                watch_filter=self._counts,
                debounce=_LONGEST,
                step=_QUIET,
                rust_timeout=round(1000 * TICK),
                yield_on_timeout=True,
                stop_event=self._stop,
                ignore_permission_denied=True,  # the run reports a folder that cannot be read
            ):
                if self._folder() != folder:
                    return
                if changes or time.time() >= self._next:
                    self._update(path for _, path in changes)
        except FileNotFoundError:
            return  # it went between the look and the watch
        except OSError as error:
            raise StorageError(
                f"{self._root} cannot be watched: {error.strerror or error}.",
                remedy="On Linux the number of watches may be used up: raise fs.inotify.max_user_watches.",
            ) from error

    def _update(self, paths: Iterable[str]) -> None:
        changed = tuple(sorted({Path(path).relative_to(self._root).as_posix() for path in paths}))
        begin = time.perf_counter()
        short, report, error = None, None, None
        try:
            report = short = self._rewrite(changed)
            report = report or indexing.run(self._settings)
        except BlogsearchError as raised:
            error = raised
        except OSError as raised:
            error = StorageError(f"{raised.filename or self._settings.index}: {raised.strerror}")
        seconds = time.perf_counter() - begin
        if short:
            self._next = min(self._next, time.time() + self._settle)
        else:
            self._report, self._settle = report, max(SETTLE, SHARE * seconds)
            self._next = self._wanted_next(report)
            if any((self._root / name).is_dir() for name in changed):
                self._next = min(self._next, time.time() + TICK)  # a post may have come before the folder was watched
        known, told = self._problems, self._error
        self._error = str(error) if error else ""
        if report:
            self._problems = frozenset(report.problems)
        problems = tuple(problem for problem in report.problems if problem not in known) if report else ()
        news = report and (changed or report.written or report.deleted or problems or told)
        if news or self._error != told:
            self._tell(Update(datetime.now(UTC), changed, seconds, report, error, problems))
        if report and not short:
            self._known = indexing.outcomes(self._settings)

    def _rewrite(self, changed: Collection[str]) -> RunReport | None:
        """The short way, where it is one: the time of a whole run grows with the blog, that of this hardly."""
        if not changed or len(changed) > FEW or self._report is None or time.time() >= self._next:
            return None
        last = self._report
        try:
            done = indexing.rewrite(self._settings, {name: self._known.get(name) for name in changed})
        except IndexDamagedError:
            return None  # a whole run mends it
        if done is None:
            return None
        written, generation = done
        unchanged = last.written + last.unchanged - written
        return replace(
            last, written=written, deleted=0, unchanged=unchanged, generation=generation, full=False, why_full=""
        )

    def _wanted_next(self, report: RunReport | None) -> float:
        """The time (seconds since 1970) of the next run if nothing is reported before."""
        now = time.time()
        if report is None:
            wanted = now + self._delay
            self._delay = min(2 * self._delay, SWEEP)
            return wanted
        self._delay = RETRY
        due = report.next_due.replace(tzinfo=UTC).timestamp() if report.next_due else now + SWEEP
        return min(due, now + SWEEP)

    def _counts(self, change: Change, path: str) -> bool:
        """A reported file can be a post, or a folder that holds some: not hidden, not in the index, not temporary."""
        try:
            below = Path(path).relative_to(self._root)
        except ValueError:
            return False
        if any(part.startswith(".") for part in below.parts) or Path(path).is_relative_to(
            self._settings.index.resolve()
        ):
            return False
        if Path(path).is_dir():
            return change is not Change.modified
        if change is Change.deleted and not below.suffix:
            return True  # it may have been a folder
        return below.suffix.lower() in POST_ENDINGS

    def _folder(self) -> tuple[int, int] | None:
        """Which folder the posts lie in, by device and number; None where there is none."""
        try:
            found = self._settings.content.stat()
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None
