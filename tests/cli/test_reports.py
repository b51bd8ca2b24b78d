"""Reports for people: counts, what was left out, and problems that an editor can open."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from search.cli.reports import ago, check_page, run_page, runs_page, size, status_page
from search.models import Changes, CheckReport, IndexStatus, Problem, RunReport
from search.runlog import Failure, Run, RunState

CONTENT = Path("content")
PROBLEM = Problem("blog/bad.md", 3, "yaml", "the quote is not closed", "Close it.")


def test_a_run_says_what_it_did_and_why_it_did_all() -> None:
    report = RunReport(20, 1, 2, {"draft": 2, "future": 1}, (PROBLEM,), "gen-1", 1.25, True, "no index yet")
    assert run_page(report, CONTENT) == (
        "22 posts in the index after 1.2 s: 20 written, 2 unchanged, 1 deleted.\n"
        "All were built anew: no index yet.\n"
        "Left out by rule: 2 draft, 1 future.\n"
        "\n"
        "content/blog/bad.md:3: the quote is not closed\n"
        "    Close it.\n"
        "1 problem.\n"
    )


def test_a_check_without_problems_says_so() -> None:
    assert check_page(CheckReport(1, {}, ()), CONTENT) == "1 post can be indexed.\nNo problems.\n"


def test_a_folder_without_posts_is_told_from_one_whose_posts_stay_out() -> None:
    hint = "No file in content ends in .md, .markdown, .mdx. Name the folder of the posts with --content.\n"
    assert check_page(CheckReport(0, {}, ()), CONTENT) == f"0 posts can be indexed.\n{hint}No problems.\n"
    assert hint in run_page(RunReport(0, 0, 0, {}, (), "gen-1", 1.25, True, ""), CONTENT)
    assert hint not in check_page(CheckReport(0, {"draft": 1}, ()), CONTENT)
    assert hint not in run_page(RunReport(0, 0, 0, {}, (PROBLEM,), "gen-1", 1.25, True, ""), CONTENT)


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    report = CheckReport(0, {}, (Problem("a.md", None, "empty", "the file is empty"),))
    assert "content/a.md: the file is empty\n1 problem.\n" in check_page(report, CONTENT)


def test_a_hostile_file_name_cannot_touch_the_terminal() -> None:
    report = CheckReport(0, {}, (Problem("a\x1b[2J\n.md", 1, "empty", "m\x9b", "r\x07"),))
    assert "content/a�[2J .md:1: m�\n    r�\n" in check_page(report, CONTENT)


def test_a_status_says_what_is_there_and_whether_it_is_current() -> None:
    built = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive UTC by contract
    status = IndexStatus(1200, 34, 1_234_567, "gen-1", built, 1, 0)
    page = status_page(status, outdated=False, resettled=False, now=built + timedelta(minutes=5))
    assert page == (
        "Posts       1,200\n"
        "Tags        34\n"
        "Size        1.2 MB\n"
        "Generation  gen-1\n"
        "Built       2026-01-02 03:04:05 UTC, 5 minutes ago\n"
        "Content     as indexed\n"
    )
    assert "newer than the index" in status_page(status, outdated=True, resettled=False, now=built)
    assert "read with other settings" in status_page(status, outdated=True, resettled=True, now=built)
    assert "not there" in status_page(status, outdated=None, resettled=False, now=built)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7_000_000_000, "7.0 GB")],
)
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=25), "1 day ago"),
        (timedelta(days=40), "40 days ago"),
    ],
)
def test_times(passed: timedelta, shown: str) -> None:
    assert ago(passed) == shown


class TestRuns:
    """Those of the web hook."""

    REPORT = RunReport(
        5, 1, 0, {}, (PROBLEM,), "g", 0.5, False, "", changes=Changes(("a", "b", "c", "d"), ("e\x1b[2J",))
    )

    def test_a_run_says_what_changed_how_long_it_took_and_what_was_wrong(self) -> None:
        run = Run("1f", RunState.DONE, 0.0, 60.0, 61.5, report=self.REPORT, problems=7)
        assert runs_page([run], CONTENT) == (
            "\nRuns of the hook:\n"
            "1970-01-01 00:00:00 UTC 1f done in 1.5 s: 5 written (a, b, c, 2 more), 1 deleted (e\ufffd[2J)\n"
            "content/blog/bad.md:3: the quote is not closed\n"
            "    Close it.\n"
            "... and 6 more problems\n"
        )

    def test_a_run_that_failed_says_why(self) -> None:
        run = Run("1f", RunState.FAILED, 0.0, failure=Failure("pull", "git pull: no\x07", "Try it there."))
        assert runs_page([run], CONTENT).splitlines()[2:] == [
            "1970-01-01 00:00:00 UTC 1f failed: Git pull: no\ufffd.",
            "    Try it there.",
        ]

    def test_a_run_that_is_not_over_says_so(self) -> None:
        run = Run("1f", RunState.QUEUED, 0.0)
        assert runs_page([run], CONTENT).splitlines()[2:] == ["1970-01-01 00:00:00 UTC 1f queued"]

    def test_no_runs_no_page(self) -> None:
        assert runs_page([], CONTENT) == ""
