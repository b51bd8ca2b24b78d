"""A disk that is full, an index folder that cannot be written to: a clear error, and the published index as it was."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.errors import StorageError
from tests.faults.blog import NEW, OLD, Blog


@pytest.fixture
def blog(memory_path: Path) -> Blog:
    """Published in the old state, written in the new one."""
    blog = Blog(memory_path / "blog")
    blog.write(OLD)
    blog.run()
    blog.write(NEW)
    return blog


def refuse(monkeypatch: pytest.MonkeyPatch, code: int, nth: int) -> list[int]:
    """Lets the system refuse the n-th opening of a file, new folder, sync or rename; returns the count of all so far,
    in a list of one."""
    count = [0]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] == nth:
                raise OSError(code, os.strerror(code))
            return real(*args, **options)

        return call

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    for name in ("open", "replace", "mkdir"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    return count


@pytest.mark.parametrize(
    ("code", "full"),
    [
        (errno.ENOSPC, False),
        pytest.param(errno.ENOSPC, True, marks=pytest.mark.faults),
        *(
            pytest.param(code, full, marks=pytest.mark.faults)
            for code in (errno.EROFS, errno.EACCES, errno.EIO)
            for full in (False, True)
        ),
    ],
)
def test_a_refusal_at_any_step_is_a_clear_error_and_loses_nothing(blog: Blog, code: int, full: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        total = refuse(patch, code, 0)
        blog.copy_to(blog.folder.with_name("counted")).run(full=full)
    refusals: list[StorageError] = []
    for nth in range(1, total[0] + 1):
        one = blog.copy_to(blog.folder.with_name(f"at-{nth}"))
        with pytest.MonkeyPatch.context() as patch:
            refuse(patch, code, nth)
            try:
                one.run(full=full)
            except StorageError as error:
                refusals.append(error)
        # What failed after CURRENT moved (sweeping, the memory of the scan) may have published the new state.
        assert one.answers() in (OLD, NEW)
        one.run()
        assert one.answers() == NEW
    assert len(refusals) >= 8
    for refusal in refusals:
        assert str(blog.folder.parent) in str(refusal)
        assert os.strerror(code) in str(refusal)
        assert refusal.remedy


def test_a_read_only_folder_is_a_clear_error_for_every_user(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights do not bind root, so the refusal is made where the system would make it."""
    refuse(monkeypatch, errno.EROFS, 1)
    with pytest.raises(StorageError, match="Read-only file system") as caught:
        blog.run()
    assert "--index" in caught.value.remedy
    assert blog.answers() == OLD


@pytest.mark.faults
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
@pytest.mark.parametrize("kilobytes", [64, 128, 200, 280])
def test_a_full_disk_is_a_clear_error_of_the_command(blog: Blog, tmp_path: Path, kilobytes: int) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "blogsearch-test", str(small)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this system lets nobody mount: {done.stderr.strip()}")
    try:
        options = ["--content", str(blog.settings.content), "--index", str(small / "index")]
        command = [sys.executable, "-m", "search", *options]
        codes = []
        for _ in range(12):  # each full build needs room beside the last
            ended = subprocess.run([*command, "index", "--full"], capture_output=True, text=True, check=False)
            codes.append(ended.returncode)
            assert "Traceback" not in ended.stderr
            if ended.returncode:
                assert "No space left on device" in " ".join(ended.stderr.split())
        assert set(codes) <= {0, 4}
        if 0 in codes:
            assert Blog(small).settings.index.is_dir()
            found = subprocess.run([*command, "query", "stem"], capture_output=True, text=True, check=False)
            assert found.returncode == 0
    finally:
        subprocess.run(["umount", str(small)], check=True)
