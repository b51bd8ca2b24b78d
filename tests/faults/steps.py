"""A run that dies, or fails, at its n-th step.

A step is one line of our code executed while the run writes, or one request to the operating system that opens,
renames or removes a file. Steps are counted in a forked child, so that a kill is a real SIGKILL of a real process.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from search import disk, engines, indexing, scan

_WRITING = str(Path(engines.__file__).parent / "whoosh")
_FILES = (_WRITING, str(indexing.__file__), str(scan.__file__), str(disk.__file__))
_EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.listdir", "os.scandir"}


class Counter:
    """Counts steps, and at the `last` one kills this process (0: never)."""

    def __init__(self, last: int = 0) -> None:
        self.count = 0
        self._last = last

    def step(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(self, frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        """For sys.settrace: follows the modules that write the index."""
        if not frame.f_code.co_filename.startswith(_FILES):
            return None
        if event == "line":
            self.step()
        return self.trace

    def audit(self, event: str, _: tuple[Any, ...]) -> None:
        """For sys.addaudithook."""
        if event in _EVENTS:
            self.step()

    def run(self, action: Callable[[], object]) -> None:
        sys.addaudithook(self.audit)
        sys.settrace(self.trace)
        try:
            action()
        finally:
            sys.settrace(None)


def in_child(action: Callable[[], object]) -> int:
    """Runs `action` in a forked child; its wait status, in the form of os.waitstatus_to_exitcode."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def count_steps(action: Callable[[], object]) -> int:
    """How many steps `action` takes from its beginning to its end."""
    reading, writing = os.pipe()

    def count() -> None:
        counter = Counter()
        counter.run(action)
        os.write(writing, str(counter.count).encode())

    assert in_child(count) == 0
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        return int(pipe.read())


def killed_at(action: Callable[[], object], step: int) -> int:
    """Runs `action` in a child that is killed at its `step`-th step; the exit code, -SIGKILL if it came so far."""
    return in_child(lambda: Counter(step).run(action))
