"""Hooks in real repositories: installed, run by real git commands, taken out without a trace.

The interpreter that the launcher names is a stub here which writes down how it was called; test_hookrun.py runs ours.
"""

import json
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from search import githooks
from search.config import Settings
from search.errors import StorageError, UsageError
from tests.repositories import Sandbox, commit, eventually, git, run, script, write

STUB = """#!/bin/sh
call=$(mktemp {calls}/unfinished.XXXXXX)
{{
    for argument; do echo "argument $argument"; done
    for name in $(git rev-parse --local-env-vars); do env | grep "^$name="; done
    pwd
}} >"$call"
mv "$call" {calls}/done.$$
"""


class Blog:
    """A repository, the settings that its hooks are installed with, and what the stub wrote down."""

    def __init__(self, folder: Path, calls: Path) -> None:
        self.folder = folder
        self.settings = Settings(content=folder / "content", index=folder / "index")
        self._calls = calls

    def install(self) -> list[str]:
        return githooks.install(self.folder, self.settings)

    def calls(self) -> list[list[str]]:
        """The lines of each call so far."""
        return [path.read_text().splitlines() for path in self._calls.glob("done.*")]

    def await_calls(self, number: int) -> list[list[str]]:
        eventually(lambda: len(self.calls()) >= number)
        return self.calls()

    def forget(self) -> None:
        for path in self._calls.iterdir():
            path.unlink()


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    sandbox = Sandbox(tmp_path, monkeypatch)
    (tmp_path / "calls").mkdir()
    script(tmp_path / "python", STUB.format(calls=shlex.quote(str(tmp_path / "calls"))))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.chdir(tmp_path)
    return sandbox


@pytest.fixture
def blog(sandbox: Sandbox, tmp_path: Path) -> Blog:
    return Blog(sandbox.repository(tmp_path / "blog"), tmp_path / "calls")


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: mode and bytes, or the target of a link."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes() if path.is_file() else b"",  # noqa: PTH115
        )
        for path in folder.rglob("*")
    }


def test_a_commit_a_checkout_a_merge_and_a_rebase_each_start_a_run(blog: Blog) -> None:
    blog.install()
    git(blog.folder, "checkout", "--quiet", "-b", "topic")
    blog.await_calls(1)
    write(blog.folder / "content" / "second.md", "Second")
    commit(blog.folder, "second")
    blog.await_calls(2)
    git(blog.folder, "checkout", "--quiet", "main")
    blog.await_calls(3)
    git(blog.folder, "merge", "--quiet", "--ff-only", "topic")
    blog.await_calls(4)
    git(blog.folder, "commit", "--quiet", "--amend", "--message", "amended")
    blog.await_calls(6)  # post-commit and post-rewrite


def test_a_run_gets_absolute_paths_and_none_of_gits_variables(blog: Blog, tmp_path: Path) -> None:
    os.chdir(blog.folder)
    githooks.install(Path(), Settings(Path("content"), Path("built")), config=Path("my.toml"))
    commit(blog.folder, "again")
    (call,) = blog.await_calls(1)
    assert call[:-2] == [
        "argument -P",
        "argument -m",
        "argument search",
        f"argument --content={blog.folder}/content",
        f"argument --index={blog.folder}/built",
        f"argument --config={blog.folder}/my.toml",
        "argument hook",
        "argument run",
        f"argument {blog.folder}/.git",
        "argument --after",
    ]
    assert call[-2].removeprefix("argument ").isdigit()
    assert call[-1] == str(blog.folder)


def test_hooks_never_block_git_nor_fail_it_nor_write_to_its_output(blog: Blog, tmp_path: Path) -> None:
    script(tmp_path / "python", f"#!/bin/sh\necho noise; echo noise >&2\necho $$ >{tmp_path}/pid\nexec sleep 300\n")
    blog.install()
    (blog.folder / "content" / "first.md").write_text("changed")
    done = run(blog.folder, "commit", "--all", "--message", "x")  # returns long before the 300 seconds are over
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n"))
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)  # it was still at work
    assert (blog.folder / ".git" / "blogsearch" / "log").read_text() == "noise\nnoise\n"
    assert "noise" not in done.stdout + done.stderr


@pytest.mark.parametrize("trouble", ["no interpreter", "interpreter fails", "no folder", "log cannot be written"])
def test_a_hook_that_cannot_run_is_silent_and_git_goes_on(blog: Blog, tmp_path: Path, trouble: str) -> None:
    folder = tmp_path / "away"
    folder.mkdir()
    os.chdir(folder)
    blog.install()
    if trouble == "no interpreter":
        (tmp_path / "python").unlink()
    elif trouble == "interpreter fails":
        script(tmp_path / "python", "#!/bin/sh\nexit 1\n")
    elif trouble == "no folder":
        os.chdir(tmp_path)
        folder.rmdir()
    else:
        (blog.folder / ".git" / "blogsearch" / "log").mkdir()
    done = run(blog.folder, "commit", "--allow-empty", "--message", "x", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_hostile_paths_reach_the_run_unharmed(sandbox: Sandbox, tmp_path: Path) -> None:
    name = "a 'b' \"c\"\n$(touch pwned) `touch pwned` \\ ; *"
    blog = Blog(sandbox.repository(tmp_path / name), tmp_path / "calls")
    blog.install()
    commit(blog.folder, "again")
    (call,) = blog.await_calls(1)
    assert f"argument --content={blog.folder}/content" in "\n".join(call)
    assert list(tmp_path.rglob("pwned")) == []


@pytest.mark.parametrize("text", ["#!/bin/sh\necho mine\n", "#!/usr/bin/env python3\nprint('mine')\n"])
def test_a_hook_that_stands_runs_as_before_and_comes_back_byte_for_byte(blog: Blog, text: str) -> None:
    hooks = blog.folder / ".git" / "hooks"
    for name in ("post-commit", "post-checkout"):
        script(hooks / name, text)
    before = tree(blog.folder / ".git")
    blog.install()
    assert run(blog.folder, "checkout", "HEAD", "--", "content").stderr == "mine\n"
    blog.await_calls(1)
    githooks.uninstall(blog.folder)
    assert tree(blog.folder / ".git") == before


def test_the_exit_status_of_a_chained_checkout_hook_still_counts(blog: Blog) -> None:
    script(blog.folder / ".git" / "hooks" / "post-checkout", "#!/usr/bin/env python3\nraise SystemExit(1)\n")
    before = run(blog.folder, "checkout", "-b", "one", check=False).returncode
    blog.install()
    assert run(blog.folder, "checkout", "-b", "two", check=False).returncode == before == 1


def test_installing_twice_changes_nothing(blog: Blog) -> None:
    script(blog.folder / ".git" / "hooks" / "post-merge", "#!/usr/bin/env python3\n")
    blog.install()
    once = tree(blog.folder / ".git")
    again = blog.install()
    assert tree(blog.folder / ".git") == once
    assert sum("stands already" in line for line in again) == 4


def test_uninstalling_where_nothing_is_installed_does_nothing(blog: Blog) -> None:
    before = tree(blog.folder)
    assert githooks.uninstall(blog.folder) == []
    assert tree(blog.folder) == before


@pytest.mark.parametrize("setting", ["{folder}/absolute hooks", ".githooks", "~/hooks"])
def test_core_hooks_path_is_where_the_hooks_go(blog: Blog, sandbox: Sandbox, setting: str) -> None:
    git(blog.folder, "config", "core.hooksPath", setting.format(folder=blog.folder))
    (blog.folder / "content" / "deep").mkdir()
    githooks.install(blog.folder / "content" / "deep", blog.settings)
    commit(blog.folder, "again")
    blog.await_calls(1)
    assert not (blog.folder / ".git" / "hooks" / "post-commit").exists()
    assert githooks.uninstall(blog.folder)
    blog.forget()
    commit(blog.folder, "once more")
    assert not any("post-" in name for name in tree(blog.folder) if not name.startswith(".git/"))


def test_a_global_folder_of_hooks_does_nothing_in_other_repositories(
    blog: Blog, sandbox: Sandbox, tmp_path: Path
) -> None:
    git(blog.folder, "config", "--global", "core.hooksPath", str(sandbox.home / "hooks"))
    said = blog.install()
    assert any("serve other repositories" in line for line in said)
    other = sandbox.repository(tmp_path / "other")
    commit(blog.folder, "again")
    blog.await_calls(1)
    assert f"argument {other}/.git" not in blog.calls()[0]


def test_a_shared_folder_of_hooks_stays_until_its_last_user_leaves(
    blog: Blog, sandbox: Sandbox, tmp_path: Path
) -> None:
    hooks = sandbox.home / "hooks"
    git(blog.folder, "config", "--global", "core.hooksPath", str(hooks))
    other = sandbox.repository(tmp_path / "other")
    blog.install()
    githooks.install(other, blog.settings)
    assert any("kept" in line for line in githooks.uninstall(blog.folder))
    assert (hooks / "post-commit").exists()
    githooks.uninstall(other)
    assert list(hooks.iterdir()) == []


def test_hooks_in_the_work_tree_hold_no_path_of_this_machine(blog: Blog) -> None:
    git(blog.folder, "config", "core.hooksPath", ".githooks")
    blog.install()
    for mode, data in tree(blog.folder / ".githooks").values():
        assert mode
        assert os.fsencode(blog.folder) not in data
        assert os.fsencode(sys.executable) not in data


def test_a_changed_core_hooks_path_leaves_nothing_in_the_old_folder(blog: Blog) -> None:
    before = tree(blog.folder / ".git" / "hooks")
    blog.install()
    git(blog.folder, "config", "core.hooksPath", ".githooks")
    blog.install()
    assert tree(blog.folder / ".git" / "hooks") == before
    assert (blog.folder / ".githooks" / "post-commit").exists()


def test_hooks_switched_off_by_configuration_are_an_error(blog: Blog) -> None:
    git(blog.folder, "config", "core.hooksPath", "/dev/null")
    with pytest.raises(UsageError, match="git runs no hooks"):
        blog.install()


def test_husky_hooks_go_where_husky_reads_them(blog: Blog) -> None:
    runner = 'n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n'
    for name in ("post-commit", "post-merge"):
        script(blog.folder / ".husky" / "_" / name, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"')
    (blog.folder / ".husky" / "_" / "h").write_text(runner)
    (blog.folder / ".husky" / "post-commit").write_text("echo mine >&2\n")
    git(blog.folder, "config", "core.hooksPath", ".husky/_")
    before = tree(blog.folder / ".husky")
    blog.install()
    assert "mine" in run(blog.folder, "commit", "--allow-empty", "--message", "x").stderr
    blog.await_calls(1)
    githooks.uninstall(blog.folder)
    assert tree(blog.folder / ".husky") == before


def test_a_hook_of_ours_that_pre_commit_chained_still_runs_and_is_taken_out(blog: Blog) -> None:
    hooks = blog.folder / ".git" / "hooks"
    blog.install()
    (hooks / "post-commit").rename(hooks / "post-commit.legacy")
    script(hooks / "post-commit", '#!/bin/sh\nexec "$0.legacy"\n')
    commit(blog.folder, "again")
    blog.await_calls(1)
    githooks.uninstall(blog.folder)
    assert not (hooks / "post-commit.legacy").exists()
    assert (hooks / "post-commit").exists()


def test_each_work_tree_has_its_own_hooks(blog: Blog, tmp_path: Path) -> None:
    second = tmp_path / "second"
    git(blog.folder, "worktree", "add", "--quiet", str(second))
    blog.install()
    githooks.install(second, Settings(second / "content", second / "index"))
    commit(second, "in the second")
    (call,) = blog.await_calls(1)
    assert f"argument --content={second}/content" in call
    githooks.uninstall(second)
    blog.forget()
    commit(second, "nothing runs here any more")
    commit(blog.folder, "but here")
    (call,) = blog.await_calls(1)
    assert f"argument --content={blog.folder}/content" in call


def test_a_submodule_is_a_repository_of_its_own(blog: Blog, sandbox: Sandbox, tmp_path: Path) -> None:
    posts = sandbox.repository(tmp_path / "posts")
    git(blog.folder, "submodule", "--quiet", "add", str(posts), "posts")
    inner = blog.folder / "posts"
    githooks.install(inner, Settings(inner / "content", blog.folder / "index"))
    commit(inner, "in the submodule")
    (call,) = blog.await_calls(1)
    assert f"argument {blog.folder}/.git/modules/posts" in call


def test_git_variables_of_the_caller_do_not_lead_to_another_repository(
    blog: Blog, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sandbox.repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    blog.install()
    assert (blog.folder / ".git" / "blogsearch" / "hook").exists()
    assert not (other / ".git" / "blogsearch").exists()


class TestBare:
    @pytest.fixture
    def bare(self, blog: Blog, tmp_path: Path) -> Path:
        git(tmp_path, "clone", "--quiet", "--bare", str(blog.folder), "served.git")
        git(blog.folder, "remote", "add", "server", str(tmp_path / "served.git"))
        return tmp_path / "served.git"

    def test_a_push_starts_a_run_that_knows_the_branch(self, bare: Path, blog: Blog, tmp_path: Path) -> None:
        githooks.install(bare, Settings(tmp_path / "live", tmp_path / "index"), branch="main", folder="content")
        commit(blog.folder, "more")
        git(blog.folder, "push", "--quiet", "server", "main")
        (call,) = blog.await_calls(1)
        assert [line for line in call if "branch" in line or "folder" in line] == [
            "argument --branch=main",
            "argument --folder=content",
        ]
        assert not (bare / "hooks" / "post-commit").exists()

    def test_a_receive_hook_that_stands_still_reads_the_pushed_refs(self, bare: Path, blog: Blog) -> None:
        script(bare / "hooks" / "post-receive", "#!/bin/sh\nread old new ref\necho $ref\n")
        githooks.install(bare, blog.settings)
        commit(blog.folder, "more")
        assert "refs/heads/main" in run(blog.folder, "push", "server", "main").stderr
        blog.await_calls(1)

    def test_posts_must_come_from_somewhere(self, bare: Path, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no posts in") as raised:
            githooks.install(bare, Settings(tmp_path / "live", tmp_path / "index"))
        assert "--branch" in raised.value.remedy

    def test_a_folder_with_files_in_it_is_not_overwritten(self, bare: Path, blog: Blog) -> None:
        with pytest.raises(UsageError, match="is not empty"):
            githooks.install(bare, blog.settings, branch="main")

    @pytest.mark.parametrize(("branch", "folder"), [("--evil", ""), ("a b", ""), ("main", "../up"), ("main", "/etc")])
    def test_a_bad_branch_or_folder_is_refused(self, bare: Path, tmp_path: Path, branch: str, folder: str) -> None:
        before = tree(bare)
        with pytest.raises(UsageError):
            githooks.install(bare, Settings(tmp_path / "live", tmp_path / "index"), branch=branch, folder=folder)
        assert tree(bare) == before


def test_a_branch_makes_no_sense_where_the_posts_are_checked_out(blog: Blog) -> None:
    with pytest.raises(UsageError, match="bare repository"):
        githooks.install(blog.folder, blog.settings, branch="main")


def test_posts_outside_of_the_work_tree_are_mentioned(blog: Blog, tmp_path: Path) -> None:
    said = githooks.install(blog.folder, Settings(tmp_path / "elsewhere", tmp_path / "index"))
    assert any("lie outside" in line for line in said)


@pytest.mark.parametrize("what", [githooks.uninstall, lambda folder: githooks.install(folder, Settings())])
def test_no_repository_is_a_clear_error(sandbox: Sandbox, tmp_path: Path, what: object) -> None:
    assert callable(what)
    with pytest.raises(UsageError, match="not a git repository"):
        what(tmp_path)
    with pytest.raises(UsageError, match="cannot change to"):
        what(tmp_path / "missing")


def test_no_git_is_a_clear_error(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="git is not installed"):
        blog.install()


def test_a_folder_that_cannot_be_written_is_a_clear_error(blog: Blog) -> None:
    hooks = blog.folder / ".git" / "hooks"
    (hooks / "post-commit").write_text("")
    (hooks / "blogsearch.d").write_text("in the way")  # as root no mode keeps us out, a file does
    with pytest.raises(StorageError, match=r"blogsearch\.d"):
        blog.install()
    assert (hooks / "post-commit").read_text() == ""


def test_the_record_of_users_may_be_damaged(blog: Blog) -> None:
    blog.install()
    (blog.folder / ".git" / "hooks" / "blogsearch.d" / "users.json").write_text("{")
    assert blog.install()
    users = json.loads((blog.folder / ".git" / "hooks" / "blogsearch.d" / "users.json").read_text())
    assert users == [f"{blog.folder}/.git"]
