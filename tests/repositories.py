"""Git repositories for tests, apart from the configuration of whoever runs them."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

DEADLINE = 60.0
"""Seconds after which something that was to happen counts as never happening."""


class Sandbox:
    """A home of its own below `folder`, with git set up in it. `home` is where the global configuration lies."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        for name in [name for name in os.environ if name.startswith(("GIT_", "BLOGSEARCH_"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(self.home / "gitconfig"))
        monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        for name, value in {
            "user.name": "A. Author",
            "user.email": "author@blog.example",
            "init.defaultBranch": "main",
            "advice.detachedHead": "false",
            "protocol.file.allow": "always",
        }.items():
            git(self.home, "config", "--global", name, value)

    def repository(self, folder: Path) -> Path:
        """A repository with one post committed."""
        git(self.home, "init", "--quiet", str(folder))
        write(folder / "content" / "first.md", "First")
        commit(folder, "first post")
        return folder


def git(folder: Path, *arguments: str) -> str:
    """What a git command in `folder` prints on stdout; its failure is an error."""
    return run(folder, *arguments).stdout


def run(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=folder, text=True, capture_output=True, check=check, timeout=DEADLINE
    )


def commit(repository: Path, message: str) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", message)


def write(path: Path, title: str, body: str = "Some words.") -> None:
    """A post."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\ndate: 2024-01-01\n---\n{body}\n", encoding="utf-8")


def script(path: Path, text: str) -> None:
    """An executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; it is looked at until DEADLINE is over."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
