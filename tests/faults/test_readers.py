"""Readers while the index is rebuilt again and again: not one error, and no answer made of two states."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search.engines.whoosh.storage import generations
from tests.faults.blog import NEW, OLD, Blog

READER = """
import json, signal, sys
from pathlib import Path
from search.engines.whoosh.engine import WhooshEngine
from search.models import SearchRequest
from tests.faults.blog import NEW, OLD

going = True
def stop(*_):
    global going
    going = False
signal.signal(signal.SIGTERM, stop)
engine, reader, seen, answers = WhooshEngine(Path(sys.argv[1])), None, None, {"old": 0, "new": 0}
print("ready", flush=True)
while going:
    if sys.argv[2] == "anew" or seen != engine.publication():
        seen = engine.publication()
        reader = engine.open()
    hits = reader.search(SearchRequest("stem cells", per_page=100)).hits
    found = {hit.id: next(tag for tag in hit.tags if tag != "cells") for hit in hits}
    if not all("<mark>" in hit.snippet_html for hit in hits) or found not in (OLD, NEW):
        sys.exit(f"half an answer: {found}")
    answers["old" if found == OLD else "new"] += 1
print(json.dumps(answers), flush=True)
"""


def readers(blog: Blog, count: int) -> list[subprocess.Popen[str]]:
    """Half of them keep what they opened until there is something newer, half open anew for every answer."""
    started = []
    for number in range(count):
        manner = "anew" if number % 2 else "kept"
        command = [sys.executable, "-c", READER, str(blog.index), manner]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    for reader in started:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    return started


def rebuild_under_readers(blog: Blog, count: int, rebuilds: int) -> None:
    blog.write(OLD)
    blog.run()
    started = readers(blog, count)
    for number in range(rebuilds):
        blog.write(OLD if number % 2 else NEW)
        blog.run(full=number % 4 < 2)
    for reader in started:
        reader.send_signal(signal.SIGTERM)
        output, errors = reader.communicate(timeout=120)
        assert reader.returncode == 0, errors
        assert sum(json.loads(output).values()) > 0


@pytest.mark.parametrize(("count", "rebuilds"), [(2, 6), pytest.param(8, 50, marks=pytest.mark.faults)])
def test_no_reader_meets_an_error_or_half_an_answer(memory_path: Path, count: int, rebuilds: int) -> None:
    rebuild_under_readers(Blog(memory_path), count, rebuilds)


@pytest.mark.faults
def test_readers_survive_files_that_are_swept_at_once(memory_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "GRACE", 0.0)
    rebuild_under_readers(Blog(memory_path), 4, 30)
