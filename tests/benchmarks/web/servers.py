"""The servers that are measured, each in a process of its own, on one core."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.web.wrk import Server
from tests.corpora import CHECKOUT
from tests.ports import free_port

START_SECONDS = 60


def pin(pid: int, core: int) -> None:
    """Keep all threads of a process on one core."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


@contextmanager
def service(index: Path, folder: Path, core: int) -> Iterator[Server]:
    """`blogsearch serve` with everything on that is on by default, over `index`. Its log goes to `folder`."""
    port = free_port()
    with (folder / "access.log").open("wb") as log:
        serve = ["-m", "search", "--index", str(index), "serve", "--port", str(port)]
        with _running(serve, port, core, log.fileno()) as server:
            yield server


@contextmanager
def floor(size: int, core: int) -> Iterator[Server]:
    """floor.py, answering with `size` bytes."""
    port = free_port()
    with _running(["-m", "tests.benchmarks.web.floor", str(port), str(size)], port, core, subprocess.DEVNULL) as server:
        yield server


@contextmanager
def _running(arguments: Sequence[str], port: int, core: int, output: int) -> Iterator[Server]:
    with subprocess.Popen([sys.executable, *arguments], cwd=CHECKOUT, stdout=output) as process:
        pin(process.pid, core)
        try:
            _wait(process, port)
            yield Server(port, process.pid)
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Returns when something listens at `port`. Raises RuntimeError where the process ended or is not ready in time."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen")


def fetch(port: int, path: str) -> tuple[str, int]:
    """The ETag ("" where there is none) and the size of the answer at `path`."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.headers.get("ETag", ""), len(body)
