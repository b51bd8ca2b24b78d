"""A file that was written once is known by its size, its time and its checksum."""

from dataclasses import replace
from pathlib import Path

import pytest

from search.engines.whoosh.storage.filerecord import FileRecord
from search.errors import IndexDamagedError


def test_a_file_is_checked_by_size_then_by_time_then_by_checksum(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"words")
    record = FileRecord.of(path, 5, 0)  # a checksum that no file has, to see when it is looked at
    record.check(tmp_path, whole=False)
    with pytest.raises(IndexDamagedError, match="its checksum is wrong"):
        record.check(tmp_path, whole=True)
    with pytest.raises(IndexDamagedError, match="its checksum is wrong"):
        replace(record, mtime=1).check(tmp_path, whole=False)
    with pytest.raises(IndexDamagedError, match="it has 5 bytes instead of 6"):
        replace(record, size=6).check(tmp_path, whole=False)
    path.unlink()
    with pytest.raises(IndexDamagedError, match="it is gone"):
        record.check(tmp_path, whole=False)
