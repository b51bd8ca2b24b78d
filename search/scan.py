"""What the last run saw of every file, so that files that did not change are not even read.

The file is a cache: missing, damaged or of other settings, it costs one reading of all posts and nothing else.
"""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from search import disk
from search.models import LeftOut, Problem

RACY = 2_000_000_000
"""Nanoseconds: a file changed so shortly before it was read may have changed again with the same time and size (file
systems keep times as coarsely as two seconds), so it is read once more by the next run."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file that is a post. `expires` is naive UTC."""

    id: str
    content_hash: str
    url: str
    expires: datetime | None


Outcome: TypeAlias = Indexed | LeftOut | Problem
"""What reading a file came to."""

Stat: TypeAlias = tuple[int, int, int, int]
"""Size in bytes, mtime and ctime in nanoseconds, inode."""


@dataclass(frozen=True, slots=True)
class Scan:
    """`files` holds stat and outcome by path relative to the content folder, `time` is when they were looked at
    (nanoseconds since 1970), `stamp` marks the content folder and the settings that they were read with."""

    stamp: str
    time: int
    files: Mapping[str, tuple[Stat, Outcome]]

    def known(self, relative: str, stat: Stat, now: datetime) -> Outcome | None:
        """The outcome of a file that need not be read again: it surely did not change, and it is not due."""
        return None if max(stat[1], stat[2]) + RACY > self.time else self.same(relative, stat, now)

    def same(self, relative: str, stat: Stat, now: datetime) -> Outcome | None:
        """The outcome of a file that looks unchanged, and of which no date has passed since the scan."""
        before, outcome = self.files.get(relative, (None, None))
        if outcome is None or stat != before:
            return None
        due = due_at(outcome)
        if due is None:
            return outcome
        seen = datetime.fromtimestamp(self.time / 1e9, UTC).replace(tzinfo=None)
        return None if seen < due <= now else outcome


def due_at(outcome: Outcome) -> datetime | None:
    """The instant (naive UTC) from which a file comes to something else although it did not change."""
    if isinstance(outcome, Indexed):
        return outcome.expires
    return outcome.until if isinstance(outcome, LeftOut) else None


def stat_of(path: Path) -> Stat | None:
    """None where the file cannot be looked at; reading it will say why."""
    try:
        found = os.stat(path)  # noqa: PTH116  # Path.stat() costs half as much again, and is called for every post
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def load_scan(path: Path, stamp: str) -> Scan:
    """The scan that was saved with this stamp; an empty one where there is none."""
    try:
        data = path.read_bytes()
        head, _, body = data.partition(b"\n")
        raw = json.loads(body) if head == _checksum(body) else {}
        if raw["stamp"] == stamp:
            files = {
                name: ((size, mtime, ctime, inode), _outcome(kind, rest))
                for name, size, mtime, ctime, inode, kind, *rest in raw["files"]
            }
            return Scan(stamp, int(raw["time"]), files)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return Scan(stamp, 0, {})


def save_scan(path: Path, scan: Scan) -> None:
    """Raises StorageError."""
    files = [[name, *stat, *_row(outcome)] for name, (stat, outcome) in scan.files.items()]
    body = json.dumps({"stamp": scan.stamp, "time": scan.time, "files": files}, separators=(",", ":")).encode()
    disk.replace_file(path, _checksum(body) + b"\n" + body)


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)


def _row(outcome: Outcome) -> list[Any]:
    # Nearly all are posts, and this runs once for each: no `match`, which takes five times as long.
    if isinstance(outcome, Indexed):
        due = outcome.expires
        return ["post", outcome.id, outcome.content_hash, outcome.url, due and due.isoformat()]
    if isinstance(outcome, LeftOut):
        return ["left out", outcome.reason, outcome.until and outcome.until.isoformat()]
    return ["problem", outcome.path, outcome.line, outcome.code, outcome.message, outcome.remedy]


def _outcome(kind: str, values: list[Any]) -> Outcome:
    if kind == "problem":
        return Problem(*values)
    due = values.pop()
    until = due and datetime.fromisoformat(due)
    if kind == "post":
        id_, content_hash, url = values
        return Indexed(id_, content_hash, url, until)
    (reason,) = values
    return LeftOut(reason, until)
