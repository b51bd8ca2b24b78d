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
from types import FrameType

from search import gitrepo, indexing, render, runs
from search.config import SECRET_NAMES, HookSettings, Settings
from search.errors import BlogsearchError, PullError
from search.models import RunReport
from search.runlog import Failure

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
        with tempfile.TemporaryFile() as told:
            pickle.dump(replace(settings, hook=HookSettings(pull=settings.hook.pull)), told)
            told.seek(0)
            process = subprocess.Popen(  # noqa: S603  # all of it is ours
                command, env=env, stdin=told, stdout=subprocess.DEVNULL, pass_fds=(turn,), start_new_session=True
            )
    finally:
        os.close(turn)
    # Takes note of the end, so that no zombie stays.
    threading.Thread(target=process.wait, daemon=True).start()


def work(settings: Settings, turn: int) -> None:
    """Works off the queue and gives the turn back. Raises KeyboardInterrupt, with the run back in the queue, and
    StorageError where the log cannot be written."""
    while run := runs.begin(settings.index, turn):
        report = failure = None
        try:
            report = _run(settings)
        except KeyboardInterrupt:
            runs.put_back(settings.index, run)
            raise
        except BlogsearchError as error:
            failure = Failure(render.error_code(error), str(error), error.remedy)
        except Exception as error:  # the log shall say how it ended, whatever it was
            traceback.print_exc()
            failure = Failure("unexpected", f"{type(error).__name__}: {error}", "Please report it, with the log.")
        if failure:
            sys.stderr.write(f"blogsearch: run {run.id} of the hook failed: {failure.message}\n")
        runs.end(settings.index, run, report, failure)


def _run(settings: Settings) -> RunReport:
    if settings.hook.pull:
        if not settings.content.is_dir():
            raise PullError(f"there is no folder {settings.content}", remedy="Clone the repository of the posts first.")
        gitrepo.pull(settings.content, _PULL)
    return indexing.run(replace(settings, wait=max(settings.wait, _WAIT)))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301  # from `start`, by a file without a name
        work(settings, int(sys.argv[1]))
    except KeyboardInterrupt:
        return 128 + signal.SIGTERM
    except BlogsearchError as error:
        sys.stderr.write(f"blogsearch: the runs of the hook stop here: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
