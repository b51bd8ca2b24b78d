"""kill -9 at any step of a run: every query answers from a whole state, and the next run mends the rest by itself."""

import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.storage import generations
from search.errors import IndexMissingError
from tests.faults.blog import NEW, OLD, Blog, State, strays
from tests.faults.steps import count_steps, killed_at


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are swept as soon as they are not needed, so that a kill can fall into the sweeping as well."""
    monkeypatch.setattr(generations, "GRACE", 0.0)


def first_build(folder: Path) -> tuple[Blog, State]:
    blog = Blog(folder)
    blog.write(OLD)
    return blog, {}


def rebuild(folder: Path) -> tuple[Blog, State]:
    blog, _ = first_build(folder)
    blog.run()
    blog.run(full=True)
    blog.write(NEW)
    return blog, OLD


def increment(folder: Path) -> tuple[Blog, State]:
    blog, _ = first_build(folder)
    blog.run()
    blog.write(NEW)
    return blog, OLD


def merging(folder: Path) -> tuple[Blog, State]:
    """So many runs before that the next one has segments to merge."""
    blog, _ = first_build(folder)
    state = dict(OLD)
    blog.run()
    for number in range(8):
        state = {**state, f"p{number}": "meanwhile"}
        blog.write(state)
        blog.run()
    blog.write(NEW)
    return blog, state


def check_after_kill(blog: Blog, before: State, after: State) -> None:
    try:
        found = blog.answers()
    except IndexMissingError:
        found = {}
    assert found in (before, after)
    blog.run()
    assert blog.answers() == after
    assert WhooshEngine(blog.index).verify() == ()
    assert strays(blog.index) == []


def kill_at_points(
    memory_path: Path, prepare: Callable[[Path], tuple[Blog, State]], *, full: bool, points: int
) -> tuple[int, int]:
    """Kills a run at about `points` steps, evenly spread; how many kills were made, of how many steps."""
    origin, before = prepare(memory_path / "origin")
    after = OLD if not before else NEW
    counted = origin.copy_to(memory_path / "counted")
    total = count_steps(partial(counted.run, full=full))
    kills = 0
    for step in range(1, total + 1, max(1, total // points)):
        blog = origin.copy_to(memory_path / f"at-{step}")
        code = killed_at(partial(blog.run, full=full), step)
        if code == -signal.SIGKILL:
            kills += 1
        else:
            assert code == 0, step  # a run varies by a few steps (names are drawn by chance), so it may have ended
        check_after_kill(blog, before, after)
    return kills, total


@pytest.mark.parametrize(
    ("prepare", "full"), [(first_build, False), (rebuild, True), (increment, False), (merging, False)]
)
def test_a_kill_at_a_few_steps_leaves_a_whole_index(
    memory_path: Path, prepare: Callable[[Path], tuple[Blog, State]], full: bool
) -> None:
    kills, total = kill_at_points(memory_path, prepare, full=full, points=8)
    assert kills >= 6
    assert total > 500


@pytest.mark.faults
@pytest.mark.parametrize(
    ("prepare", "full"), [(first_build, False), (rebuild, True), (increment, False), (merging, False)]
)
def test_a_kill_at_any_of_250_steps_leaves_a_whole_index(
    memory_path: Path, prepare: Callable[[Path], tuple[Blog, State]], full: bool
) -> None:
    kills, _ = kill_at_points(memory_path, prepare, full=full, points=250)
    assert kills >= 200
