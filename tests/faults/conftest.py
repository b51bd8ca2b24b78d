"""Where the fault tests work."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def memory_path(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system in memory, where there is one: a killed process loses nothing that it has written, so
    these tests need no disk, and hundreds of runs that sync would take most of their time waiting for one."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)
