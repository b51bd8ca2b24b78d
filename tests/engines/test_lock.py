"""One writer at a time; the lock names its holder and ends with the holder's process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search.engines.whoosh.storage.lock import WriterLock
from search.errors import IndexLockedError, StorageError

HOLD = """
import sys
from pathlib import Path
from search.engines.whoosh.storage.lock import WriterLock
with WriterLock(Path(sys.argv[1]), 5):
    print("locked", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[bytes]:
    """A process that holds the lock until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"locked\n"
    return process


def test_a_second_writer_is_told_who_holds_the_lock_and_since_when(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(IndexLockedError, match=rf"process {process.pid}, since \d{{4}}-\d\d-\d\dT"):
            WriterLock(tmp_path, 0.1).__enter__()
        assert process.stdin
        process.stdin.close()
    with WriterLock(tmp_path, 0):
        assert str(os.getpid()) in (tmp_path / "LOCK").read_text(encoding="utf-8")


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with WriterLock(tmp_path, 0):
            assert (tmp_path / "LOCK").exists()


def test_a_waiting_writer_gets_the_lock_when_the_holder_ends(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert process.stdin
        process.stdin.close()
        with WriterLock(tmp_path, 30):
            assert process.wait() == 0


def test_two_objects_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0), pytest.raises(IndexLockedError):
        WriterLock(tmp_path, 0).__enter__()


def test_a_lock_file_without_text_still_says_that_somebody_writes(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0):
        (tmp_path / "LOCK").write_text("")
        with pytest.raises(IndexLockedError, match="another process is writing"):
            WriterLock(tmp_path, 0).__enter__()


def test_a_folder_that_cannot_be_written_to_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot open"):
        WriterLock(tmp_path / "none", 0).__enter__()
