"""Power loss: whatever a published state needs is on the disk, names included, before `CURRENT` moves."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from search.engines.whoosh.storage.snapshot import open_snapshot
from tests.faults.blog import NEW, OLD, Blog


@dataclass
class Disk:
    """What the system was asked to do with the index folder, in order: ("sync", path) and ("rename", target)."""

    calls: list[tuple[str, Path]] = field(default_factory=list)

    def synced_before(self, position: int) -> set[Path]:
        return {path for kind, path in self.calls[:position] if kind == "sync"}

    def position_of(self, path: Path) -> int:
        """Where `path` was renamed into place, for the last time."""
        return max(number for number, call in enumerate(self.calls) if call == ("rename", path))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Records every fsync by the file's real name at that moment, and every rename."""
    recorder = Disk()
    fsync: Callable[[int], None] = os.fsync
    rename = Path.replace

    def recording_fsync(descriptor: int) -> None:
        fsync(descriptor)
        recorder.calls.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink()))

    def recording_replace(source: Path, target: Path) -> Path:
        recorder.calls.append(("rename", Path(target)))
        return rename(source, target)

    monkeypatch.setattr(os, "fsync", recording_fsync)
    monkeypatch.setattr(Path, "replace", recording_replace)
    return recorder


def check_order(blog: Blog, recorded: Disk) -> None:
    snapshot = open_snapshot(blog.index)
    generation = blog.index / snapshot.generation
    moved = recorded.position_of(blog.index / "CURRENT")
    synced = recorded.synced_before(moved)
    for name in snapshot.files():
        assert generation / name in synced, f"{name} was not synced before CURRENT moved"
    assert blog.index / "CURRENT.new" in synced
    # The folders' entries: the generation after its last file, the index folder after the generation was made.
    last_file = max(number for number, call in enumerate(recorded.calls[:moved]) if call[1].parent == generation)
    assert ("sync", generation) in recorded.calls[last_file + 1 : moved]
    assert ("sync", blog.index) in recorded.calls[last_file + 1 : moved]
    # And the move itself is on the disk when the run ends.
    assert ("sync", blog.index) in recorded.calls[moved + 1 :]


def test_everything_is_on_the_disk_before_current_moves(tmp_path: Path, recorded: Disk) -> None:
    blog = Blog(tmp_path)
    blog.write(OLD)
    blog.run()
    check_order(blog, recorded)
    blog.write(NEW)
    recorded.calls.clear()
    # Segments of earlier runs were synced then; this run has to sync what it adds.
    before = set((blog.index / open_snapshot(blog.index).generation).iterdir())
    recorded.calls.extend(("sync", path) for path in before)
    blog.run()
    check_order(blog, recorded)
    recorded.calls.clear()
    blog.run(full=True)
    check_order(blog, recorded)
