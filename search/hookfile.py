"""One hook file of a git repository: our lines go in, and come out again leaving every other byte as it was.

Two cases. A shell script that git would run gets a marked block right after its first line, where no `exit` or `exec`
of its own can skip it; the script keeps its name, so `$0` and files beside it go on working. Anything else (Python, a
program, a symbolic link, a hook switched off by a missing executable bit) is moved as it is to `blogsearch.d/` under
its own name, which scripts that ask for their name need, and a file of ours in its place hands over to it with the same
arguments, standard input, process id and exit status.

The lines are the same everywhere and name no path: they run the launcher in the git folder of the repository at hand
(githooks.py), and do nothing where there is none. So a hook that is committed, or shared by several repositories
through core.hooksPath, does no harm in any of them.
"""

import os
import re
import shutil
import stat
from pathlib import Path

from search.errors import UsageError

ASIDE = "blogsearch.d"
"""Folder beside the hooks for what was moved aside."""

LAUNCHER = "blogsearch/hook"
"""The launcher's place in a git folder."""

_START = b"# >>> blogsearch >>>"
_END = b"# <<< blogsearch <<<\n"
_BLOCK = (
    _START
    + b""" Keeps the search index current; `blogsearch hook uninstall` takes these lines out.
if blogsearch_dir="$(git rev-parse --git-dir 2>/dev/null)" && [ -f "$blogsearch_dir/%s" ]; then
    sh "$blogsearch_dir/%s" "$$" </dev/null >/dev/null 2>&1 || :
fi
"""
    % (LAUNCHER.encode(), LAUNCHER.encode())
    + _END
)
_CREATED = b"#!/bin/sh\n# Created by `blogsearch hook install`.\n"
_HAND_OVER = b"""blogsearch_next="${0%%/*}/%s/%s"
if [ -f "$blogsearch_next" ] && [ -x "$blogsearch_next" ]; then exec "$blogsearch_next" "$@"; fi
"""
_FIND_BLOCK = re.compile(re.escape(_START) + rb".*?" + re.escape(_END), re.DOTALL)
_SHELL = re.compile(
    rb"#![ \t]*(?:\S*/)?(?:env[ \t]+)?(?:\S*/)?(?:sh|bash|dash|ash|ksh|zsh)(?:[ \t]+-[a-zA-Z]+)*[ \t]*\n"
)


def add(path: Path, *, sourced: bool = False) -> str:
    """Put our lines into the hook `path` and say what was done; a second call changes nothing.

    `sourced`: the file is read by a shell whatever its first line and mode (husky). Raises UsageError where a hook
    would have to be moved aside and the place is taken; OSError as it comes.
    """
    if not os.path.lexists(path):
        _write(path, _CREATED + _BLOCK)
        return "written"
    plain = stat.S_ISREG(path.lstat().st_mode)
    data = path.read_bytes() if plain else b""
    if _START in data:
        renewed = _FIND_BLOCK.sub(lambda _: _BLOCK, data, count=1)
        if renewed == data:
            return "stands already"
        _write(path, renewed)
        return "renewed"
    first_line = _SHELL.match(data)
    left_over = data in (_CREATED, _CREATED + _hand_over(path))  # to be told from what `remove` would delete
    if plain and not left_over and (sourced or (first_line and os.access(path, os.X_OK))):
        at = first_line.end() if first_line else 0
        _write(path, data[:at] + _BLOCK + data[at:])
        return "added to the hook that stands there"
    _move_aside(path)
    _write(path, _CREATED + _BLOCK + _hand_over(path))
    return f"written; the hook that stood there runs after it, from {ASIDE}/"


def remove(path: Path) -> str | None:
    """Take our lines out of the hook `path`, bring back what stood there, and say what was done; None: nothing to do.

    Lines that someone added to the file since stay. OSError as it comes.
    """
    if path.is_symlink() or not path.is_file():
        return None
    data = path.read_bytes()
    if _START not in data:
        return None
    rest, found = _FIND_BLOCK.subn(b"", data, count=1)
    if not found:
        return "left alone: the lines of blogsearch in it were edited by hand, take them out yourself"
    aside = _aside(path)
    hands_over = rest == _CREATED + _hand_over(path)
    if hands_over and os.path.lexists(aside):
        _move_back(path)
        return "restored"
    if hands_over or rest == _CREATED:
        path.unlink()
        return "removed"
    _write(path, rest)
    return "taken out of the hook"


def _hand_over(path: Path) -> bytes:
    return _HAND_OVER % (ASIDE.encode(), os.fsencode(path.name))


def _aside(path: Path) -> Path:
    return path.parent / ASIDE / path.name


def _move_aside(path: Path) -> None:
    aside = _aside(path)
    if os.path.lexists(aside):
        raise UsageError(
            f"{path} cannot be chained: {aside} holds an earlier hook of that name.",
            remedy="Join the two hooks or delete one of them, then install again.",
        )
    aside.parent.mkdir(exist_ok=True)
    if path.is_symlink() and not (target := _target(path)).startswith("/"):
        aside.symlink_to(f"../{target}")  # one folder deeper, the same file
        path.unlink()
    else:
        path.rename(aside)


def _move_back(path: Path) -> None:
    aside = _aside(path)
    if aside.is_symlink() and not (target := _target(aside)).startswith("/"):
        link = _temporary(path)
        link.symlink_to(target.removeprefix("../"))
        link.replace(path)
        aside.unlink()
    else:
        aside.replace(path)
    drop_if_empty(aside.parent)


def drop_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _target(link: Path) -> str:
    """As it was written: Path would tidy "./x" to "x"."""
    return os.readlink(link)  # noqa: PTH115


def _temporary(path: Path) -> Path:
    temporary = path.with_name(f".{path.name}.blogsearch")
    temporary.unlink(missing_ok=True)
    return temporary


def _write(path: Path, data: bytes) -> None:
    """Replace the file in one step, with its mode; a new one is executable as far as the umask lets it be."""
    temporary = _temporary(path)
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
