"""What the hooks need to know of a git repository, asked from git itself."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.errors import PullError, UsageError

WORK_TREE_HOOKS = ("post-merge", "post-checkout", "post-commit", "post-rewrite")
"""What git runs after it changed the files of a work tree; post-rewrite ends a rebase."""

BARE_HOOKS = ("post-receive",)
"""What git runs after a push into a bare repository."""

_PASSWORD = re.compile(r"://[^/\s'\"]*@")
"""Where git repeats the address of a remote: name and password, or token."""

_LONGEST_WORDS = 2000
"""Characters of what git said, the last."""

_PULL_REMEDY = "Try `git pull --ff-only` there as the user who runs blogsearch, and mend what it says."


@dataclass(frozen=True, slots=True)
class Repository:
    """Where git keeps things: absolute paths. `work_tree` is None in a bare repository. `sourced`: the files in `hooks`
    are read by husky, which needs neither a first line nor an executable bit."""

    git_dir: Path
    work_tree: Path | None
    hooks: Path
    sourced: bool

    @property
    def state(self) -> Path:
        """Ours in the git folder, which each work tree and each submodule has of its own: launcher, log and locks."""
        return self.git_dir / "blogsearch"

    @property
    def hook_names(self) -> tuple[str, ...]:
        return BARE_HOOKS if self.work_tree is None else WORK_TREE_HOOKS

    @property
    def hooks_are_content(self) -> bool:
        """The hooks lie among the files of the work tree, where they may be committed."""
        inside = self.work_tree is not None and self.hooks.is_relative_to(self.work_tree)
        return inside and not self.hooks.is_relative_to(self.git_dir)


def find_repository(folder: Path) -> Repository:
    """The repository that `folder` lies in. Raises UsageError where there is none, or no git."""
    try:
        bare = git(folder, "rev-parse", "--is-bare-repository") == "true"
    except UsageError as error:
        raise UsageError(str(error), remedy="Go to a folder of the repository, or name it with --repo.") from error
    git_dir = Path(git(folder, "rev-parse", "--absolute-git-dir"))
    work_tree = None if bare else Path(git(folder, "rev-parse", "--show-toplevel"))
    base = work_tree or git_dir  # what git runs the hooks in, and takes a relative core.hooksPath from
    hooks = base / git(base, "rev-parse", "--git-path", "hooks")
    husky = hooks.name == "_" and (hooks / "h").is_file()
    return Repository(git_dir, work_tree, hooks.parent if husky else hooks, husky)


def git(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What a git command in `folder` prints, without the line end. Raises UsageError with git's own words.

    The variables with which git tells its hooks where they run are not passed on: `folder` says it. `env` adds some.
    """
    done = _run("-C", str(folder), *arguments, env=_outside_of_hooks() | dict(env or {}))
    if done.returncode:
        said = os.fsdecode(done.stderr).strip() or f"exit status {done.returncode}"
        raise UsageError(f"git {arguments[0]} in {folder}: {said}")
    return os.fsdecode(done.stdout.removesuffix(b"\n"))


def branches(git_dir: Path) -> list[str]:
    """The names of the branches that a repository has. Raises UsageError."""
    found = git(git_dir, "for-each-ref", "--format=%(refname)", "refs/heads/")
    return [name.removeprefix("refs/heads/") for name in found.splitlines()]


def pull(folder: Path, timeout: float) -> None:
    """Bring the checkout that `folder` lies in up to date with its upstream branch, if that takes no merge.

    The other side is not trusted with more than posts: no hook runs (core.hooksPath may name a folder of the checkout),
    submodules stay as they are, transports that run commands are shut. Nobody is asked for a password. Raises PullError
    with git's own words, without passwords, also where `timeout` seconds were not enough.
    """
    command = ["git", "-C", str(folder), "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.ext.allow=never"]
    command += ["pull", "--quiet", "--ff-only", "--no-recurse-submodules"]
    silent = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS": "false",
        "SSH_ASKPASS_REQUIRE": "force",
    }
    try:
        # In a session of its own it has no terminal to ask on, and dies with all that it started.
        process = subprocess.Popen(  # noqa: S603
            command,
            env=_outside_of_hooks() | silent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise PullError("git is not installed, or not on the PATH.") from error
    with process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise PullError(f"git pull in {folder} did not end within {timeout:g} s.", remedy=_PULL_REMEDY) from error
    if process.returncode:
        words = _PASSWORD.sub("://", os.fsdecode(said).strip()) or f"exit status {process.returncode}"
        raise PullError(f"git pull in {folder}: {words[-_LONGEST_WORDS:]}", remedy=_PULL_REMEDY)


def _outside_of_hooks() -> dict[str, str]:
    """The environment without what git tells its hooks of the repository that they run for."""
    return {name: value for name, value in os.environ.items() if name not in _local_variables()}


@cache
def _local_variables() -> frozenset[str]:
    return frozenset(_run("rev-parse", "--local-env-vars").stdout.decode().split())


def _run(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        # No shell reads these; git is the one on the PATH, as in the hooks themselves.
        return subprocess.run(["git", *arguments], env=env, stdin=subprocess.DEVNULL, capture_output=True)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise UsageError("git is not installed, or not on the PATH.") from error
