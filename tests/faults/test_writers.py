"""Two to eight writers at once: one writes, the others wait as long as they were told, then say who holds the lock."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from search.engines.whoosh.storage.lock import WriterLock
from tests.faults.blog import OLD, Blog


def start(blog: Blog, wait: float) -> subprocess.Popen[str]:
    options = ["--content", str(blog.settings.content), "--index", str(blog.index)]
    return subprocess.Popen(
        [sys.executable, "-m", "search", *options, "index", "--full", "--wait", str(wait)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("count", [2, pytest.param(8, marks=pytest.mark.faults)])
def test_writers_take_turns(tmp_path: Path, count: int) -> None:
    blog = Blog(tmp_path)
    blog.write(OLD)
    writers = [start(blog, wait=120) for _ in range(count)]
    for writer in writers:
        _, errors = writer.communicate(timeout=240)
        assert writer.returncode == 0, errors
    assert blog.answers() == OLD


@pytest.mark.parametrize("count", [1, pytest.param(7, marks=pytest.mark.faults)])
def test_writers_that_waited_in_vain_name_the_holder(tmp_path: Path, count: int) -> None:
    blog = Blog(tmp_path)
    blog.write(OLD)
    blog.run()
    published = (blog.index / "CURRENT").read_bytes()
    with WriterLock(blog.index, 0):
        for writer in [start(blog, wait=0.2) for _ in range(count)]:
            _, errors = writer.communicate(timeout=240)
            assert writer.returncode == 4
            said = " ".join(errors.split())
            assert f"process {os.getpid()}" in said
            assert re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", said)
    assert (blog.index / "CURRENT").read_bytes() == published
    assert blog.answers() == OLD
