"""The process that works off the queue: what it does with each run, and what becomes of it when it is stopped."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search import gitrepo, indexing, runner, runs
from search.config import HookSettings, Settings
from search.engines.whoosh.storage.lock import WriterLock
from search.errors import IndexLockedError, PullError
from search.models import RunReport
from search.runlog import Delivery, Run, RunState
from tests.repositories import eventually, write

REPORT = RunReport(1, 0, 0, {}, (), "gen", 0.1, False, "")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "content" / "first.md", "First")
    return Settings(content=tmp_path / "content", index=tmp_path / "index", hook=HookSettings(secret=("hunter2",)))


def deliver(settings: Settings, body: str = "") -> int:
    _, turn = runs.deliver(settings.index, [Delivery.of(body.encode(), "", time.time())])
    assert turn is not None
    return turn


def log(settings: Settings) -> tuple[Run, ...]:
    return runs.read(settings.index).runs


def over(settings: Settings) -> Callable[[], bool]:
    return lambda: all(run.over for run in log(settings))


class TestWork:
    """In this process, with something else in place of the index run."""

    @pytest.fixture(autouse=True)
    def _index(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "run", self.run)
        self.asked: list[Settings] = []
        self.during: Callable[[], object] = lambda: None

    def run(self, settings: Settings) -> RunReport:
        self.asked.append(settings)
        during, self.during = self.during, lambda: None
        during()
        return REPORT

    def test_a_run_waits_long_for_another_writer_and_pulls_only_where_it_is_told_to(self, settings: Settings) -> None:
        runner.Work(settings, deliver(settings)).do()
        assert self.asked == [replace(settings, wait=600)]
        assert [(run.state, run.report) for run in log(settings)] == [(RunState.DONE, REPORT)]
        assert runs.take_turn(settings.index) is None

    def test_what_is_delivered_meanwhile_is_one_more_run(self, settings: Settings) -> None:
        def more() -> None:
            for number in range(5):
                (run,), turn = runs.deliver(settings.index, [Delivery.of(b"%d" % number, "", time.time())])
                assert (run.state, turn) == (RunState.QUEUED, None)

        self.during = more
        runner.Work(settings, deliver(settings)).do()
        assert len(self.asked) == 2
        assert [(run.state, run.deliveries) for run in log(settings)] == [(RunState.DONE, 1), (RunState.DONE, 5)]

    def test_a_failure_is_told_and_the_next_run_goes_on(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail() -> None:
            runs.deliver(settings.index, [Delivery.of(b"more", "", time.time())])
            raise IndexLockedError("somebody writes", remedy="wait")

        self.during = fail
        runner.Work(settings, deliver(settings)).do()
        failed, done = log(settings)
        assert failed.failure
        assert (failed.state, failed.failure.code, failed.failure.remedy) == (RunState.FAILED, "index-locked", "wait")
        assert done.state is RunState.DONE
        assert f"run {failed.id} of the hook failed: somebody writes" in capsys.readouterr().err

    def test_an_error_of_ours_is_a_failure_too(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self.during = lambda: 1 // 0
        runner.Work(settings, deliver(settings)).do()
        (failed,) = log(settings)
        assert failed.failure
        assert failed.failure.code == "unexpected"
        assert "ZeroDivisionError" in capsys.readouterr().err

    @pytest.mark.parametrize("moment", ["begin", "end"])
    def test_told_to_stop_while_the_log_is_locked_it_leaves_the_queue_when_it_is_not(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, moment: str
    ) -> None:
        turn = deliver(settings, "a")
        work = runner.Work(settings, turn)
        in_time = getattr(runs, moment)

        def stopped(*args: object) -> object:
            work.stop()
            return in_time(*args)

        monkeypatch.setattr(runs, moment, stopped)
        self.during = lambda: runs.deliver(settings.index, [Delivery.of(b"b", "", time.time())])
        work.do()
        monkeypatch.undo()
        left = {"begin": [RunState.QUEUED], "end": [RunState.DONE, RunState.QUEUED]}
        assert [run.state for run in log(settings)] == left[moment]
        os.close(turn)

    def test_with_pull_nothing_is_indexed_unless_git_brought_the_posts(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pulled: list[Path] = []

        def pull(folder: Path, timeout: float) -> None:
            pulled.append(folder)
            if len(pulled) == 2:
                raise PullError("git pull: no")

        monkeypatch.setattr(gitrepo, "pull", pull)
        pulling = replace(settings, hook=HookSettings(pull=True))
        runner.Work(pulling, deliver(settings)).do()
        runner.Work(pulling, deliver(settings)).do()
        assert pulled == [settings.content, settings.content]
        assert [run.state for run in log(settings)] == [RunState.DONE, RunState.FAILED]
        assert len(self.asked) == 1

    def test_with_pull_a_content_folder_that_is_not_there_is_no_reason_to_pull_elsewhere(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        runner.Work(replace(settings, content=tmp_path / "none", hook=HookSettings(pull=True)), deliver(settings)).do()
        (failed,) = log(settings)
        assert failed.failure
        assert failed.failure.code == "pull"
        assert self.asked == []


class TestProcess:
    def test_it_indexes_and_ends(self, settings: Settings) -> None:
        runner.start(settings, deliver(settings))
        eventually(over(settings))
        (run,) = log(settings)
        assert run.report
        assert (run.state, run.report.changes.write) == (RunState.DONE, ("first",))

    def test_it_knows_no_secret(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BLOGSEARCH_HOOK_SECRET", "hunter2")
        told: list[bytes] = []
        started = subprocess.Popen

        def look(command: list[str], **rest: object) -> "subprocess.Popen[bytes]":
            stdin = rest["stdin"]
            told.append(stdin.read())  # type: ignore[attr-defined]
            stdin.seek(0)  # type: ignore[attr-defined]
            told.append(repr((command, rest["env"])).encode())
            return started(command, **rest)  # type: ignore[call-overload, no-any-return]

        monkeypatch.setattr(subprocess, "Popen", look)
        runner.start(settings, deliver(settings))
        eventually(over(settings))
        assert pickle.loads(told[0]) == replace(settings, hook=HookSettings())
        assert b"hunter2" not in b"".join(told)

    def test_the_service_that_started_it_may_die(self, settings: Settings) -> None:
        program = (
            "import pickle, sys, os, signal\n"
            "from search import runner\n"
            "settings, turn = pickle.load(sys.stdin.buffer)\n"
            "runner.start(settings, turn)\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        turn = deliver(settings)
        told = pickle.dumps((settings, turn))
        died = subprocess.run([sys.executable, "-c", program], input=told, pass_fds=(turn,), check=False)
        os.close(turn)
        assert died.returncode == -signal.SIGKILL
        eventually(lambda: [run.state for run in log(settings)] == [RunState.DONE])

    @pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
    def test_stopped_it_puts_its_run_back_and_killed_it_has_failed_it(
        self, settings: Settings, ending: signal.Signals, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another writer holds the index, so that the run is under way for as long as this takes."""
        processes: list[subprocess.Popen[bytes]] = []
        started = subprocess.Popen

        def note(*args: object, **rest: object) -> "subprocess.Popen[bytes]":
            processes.append(started(*args, **rest))  # type: ignore[call-overload]
            return processes[-1]

        monkeypatch.setattr(subprocess, "Popen", note)
        indexing.run(settings)
        write(settings.content / "second.md", "Second")
        with WriterLock(settings.index, 0):
            runner.start(settings, deliver(settings, "a"))
            eventually(lambda: log(settings)[0].state is RunState.RUNNING)
            (waits,), turn = runs.deliver(settings.index, [Delivery.of(b"b", "", time.time())])
            assert turn is None
            processes[0].send_signal(ending)
            processes[0].wait(60)
            states = {run.id: run.state for run in log(settings)}
            first = log(settings)[0].id
            expected = RunState.QUEUED if ending is signal.SIGTERM else RunState.FAILED
            assert states == {first: expected, waits.id: RunState.QUEUED}
        turn = runs.take_turn(settings.index)
        assert turn is not None
        runner.start(settings, turn)
        eventually(over(settings))
        assert log(settings)[-1].state is RunState.DONE
        assert sum(run.report.written for run in log(settings) if run.report) == 1
