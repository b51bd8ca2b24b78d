"""The index folder as a whole: new generations, publishing, and clearing away what nothing needs any more."""

import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from search import disk
from search.engines.whoosh.storage.snapshot import Pointer, Snapshot, parse_snapshot, read_pointer
from search.errors import IndexDamagedError, IndexMissingError, IndexUnavailableError, StorageError

GRACE = 60.0
"""Seconds that the files of a snapshot stay after another was published: a reader may be about to open them."""

_GENERATION = re.compile(r"gen-[0-9a-z-]+")
_SNAPSHOT = re.compile(r"snapshot-([0-9]+)\.json")


def new_generation(folder: Path) -> Path:
    """Makes an empty generation folder, named by the time (UTC) and six random hexadecimal digits."""
    path = folder / f"gen-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    disk.make_folder(path)
    return path


def publish(folder: Path, snapshot: Snapshot) -> None:
    """Makes `snapshot` the published state. Its files are written and synced already; their names are synced here,
    then `CURRENT` moves in one step: before it, readers see the old state, after it the new one, also after a power
    loss. Raises StorageError, and then the old state is still the published one, unless it was the last sync that
    failed: then `is_published` tells."""
    generation = folder / snapshot.generation
    data = snapshot.to_json()
    disk.write_file(generation / snapshot.filename, data)
    disk.sync_folder(generation)
    disk.sync_folder(folder)
    disk.replace_file(folder / "CURRENT", Pointer.to(snapshot, data).to_line())


def sweep(folder: Path, current: Snapshot) -> None:
    """Removes what neither the published state, nor the generation before it, nor a snapshot within its time of grace
    needs: old generations, the rest of a run that was killed, merged segments. Only for the holder of the lock.

    What cannot be removed stays for the next sweep: no run fails for it.
    """
    with suppress(OSError):
        for path in folder.iterdir():
            if _GENERATION.fullmatch(path.name) and path.name not in (current.generation, current.previous):
                _try(disk.remove_folder, path)
        _try(disk.remove_file, folder / "CURRENT.new")
        needed = current.files() | _recent_files(folder, current)
        for path in (folder / current.generation).iterdir():
            if path.name not in needed:
                _try(disk.remove_file, path)


def _try(remove: Callable[[Path], None], path: Path) -> None:
    with suppress(StorageError):
        remove(path)


def _recent_files(folder: Path, current: Snapshot) -> set[str]:
    """The files of the older snapshots whose successor is younger than GRACE."""
    snapshots = _snapshots(folder / current.generation)
    numbers = sorted(number for number in snapshots if number <= current.number)
    needed: set[str] = set()
    for number, successor in pairwise(numbers):
        # The clock may have been set back: a time that lies far ahead is no reason to keep a file for ever.
        if abs(time.time() - snapshots[successor].stat().st_mtime) < GRACE:
            needed |= _files_of(snapshots[number])
    return needed


def _files_of(path: Path) -> set[str]:
    try:
        return parse_snapshot(path.read_bytes(), path).files()
    except (OSError, IndexDamagedError):
        return set()


def _snapshots(generation: Path) -> dict[int, Path]:
    found = ((_SNAPSHOT.fullmatch(path.name), path) for path in generation.iterdir())
    return {int(match[1]): path for match, path in found if match}


def is_published(folder: Path, generation: Path, number: int) -> bool:
    """Whether `CURRENT` names this snapshot, or cannot be read: then it may, and its files must stay."""
    try:
        pointer = read_pointer(folder)
    except IndexMissingError:
        return False
    except IndexUnavailableError:
        return True
    return (pointer.generation, pointer.number) == (generation.name, number)


def size(folder: Path) -> int:
    """Bytes on disk of all files of the index folder. A file that a writer removes meanwhile does not count."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
