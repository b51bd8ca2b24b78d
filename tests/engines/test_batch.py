"""Writing: all of a batch is published or nothing of it, and the index stays small and whole."""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from search import disk
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.storage import build, generations
from search.engines.whoosh.storage.merge import MAX_SMALL
from search.engines.whoosh.storage.snapshot import open_snapshot
from search.errors import IndexLockedError, IndexUnavailableError, StorageError
from search.models import Post
from tests.engines.samples import make_post
from tests.engines.writing import Quiet, current_files, found, load, sample, write


def test_posts_are_found_after_publishing_and_not_before(tmp_path: Path) -> None:
    write(tmp_path, [sample(1)])
    with WhooshEngine(tmp_path).writing(rules="rules", wait=0) as batch:
        batch.add(load, [sample(2)], Quiet())
        batch.delete(["p1"])
        assert found(tmp_path) == ["p1"]
        batch.publish()
    assert found(tmp_path) == ["p2"]


def test_a_written_post_takes_the_place_of_its_earlier_version(tmp_path: Path) -> None:
    write(tmp_path, [sample(1, "old words"), sample(2, "old words")])
    write(tmp_path, [sample(1, "new words")])
    assert found(tmp_path, "old") == ["p2"]
    assert found(tmp_path, "new") == ["p1"]


def test_the_manifest_is_what_is_published(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    assert engine.manifest() == {}
    write(tmp_path, [sample(1), sample(2), sample(3)])
    write(tmp_path, [sample(2, "changed")], delete=["p3", "unknown"])
    assert engine.manifest() == {"p1": "Post 1 stem cells", "p2": "Post 2 changed"}


def test_notes_come_back_in_the_order_of_the_items_and_progress_adds_up(tmp_path: Path) -> None:
    progress = Quiet()
    with WhooshEngine(tmp_path).writing(rules="rules", wait=0) as batch:
        added = batch.add(load, [sample(3), make_post("none"), sample(1)], progress)
        batch.publish()
    assert added.notes == ("p3", "none", "p1")
    assert (progress.total, progress.done, progress.finished) == (3, 3, 1)
    assert found(tmp_path) == ["p1", "p3"]


def test_a_post_that_cannot_be_written_is_named_and_its_earlier_version_stays(tmp_path: Path) -> None:
    write(tmp_path, [sample(1), sample(2)])
    with WhooshEngine(tmp_path).writing(rules="rules", wait=0) as batch:
        added = batch.add(load, [sample(1, "bad \ud800"), sample(3)], Quiet())
        batch.publish()
    assert list(added.failed) == ["p1"]
    assert "UnicodeEncodeError" in added.failed["p1"]
    assert found(tmp_path, "stem") == ["p1", "p2", "p3"]


def test_a_batch_that_raises_leaves_no_trace(tmp_path: Path) -> None:
    write(tmp_path, [sample(1)])
    before = [(path, path.read_bytes()) for path in current_files(tmp_path) if path.name != "LOCK"]
    for full in ("", "anew"):
        with pytest.raises(KeyboardInterrupt):
            interrupted(tmp_path, full)
        assert [(path, path.read_bytes()) for path in current_files(tmp_path) if path.name != "LOCK"] == before


def interrupted(folder: Path, full: str) -> None:
    with WhooshEngine(folder).writing(rules="rules", wait=0, full=full) as batch:
        batch.add(load, [sample(2)], Quiet())
        raise KeyboardInterrupt


def test_a_batch_without_a_change_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path, [sample(1)])
    before = open_snapshot(tmp_path)
    write(tmp_path, delete=["unknown"])
    assert open_snapshot(tmp_path) == before


def test_an_index_of_nothing_can_be_published(tmp_path: Path) -> None:
    write(tmp_path)
    assert found(tmp_path) == []
    write(tmp_path, [sample(1)])
    write(tmp_path, delete=["p1"])
    assert found(tmp_path) == []
    assert open_snapshot(tmp_path).segments == ()


def test_the_second_writer_is_refused_while_the_first_writes(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    with engine.writing(rules="rules", wait=0), pytest.raises(IndexLockedError):
        write(tmp_path)


def test_segments_stay_few_and_small_ones_are_merged(tmp_path: Path) -> None:
    write(tmp_path, [sample(n) for n in range(60)])
    large = open_snapshot(tmp_path).segments[0].name
    for n in range(60, 72):
        write(tmp_path, [sample(n)])
        assert len(open_snapshot(tmp_path).segments) <= MAX_SMALL
    assert open_snapshot(tmp_path).segments[0].name == large
    assert found(tmp_path) == sorted(f"p{n}" for n in range(72))


def test_many_posts_are_written_by_several_processes(tmp_path: Path) -> None:
    posts = [sample(n) for n in range(3 * build.CHUNK)]
    progress = Quiet()
    added, segments = build.build(tmp_path, load, posts, progress, processes=2)
    assert list(added.notes) == [post.id for post in posts]
    assert sorted(id_ for segment in segments for id_ in segment.ids) == sorted(post.id for post in posts)
    assert progress.done == progress.total == len(posts)


def test_a_segment_is_written_when_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "SEGMENT_WORDS", 4 * build.CHUNK)  # four words a post, and its tag
    _, segments = build.build(tmp_path, load, [sample(n) for n in range(3 * build.CHUNK)], Quiet(), processes=1)
    assert [segment.record.rows for segment in segments] == [build.CHUNK] * 3


def die(post: Post) -> tuple[Post | None, str]:
    """Ends any process but the one in the post's title, which waits for that so that items are left for the other."""
    marker = Path(post.body)
    if os.getpid() != int(post.title):
        marker.touch()
        os._exit(9)
    while not marker.exists():
        time.sleep(0.01)
    return None, post.id


def test_a_worker_that_dies_is_reported_and_nothing_hangs(tmp_path: Path) -> None:
    posts = [make_post(f"p{n}", str(os.getpid()), str(tmp_path / "died")) for n in range(4 * build.CHUNK)]
    with pytest.raises(IndexUnavailableError, match=r"worker process died \(exit code 9\)"):
        build.build(tmp_path, die, posts, Quiet(), processes=2)


def test_a_worker_that_dies_before_it_reads_its_job_is_reported_and_nothing_hangs(tmp_path: Path) -> None:
    """As where memory runs out, or where a script without a main guard builds an index."""
    posts = [make_post(f"p{n}", body="more than a pipe holds " * 100) for n in range(4 * build.CHUNK)]
    resource_tracker.ensure_running()  # else it would be started as the worker is
    spawn = multiprocessing.get_context("spawn")
    spawn.set_executable("/bin/false")
    try:
        with pytest.raises(IndexUnavailableError, match=r"worker process died \(exit code 1\)"):
            build.build(tmp_path, load, posts, Quiet(), processes=2)
    finally:
        spawn.set_executable(sys.executable)


def test_a_lock_that_a_dead_process_holds_stops_nobody() -> None:
    taken = multiprocessing.get_context("spawn").Value("q", 0)
    taken.get_lock().acquire()

    def check() -> None:
        raise IndexUnavailableError("a worker process died")

    with ThreadPoolExecutor(1) as other, pytest.raises(IndexUnavailableError):  # the lock is this thread's own
        other.submit(list, build._shared_chunks(taken, 10, check)).result()


def refuse(post: Post) -> tuple[Post | None, str]:
    raise StorageError(f"no room for {post.id}", remedy="free some")


def test_an_error_of_a_worker_comes_back_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no room for p") as caught:
        build.build(tmp_path, refuse, [sample(n) for n in range(2 * build.CHUNK)], Quiet(), processes=2)
    assert caught.value.remedy == "free some"


def test_the_previous_generation_stays_one_build_longer(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        write(tmp_path, [sample(1)], full="anew")
        names.append(open_snapshot(tmp_path).generation)
    assert sorted(path.name for path in tmp_path.glob("gen-*")) == sorted(names[1:])
    write(tmp_path, [sample(2)])
    assert [path.name for path in tmp_path.glob("gen-*")] == names[2:]


def test_files_of_an_older_snapshot_go_after_the_time_of_grace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [sample(1)])
    old = open_snapshot(tmp_path)
    write(tmp_path, [sample(1, "changed")])
    folder = tmp_path / old.generation
    assert old.files() <= {path.name for path in folder.iterdir()}
    monkeypatch.setattr(generations, "GRACE", 0)
    write(tmp_path, [sample(2)])
    assert {path.name for path in folder.iterdir()} == open_snapshot(tmp_path).files()


def test_a_clock_set_back_keeps_no_file_for_ever(tmp_path: Path) -> None:
    write(tmp_path, [sample(1)])
    write(tmp_path, [sample(2)])
    newest = open_snapshot(tmp_path)
    ahead = time.time() + 1e6
    os.utime(tmp_path / newest.path, (ahead, ahead))
    write(tmp_path, [sample(3)])
    assert not (tmp_path / newest.generation / "snapshot-1.json").exists()


def test_the_rest_of_a_killed_run_is_swept(tmp_path: Path) -> None:
    write(tmp_path, [sample(1)])
    generation = tmp_path / open_snapshot(tmp_path).generation
    stray = [generation / "MAIN_stray.seg", generation / "snapshot-2.json", tmp_path / "CURRENT.new"]
    for path in stray:
        path.write_text("stray")
    (tmp_path / "gen-20200101-000000-abcdef").mkdir()
    (tmp_path / "notes.txt").write_text("not ours")
    write(tmp_path, [sample(2)])
    assert not any(path.read_text() == "stray" for path in stray if path.exists())
    assert not (tmp_path / "gen-20200101-000000-abcdef").exists()
    assert (tmp_path / "notes.txt").exists()
    assert found(tmp_path) == ["p1", "p2"]


def test_everything_is_on_the_disk_before_current_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[str, str]] = []
    fsync, replace = os.fsync, Path.replace

    def record_fsync(descriptor: int) -> None:
        steps.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink().name))
        fsync(descriptor)

    def record_replace(self: Path, target: Path) -> Path:
        steps.append(("replace", target.name))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(Path, "replace", record_replace)
    for posts in ([sample(1)], [sample(2)]):
        steps.clear()
        write(tmp_path, posts)
        snapshot = open_snapshot(tmp_path)
        at = steps.index(("replace", "CURRENT"))
        synced = [name for step, name in steps[:at] if step == "sync"]
        fresh = {snapshot.filename, snapshot.toc.name}
        fresh |= {name for name in snapshot.files() if name.startswith(snapshot.segments[-1].name)}
        folders = [synced.index(snapshot.generation), synced.index(tmp_path.name)]
        assert max(synced.index(name) for name in fresh) < min(folders)
        assert synced[-1] == "CURRENT.new"
        assert steps[at + 1] == ("sync", tmp_path.name)


def test_a_full_disk_leaves_the_published_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [sample(1)])
    before = open_snapshot(tmp_path)
    real = disk.new_file
    for allowed in range(6):  # .columns, .seg, .posts, TOC, snapshot, CURRENT.new
        written = 0

        @contextmanager
        def new_file(path: Path, allowed: int = allowed) -> Iterator[BinaryIO]:
            nonlocal written
            written += 1
            with disk.storage_errors("write", path), real(path) as file:
                if written > allowed:
                    raise OSError(28, "No space left on device")
                yield file

        monkeypatch.setattr(disk, "new_file", new_file)
        for full in ("", "anew"):
            written = 0
            with pytest.raises(StorageError, match="No space left"):
                write(tmp_path, [sample(2)], full=full)
            assert open_snapshot(tmp_path) == before
            assert found(tmp_path) == ["p1"]
    monkeypatch.undo()
    write(tmp_path, [sample(2)])
    assert found(tmp_path) == ["p1", "p2"]


def test_an_error_after_publishing_does_not_take_the_new_state_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = disk.replace

    def replace(source: Path, target: Path) -> None:
        real(source, target)
        raise StorageError("cannot sync")

    for full in ("anew", ""):
        monkeypatch.setattr(disk, "replace", replace)
        with pytest.raises(StorageError):
            write(tmp_path, [sample(1, full or "later")], full=full)
        monkeypatch.undo()
        assert found(tmp_path, full or "later") == ["p1"]


def test_earlier_versions_are_carried_into_a_full_build(tmp_path: Path) -> None:
    write(tmp_path, [sample(1, "earlier"), sample(2), sample(3)])
    write(tmp_path, [sample(3, "later")])
    with WhooshEngine(tmp_path).writing(rules="rules", wait=0, full="anew") as batch:
        assert batch.manifest() == {}
        batch.add(load, [sample(2, "again")], Quiet())
        assert batch.keep(["p1", "p2", "p3", "unknown"]) == {"p1", "p2", "p3"}
        batch.publish()
    assert (found(tmp_path, "earlier"), found(tmp_path, "again"), found(tmp_path, "later")) == (["p1"], ["p2"], ["p3"])
    assert found(tmp_path) == ["p1", "p2", "p3"]


class Life(RuleBasedStateMachine):
    """Any sequence of batches leaves what a dictionary would hold."""

    @initialize(folder=st.uuids())
    def begin(self, folder: object) -> None:
        import tempfile

        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        self.model: dict[str, str] = {}
        write(self.folder)

    @rule(
        posts=st.dictionaries(st.integers(0, 12), st.sampled_from(["stem", "bone", "trial"]), max_size=4),
        delete=st.sets(st.integers(0, 12), max_size=3),
        full=st.sampled_from(["", "", "", "anew"]),
    )
    def batch(self, posts: dict[int, str], delete: set[int], full: str) -> None:
        write(self.folder, [sample(n, word) for n, word in posts.items()], [f"p{n}" for n in delete], full=full)
        if full:
            self.model.clear()
        self.model.update({f"p{n}": word for n, word in posts.items()})
        for n in delete:
            self.model.pop(f"p{n}", None)

    @invariant()
    def the_index_holds_the_model(self) -> None:
        for word in ("stem", "bone", "trial"):
            assert found(self.folder, word) == sorted(id_ for id_, w in self.model.items() if w == word)
        assert len(WhooshEngine(self.folder).manifest()) == len(self.model)
        assert not WhooshEngine(self.folder).verify()

    def teardown(self) -> None:
        self._temporary.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=10, stateful_step_count=10, deadline=None)
