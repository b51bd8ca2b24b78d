"""`blogsearch index`, `status` and `check`: options to the use cases, reports for people and programs, exit codes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from search import runs, service
from search.cli.app import run
from search.cli.building import RUNS
from search.config import Settings
from search.models import CheckReport, IndexStatus, Problem, RunReport
from search.runlog import Delivery, Failure

PROBLEM = Problem("a.md", 1, "yaml", "bad")
GOOD_RUN = RunReport(3, 0, 0, {}, (), "gen-1", 0.1, True, "no index yet")
BAD_RUN = RunReport(2, 0, 0, {}, (PROBLEM,), "gen-1", 0.1, False, "")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_option_of_index_reaches_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Settings, dict[str, Any]]] = []

    def index(settings: Settings, progress: object, **options: Any) -> RunReport:
        asked.append((settings, options))
        return GOOD_RUN

    monkeypatch.setattr(service, "index", index)
    assert run(["index"]) == 0
    assert run(["index", "--full", "--verify", "--allow-empty", "--wait", "2.5"]) == 0
    assert [options for _, options in asked] == [
        {"full": False, "verify": False, "allow_empty": False},
        {"full": True, "verify": True, "allow_empty": True},
    ]
    assert [settings.wait for settings, _ in asked] == [10.0, 2.5]


@pytest.mark.parametrize(("report", "code"), [(GOOD_RUN, 0), (BAD_RUN, 3)])
def test_an_index_run_with_bad_posts_ends_with_3(
    report: RunReport, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "index", lambda *_, **__: report)
    assert run(["index"]) == code
    assert "in the index after 0.1 s" in capsys.readouterr().out
    assert run(["index", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["written"] == report.written


@pytest.mark.parametrize(("problems", "code"), [((), 0), ((PROBLEM,), 3)])
def test_a_check_with_bad_posts_ends_with_3(
    problems: tuple[Problem, ...],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(service, "check", lambda *_, **__: CheckReport(5, {"draft": 1}, problems))
    assert run(["check"]) == code
    assert capsys.readouterr().out.startswith("5 posts can be indexed.\nLeft out by rule: 1 draft.\n")
    assert run(["check", "--json"]) == code
    assert len(json.loads(capsys.readouterr().out)["problems"]) == len(problems)


def test_status_is_shown_to_people_and_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive UTC by contract
    monkeypatch.setattr(service, "status", lambda *_: (IndexStatus(7, 2, 900, "gen-1", built, 1, 0), True, False))
    assert run(["status"]) == 0
    assert "Posts       7\n" in capsys.readouterr().out
    assert run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outdated"] is True


def test_status_tells_changed_settings_from_changed_posts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def content() -> str:
        capsys.readouterr()
        assert run(["status"]) == 0
        return capsys.readouterr().out.partition("Content     ")[2].partition(";")[0].strip()

    (tmp_path / "content").mkdir()
    post = tmp_path / "content" / "a.md"
    post.write_text("---\ntitle: A\n---\n", encoding="utf-8")
    assert run(["index"]) == 0
    assert content() == "as indexed"
    monkeypatch.setenv("BLOGSEARCH_URL", "/{slug}/")
    assert content() == "read with other settings, or by another version, than now"
    assert run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outdated"] is True
    assert run(["index"]) == 0
    assert content() == "as indexed"
    post.write_text("---\ntitle: Another\n---\n", encoding="utf-8")
    assert content() == "newer than the index"


def failed_runs(index: Path, number: int) -> list[str]:
    """That many runs of the hook, which all failed, the newest first."""
    for _ in range(number):
        _, turn = runs.deliver(index, [Delivery("", "", 0.0)])
        assert turn is not None
        begun = runs.begin(index, turn)
        assert begun
        runs.end(index, begun, None, Failure("pull", "git pull: no", ""))
        assert runs.begin(index, turn) is None
    return [each.id for each in reversed(runs.read(index).runs)]


def test_status_shows_the_last_runs_of_the_hook(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive UTC by contract
    monkeypatch.setattr(service, "status", lambda *_: (IndexStatus(7, 2, 900, "gen-1", built, 1, 0), True, False))
    last = failed_runs(Path("index"), RUNS + 2)[:RUNS]
    assert run(["status"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[3] for line in shown.splitlines() if " failed: " in line] == last
    assert run(["status", "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["runs"]] == last


def test_status_of_no_index_shows_the_runs_that_should_have_built_it(capsys: pytest.CaptureFixture[str]) -> None:
    failed_runs(Path("index"), 1)
    assert run(["status"]) == 4
    told = capsys.readouterr()
    assert "failed: Git pull: no." in told.out
    assert told.err.startswith("Error: ")
    assert run(["status", "--json"]) == 4
    assert capsys.readouterr().out == ""
