"""One writer at a time: a lock that the system drops when its process dies, however it dies."""

import fcntl
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from search import disk
from search.errors import IndexLockedError

_POLL = 0.05
"""Seconds between two tries while another process holds the lock."""


class WriterLock:
    """Held while writing to one index folder; a context manager.

    The lock is flock(2) on the file `LOCK`, which stays in place: its text names the holder for whoever waits. Child
    processes started by spawn do not inherit it, so it never outlives the writer.
    """

    def __init__(self, folder: Path, wait: float) -> None:
        """`wait` is the time in seconds to wait for another writer; 0 tries once."""
        self._path = folder / "LOCK"
        self._wait = wait
        self._file: IO[str] | None = None

    def __enter__(self) -> "WriterLock":
        """Raises IndexLockedError, naming the holder, when `wait` seconds were not enough; StorageError."""
        with disk.storage_errors("open", self._path):
            file = self._path.open("a+", encoding="utf-8")
        try:
            with disk.storage_errors("lock", self._path):
                self._acquire(file)
                file.truncate(0)
                json.dump({"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}, file)
                file.flush()
        except BaseException:
            file.close()
            raise
        self._file = file
        return self

    def _acquire(self, file: IO[str]) -> None:
        deadline = time.monotonic() + self._wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexLockedError(
                        f"{_holder(self._path)} is writing to {self._path.parent} (waited {self._wait:g} s)",
                        remedy="wait for it to end, or allow more time with --wait",
                    ) from None
                time.sleep(min(_POLL, max(0.0, deadline - time.monotonic())))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _holder(path: Path) -> str:
    """Who wrote the lock file last. The text may be missing for a moment, so it is only a help."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"process {int(holder['pid'])}, since {holder['since']},"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
