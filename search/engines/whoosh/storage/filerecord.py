"""Files that were written once: what is remembered of each, and whether it still is what was written."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from search import disk
from search.errors import IndexDamagedError, StorageError


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of the generation folder: its name, size in bytes, CRC-32 and time of writing (nanoseconds)."""

    name: str
    size: int
    crc: int
    mtime: int

    @classmethod
    def of(cls, path: Path, size: int, crc: int) -> "FileRecord":
        """The record of a file that was just written. Raises StorageError."""
        with disk.storage_errors("read", path):
            return cls(path.name, size, crc, path.stat().st_mtime_ns)

    def check(self, folder: Path, *, whole: bool) -> None:
        """That the file in `folder` is what was written: its size and, where `whole` or its time has changed, its
        checksum. Raises IndexDamagedError, StorageError."""
        path = folder / self.name
        try:
            found = path.stat()
            if found.st_size != self.size:
                raise damaged(path, f"it has {found.st_size} bytes instead of {self.size}")
            if (whole or found.st_mtime_ns != self.mtime) and disk.checksum(path)[1] != self.crc:
                raise damaged(path, "its checksum is wrong")
        except FileNotFoundError:
            raise damaged(path, "it is gone") from None
        except OSError as error:
            raise unreadable(path, error) from error

    def read(self, folder: Path) -> bytes:
        """The content of the file in `folder`, checked as a whole. Raises IndexDamagedError, StorageError."""
        data = read_file(folder / self.name)
        check_content(folder / self.name, data, self.size, self.crc)
        return data


def read_file(path: Path) -> bytes:
    """The content of a file that must be there. Raises IndexDamagedError, StorageError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise damaged(path, "it is gone") from None
    except OSError as error:
        raise unreadable(path, error) from error


def check_content(path: Path, data: bytes, size: int, crc: int) -> None:
    """That `data`, the content of `path`, is what was written. Raises IndexDamagedError."""
    if len(data) != size:
        raise damaged(path, f"it has {len(data)} bytes instead of {size}")
    if zlib.crc32(data) != crc:
        raise damaged(path, "its checksum is wrong")


def damaged(path: Path, reason: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"{path} is damaged: {reason}", remedy="run `blogsearch index`; it rebuilds what is broken"
    )


def unreadable(path: Path, error: OSError) -> StorageError:
    return disk.storage_error("read", path, error)
