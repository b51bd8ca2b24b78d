"""The engine of a folder: it opens what is published, tells when there is something newer, and mends what is broken."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.storage import stamp
from search.engines.whoosh.storage.snapshot import open_snapshot
from search.errors import IndexDamagedError, IndexFormatError, IndexMissingError
from search.models import SearchRequest
from tests.engines.writing import current_files, found, sample, write


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Two segments: p1 and p2, then p3 and a newer p2."""
    write(tmp_path, [sample(1), sample(2, "older")])
    write(tmp_path, [sample(2, "newer"), sample(3)])
    return tmp_path


def spoil(path: Path) -> None:
    """Flips one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 16
    path.write_bytes(content)


def part(folder: Path, ending: str, segment: int = 0) -> Path:
    snapshot = open_snapshot(folder)
    return folder / snapshot.generation / f"{snapshot.segments[segment].name}{ending}"


def test_before_the_first_build_it_says_so(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    with pytest.raises(IndexMissingError):
        engine.open()
    assert engine.publication() == engine.publication()
    assert not (tmp_path / "index").exists()


def test_a_reader_answers_from_its_state_whatever_is_published_later(index: Path) -> None:
    engine = WhooshEngine(index)
    first = engine.open()
    write(index, [sample(4)])
    second = engine.open()
    write(index, [sample(5)], full="anew")
    write(index, [sample(6)], full="anew")
    readers = [first, second, engine.open()]
    assert [reader.search(SearchRequest("stem")).total for reader in readers] == [2, 3, 1]
    assert len({reader.generation for reader in readers}) == 3
    assert readers[0].built <= readers[1].built <= readers[2].built


def test_every_publication_shows_in_a_look_at_one_file(index: Path) -> None:
    engine = WhooshEngine(index)
    seen = [engine.publication()]
    assert engine.publication() == seen[0]
    for full in ("", "anew", ""):
        write(index, [sample(4, f"words {len(seen)}")], full=full)
        assert engine.publication() not in seen
        seen.append(engine.publication())


def test_threads_share_a_reader(index: Path) -> None:
    reader = WhooshEngine(index).open()
    with ThreadPoolExecutor(8) as threads:
        totals = list(threads.map(lambda _: reader.search(SearchRequest("stem")).total, range(50)))
    assert totals == [2] * 50


def test_the_status_counts_what_is_live(index: Path) -> None:
    status = WhooshEngine(index).open().status()
    assert (status.posts, status.tags, status.segments, status.deleted) == (3, 1, 2, 1)
    assert status.generation == open_snapshot(index).label
    assert status.size == sum(path.stat().st_size for path in current_files(index))


def test_tags_of_deleted_posts_do_not_count(index: Path) -> None:
    write(index, delete=["p1", "p2", "p3"])
    assert WhooshEngine(index).open().status().tags == 0


@pytest.mark.parametrize("segment", [0, 1])
@pytest.mark.parametrize("harm", ["gone", "truncated", "flipped"])
def test_broken_columns_are_compiled_again_and_mended_by_the_next_run(index: Path, harm: str, segment: int) -> None:
    path = part(index, ".columns", segment)
    if harm == "gone":
        path.unlink()
    elif harm == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    else:
        spoil(path)
    assert len(WhooshEngine(index).verify()) == 1
    assert (found(index, "newer"), found(index, "stem"), found(index, "older")) == (["p2"], ["p1", "p3"], [])
    assert write(index) == ""
    assert WhooshEngine(index).verify() == ()
    assert (found(index, "newer"), found(index, "stem"), found(index, "older")) == (["p2"], ["p1", "p3"], [])


@pytest.mark.parametrize("ending", [".seg", ".posts", ".toc"])
@pytest.mark.parametrize("harm", ["gone", "truncated", "flipped"])
def test_another_broken_file_is_named_and_leads_to_a_full_build(index: Path, harm: str, ending: str) -> None:
    path = next((index / open_snapshot(index).generation).glob("*_2.toc")) if ending == ".toc" else part(index, ending)
    if harm == "gone":
        path.unlink()
    elif harm == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    else:
        spoil(path)
    assert found(index, "stem") == ["p1", "p3"]
    assert [path.name in sentence for sentence in WhooshEngine(index).verify()] == [True]
    assert f"{path.name} is damaged" in write(index, [sample(7)])
    assert found(index) == ["p7"]
    assert WhooshEngine(index).verify() == ()


def test_damage_that_kept_the_time_is_found_by_reading_everything(index: Path) -> None:
    path = part(index, ".seg")
    before = path.stat()
    spoil(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(WhooshEngine(index).verify()) == 1
    engine = WhooshEngine(index)
    with engine.writing(rules="rules", wait=0) as batch:
        assert batch.why_full == ""
    with engine.writing(rules="rules", wait=0, verify=True) as batch:
        assert "its checksum is wrong" in batch.why_full


def test_damage_of_columns_that_kept_the_time_is_mended_where_everything_is_read(index: Path) -> None:
    path = part(index, ".columns")
    before = path.stat()
    spoil(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert write(index) == ""
    assert len(WhooshEngine(index).verify()) == 1
    with WhooshEngine(index).writing(rules="rules", wait=0, verify=True) as batch:
        assert batch.why_full == ""
        batch.publish()
    assert WhooshEngine(index).verify() == ()
    assert found(index, "stem") == ["p1", "p3"]


def test_of_a_broken_index_the_earlier_versions_that_can_be_read_are_kept(index: Path) -> None:
    part(index, ".seg", 0).unlink()
    with WhooshEngine(index).writing(rules="rules", wait=0) as batch:
        assert "it is gone" in batch.why_full
        assert batch.keep(["p1", "p2", "p3"]) == {"p2", "p3"}
        batch.publish()
    assert found(index) == ["p2", "p3"]


def test_columns_and_posts_both_broken_cannot_be_answered_from(index: Path) -> None:
    for ending in (".columns", ".seg"):
        spoil(part(index, ending))
    with pytest.raises(IndexDamagedError, match=r"\.seg is damaged: its checksum is wrong") as caught:
        found(index)
    assert "blogsearch index" in caught.value.remedy


def test_a_pointer_that_is_broken_is_named_and_leads_to_a_full_build(index: Path) -> None:
    spoil(index / "CURRENT")
    with pytest.raises(IndexDamagedError, match="CURRENT is damaged"):
        found(index)
    assert "CURRENT is damaged" in write(index, [sample(9)])
    assert found(index) == ["p9"]
    assert len(list(index.glob("gen-*"))) == 1


def test_an_index_of_a_newer_program_is_never_written_to(index: Path) -> None:
    (index / "CURRENT").write_text("blogsearch-index 99 something\n")
    for full in ("", "anew"):
        with pytest.raises(IndexFormatError):
            write(index, [sample(1)], full=full)
    assert (index / "CURRENT").read_text() == "blogsearch-index 99 something\n"


def test_other_settings_lead_to_a_full_build_with_a_reason(index: Path) -> None:
    assert (
        write(index, [sample(1)], rules="others")
        == "the settings of how a file becomes a post, or the program's own rules for it, have changed"
    )
    assert write(index, [sample(1)], rules="others") == ""


def test_another_analysis_leads_to_a_full_build_and_is_not_answered_from(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "ANALYSIS_STAMP", "another")
    with pytest.raises(IndexFormatError, match="text is analysed in another way"):
        found(index)
    assert "analysed in another way" in write(index, [sample(1)])
    assert found(index) == ["p1"]


def test_answering_imports_no_whoosh(index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from search.engines.whoosh.engine import WhooshEngine;"
        "from search.models import SearchRequest;"
        "print(WhooshEngine(Path(sys.argv[1])).open().search(SearchRequest('stem')).total, 'whoosh' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code, index], capture_output=True, text=True, check=True)
    assert result.stdout == "2 False\n"
