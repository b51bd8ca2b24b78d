"""Progress on stderr: silent for short work, a line now and then in a log, a bar on a terminal."""

import io
import sys
import time

import pytest

from search.cli.progress import EVERY, Bar, Lines, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_kind_follows_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(progress(log=True), Bar)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert isinstance(progress(log=True), Lines)
    monkeypatch.setattr(sys, "stderr", None)
    assert isinstance(progress(log=True), Lines)


def test_a_stderr_that_a_program_reads_gets_no_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    quiet = progress(log=False)
    quiet.start(2)
    now = 1000.0
    quiet.advance(1)
    assert capsys.readouterr().err == ""


def test_short_work_prints_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines(EVERY)
    lines.start(2)
    lines.advance(2)
    lines.finish()
    assert capsys.readouterr().err == ""


def test_long_work_says_how_fast_it_is_and_what_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    lines = Lines(EVERY)
    lines.start(3000)
    for _ in range(20):
        now += 1.0
        lines.advance(100)
    assert EVERY == 10.0
    assert capsys.readouterr().err == (
        "1,000 of 3,000 posts, 100 posts/s, 20 s left\n2,000 of 3,000 posts, 100 posts/s, 10 s left\n"
    )


def test_a_bar_counts_the_posts_and_goes_when_done(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    bar = Bar()
    bar.start(40)
    bar.advance(1)
    bar.advance(39)
    bar.finish()
    bar.finish()
    assert "Reading posts" in stream.getvalue()
    assert "40/40" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")  # the line of the bar is erased


def test_a_bar_that_never_began_can_end() -> None:
    bar = Bar()
    bar.advance(1)
    bar.finish()
    assert isinstance(bar, Bar)
