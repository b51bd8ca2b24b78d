"""The functions that change the disk: what they write is there, and what the system refuses is explained."""

import errno
import zlib
from pathlib import Path

import pytest

from search import disk
from search.errors import StorageError


def test_a_file_is_written_whole_and_its_checksum_is_that_of_its_bytes(tmp_path: Path) -> None:
    disk.write_file(tmp_path / "a", b"words")
    assert (tmp_path / "a").read_bytes() == b"words"
    assert disk.checksum(tmp_path / "a") == (5, zlib.crc32(b"words"))


def test_replacing_a_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    for data in (b"one", b"two"):
        disk.replace_file(tmp_path / "CURRENT", data)
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]
    assert (tmp_path / "CURRENT").read_bytes() == b"two"


def test_removing_what_is_gone_already_is_fine(tmp_path: Path) -> None:
    disk.remove_file(tmp_path / "none")
    disk.remove_folder(tmp_path / "none")
    disk.make_folder(tmp_path / "deep" / "folder")
    disk.write_file(tmp_path / "deep" / "folder" / "file", b"")
    disk.remove_folder(tmp_path / "deep")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "mounted read-only"), (errno.EACCES, "right to write")],
)
def test_what_the_system_refuses_is_a_storage_error_with_a_remedy(tmp_path: Path, code: int, remedy: str) -> None:
    with pytest.raises(StorageError) as caught, disk.storage_errors("write", tmp_path / "file"):
        raise OSError(code, "no")
    assert str(tmp_path / "file") in str(caught.value)
    assert remedy in caught.value.remedy


def test_who_may_not_read_is_not_told_of_writing(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught, disk.storage_errors("read", tmp_path / "file"):
        raise PermissionError(errno.EACCES, "no")
    assert "right to read" in caught.value.remedy


def test_a_file_in_the_place_of_a_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    with pytest.raises(StorageError, match="cannot make the folder"):
        disk.make_folder(tmp_path / "index")
    with pytest.raises(StorageError, match="cannot write"):
        disk.write_file(tmp_path / "index" / "CURRENT", b"")
