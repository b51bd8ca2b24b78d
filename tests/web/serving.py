"""The service as it runs: `blogsearch serve` in processes of its own, at a port that the system chose."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass
class Service:
    """A running service; its standard output and error are files, so that nothing waits for a reader."""

    process: "subprocess.Popen[bytes]"
    port: int
    out: Path
    err: Path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body, over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and return the exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=120)

    def log(self) -> list[dict[str, object]]:
        """The lines of the access log; each is one whole JSON object."""
        return [json.loads(line) for line in self.out.read_text(encoding="utf-8").splitlines()]


def command(index: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "search", "--index", str(index), "serve", "--port", "0", *args]


def environment(**settings: str) -> dict[str, str]:
    """That of the tests without anything that is ours, and with `settings` by their names after BLOGSEARCH_ (and TMPDIR
    by its own)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLOGSEARCH_", "PROMETHEUS_"))}
    given = {name if name == "TMPDIR" else f"BLOGSEARCH_{name}": value for name, value in settings.items()}
    return {**kept, "PYTHONPATH": str(CHECKOUT), **given}


def _few_files() -> None:
    """Half of the open files that most systems allow at first: the service must ask for those it needs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))


@contextmanager
def serving(index: Path, folder: Path, *args: str, **settings: str) -> Iterator[Service]:
    """`blogsearch serve` over `index`, once it accepts connections; `folder` takes its output."""
    out, err = folder / "serve.out", folder / "serve.err"
    with out.open("wb") as output, err.open("wb") as errors:
        process = subprocess.Popen(
            command(index, *args),
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=environment(**settings),
            preexec_fn=_few_files,
        )
    try:
        while not (told := re.search(r"Serving http://\S+:(\d+)/", err.read_text(encoding="utf-8"))):
            assert process.poll() is None, err.read_text(encoding="utf-8")
            time.sleep(0.02)
        yield Service(process, int(told[1]), out, err)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
