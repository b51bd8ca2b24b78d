"""The run log on disk, shared by all workers of the service, by the process that runs the index, and by the commands.

    index/runs/log.json   the runs (runlog.RunLog); replaced whole
    index/runs/LOCK       held while log.json is read or changed: shared to read, exclusive to change
    index/runs/TURN       held by the process that works, from before it starts until it dies

Both are locks of the system, which end with their process. Whoever puts a run into the queue takes the turn in the same
step where nobody has it, and hands it to the process that it starts; that gives it up in the step in which it finds the
queue empty. So no run waits without a process to come for it, there never are two, and a run that is under way in the
log while nobody has the turn died. A new generation of the index, and the sweep of old ones, leave the folder alone.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from search import disk
from search.models import Changes, Problem, RunReport
from search.runlog import Delivery, Failure, Run, RunLog, RunState

FOLDER = "runs"
"""In the index folder."""

_FORMAT = 1

_DETAILS = 50
"""Problems, and ids of posts, that are kept of each run."""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """How many runs of the hook were over since the index folder was made, and how many of these failed."""

    ended: int
    failed: int


def read(index: Path) -> RunLog:
    """What the log of the index folder says now; an empty one where nothing was delivered yet. Raises StorageError."""
    folder = index / FOLDER
    with disk.storage_errors("read", folder):
        try:
            lock = (folder / "LOCK").open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return RunLog()
        with lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            return _load(folder)


def counts(index: Path) -> RunCounts:
    """For metrics. Raises StorageError."""
    log = read(index)
    return RunCounts(log.ended, log.failed)


def deliver(index: Path, deliveries: Sequence[Delivery]) -> tuple[list[Run], int | None]:
    """Puts deliveries into the log. The run that each leads to, and the turn as of `take_turn`. Raises StorageError."""
    led_to = []
    with _changing(index) as folder:
        log = _load(folder)
        for delivery in deliveries:
            log, run = log.deliver(delivery)
            led_to.append(run)
        _save(folder, log)
        return led_to, _free_turn(folder) if log.waiting() else None


def take_turn(index: Path) -> int | None:
    """The turn, where a run waits and nobody works: an open file, to be handed to the process that does, and closed.

    None otherwise. Raises StorageError.
    """
    if read(index).waiting() is None:
        return None
    with _changing(index) as folder:
        return _free_turn(folder) if _load(folder).waiting() else None


def begin(index: Path, turn: int) -> Run | None:
    """For the process that has the turn: the next run, which is under way from now on. Where there is none, gives the
    turn back and returns None. Raises StorageError."""
    with _changing(index) as folder:
        log, run = _load(folder, working=False).begin(time.time())
        if run is None:
            os.close(turn)
        else:
            _save(folder, log)
        return run


def put_back(index: Path, run: Run) -> None:
    """The run that was under way waits again. Raises StorageError."""
    with _changing(index) as folder:
        _save(folder, _load(folder).put_back(run.id))


def end(index: Path, run: Run, report: RunReport | None, failure: Failure | None = None) -> None:
    """The run that was under way is over. Raises StorageError."""
    with _changing(index) as folder:
        _save(folder, _load(folder).end(run.id, time.time(), report, failure))


@contextmanager
def _changing(index: Path) -> Iterator[Path]:
    """The folder, locked against all others."""
    folder = index / FOLDER
    disk.make_folder(folder)
    with disk.storage_errors("open", folder / "LOCK"):
        lock = (folder / "LOCK").open("ab")
    with lock:
        with disk.storage_errors("lock", folder / "LOCK"):
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _free_turn(folder: Path) -> int | None:
    with disk.storage_errors("open", folder / "TURN"):
        turn = os.open(folder / "TURN", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(turn)
        return None
    return turn


def _somebody_works(folder: Path) -> bool:
    """Asked only while the log is locked, so that nobody finds the turn taken by this question."""
    try:
        with (folder / "TURN").open("rb") as turn:
            fcntl.flock(turn, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _load(folder: Path, *, working: bool = True) -> RunLog:
    """The log; without `working`, this process has the turn itself and has begun nothing yet."""
    try:
        raw = json.loads((folder / "log.json").read_bytes())
        log = _log(raw) if raw["format"] == _FORMAT else RunLog()
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # damaged, or another version's: it begins anew
        return RunLog()
    return log if working and _somebody_works(folder) else log.settle()


def _save(folder: Path, log: RunLog) -> None:
    raw = {
        "format": _FORMAT,
        "runs": [_raw(run) for run in log.runs],
        "ids": dict(log.ids),
        "ended": log.ended,
        "failed": log.failed,
    }
    disk.replace_file(folder / "log.json", json.dumps(raw, separators=(",", ":"), default=datetime.isoformat).encode())


def _raw(run: Run) -> dict[str, Any]:
    report = run.report
    if report:
        changes = Changes(report.changes.write[:_DETAILS], report.changes.delete[:_DETAILS])
        left_out, problems = dict(report.left_out), report.problems[:_DETAILS]
        run = replace(run, report=replace(report, left_out=left_out, problems=problems, changes=changes))
    return asdict(run)


def _log(raw: dict[str, Any]) -> RunLog:
    ids = {id_: (str(run_id), float(at)) for id_, (run_id, at) in raw["ids"].items()}
    return RunLog(tuple(_run(each) for each in raw["runs"]), ids, int(raw["ended"]), int(raw["failed"]))


def _run(raw: dict[str, Any]) -> Run:
    report, failure = raw["report"], raw["failure"]
    raw |= {
        "state": RunState(raw["state"]),
        "report": report and _report(report),
        "failure": failure and Failure(**failure),
    }
    return Run(**raw)


def _report(raw: dict[str, Any]) -> RunReport:
    due, changes = raw["next_due"], raw["changes"]
    raw |= {
        "problems": tuple(Problem(**problem) for problem in raw["problems"]),
        "next_due": due and datetime.fromisoformat(due),
        "changes": Changes(tuple(changes["write"]), tuple(changes["delete"])),
    }
    return RunReport(**raw)
