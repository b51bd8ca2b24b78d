"""`blogsearch watch` and `blogsearch hook` as processes, with real posts, a real index and real git."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from search.cli.app import run
from search.config import Settings
from search.models import SearchRequest
from search.service import search
from tests.repositories import DEADLINE, Sandbox, commit, eventually, git, write


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return Sandbox(tmp_path, monkeypatch)


@pytest.fixture
def blog(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = sandbox.repository(tmp_path / "blog")
    (folder / ".gitignore").write_text("index/\n")
    monkeypatch.chdir(folder)
    return folder


def found(index: Path, word: str) -> bool:
    return (index / "CURRENT").exists() and search(Settings(index=index), SearchRequest(word)).total > 0


class Watch:
    """`blogsearch watch` in a process. A thread reads its lines, for a pipe cannot be asked whether it has one."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "search", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        assert self.process.stdout
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,))
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)

    def line(self) -> str:
        return self._lines.get(timeout=DEADLINE)

    def line_of(self, name: str) -> str:
        """The next line that names this file."""
        while name not in (line := self.line()):
            pass
        return line

    def await_watching(self, content: Path) -> None:
        """What changes between the first run and the watch is found but not named, so save until a name is told."""

        def named() -> bool:
            write(content / "probe.md", "Probe")
            try:
                return "probe.md" in self._lines.get(timeout=1)
            except queue.Empty:
                return False

        eventually(named)

    def end(self, number: int) -> tuple[int, str]:
        """Exit code and what stood on stderr, after this signal."""
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE)
        self._reader.join(DEADLINE)
        with self.process:
            assert self.process.stderr
            return code, self.process.stderr.read()


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    started: list[Watch] = []
    yield started
    for watch in started:
        if watch.process.poll() is None:
            watch.end(signal.SIGKILL)


def test_a_saved_post_is_found_while_watch_runs_until_ctrl_c(blog: Path, watches: list[Watch]) -> None:
    watch = Watch("watch")
    watches.append(watch)
    assert watch.line().endswith(" ms\n")
    assert found(blog / "index", "first")
    watch.await_watching(blog / "content")
    write(blog / "content" / "second.md", "Second", "A zebra came by.")
    assert re.fullmatch(r"\d\d:\d\d:\d\d 1 written, 0 deleted in \d+ ms: second\.md\n", watch.line_of("second.md"))
    assert found(blog / "index", "zebra")
    code, told = watch.end(signal.SIGINT)
    assert (code, told.strip()) == (130, "Watching content. Ctrl-C ends it.")


def test_watch_prints_an_object_a_line_and_ends_well_when_terminated(blog: Path, watches: list[Watch]) -> None:
    watch = Watch("watch", "--json")
    watches.append(watch)
    assert json.loads(watch.line())["report"]["written"] == 1
    watch.await_watching(blog / "content")
    (blog / "content" / "bad.md").write_text("---\ntitle: [\n---\n")
    value = json.loads(watch.line_of("bad.md"))
    assert value.keys() == {"at", "changed", "ms", "report", "error"}
    assert ("bad.md" in value["changed"], value["error"]) == (True, None)
    assert value["report"]["problems"][0]["path"] == "bad.md"
    assert watch.end(signal.SIGTERM) == (0, "")


def test_a_bad_post_is_shown_with_its_line_and_the_watch_goes_on(blog: Path, watches: list[Watch]) -> None:
    watch = Watch("watch")
    watches.append(watch)
    watch.await_watching(blog / "content")
    (blog / "content" / "bad.md").write_text("---\ntitle: [\n---\n")
    watch.line_of("content/bad.md:")
    write(blog / "content" / "bad.md", "Mended", "A zebra came by.")
    eventually(lambda: found(blog / "index", "zebra"))


def test_a_content_folder_that_goes_away_leaves_the_index_as_it_is(blog: Path, watches: list[Watch]) -> None:
    watch = Watch("watch")
    watches.append(watch)
    watch.line()
    (blog / "content").rename(blog / "away")
    assert "Error: " in watch.line()
    assert found(blog / "index", "first")
    write(blog / "away" / "second.md", "Second", "A zebra came by.")
    (blog / "away").rename(blog / "content")
    eventually(lambda: found(blog / "index", "zebra"))


def test_a_content_folder_that_is_not_there_yet_is_named_and_waited_for(blog: Path, watches: list[Watch]) -> None:
    watch = Watch("--content", "later", "watch")
    watches.append(watch)
    assert "Error: There is no content folder later." in watch.line()
    (blog / "content").rename(blog / "later")
    assert "1 written" in watch.line()
    code, told = watch.end(signal.SIGINT)
    assert (code, told.strip()) == (130, "There is no folder later yet: waiting for it. Ctrl-C ends it.")


def test_a_commit_and_a_pull_bring_the_index_up_to_date(blog: Path, tmp_path: Path) -> None:
    assert run(["hook", "install"]) == 0
    commit(blog, "with hooks")
    eventually(lambda: found(blog / "index", "first"))
    git(tmp_path, "clone", "--quiet", str(blog), "elsewhere")
    write(tmp_path / "elsewhere" / "content" / "second.md", "Second", "A zebra came by.")
    commit(tmp_path / "elsewhere", "second")
    git(blog, "pull", "--quiet", str(tmp_path / "elsewhere"))
    eventually(lambda: found(blog / "index", "zebra"))
    log = blog / ".git" / "blogsearch" / "log"
    eventually(lambda: "1 written" in log.read_text())
    assert "Traceback" not in log.read_text()


def test_a_push_to_a_bare_repository_brings_the_posts_and_the_index(blog: Path, tmp_path: Path) -> None:
    bare = tmp_path / "served.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(blog), str(bare))
    folders = [f"--content={tmp_path / 'live'}", f"--index={tmp_path / 'index'}"]
    options = ["--repo", str(bare), "--branch", "main", "--folder", "content"]
    assert run([*folders, "hook", "install", *options]) == 0
    write(blog / "content" / "second.md", "Second", "A zebra came by.")
    commit(blog, "second")
    git(blog, "push", "--quiet", str(bare), "main")
    eventually(lambda: found(tmp_path / "index", "zebra"))
    (blog / "content" / "second.md").unlink()
    commit(blog, "no zebra")
    git(blog, "push", "--quiet", str(bare), "main")
    eventually(lambda: not found(tmp_path / "index", "zebra"))
    assert found(tmp_path / "index", "first")


def test_a_burst_of_commits_ends_with_the_last_of_them_in_the_index(blog: Path) -> None:
    run(["hook", "install"])
    for number in range(8):
        write(blog / "content" / "second.md", "Second", f"Zebra number{number}.")
        commit(blog, "again")
    eventually(lambda: found(blog / "index", "number7"))


def test_a_module_of_the_blog_that_is_called_search_is_not_taken_for_ours(blog: Path) -> None:
    run(["hook", "install"])
    (blog / "search.py").write_text("raise SystemExit('taken for ours')\n")
    commit(blog, "again")
    eventually(lambda: found(blog / "index", "first"))


def test_install_and_uninstall_say_what_they_did(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hook", "install"]) == 0
    assert f"{blog}/.git/hooks/post-commit: written.\n" in capsys.readouterr().out
    assert run(["hook", "uninstall", "--json"]) == 0
    assert f"{blog}/.git/hooks/post-commit: removed." in json.loads(capsys.readouterr().out)["done"]
    assert run(["hook", "uninstall"]) == 0
    assert capsys.readouterr().out == "There was nothing to take out.\n"


def test_where_there_is_no_repository_the_error_says_so(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.chdir(tmp_path)
    assert run(["hook", "install"]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_a_run_of_the_hooks_can_be_asked_for(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hook", "run", ".git", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"]["written"] == 1
    assert run(["hook", "run", ".git"]) == 0
    assert "1 unchanged" in capsys.readouterr().out


def test_a_run_for_a_branch_that_is_not_there_says_so(blog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--content", "live", "hook", "run", ".git", "--branch", "later"]) == 0
    assert capsys.readouterr().out.endswith(" UTC: Nothing to do: there is no branch later in .git.\n")


def test_the_group_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["hook"]) == 0
    assert "uninstall" in capsys.readouterr().out
