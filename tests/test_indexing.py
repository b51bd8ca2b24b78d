"""Index runs: the index says what the content folder says, and only what changed is read and written."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import indexing
from search.analysis import Tokens, analyze_post
from search.config import PostRules, Settings
from search.engines.base import Unwatched
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.storage.snapshot import open_snapshot
from search.errors import EmptyContentError, IndexFormatError, IndexLockedError, UsageError
from search.indexing import plan, run
from search.models import Changes, Post, RunReport, SearchRequest
from search.posts import SourceFile, read_post
from search.service import check

HASHES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"))


class Blog:
    """A content folder and its index. Files are dated back, so that a run may trust what it saw of them."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(content=folder / "content", index=folder / "index", wait=0)
        self.settings.content.mkdir()
        self.clock = 1_700_000_000

    def post(self, name: str, body: str = "stem cells", **front: object) -> Path:
        head = "".join(f"{key}: {value}\n" for key, value in {"title": name.title(), **front}.items())
        return self.file(f"{name}.md", f"---\n{head}---\n\n{body}\n")

    def file(self, name: str, text: str) -> Path:
        path = self.settings.content / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.clock += 10
        os.utime(path, (self.clock, self.clock))
        return path

    def run(self, *, full: bool = False, verify: bool = False, allow_empty: bool = False) -> RunReport:
        return run(self.settings, full=full, verify=verify, allow_empty=allow_empty)

    def found(self, query: str = "") -> list[str]:
        answer = WhooshEngine(self.settings.index).open().search(SearchRequest(query, per_page=100))
        return sorted(hit.id for hit in answer.hits)


@pytest.fixture
def blog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blog:
    # A file's ctime cannot be set back, so for these tests no file is ever too young to be trusted.
    monkeypatch.setattr("search.scan.RACY", -(10**18))
    return Blog(tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the posts that are read, as they are."""
    ids: list[str] = []

    def read_and_note(source: SourceFile, rules: PostRules, now: datetime) -> object:
        ids.append(source.id)
        return read_post(source, rules, now)

    monkeypatch.setattr(indexing, "read_post", read_and_note)
    return ids


def counts(report: RunReport) -> tuple[int, int, int]:
    return report.written, report.deleted, report.unchanged


def in_days(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


@given(HASHES, HASHES)
def test_applying_a_plan_makes_one_set_of_posts_into_the_other(before: dict[str, str], after: dict[str, str]) -> None:
    changes = plan(before, after)
    result = {id_: value for id_, value in before.items() if id_ not in changes.delete}
    assert result | {id_: after[id_] for id_ in changes.write} == after
    assert list(changes.write) == sorted(changes.write)
    assert list(changes.delete) == sorted(changes.delete)


@given(HASHES, HASHES)
def test_a_plan_has_no_step_too_many(before: dict[str, str], after: dict[str, str]) -> None:
    changes = plan(before, after)
    assert all(before.get(id_) != after[id_] for id_ in changes.write)
    assert all(id_ in before and id_ not in after for id_ in changes.delete)
    assert plan(after, after) == Changes((), ())


def test_the_first_run_builds_all(blog: Blog) -> None:
    blog.post("one")
    blog.post("two")
    blog.post("three", draft="true")
    report = blog.run()
    assert counts(report) == (2, 0, 0)
    assert (report.full, report.why_full, report.left_out) == (True, "there is no index yet", {"draft": 1})
    assert report.generation == open_snapshot(blog.settings.index).label
    assert blog.found("stem") == ["one", "two"]


def test_a_run_without_a_change_reads_and_writes_nothing(blog: Blog, read: list[str]) -> None:
    blog.post("one")
    blog.post("two", draft="true")
    blog.file("broken.md", "---\ntitle: [\n---\n")
    first = blog.run()
    read.clear()
    files = sorted(path.stat().st_mtime_ns for path in blog.settings.index.rglob("*") if path.name != "LOCK")
    report = blog.run()
    assert read == []
    assert counts(report) == (0, 0, 1)
    assert (report.generation, report.full) == (first.generation, False)
    assert (report.left_out, report.problems) == (first.left_out, first.problems)
    assert sorted(path.stat().st_mtime_ns for path in blog.settings.index.rglob("*") if path.name != "LOCK") == files


def test_only_what_changed_is_read(blog: Blog, read: list[str]) -> None:
    for name in ("one", "two", "three"):
        blog.post(name)
    blog.run()
    read.clear()
    blog.post("two", "other words")
    blog.post("four")
    (blog.settings.content / "three.md").unlink()
    assert counts(blog.run()) == (2, 1, 1)
    assert sorted(read) == ["four", "two"]
    assert (blog.found("stem"), blog.found("other")) == (["four", "one"], ["two"])


def test_a_touched_file_is_read_but_not_written(blog: Blog, read: list[str]) -> None:
    blog.post("one")
    first = blog.run()
    read.clear()
    blog.post("one")
    report = blog.run()
    assert (read, counts(report), report.generation) == (["one"], (0, 0, 1), first.generation)
    read.clear()
    blog.run()
    assert read == []


def test_a_file_that_is_too_young_to_be_trusted_is_read_again(
    blog: Blog, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.scan.RACY", 3600 * 10**9)
    path = blog.post("one", "first words")
    blog.run()
    before = path.stat()
    path.write_text(path.read_text().replace("first", "other"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert counts(blog.run()) == (1, 0, 0)
    assert blog.found("other") == ["one"]


def test_a_renamed_file_is_one_out_and_one_in(blog: Blog) -> None:
    path = blog.post("one")
    blog.run()
    path.rename(path.with_name("uno.md"))
    assert counts(blog.run()) == (1, 1, 0)
    assert blog.found() == ["uno"]


def test_a_full_run_reads_all_and_says_that_it_was_asked_to(blog: Blog, read: list[str]) -> None:
    blog.post("one")
    first = blog.run()
    read.clear()
    report = blog.run(full=True)
    assert (read, counts(report), report.why_full) == (["one"], (1, 0, 0), "a full build was asked for")
    assert report.generation != first.generation


def test_verify_reads_all_and_finds_what_the_times_hide(blog: Blog, read: list[str]) -> None:
    blog.post("one")
    path = blog.post("two", "first words")
    blog.run()
    settings_before = path.stat()
    path.write_text(path.read_text().replace("first", "other"))
    os.utime(path, ns=(settings_before.st_atime_ns, settings_before.st_mtime_ns))
    read.clear()
    assert counts(blog.run(verify=True)) == (1, 0, 1)
    assert sorted(read) == ["one", "two"]
    assert blog.found("other") == ["two"]


def test_verify_finds_a_damaged_index_and_builds_it_anew(blog: Blog) -> None:
    blog.post("one")
    blog.run()
    path = next(blog.settings.index.glob("gen-*/*.seg"))
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not blog.run().full
    report = blog.run(verify=True)
    assert f"{path.name} is damaged" in report.why_full
    assert WhooshEngine(blog.settings.index).verify() == ()


def test_a_file_that_becomes_bad_keeps_its_earlier_version(blog: Blog) -> None:
    blog.post("one", "earlier words")
    blog.post("two")
    blog.run()
    blog.file("one.md", "---\ntitle: [\n---\n")
    report = blog.run()
    assert [(problem.path, problem.code) for problem in report.problems] == [("one.md", "yaml")]
    assert counts(report) == (0, 0, 2)
    assert blog.found("earlier") == ["one"]
    assert blog.run(full=True).problems == report.problems
    assert blog.found("earlier") == ["one"]
    blog.post("one", "mended words")
    assert blog.run().problems == ()
    assert (blog.found("earlier"), blog.found("mended")) == ([], ["one"])


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("front", [{"draft": "ja"}, {"published": "nope"}, {"search": "maybe"}], ids=str)
def test_a_post_that_may_have_become_a_draft_leaves_the_index(blog: Blog, front: dict[str, str], full: bool) -> None:
    blog.post("one")
    blog.post("two")
    blog.run()
    blog.post("one", **front)
    report = blog.run(full=full)
    assert [(problem.path, problem.line) for problem in report.problems] == [("one.md", 3)]
    assert blog.found() == ["two"]
    assert (blog.run().problems, blog.found()) == (report.problems, ["two"])
    blog.post("one")
    assert (blog.run().problems, blog.found()) == ((), ["one", "two"])


def test_a_post_that_cannot_be_written_is_reported_and_keeps_its_earlier_version(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.post("one", "earlier words")
    blog.run()
    blog.post("one", "poison")
    blog.post("two")
    monkeypatch.setattr("search.engines.whoosh.storage.segment.analyze_post", poisoned)
    report = blog.run()
    assert [(problem.path, problem.code) for problem in report.problems] == [("one.md", "index")]
    assert "ValueError: poison" in report.problems[0].message
    assert counts(report) == (1, 0, 1)
    assert (blog.found("earlier"), blog.found("stem")) == (["one"], ["two"])


@pytest.mark.parametrize("error", [ValueError("x" * 9_000), RecursionError(), MemoryError(), KeyError("a\x1b[2J")])
def test_a_post_on_which_the_program_fails_stops_no_run(
    blog: Blog, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail_on_two(source: SourceFile, rules: PostRules, now: datetime) -> object:
        if source.id == "two":
            raise error
        return read_post(source, rules, now)

    for name in ("one", "two", "three"):
        blog.post(name)
    monkeypatch.setattr(indexing, "read_post", fail_on_two)
    monkeypatch.setattr("search.posts.read_post", fail_on_two)  # which `check` reads with
    for problems in (blog.run().problems, check(blog.settings, Unwatched()).problems):
        (problem,) = problems
        assert (problem.path, problem.line, problem.code) == ("two.md", None, "unreadable")
        assert problem.message == f"the file cannot be read: {type(error).__name__}."
    assert blog.found() == ["one", "three"]


def poisoned(post: Post) -> dict[str, Tokens]:
    if "poison" in post.body:
        raise ValueError("poison")
    return analyze_post(post)


def test_of_two_posts_with_one_address_the_first_stays_and_the_second_follows_it(blog: Blog, read: list[str]) -> None:
    blog.post("a", path="/same/")
    blog.post("b", path="/same/")
    for _ in range(2):
        report = blog.run()
        assert [(problem.path, problem.code) for problem in report.problems] == [("b.md", "url")]
        assert blog.found() == ["a"]
    read.clear()
    (blog.settings.content / "a.md").unlink()
    assert counts(blog.run()) == (1, 1, 0)
    assert (read, blog.found()) == (["b"], ["b"])
    blog.post("a", path="/same/")
    assert blog.run().problems == report.problems
    assert blog.found() == ["a"]


def test_a_post_comes_in_when_its_day_has_come_and_goes_when_it_expires(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.post("later", date=in_days(2))
    blog.post("fleeting", expiryDate=in_days(4))
    report = blog.run()
    assert (blog.found(), report.left_out) == (["fleeting"], {"future": 1})
    assert f"{report.next_due:%Y-%m-%d}" == in_days(2)
    now = time.time_ns()
    for days, ids in ((3, ["fleeting", "later"]), (5, ["later"])):
        monkeypatch.setattr("time.time_ns", lambda days=days: now + days * 86_400 * 10**9)
        blog.run()
        assert blog.found() == ids


def test_other_rules_lead_to_a_full_build(blog: Blog) -> None:
    blog.post("one", draft="true")
    blog.run()
    blog.settings = Settings(blog.settings.content, blog.settings.index, 0, PostRules(include=frozenset({"draft"})))
    report = blog.run()
    assert (
        report.why_full == "the settings of how a file becomes a post, or the program's own rules for it, have changed"
    )
    assert blog.found() == ["one"]


def test_an_index_is_outdated_when_a_file_came_went_or_changed_until_the_next_run(blog: Blog) -> None:
    blog.post("one")
    assert indexing.outdated(blog.settings)
    for change in (
        lambda: blog.post("one", "changed"),
        lambda: blog.post("two"),
        lambda: (blog.settings.content / "two.md").unlink(),
        lambda: blog.file("bad.md", "---\ntitle: [\n---\n"),
    ):
        blog.run()
        assert not indexing.outdated(blog.settings)
        change()
        assert indexing.outdated(blog.settings)


def test_an_index_is_outdated_when_a_post_is_due(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    blog.post("later", date=in_days(2))
    blog.run()
    assert not indexing.outdated(blog.settings)
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 3 * 86_400 * 10**9)
    assert indexing.outdated(blog.settings)


def test_a_file_that_was_just_written_and_indexed_is_not_called_newer(tmp_path: Path) -> None:
    settings = Settings(content=tmp_path, index=tmp_path / "index")
    (tmp_path / "one.md").write_text("---\ntitle: One\n---\n", encoding="utf-8")
    run(settings)
    assert not indexing.outdated(settings)


def test_a_lost_scan_costs_one_reading_and_no_writing(blog: Blog, read: list[str]) -> None:
    blog.post("one")
    first = blog.run()
    (blog.settings.index / indexing.SCAN_NAME).write_text("nonsense")
    read.clear()
    report = blog.run()
    assert (read, counts(report), report.generation) == (["one"], (0, 0, 1), first.generation)


def test_a_lost_index_is_built_although_no_file_changed(blog: Blog) -> None:
    blog.post("one")
    blog.run()
    (blog.settings.index / "CURRENT").unlink()
    assert blog.run().why_full == "there is no index yet"
    assert blog.found() == ["one"]


def test_content_that_is_gone_does_not_empty_a_full_index(blog: Blog) -> None:
    path = blog.post("one")
    blog.run()
    path.unlink()
    for full in (False, True):
        with pytest.raises(EmptyContentError, match="no post is left in") as caught:
            blog.run(full=full)
        assert "--allow-empty" in caught.value.remedy
    blog.settings.content.rmdir()
    with pytest.raises(EmptyContentError, match="there is no content folder"):
        blog.run()
    assert blog.found() == ["one"]
    assert counts(blog.run(allow_empty=True)) == (0, 1, 0)
    assert blog.found() == []


def test_an_empty_blog_makes_an_empty_index_and_a_missing_one_is_a_wrong_setting(blog: Blog) -> None:
    assert counts(blog.run()) == (0, 0, 0)
    assert blog.found() == []
    blog.settings.content.rmdir()
    with pytest.raises(UsageError, match="There is no content folder"):
        blog.run()


def test_a_run_in_the_wrong_folder_leaves_no_index_there(blog: Blog) -> None:
    blog.settings.content.rmdir()
    with pytest.raises(UsageError, match="There is no content folder"):
        blog.run()
    assert not blog.settings.index.exists()


def test_an_index_that_turns_out_to_be_damaged_while_writing_is_built_anew(blog: Blog) -> None:
    blog.post("one")
    blog.post("two")
    blog.run()
    for ending in ("seg", "columns"):
        path = next(blog.settings.index.glob(f"gen-*/*.{ending}"))
        before = path.stat()
        path.write_bytes(b"x" * before.st_size)
        if ending == "seg":  # looks untouched, until the columns are to be made of it
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    blog.post("three")
    report = blog.run()
    assert ".seg is damaged: its checksum is wrong" in report.why_full
    assert blog.found() == ["one", "three", "two"]


def test_ctrl_c_leaves_the_published_index_and_no_litter(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    blog.post("one")
    blog.run()
    before = sorted(blog.settings.index.rglob("*"))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    blog.post("one", "other")
    for full in (False, True):
        monkeypatch.setattr("search.engines.whoosh.storage.generations.publish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            blog.run(full=full)
        monkeypatch.undo()
        assert sorted(blog.settings.index.rglob("*")) == before
        assert blog.found("stem") == ["one"]


def test_a_second_writer_is_refused_and_a_newer_index_is_left_alone(blog: Blog) -> None:
    blog.post("one")
    engine = WhooshEngine(blog.settings.index)
    with engine.writing(rules="", wait=0), pytest.raises(IndexLockedError):
        blog.run()
    (blog.settings.index / "CURRENT").write_text("blogsearch-index 2 other\n")
    with pytest.raises(IndexFormatError):
        blog.run(full=True)


def test_many_files_are_read_by_several_processes_with_progress(blog: Blog) -> None:
    class Progress:
        total = done = 0

        def start(self, total: int) -> None:
            self.total += total

        def advance(self, count: int) -> None:
            self.done += count

        def finish(self) -> None:
            pass

    for number in range(80):
        blog.post(f"p{number:02}", draft=str(number % 2 == 1).lower())
    progress = Progress()
    report = run(blog.settings, progress=progress)
    assert counts(report) == (40, 0, 0)
    assert report.left_out == {"draft": 40}
    assert (progress.total, progress.done) == (80, 80)
    assert blog.found() == [f"p{number:02}" for number in range(0, 80, 2)]


class TestRewrite:
    """The short way of a watcher: right where it is taken, and not taken where more would be to do."""

    @pytest.fixture
    def blog(self, blog: Blog) -> Blog:
        blog.post("one")
        blog.post("two")
        blog.post("three", draft="true")
        blog.run()
        return blog

    def rewrite(self, blog: Blog, *names: str) -> tuple[int, str] | None:
        known = indexing.outcomes(blog.settings)
        return indexing.rewrite(blog.settings, {name: known.get(name) for name in names})

    def test_an_edited_post_is_found_and_no_other_is_looked_at(self, blog: Blog, read: list[str]) -> None:
        blog.post("one", "cartilage")
        (blog.settings.content / "two.md").unlink()
        written = self.rewrite(blog, "one.md")
        assert written == (1, open_snapshot(blog.settings.index).label)
        assert blog.found("cartilage") == ["one"]
        assert blog.found("stem") == ["two"]
        assert read == ["one"]

    def test_the_next_run_finds_nothing_left_to_write(self, blog: Blog, read: list[str]) -> None:
        blog.post("one", "cartilage")
        self.rewrite(blog, "one.md")
        assert counts(blog.run()) == (0, 0, 2)
        assert read == ["one", "one"]

    def test_an_edit_and_its_undoing_leave_what_was_there(self, blog: Blog) -> None:
        blog.post("one", "cartilage")
        self.rewrite(blog, "one.md")
        blog.post("one")
        assert self.rewrite(blog, "one.md")
        assert blog.found("stem") == ["one", "two"]
        assert blog.found("cartilage") == []

    def test_a_file_that_says_the_same_writes_nothing(self, blog: Blog) -> None:
        before = open_snapshot(blog.settings.index).label
        assert self.rewrite(blog, "one.md", "two.md") == (0, before)

    @pytest.mark.parametrize("what", ["new", "gone", "bad", "left out", "draft", "address", "link", "link of a folder"])
    def test_where_more_is_to_do_it_is_left_to_a_whole_run(self, blog: Blog, what: str, tmp_path: Path) -> None:
        one = blog.settings.content / "one.md"
        names = ["two.md", "one.md"]
        match what:
            case "new":
                blog.post("four")
                names.append("four.md")
            case "gone":
                one.unlink()
            case "bad":
                blog.file("one.md", "no front matter")
            case "left out":
                blog.post("one", search="false")
            case "draft":
                blog.post("three", draft="true")
                names.append("three.md")
            case "address":
                blog.post("one", path="elsewhere")
            case "link":
                one.rename(tmp_path / "one.md")
                one.symlink_to(tmp_path / "one.md")
            case _:
                blog.post("deep/four")
                blog.run()
                (blog.settings.content / "deep").rename(tmp_path / "deep")
                (blog.settings.content / "deep").symlink_to(tmp_path / "deep")
                names.append("deep/four.md")
        blog.post("two", "cartilage")
        segments = set(blog.settings.index.rglob("*.columns"))
        label = open_snapshot(blog.settings.index).label
        assert self.rewrite(blog, *names) is None
        assert open_snapshot(blog.settings.index).label == label
        assert set(blog.settings.index.rglob("*.columns")) == segments != set()
        assert blog.found("cartilage") == []

    def test_an_index_of_other_settings_is_left_to_a_whole_run(self, blog: Blog) -> None:
        known = indexing.outcomes(blog.settings)
        blog.settings = replace(blog.settings, rules=PostRules(language="de"))
        assert indexing.rewrite(blog.settings, {"one.md": known["one.md"]}) is None

    def test_a_post_that_is_not_in_the_index_is_left_to_a_whole_run(self, blog: Blog) -> None:
        known = indexing.outcomes(blog.settings)
        (blog.settings.content / "two.md").unlink()
        blog.run()
        blog.post("two")
        assert indexing.rewrite(blog.settings, {"two.md": known["two.md"]}) is None

    def test_another_writer_is_an_error_as_in_any_run(self, blog: Blog) -> None:
        engine = WhooshEngine(blog.settings.index)
        with engine.writing(rules=blog.settings.rules.stamp, wait=0), pytest.raises(IndexLockedError):
            self.rewrite(blog, "one.md")
