"""What a watcher does about what happens to files. The index run is a stub that counts; tests/cli has the real one."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search import watch
from search.config import Settings
from search.errors import BlogsearchError, EmptyContentError, IndexDamagedError, IndexLockedError, StorageError
from search.models import Problem, RunReport
from search.scan import Indexed, Outcome
from search.watch import Update
from tests.repositories import eventually, write

NOTHING = RunReport(0, 0, 1, {}, (), "gen", 0.1, False, "")
ONE = replace(NOTHING, written=1)


class Watched:
    """A watcher at work in a thread. `outcome` is what the next runs end with, `updates` what was told."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(content=folder / "content", index=folder / "content" / "index")
        self.outcome: RunReport | BlogsearchError | OSError = NOTHING
        self.runs = 0
        self.updates: list[Update] = []
        self.may_end = threading.Event()
        self.may_end.set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=watch.run, args=(self.settings, self.updates.append, self._stop))

    @property
    def content(self) -> Path:
        return self.settings.content

    def index(self, settings: Settings) -> RunReport:
        assert settings == self.settings
        self.runs += 1
        assert self.may_end.wait(60)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def start(self, runs: int = 2) -> None:
        """Return when the watch is at work, which its second run shows."""
        self._thread.start()
        eventually(lambda: self.runs >= runs)

    def stop(self) -> None:
        self.may_end.set()
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(60)
        assert not self._thread.is_alive()

    def changed(self) -> set[str]:
        """The files of all updates so far."""
        return {name for update in self.updates for name in update.changed}

    def await_changed(self, *names: str) -> None:
        eventually(lambda: self.changed() >= set(names))


def save_until_seen(watched: Watched, post: Path) -> None:
    """The watch of a new folder begins some time after it came."""

    def seen() -> bool:
        post.write_text(post.read_text() + "\n")
        return post.name in watched.changed()

    eventually(seen)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    monkeypatch.setattr("search.watch.indexing.run", watched.index)
    monkeypatch.setattr(watch, "TICK", 0.1)
    monkeypatch.setattr(watch, "RETRY", 0.1)
    write(watched.content / "first.md", "First")
    yield watched
    watched.stop()


def test_a_saved_post_starts_a_run_that_is_told(watched: Watched) -> None:
    watched.start()
    watched.outcome = ONE
    write(watched.content / "second.md", "Second")
    watched.await_changed("second.md")
    update = watched.updates[0]
    assert (update.report, update.error) == (ONE, None)
    assert datetime.now(UTC) - update.at < timedelta(minutes=1)
    assert 0 <= update.seconds < 60


def test_a_run_without_a_change_is_not_told(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SWEEP", 0.05)
    watched.start()
    eventually(lambda: watched.runs > 3)
    assert watched.updates == []


def test_a_run_that_finds_a_change_which_nobody_reported_is_told(watched: Watched) -> None:
    watched.outcome = ONE
    watched.start()
    eventually(lambda: len(watched.updates) > 0)
    assert (watched.updates[0].changed, watched.updates[0].report) == ((), ONE)


def test_a_post_in_a_new_folder_is_never_missed(watched: Watched) -> None:
    """The system reports the folder; a post may be in it before it is watched, or come between the run and that."""
    watched.start()
    before = watched.runs
    write(watched.content / "new" / "deep" / "post.md", "Post")
    watched.await_changed("new")
    eventually(lambda: watched.runs >= before + 2)


def test_a_change_during_a_run_leads_to_another(watched: Watched) -> None:
    watched.start()
    watched.may_end.clear()
    write(watched.content / "second.md", "Second")
    eventually(lambda: watched.runs == 3)
    write(watched.content / "third.md", "Third")
    watched.may_end.set()
    watched.await_changed("second.md", "third.md")


def test_what_is_no_post_starts_no_run(watched: Watched) -> None:
    watched.start()
    for name in (
        ".hidden.md",
        ".obsidian/note.md",
        "index/gen/segment.md",
        "draft.md~",
        ".draft.md.swp",
        "#draft.md#",
        "4913",
        "picture.jpg",
        "post.md.tmp",
    ):
        write(watched.content / name, "Not a post")
    write(watched.content / "last.md", "Last")
    watched.await_changed("last.md")
    assert watched.changed() == {"last.md"}


def test_an_editor_that_saves_by_renaming_is_seen(watched: Watched) -> None:
    watched.start()
    for number in range(3):
        write(watched.content / ".first.md.tmp", f"Saved {number}")
        (watched.content / ".first.md.tmp").replace(watched.content / "first.md")
        eventually(lambda number=number: len(watched.updates) > number)  # type: ignore[misc]
    assert watched.changed() == {"first.md"}


@pytest.mark.parametrize("name", ["year", "v1.2"])
def test_a_folder_that_is_moved_in_or_out_is_seen(watched: Watched, tmp_path: Path, name: str) -> None:
    write(tmp_path / name / "post.md", "Post")
    watched.start()
    (tmp_path / name).rename(watched.content / name)
    watched.await_changed(name)
    write(watched.content / name / "next.md", "Next")
    watched.await_changed(f"{name}/next.md")


def test_a_deleted_post_is_seen(watched: Watched) -> None:
    watched.start()
    (watched.content / "first.md").unlink()
    watched.await_changed("first.md")


def test_an_index_that_is_locked_is_told_once_and_tried_again(watched: Watched) -> None:
    watched.start()
    watched.outcome = IndexLockedError("process 1 is writing")
    write(watched.content / "second.md", "Second")
    eventually(lambda: watched.runs > 4)
    (update,) = watched.updates
    assert (str(update.error), update.report, update.changed) == ("process 1 is writing", None, ("second.md",))
    watched.outcome = ONE
    eventually(lambda: len(watched.updates) > 1)
    assert watched.updates[1].report == ONE


def test_an_error_of_the_system_is_told_and_tried_again(watched: Watched) -> None:
    watched.start()
    watched.outcome = OSError(5, "Input/output error", "some/file")
    write(watched.content / "second.md", "Second")
    eventually(lambda: len(watched.updates) > 0)
    assert isinstance(watched.updates[0].error, StorageError)
    assert "some/file" in str(watched.updates[0].error)
    watched.outcome = ONE
    eventually(lambda: len(watched.updates) > 1)


def test_a_bad_post_is_told_when_it_turns_bad_and_not_again(watched: Watched) -> None:
    bad = Problem("second.md", 3, "yaml", "broken")
    watched.start()
    watched.outcome = replace(NOTHING, problems=(bad,))
    write(watched.content / "second.md", "Second")
    watched.await_changed("second.md")
    write(watched.content / "third.md", "Third")
    watched.await_changed("third.md")
    assert [problem for update in watched.updates for problem in update.problems] == [bad]


def test_a_content_folder_may_vanish_and_return(watched: Watched) -> None:
    watched.start()
    watched.outcome = EmptyContentError("the posts are gone")
    shutil.rmtree(watched.content)
    eventually(lambda: any(update.error for update in watched.updates))
    watched.outcome = ONE
    write(watched.content / "back.md", "Back")
    eventually(lambda: any(update.report for update in watched.updates))
    write(watched.content / "next.md", "Next")
    watched.await_changed("next.md")
    assert len([update for update in watched.updates if update.error]) == 1


def test_a_content_folder_may_be_missing_at_first(watched: Watched) -> None:
    shutil.rmtree(watched.content)
    watched.outcome = EmptyContentError("there are no posts")
    watched.start(runs=1)
    watched.outcome = ONE
    write(watched.content / "first.md", "First")
    eventually(lambda: any(update.report for update in watched.updates))


def test_a_content_folder_that_is_replaced_as_a_whole_is_watched_anew(watched: Watched, tmp_path: Path) -> None:
    watched.start()
    write(tmp_path / "new" / "first.md", "First of the new ones")
    watched.content.rename(tmp_path / "old")
    (tmp_path / "new").rename(watched.content)
    before = watched.runs
    eventually(lambda: watched.runs > before)
    save_until_seen(watched, watched.content / "first.md")


def test_a_link_that_is_switched_to_another_release_is_followed(watched: Watched, tmp_path: Path) -> None:
    watched.content.rename(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    watched.content.symlink_to("one")
    watched.start()
    (tmp_path / "link").symlink_to("two")
    before = watched.runs
    (tmp_path / "link").replace(watched.content)
    eventually(lambda: watched.runs > before)
    save_until_seen(watched, tmp_path / "two" / "first.md")


def test_a_post_that_comes_due_wakes_it_up(watched: Watched) -> None:
    watched.start()
    due = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=0.5)
    watched.outcome = replace(NOTHING, next_due=due)
    write(watched.content / "second.md", "Second")
    watched.await_changed("second.md")
    watched.outcome = ONE
    eventually(lambda: len(watched.updates) > 1)
    assert (watched.updates[1].changed, watched.updates[1].report) == ((), ONE)
    assert watched.updates[1].at.replace(tzinfo=None) >= due


def test_it_ends_when_told_to(watched: Watched) -> None:
    watched.start()
    watched.stop()
    before = watched.runs
    write(watched.content / "second.md", "Second")
    assert watched.runs == before


class TestShortWay:
    """An edited post is written without looking at the others; what that cannot know is left to a whole run."""

    @pytest.fixture
    def short(self, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
        """The files of each short run, which finds that one post was written."""
        taken: list[set[str]] = []

        def rewrite(_: Settings, known: Mapping[str, Outcome | None]) -> tuple[int, str] | None:
            if None in known.values():
                return None
            taken.append(set(known))
            return 1, "next"

        edited = Indexed("first", "hash", "/first/", None)
        monkeypatch.setattr("search.watch.indexing.rewrite", rewrite)
        monkeypatch.setattr("search.watch.indexing.outcomes", lambda _: {"first.md": edited, "other.md": edited})
        return taken

    def test_an_edited_post_takes_it_and_is_told(self, watched: Watched, short: list[set[str]]) -> None:
        watched.outcome = replace(NOTHING, unchanged=9, left_out={"draft": 1})
        watched.start()
        write(watched.content / "first.md", "Edited")
        watched.await_changed("first.md")
        assert short[0] == {"first.md"}
        assert watched.updates[0].report == replace(
            watched.outcome, written=1, deleted=0, unchanged=8, generation="next"
        )

    def test_a_new_post_does_not(self, watched: Watched, short: list[set[str]]) -> None:
        watched.start()
        write(watched.content / "second.md", "Second")
        watched.await_changed("second.md")
        assert short == []
        assert watched.runs == 3

    def test_a_whole_run_follows(
        self, watched: Watched, short: list[set[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watch, "SETTLE", 0.2)
        watched.start()
        write(watched.content / "first.md", "Edited")
        watched.await_changed("first.md")
        assert len(short) == 1
        eventually(lambda: watched.runs == 3)

    def test_many_files_at_once_do_not(
        self, watched: Watched, short: list[set[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watch, "FEW", 0)
        watched.start()
        write(watched.content / "first.md", "Edited")
        watched.await_changed("first.md")
        assert short == []

    def test_nor_does_anything_after_a_run_that_failed(self, watched: Watched, short: list[set[str]]) -> None:
        watched.start()
        watched.outcome = IndexLockedError("process 1 is writing")
        write(watched.content / "second.md", "Second")
        watched.await_changed("second.md")
        write(watched.content / "first.md", "Edited")
        watched.outcome = ONE
        eventually(lambda: any(update.report for update in watched.updates))
        assert short == []

    def test_an_index_that_is_damaged_is_left_to_a_whole_run(
        self, watched: Watched, short: list[set[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise IndexDamagedError("a file is gone")

        monkeypatch.setattr("search.watch.indexing.rewrite", fail)
        watched.start()
        write(watched.content / "first.md", "Edited")
        watched.await_changed("first.md")
        assert watched.updates[0].report == NOTHING
