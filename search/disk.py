"""The only functions that change the index folder: every write, sync, rename and removal goes through here.

Nothing above this module opens a file for writing, so the order in which a run touches the disk can be recorded, and a
failure or a kill can be placed at each step. What the system refuses becomes a StorageError that says what to do.
"""

import errno
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from search.errors import StorageError

_NO_ROOM = "free some space there and run `blogsearch index` again; the published index is untouched"
_NO_RIGHT = "give this user the right to write there, or choose another folder with --index or BLOGSEARCH_INDEX"
_NO_READING = "give this user the right to read it, and the folders above it"
_NO_FOLDER = "a file stands where a folder is needed: choose another folder with --index or BLOGSEARCH_INDEX"
_REMEDIES = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EROFS: "the file system is mounted read-only: choose another folder with --index or BLOGSEARCH_INDEX",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.ENOTDIR: _NO_FOLDER,
    errno.EEXIST: _NO_FOLDER,
}


@contextmanager
def storage_errors(action: str, path: Path) -> Iterator[None]:
    """Turns an OSError of the block into a StorageError: "cannot `action` `path`: reason"."""
    try:
        yield
    except OSError as error:
        raise storage_error(action, path, error) from error


def storage_error(action: str, path: Path, error: OSError) -> StorageError:
    """What the system refused, with what to do about it."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    remedy = _REMEDIES.get(error.errno or 0, "look at the disk, then run `blogsearch index` again")
    if action == "read" and remedy == _NO_RIGHT:
        remedy = _NO_READING
    return StorageError(f"cannot {action} {path}: {reason}", remedy=remedy)


def make_folder(path: Path) -> None:
    """Makes `path` and the folders above it; one that is there already is fine."""
    with storage_errors("make the folder", path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write as the whole of `path`; it is on the disk when the block ends (its name is not yet:
    `sync_folder`)."""
    with storage_errors("write", path), path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def write_file(path: Path, data: bytes) -> None:
    """Writes `data` as the whole of `path` and waits until it is on the disk."""
    with new_file(path) as file:
        file.write(data)


def sync_folder(path: Path) -> None:
    """Waits until the names in the folder are on the disk."""
    with storage_errors("sync", path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Gives `source` the name `target` in one step; whoever opens `target` sees the old file or the new one."""
    with storage_errors("rename to", target):
        source.replace(target)


def remove_file(path: Path) -> None:
    """Removes a file; one that is gone already is fine."""
    with storage_errors("remove", path):
        path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Removes a folder with all in it; what is gone already is fine."""
    with storage_errors("remove", path):
        shutil.rmtree(path, ignore_errors=not path.exists())


def replace_file(path: Path, data: bytes) -> None:
    """Writes `data` as `path`: a reader, even after a power loss, meets the old file or the new one, no mix."""
    fresh = path.with_name(f"{path.name}.new")
    write_file(fresh, data)
    replace(fresh, path)
    sync_folder(path.parent)


def checksum(path: Path) -> tuple[int, int]:
    """Size in bytes and CRC-32 of a file. Raises OSError."""
    size = crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            crc = zlib.crc32(block, crc)
    return size, crc
