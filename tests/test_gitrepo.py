"""`git pull` in the content checkout: what it brings, what it refuses, and what it never does."""

import subprocess
import sys
from pathlib import Path

import pytest

from search import gitrepo
from search.errors import PullError
from tests.repositories import Sandbox, commit, eventually, git, script, write

PATIENT = 60.0


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    return Sandbox(tmp_path, monkeypatch)


@pytest.fixture
def author(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Who writes; pushes to server.git, which `checkout` is a clone of."""
    author = sandbox.repository(tmp_path / "author")
    git(tmp_path, "clone", "--quiet", "--bare", str(author), "server.git")
    git(tmp_path, "clone", "--quiet", str(tmp_path / "server.git"), "checkout")
    git(author, "remote", "add", "server", str(tmp_path / "server.git"))
    return author


@pytest.fixture
def content(author: Path, tmp_path: Path) -> Path:
    return tmp_path / "checkout" / "content"


def push(author: Path, title: str = "Second") -> None:
    write(author / "content" / "second.md", title)
    commit(author, "more")
    git(author, "push", "--quiet", "--force", "server", "main")


def test_a_pull_brings_what_was_pushed(author: Path, content: Path) -> None:
    push(author)
    gitrepo.pull(content, PATIENT)
    assert (content / "second.md").exists()
    gitrepo.pull(content, PATIENT)


def test_a_pull_that_would_have_to_merge_leaves_all_as_it_is(author: Path, content: Path) -> None:
    write(content / "own.md", "Own")
    commit(content.parent, "own")
    before = git(content, "rev-parse", "HEAD")
    push(author)
    with pytest.raises(PullError, match=r"git pull in .*: .*fast-forward") as refused:
        gitrepo.pull(content, PATIENT)
    assert "git pull --ff-only" in refused.value.remedy
    assert git(content, "rev-parse", "HEAD") == before


def test_the_environment_of_a_hook_does_not_lead_it_to_another_repository(
    author: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(author)
    monkeypatch.setenv("GIT_DIR", str(author / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(author / "elsewhere"))
    gitrepo.pull(content, PATIENT)
    assert (content / "second.md").exists()


def test_hooks_do_not_run_even_where_a_push_could_write_them(author: Path, content: Path) -> None:
    ran = content.parent.parent / "ran"
    git(content, "config", "core.hooksPath", "hooks")
    script(author / "hooks" / "post-merge", f"#!/bin/sh\necho ran >{ran}\n")
    script(content.parent / ".git" / "hooks" / "post-merge", f"#!/bin/sh\necho ran >{ran}\n")
    push(author)
    gitrepo.pull(content, PATIENT)
    push(author, "Third")
    gitrepo.pull(content, PATIENT)
    assert (content.parent / "hooks" / "post-merge").exists()
    assert not ran.exists()


def test_submodules_stay_out(author: Path, content: Path, tmp_path: Path, sandbox: Sandbox) -> None:
    other = sandbox.repository(tmp_path / "other")
    git(content, "config", "submodule.recurse", "true")
    git(author, "submodule", "--quiet", "add", str(other), "content/sub")
    push(author)
    gitrepo.pull(content, PATIENT)
    assert not (content / "sub" / "content").exists()


def test_an_address_that_is_a_command_is_not_run(author: Path, content: Path, tmp_path: Path) -> None:
    git(content, "config", "protocol.ext.allow", "always")
    git(content, "remote", "set-url", "origin", f"ext::sh -c touch% {tmp_path}/ran")
    with pytest.raises(PullError, match="ext"):
        gitrepo.pull(content, PATIENT)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "address", ["http://name:hunter2@127.0.0.1:1/blog.git", "https://hunter2@127.0.0.1:1/blog.git"]
)
def test_what_is_said_of_a_failure_holds_no_password(author: Path, content: Path, address: str) -> None:
    git(content, "remote", "set-url", "origin", address)
    with pytest.raises(PullError, match="git pull in") as refused:
        gitrepo.pull(content, PATIENT)
    assert "127.0.0.1" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_folder_without_a_repository_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(PullError, match="not a git repository"):
        gitrepo.pull(tmp_path, PATIENT)


def test_no_git_says_so(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gitrepo.pull.__globals__["_local_variables"]()  # asked while there is one
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PullError, match="git is not installed"):
        gitrepo.pull(tmp_path, PATIENT)


def test_a_pull_that_hangs_is_killed_with_all_that_it_started(
    author: Path, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    script(tmp_path / "ssh", f"#!/bin/sh\necho $$ >{pid}\nexec {sys.executable} -c 'import time; time.sleep(600)'\n")
    monkeypatch.setenv("GIT_SSH", str(tmp_path / "ssh"))
    git(content, "remote", "set-url", "origin", "ssh://127.0.0.1/blog.git")
    with pytest.raises(PullError, match=r"did not end within 2 s"):
        gitrepo.pull(content, 2.0)
    eventually(lambda: not alive(int(pid.read_text())))


def test_nobody_is_asked_for_a_password(author: Path, content: Path, tmp_path: Path) -> None:
    """ssh asks on the terminal of its session, git by GIT_ASKPASS: there is neither."""
    asked = tmp_path / "asked"
    script(
        tmp_path / "ssh",
        f"#!/bin/sh\n(exec 3</dev/tty) 2>/dev/null && echo terminal >>{asked}\n"
        f'echo "$GIT_ASKPASS $SSH_ASKPASS $SSH_ASKPASS_REQUIRE $GIT_TERMINAL_PROMPT" >>{asked}\nexit 1\n',
    )
    git(content, "config", "core.sshCommand", str(tmp_path / "ssh"))
    git(content, "remote", "set-url", "origin", "ssh://127.0.0.1/blog.git")
    with pytest.raises(PullError):
        gitrepo.pull(content, PATIENT)
    assert asked.read_text() == "false false force 0\n"


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
