"""CURRENT and snapshots: what was written comes back, and everything else is named, never a traceback."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.storage import generations
from search.engines.whoosh.storage.filerecord import FileRecord
from search.engines.whoosh.storage.snapshot import SegmentRecord, Snapshot, open_snapshot, parse_snapshot
from search.errors import IndexDamagedError, IndexFormatError, IndexMissingError, IndexUnavailableError, StorageError

RECORD = FileRecord("MAIN_a.seg", 10, 123, 1_700_000_000_000_000_001)
SEGMENT = SegmentRecord("MAIN_a", 3, 12, (1,), RECORD, RECORD, RECORD)
SNAPSHOT = Snapshot(
    generation="gen-20260102-030405-a1b2c3",
    number=4,
    previous=None,
    built=datetime(2026, 1, 2, 3, 4, 5, 678),  # noqa: DTZ001  # naive UTC, as Snapshot says
    stamp={"analysis": "1"},
    toc=replace(RECORD, name="_MAIN_4.toc"),
    segments=(SEGMENT,),
)


def published(folder: Path, snapshot: Snapshot = SNAPSHOT) -> Path:
    """Publishes it and returns its file."""
    (folder / snapshot.generation).mkdir(exist_ok=True)
    generations.publish(folder, snapshot)
    return folder / snapshot.path


def test_what_was_published_is_read(tmp_path: Path) -> None:
    published(tmp_path)
    assert open_snapshot(tmp_path) == SNAPSHOT
    assert SEGMENT.live == 2
    assert SNAPSHOT.files() == {"snapshot-4.json", "_MAIN_4.toc", "MAIN_a.seg"}


def test_before_the_first_build_there_is_no_index(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(IndexMissingError, match="no index in") as caught:
            open_snapshot(folder)
        assert "blogsearch index" in caught.value.remedy


def test_a_newer_format_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("blogsearch-index 2 whatever a newer program writes here\n")
    with pytest.raises(IndexFormatError, match="index format 2, this one knows 1"):
        open_snapshot(tmp_path)


@given(st.binary(max_size=120))
def test_any_other_content_of_current_is_damage(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("index")
    (folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamagedError, match="CURRENT is damaged"):
        open_snapshot(folder)


@given(st.data())
def test_a_flipped_byte_anywhere_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("index")
    path = data.draw(st.sampled_from([published(folder), folder / "CURRENT"]))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    with pytest.raises(IndexUnavailableError):
        open_snapshot(folder)


@given(st.integers(0, 400))
def test_a_truncated_snapshot_is_found(tmp_path_factory: pytest.TempPathFactory, length: int) -> None:
    path = published(tmp_path_factory.mktemp("index"))
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexDamagedError, match=r"snapshot-4\.json is damaged: it has \d+ bytes instead of \d+"):
        open_snapshot(path.parent.parent)


def test_a_snapshot_that_is_gone_is_named(tmp_path: Path) -> None:
    published(tmp_path).unlink()
    with pytest.raises(IndexDamagedError, match=r"snapshot-4\.json is damaged: it is gone"):
        open_snapshot(tmp_path)


def test_a_snapshot_swept_away_meanwhile_is_asked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = published(tmp_path)
    newer = replace(SNAPSHOT, number=5)
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self == path and path.exists():
            published(tmp_path, newer)
            path.unlink()
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert open_snapshot(tmp_path) == newer


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "", 7, None])
def test_a_name_that_leaves_the_folder_is_refused(name: object) -> None:
    import json

    raw = json.loads(SNAPSHOT.to_json())
    raw["toc"]["name"] = name
    with pytest.raises(IndexDamagedError, match="it is no snapshot"):
        parse_snapshot(json.dumps(raw).encode(), Path("snapshot-4.json"))


def test_what_cannot_be_read_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(StorageError, match="cannot read"):
        open_snapshot(tmp_path)
