"""What the measurements say, where that does not depend on how fast the machine is."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.measure import median_seconds, percentile, run, size_of


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.01, 1)])
def test_percentiles_are_those_of_the_nearest_rank(share: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), share) == expected


def test_the_median_of_an_odd_count_is_the_middle() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_the_memory_of_children_counts() -> None:
    child = "import time; kept = bytearray(80_000_000); time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    measured = run([sys.executable, "-c", parent])
    assert measured.peak is not None
    assert measured.peak > 80_000_000


def test_a_command_that_fails_is_an_error_with_its_output() -> None:
    command = [sys.executable, "-c", "raise SystemExit('out of luck')"]
    with pytest.raises(RuntimeError, match="out of luck"):
        run(command)
    with pytest.raises(RuntimeError, match="out of luck"):
        median_seconds(command, 1)
    assert median_seconds(command, 1, exits=frozenset({1})) > 0


def test_the_size_of_a_folder_is_that_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "a").write_bytes(b"12")
    (tmp_path / "below" / "b").write_bytes(b"345")
    assert size_of(tmp_path) == 5
