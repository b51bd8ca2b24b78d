"""The process that works off the runs of the hook, one after the other, until none waits: `python -m search.runner`.

It is started by whoever puts a run into the queue (`start`), gets the turn (runs.py) as an open file and the settings
on stdin, and outlives the service. SIGTERM, with which a service manager ends all processes of the service, puts the
run that is under way back into the queue; the next start of the service goes on with it.
"""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import replace

from search import gitrepo, indexing, render, runs
from search.config import SECRET_NAMES, HookSettings, Settings
from search.errors import BlogsearchError, PullError
from search.models import RunReport
from search.runlog import Failure, Run

_WAIT = 600.0
"""Seconds to wait for another writer of the index: nobody sits in front of this one."""

_PULL = 300.0
"""Seconds for `git pull`."""


def start(settings: Settings, turn: int) -> None:
    """Starts the process that works with `turn`, and closes that here. It knows no secret of the hook, and so nothing
    that it runs does. Raises OSError where the system gives no further process; the run then waits."""
    command = [sys.executable, "-P", "-m", "search.runner", str(turn)]
    env = {name: value for name, value in os.environ.items() if name not in SECRET_NAMES}
    try:
        with tempfile.TemporaryFile(dir=settings.index / runs.FOLDER) as told:  # where this user surely may write
            pickle.dump(replace(settings, hook=HookSettings(pull=settings.hook.pull)), told)
            told.seek(0)
            process = subprocess.Popen(  # noqa: S603  # all of it is ours
                command, env=env, stdin=told, stdout=subprocess.DEVNULL, pass_fds=(turn,), start_new_session=True
            )
    finally:
        os.close(turn)
    # Takes note of the end, so that no zombie stays.
    threading.Thread(target=process.wait, daemon=True).start()


class Work:
    """The queue being worked off by this process, which has the `turn`."""

    def __init__(self, settings: Settings, turn: int) -> None:
        self._settings = settings
        self._turn = turn
        self._under_way: Run | None = None
        self._stopped = False

    def do(self) -> None:
        """All of it; gives the turn back. Raises StorageError where the log cannot be written."""
        index = self._settings.index
        while not self._stopped and (run := runs.begin(index, self._turn)):
            self._under_way = run
            if self._stopped:  # while it began
                runs.put_back(index, run)
                return
            report, failure = self._attempt()
            self._under_way = None
            if failure:
                sys.stderr.write(f"blogsearch: run {run.id} of the hook failed: {failure.message}\n")
            runs.end(index, run, report, failure)

    def stop(self, *_: object) -> None:
        """For a signal: puts the run that is under way back and ends the process, as a kill would, which the index is
        made for. An exception would be lost where the interpreter cannot raise one, as within an import. Where the log
        may be locked just now, the queue is left as soon as it is not."""
        self._stopped = True
        if self._under_way:
            runs.put_back(self._settings.index, self._under_way)
            os._exit(128 + signal.SIGTERM)

    def _attempt(self) -> tuple[RunReport | None, Failure | None]:
        try:
            return _run(self._settings), None
        except BlogsearchError as error:
            return None, Failure(render.error_code(error), str(error), error.remedy)
        except Exception as error:  # the log shall say how it ended, whatever it was
            traceback.print_exc()
            return None, Failure("unexpected", f"{type(error).__name__}: {error}", "Please report it, with the log.")


def _run(settings: Settings) -> RunReport:
    if settings.hook.pull:
        if not settings.content.is_dir():
            raise PullError(f"there is no folder {settings.content}", remedy="Clone the repository of the posts first.")
        gitrepo.pull(settings.content, _PULL)
    return indexing.run(replace(settings, wait=max(settings.wait, _WAIT)))


def main() -> int:
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301  # from `start`, by a file without a name
    work = Work(settings, int(sys.argv[1]))
    signal.signal(signal.SIGTERM, work.stop)
    try:
        work.do()
    except BlogsearchError as error:
        sys.stderr.write(f"blogsearch: the runs of the hook stop here: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
