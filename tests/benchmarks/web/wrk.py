"""wrk, the load generator (Debian package wrk): so many connections ask for addresses without a pause."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.peers.base import UnavailableError

SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one run: answers a second, and the seconds of one at the median and at the 99th percentile."""

    rate: float
    p50: float
    p99: float


def ask(port: int, paths: Iterable[str], *, seconds: int, connections: int, once: bool = False, etag: str = "") -> Load:
    """Ask this machine's `port` for `paths` in turn, again and again or each only `once`. `etag` goes along as
    If-None-Match.

    Raises UnavailableError where wrk is not installed, RuntimeError where a request failed, none was answered, or
    there were too few paths to ask each only once.
    """
    program = shutil.which("wrk")
    if not program:
        raise UnavailableError("wrk is not installed")
    listed = Path(tempfile.mkstemp(prefix="wrk-", text=True)[1])
    asked = list(paths)
    listed.write_text("\n".join(asked), encoding="ascii")
    wanted = {"PATHS": str(listed), **({"ONCE": "1"} if once else {}), **({"ETAG": etag} if etag else {})}
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}/"]
    try:
        done = subprocess.run(command, env={**os.environ, **wanted}, capture_output=True, text=True, check=True)
    finally:
        listed.unlink()
    return loaded(done.stdout, len(asked) if once else None)


def loaded(output: str, most: int | None = None) -> Load:
    """The last line that requests.lua wrote, of a run that had `most` different addresses. Raises RuntimeError as
    `ask`."""
    found = json.loads(output.splitlines()[-1])
    if found["failed"] or not found["answers"]:
        raise RuntimeError(f"{found['failed']} requests failed, {found['answers']} were answered")
    if most is not None and found["answers"] >= most - 1:
        raise RuntimeError(f"{most} addresses are too few")  # wrk went on waiting after the last
    return Load(found["answers"] / found["microseconds"] * 1e6, found["p50"] / 1e6, found["p99"] / 1e6)


def middle(loads: Sequence[Load]) -> Load:
    """The medians of several runs."""
    return Load(*(median(getattr(load, name) for load in loads) for name in ("rate", "p50", "p99")))
