"""The run log on disk: what is kept, who has the turn, and what a process that dies leaves behind."""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from search import runs
from search.errors import StorageError
from search.models import Changes, Problem, RunReport
from search.runlog import DIED, Delivery, Failure, Run, RunState

NOW = time.time()
REPORT = RunReport(
    written=2,
    deleted=1,
    unchanged=3,
    left_out=Counter({"draft": 1}),
    problems=(Problem("a.md", 3, "yaml", "the quote is not closed", "Close it."), Problem("b.md", None, "empty", "m")),
    generation="gen-1",
    seconds=0.5,
    full=True,
    why_full="no index yet",
    next_due=datetime(2030, 1, 2, 3, 4, 5),  # noqa: DTZ001 - naive UTC by contract
    changes=Changes(("a", "b"), ("c",)),
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def deliver(index: Path, body: str = "body") -> tuple[Run, int | None]:
    (run,), turn = runs.deliver(index, [Delivery.of(body.encode(), "", time.time())])
    return run, turn


def begun(index: Path) -> tuple[Run, int]:
    """A run that this process has begun."""
    _, turn = deliver(index)
    assert turn is not None
    run = runs.begin(index, turn)
    assert run
    return run, turn


def test_nothing_was_delivered_yet(index: Path) -> None:
    assert runs.read(index).runs == ()
    assert runs.counts(index) == runs.RunCounts(0, 0)
    assert runs.take_turn(index) is None
    assert not index.exists()


def test_a_run_is_read_as_it_was_ended(index: Path) -> None:
    run, turn = begun(index)
    runs.end(index, run, REPORT)
    assert runs.begin(index, turn) is None
    (kept,) = runs.read(index).runs
    assert (kept.id, kept.state, kept.report, kept.problems) == (run.id, RunState.DONE, REPORT, 2)
    assert kept.queued <= (kept.started or 0) <= (kept.ended or 0)
    assert runs.counts(index) == runs.RunCounts(1, 0)


def test_a_failed_run_is_counted_and_says_why(index: Path) -> None:
    run, turn = begun(index)
    failure = Failure("storage", "disk full", "free some")
    runs.end(index, run, None, failure)
    os.close(turn)
    assert runs.read(index).runs[0].failure == failure
    assert runs.counts(index) == runs.RunCounts(1, 1)


def test_of_many_problems_and_posts_the_first_are_kept(index: Path) -> None:
    run, turn = begun(index)
    many = tuple(Problem(f"{number}.md", 1, "c", "m") for number in range(500))
    ids = tuple(str(number) for number in range(500))
    runs.end(index, run, RunReport(500, 500, 0, {}, many, "g", 0.1, False, "", changes=Changes(ids, ids)))
    os.close(turn)
    (kept,) = runs.read(index).runs
    assert kept.report
    assert kept.problems == 500
    assert kept.report.problems == many[:50]
    assert kept.report.changes == Changes(ids[:50], ids[:50])
    assert (kept.report.written, kept.report.deleted) == (500, 500)


def test_the_turn_is_taken_once_and_given_back_when_nothing_waits(index: Path) -> None:
    _, turn = deliver(index, "a")
    assert turn is not None
    assert deliver(index, "b")[1] is None
    assert runs.take_turn(index) is None
    run = runs.begin(index, turn)
    assert run
    assert runs.read(index).runs == (run,)
    runs.end(index, run, REPORT)
    assert runs.begin(index, turn) is None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(turn)
    assert deliver(index, "c")[1] is not None


def test_a_run_that_waits_is_taken_up_when_its_process_never_came(index: Path) -> None:
    run, turn = deliver(index)
    assert turn is not None
    os.close(turn)
    assert runs.read(index).runs == (run,)
    turn = runs.take_turn(index)
    assert turn is not None
    taken = runs.begin(index, turn)
    assert taken
    assert taken.id == run.id
    os.close(turn)


def test_a_run_whose_process_is_gone_has_failed(index: Path) -> None:
    run, turn = begun(index)
    waits, _ = deliver(index, "more")
    assert [each.state for each in runs.read(index).runs] == [RunState.RUNNING, RunState.QUEUED]
    os.close(turn)
    died, still_waits = runs.read(index).runs
    assert (died.id, died.state, died.failure) == (run.id, RunState.FAILED, DIED)
    assert (still_waits.id, still_waits.state) == (waits.id, RunState.QUEUED)
    assert runs.counts(index) == runs.RunCounts(1, 1)
    assert deliver(index, "body")[0].id == waits.id
    assert runs.counts(index) == runs.RunCounts(1, 1)


def test_a_run_that_is_put_back_waits(index: Path) -> None:
    run, turn = begun(index)
    runs.put_back(index, run)
    os.close(turn)
    assert [(each.id, each.state) for each in runs.read(index).runs] == [(run.id, RunState.QUEUED)]


def test_the_turn_ends_with_the_process_that_it_was_handed_to(index: Path) -> None:
    _, turn = deliver(index)
    assert turn is not None
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(turn,)) as process:
        os.close(turn)
        assert runs.take_turn(index) is None
        process.kill()
    turn = runs.take_turn(index)
    assert turn is not None
    os.close(turn)


def test_of_many_who_deliver_at_once_one_gets_the_turn_and_nothing_is_lost(index: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        delivered = list(pool.map(lambda number: deliver(index, str(number)), range(40)))
    turns = [turn for _, turn in delivered if turn is not None]
    assert len(turns) == 1
    assert {run.id for run, _ in delivered} == {run.id for run in runs.read(index).runs}
    assert runs.read(index).runs[0].deliveries == 40
    os.close(turns[0])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 1, "runs": [{}]}'])
def test_a_log_that_makes_no_sense_begins_anew(index: Path, text: str) -> None:
    _, turn = deliver(index)
    assert turn is not None
    os.close(turn)
    (index / "runs" / "log.json").write_text(text)
    assert runs.read(index).runs == ()
    run, turn = deliver(index)
    assert turn is not None
    os.close(turn)
    assert runs.read(index).runs == (run,)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    with pytest.raises(StorageError, match="cannot make the folder"):
        deliver(tmp_path / "index")


def test_a_log_that_cannot_be_read_is_a_storage_error(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    deliver(index)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StorageError, match="cannot read") as refusal:
        runs.read(index)
    assert "right to read" in refusal.value.remedy


def test_the_log_is_no_larger_than_what_is_kept(index: Path) -> None:
    _, turn = deliver(index)
    assert turn is not None
    for _ in range(110):
        run = runs.begin(index, turn)
        assert run
        runs.end(index, run, REPORT)
        deliver(index)
    os.close(turn)
    raw = json.loads((index / "runs" / "log.json").read_bytes())
    assert len(raw["runs"]) == 101
    assert runs.counts(index).ended == 110


def test_readers_do_not_wait_for_each_other(index: Path) -> None:
    _, turn = deliver(index)
    with (index / "runs" / "LOCK").open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert len(runs.read(index).runs) == 1
    assert turn is not None
    os.close(turn)
