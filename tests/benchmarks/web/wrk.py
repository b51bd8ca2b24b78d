"""wrk, the load generator (Debian package wrk): so many connections ask for addresses without a pause."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.peers.base import UnavailableError

SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one run: answers a second, the seconds of one at the median and at the 99th percentile, and the
    seconds of processor time that the server took for one, which say more where a machine does other things as well."""

    rate: float
    p50: float
    p99: float
    busy: float


class Server(NamedTuple):
    """What is asked: a port of this machine, and the process behind it."""

    port: int
    pid: int

    def busy(self) -> float:
        """Seconds of processor time that the process has taken so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)


def ask(
    server: Server, paths: Sequence[str], *, seconds: int, connections: int, once: bool = False, etag: str = ""
) -> Load:
    """Ask `server` for `paths` in turn, again and again or each only `once`. `etag` goes along as If-None-Match.

    Raises UnavailableError where wrk is not installed, RuntimeError where a request failed, none was answered, or
    there were too few paths to ask each only once.
    """
    program = shutil.which("wrk")
    if not program:
        raise UnavailableError("wrk is not installed")
    address = f"http://127.0.0.1:{server.port}/"
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), address]
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as listed:
        listed.write("\n".join(paths))
        listed.flush()
        wanted = {"PATHS": listed.name, **({"ONCE": "1"} if once else {}), **({"ETAG": etag} if etag else {})}
        before = server.busy()
        done = subprocess.run(command, env={**os.environ, **wanted}, capture_output=True, text=True, check=True)
    return loaded(done.stdout, server.busy() - before, len(paths) if once else None)


def loaded(output: str, busy: float, most: int | None = None) -> Load:
    """The last line that requests.lua wrote, of a run that had `most` different addresses and kept the server `busy`
    for so many seconds. Raises RuntimeError as `ask`."""
    found = json.loads(output.splitlines()[-1])
    if found["failed"] or not found["answers"]:
        raise RuntimeError(f"{found['failed']} requests failed, {found['answers']} were answered")
    if most is not None and found["answers"] >= most - 1:
        raise RuntimeError(f"{most} addresses are too few")  # wrk went on waiting after the last
    answers = found["answers"]
    return Load(answers / found["microseconds"] * 1e6, found["p50"] / 1e6, found["p99"] / 1e6, busy / answers)


def middle(loads: Sequence[Load]) -> Load:
    """The medians of several runs."""
    return Load(*(median(getattr(load, name) for load in loads) for name in ("rate", "p50", "p99", "busy")))
