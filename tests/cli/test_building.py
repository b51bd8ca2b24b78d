"""`blogsearch index`, `status` and `check`: options to the use cases, reports for people and programs, exit codes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from search import service
from search.cli.app import run
from search.config import Settings
from search.models import CheckReport, IndexStatus, Problem, RunReport

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
    monkeypatch.setattr(service, "status", lambda *_: (IndexStatus(7, 2, 900, "gen-1", built, 1, 0), True))
    assert run(["status"]) == 0
    assert "Posts       7\n" in capsys.readouterr().out
    assert run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outdated"] is True
