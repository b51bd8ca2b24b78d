"""What a hook starts in the background: turns, the end of the hook, a bare repository's posts, the log."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from search import hookrun
from search.config import Settings
from search.errors import UsageError
from search.models import RunReport
from tests.repositories import Sandbox, commit, eventually, git, write

REPORT = RunReport(1, 0, 0, {}, (), "gen", 0.1, False, "")


class Index:
    """Stands in for the index run: it counts, remembers its settings, and lasts until it may end."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.may_end = threading.Event()
        self.may_end.set()

    def run(self, settings: Settings) -> RunReport:
        self.settings.append(settings)
        assert self.may_end.wait(60)
        return REPORT


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    index = Index()
    monkeypatch.setattr("search.hookrun.indexing.run", index.run)
    yield index
    index.may_end.set()


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    (tmp_path / ".git" / "blogsearch").mkdir(parents=True)
    return tmp_path / ".git"


def test_a_run_waits_long_for_another_writer(git_dir: Path, index: Index) -> None:
    assert hookrun.run(git_dir, Settings(wait=1)) == REPORT
    assert index.settings == [Settings(wait=600)]


def test_of_a_burst_one_works_one_waits_and_the_others_leave(git_dir: Path, index: Index) -> None:
    index.may_end.clear()
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(hookrun.run, git_dir, Settings())
        eventually(lambda: len(index.settings) == 1)
        others: list[Future[RunReport | str]] = [pool.submit(hookrun.run, git_dir, Settings()) for _ in range(9)]
        eventually(lambda: sum(other.done() for other in others) == 8)
        assert len(index.settings) == 1
        index.may_end.set()
        assert first.result() == REPORT
        assert sorted("another run" in str(other.result()) for other in others) == [False] + [True] * 8
    assert len(index.settings) == 2


def test_the_run_begins_when_the_hook_has_ended(git_dir: Path, index: Index) -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as hook, ThreadPoolExecutor(1) as pool:
        run = pool.submit(hookrun.run, git_dir, Settings(), after=hook.pid)
        with pytest.raises(TimeoutError):
            run.result(0.3)
        assert index.settings == []
        hook.communicate()
        assert run.result(60) == REPORT


def test_a_long_log_keeps_its_end(git_dir: Path, index: Index) -> None:
    log = git_dir / "blogsearch" / "log"
    log.write_text("".join(f"line {number}\n" for number in range(50_000)))
    hookrun.run(git_dir, Settings())
    lines = log.read_text().splitlines()
    assert lines == [f"line {number}" for number in range(50_000 - len(lines), 50_000)]
    assert 100_000 < log.stat().st_size <= 131_072
    hookrun.run(git_dir, Settings())
    assert log.read_text().splitlines() == lines


class TestBare:
    @pytest.fixture
    def blog(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        blog = Sandbox(tmp_path, monkeypatch).repository(tmp_path / "blog")
        git(tmp_path, "clone", "--quiet", "--bare", str(blog), "served.git")
        (tmp_path / "served.git" / "blogsearch").mkdir()
        git(blog, "remote", "add", "server", str(tmp_path / "served.git"))
        return blog

    def push(self, blog: Path) -> None:
        commit(blog, "more")
        git(blog, "push", "--quiet", "--force", "server", "HEAD")

    def receive(self, blog: Path, folder: str = "content", branch: str = "main") -> RunReport | str:
        settings = Settings(content=blog.parent / "live" / "posts")
        return hookrun.run(blog.parent / "served.git", settings, branch=branch, folder=folder)

    def live(self, blog: Path) -> dict[str, str]:
        folder = blog.parent / "live" / "posts"
        return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}

    @pytest.mark.parametrize("folder", ["content", "/content/", ""])
    def test_the_posts_of_the_branch_are_brought_into_the_content_folder(
        self, blog: Path, index: Index, folder: str
    ) -> None:
        write(blog / "content" / "deep" / "ünder.md", "Under")
        self.push(blog)
        assert self.receive(blog, folder) == REPORT
        names = {"first.md", "deep/ünder.md"}
        assert set(self.live(blog)) == (names if folder else {f"content/{name}" for name in names})

    def test_a_push_changes_what_changed_and_touches_nothing_else(self, blog: Path, index: Index) -> None:
        write(blog / "content" / "second.md", "Second")
        write(blog / "content" / "third.md", "Third")
        self.push(blog)
        self.receive(blog)
        live = blog.parent / "live" / "posts"
        (live / "mine.txt").write_text("not from git")
        (live / "third.md").write_text("edited on the server")
        untouched = (live / "first.md").stat().st_ctime_ns
        (blog / "content" / "second.md").unlink()
        write(blog / "content" / "third.md", "Third, rewritten")
        self.push(blog)
        self.receive(blog)
        assert set(self.live(blog)) == {"first.md", "third.md", "mine.txt"}
        assert "Third, rewritten" in self.live(blog)["third.md"]
        assert (live / "first.md").stat().st_ctime_ns == untouched

    def test_another_branch_or_a_bare_repositorys_own_files_do_not_matter(self, blog: Path, index: Index) -> None:
        self.receive(blog)
        before = self.live(blog)
        git(blog, "checkout", "--quiet", "-b", "draft")
        write(blog / "content" / "draft.md", "Draft")
        self.push(blog)
        self.receive(blog)
        assert self.live(blog) == before
        assert git(blog.parent / "served.git", "symbolic-ref", "HEAD") == "refs/heads/main\n"
        assert not (blog.parent / "served.git" / "index").exists()

    def test_a_branch_that_is_not_there_yet_is_waited_for(self, blog: Path, index: Index) -> None:
        git(blog.parent / "served.git", "branch", "later/than/that", "main")
        assert "there is no branch later in " in str(self.receive(blog, branch="later"))
        assert index.settings == []

    def test_a_folder_that_left_the_branch_is_an_error_and_the_posts_stay(self, blog: Path, index: Index) -> None:
        self.receive(blog)
        before = self.live(blog)
        git(blog, "mv", "content", "posts")
        self.push(blog)
        with pytest.raises(UsageError, match="no folder content"):
            self.receive(blog)
        assert self.live(blog) == before
        assert index.settings == [index.settings[0]]

    def test_a_branch_that_goes_back_in_history_takes_the_posts_along(self, blog: Path, index: Index) -> None:
        write(blog / "content" / "second.md", "Second")
        self.push(blog)
        self.receive(blog)
        git(blog, "reset", "--quiet", "--hard", "HEAD^")
        git(blog, "push", "--quiet", "--force", "server", "HEAD")
        self.receive(blog)
        assert set(self.live(blog)) == {"first.md"}
