"""`blogsearch hook run`: what a git hook starts in the background. It waits for its turn and runs the index.

A rebase or a script may call the hooks fifty times in a second. One run works and at most one waits: whoever comes
while another waits may leave, since the one that waits has not looked at the posts yet and will see every change that
is there by then. Both places are file locks, which end with the process that holds them.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from search import indexing
from search.config import Settings
from search.errors import UsageError
from search.gitrepo import branches, git
from search.models import RunReport

_LOG_LIMIT = 256 * 1024
"""Bytes. A log that has grown beyond is cut to its last half of that."""

_LONGEST_HOOK = 3600.0
"""Seconds to wait for the hook that calls; after that its process id may be that of another process."""

_WAIT = 600.0
"""Seconds to wait for another writer of the index: nobody sits in front of this one."""


def run(
    git_dir: Path, settings: Settings, *, after: int = 0, branch: str | None = None, folder: str = ""
) -> RunReport | str:
    """Run the index when the process `after` has ended (0: at once) and no other run of this repository is at work.

    With `branch`, first make `settings.content` what `folder` of that branch holds. Where there is nothing to do, a
    sentence says why: a run that waits does it, or the branch is not there. Raises what git and indexing.run raise.
    """
    state = git_dir / "blogsearch"
    state.mkdir(exist_ok=True)
    _await_end(after)
    with _turn(state) as mine:
        if not mine:
            return "Nothing to do: another run that waits does it."
        _trim(state / "log")
        if branch is not None and branch not in branches(git_dir):
            return f"Nothing to do: there is no branch {branch} in {git_dir}."
        if branch is not None:
            _check_out(git_dir, settings.content, branch, folder)
        return indexing.run(replace(settings, wait=max(settings.wait, _WAIT)))


def _await_end(process: int) -> None:
    deadline = time.monotonic() + _LONGEST_HOOK
    while process > 0 and time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            pass  # it runs, as another user
        time.sleep(0.05)


@contextmanager
def _turn(state: Path) -> Iterator[bool]:
    """True when it is this process's turn, which it has until the end of the block; False where another waits."""
    with (state / "waiting.lock").open("ab") as waiting, (state / "running.lock").open("ab") as running:
        try:
            fcntl.flock(waiting, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        fcntl.flock(running, fcntl.LOCK_EX)
        fcntl.flock(waiting, fcntl.LOCK_UN)
        yield True


def _check_out(git_dir: Path, content: Path, branch: str, folder: str) -> None:
    """Make the tracked files in `content` those of the branch's folder.

    git does it by an index of its own: files that did not change are not touched, files that left the branch are
    deleted, files that git never put there stay.
    """
    folder = folder.strip("/")
    try:
        tree = git(git_dir, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}:{folder}")
    except UsageError as error:
        raise UsageError(f"Branch {branch} has no folder {folder}; {content} stays as it is.") from error
    content.mkdir(parents=True, exist_ok=True)
    own_index = {"GIT_INDEX_FILE": str(git_dir / "blogsearch" / "index")}
    git(git_dir, f"--work-tree={content.absolute()}", "read-tree", "--reset", "-u", tree, env=own_index)


def _trim(log: Path) -> None:
    """Keep the end of a log that has grown too long. The shell appends to it, so it may be cut while in use."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        with log.open("r+b") as file:
            file.seek(-_LOG_LIMIT // 2, os.SEEK_END)
            kept = file.read().partition(b"\n")[2]
            file.seek(0)
            file.write(kept)
            file.truncate()
