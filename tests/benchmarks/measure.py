"""Times, memory and sizes of functions, processes and folders."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """`seconds` of wall clock; `peak` bytes of memory of a process and its children together (None: not Linux)."""

    seconds: float
    peak: int | None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def run(command: Sequence[str | Path], *, exits: frozenset[int] = frozenset({0})) -> Measured:
    """Run a command to its end. Raises RuntimeError with its last output where its exit code is not in `exits`."""
    began = time.perf_counter()
    with TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
        peak = None
        while process.poll() is None:
            peak = max(filter(None, (peak, memory(process.pid))), default=None)
            with suppress(subprocess.TimeoutExpired):
                process.wait(SAMPLE_SECONDS)
        seconds = time.perf_counter() - began
        output.seek(0)
        _check(command, process.returncode, exits, output.read())
    return Measured(seconds, peak)


def median_seconds(command: Sequence[str | Path], times: int, *, exits: frozenset[int] = frozenset({0})) -> float:
    """Median seconds of a command that is run `times` times, without the cost of watching its memory."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds.append(time.perf_counter() - began)
        _check(command, done.returncode, exits, done.stderr)
    return median(seconds)


def _check(command: Sequence[str | Path], code: int, exits: frozenset[int], output: str) -> None:
    if code not in exits:
        raise RuntimeError(f"{command[0]} ended with {code}: {output[-2000:]}")


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def own_memory(pid: int) -> int | None:
    """Bytes of a process that are in no file: what one more of it costs, since pages of mapped files are shared."""
    return _held(pid, "Anonymous:")


def memory(pid: int) -> int | None:
    """Bytes that the process and its descendants hold: a page shared by several of them counts once."""
    total = None
    for member in _family(pid):
        held = _held(member, "Pss:")
        total = total if held is None else (total or 0) + held
    return total


def _held(pid: int, what: str) -> int | None:
    """Bytes, as the system counts them; None where it does not say."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(what)), None)


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))
