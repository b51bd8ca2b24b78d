"""The columns file: what is written is read, and what is damaged is said to be damaged."""

from pathlib import Path

import pytest

from search.analysis import analyze_post
from search.engines.whoosh.columns import open_columns
from search.engines.whoosh.compiler import ColumnsWriter
from search.errors import IndexDamagedError
from tests.engines.samples import make_post

POSTS = [
    make_post("b", "First title", "Body of the first.", tags=["One", "two"]),
    make_post("a", "Zweiter Titel", "Text über Größe", tags=["one"], lang="de"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns") / "segment.columns"
    writer = ColumnsWriter()
    for post in POSTS:
        writer.add(post, analyze_post(post))
    writer.write(path)
    return path


def test_a_post_is_read_as_it_was_written(written: Path) -> None:
    columns = open_columns(written)
    assert [columns.id(row) for row in range(columns.posts)] == ["b", "a"]
    assert columns.field_text(1, 2) == "Text über Größe"
    assert columns.tag_labels(0) == ("One", "two")
    assert columns.tag_labels(1) == ("One",)  # of two spellings the first of the segment is shown
    assert columns.record(0).url == "/blog/b/"


def test_the_words_at_the_positions_are_those_of_the_text(written: Path) -> None:
    columns = open_columns(written)
    first, end = columns.field_range(1, 2)
    raw = bytes(columns.text)
    spans = columns.word_bytes(1, [(position, 1) for position in range(first, end)])
    assert [raw[begin:last].decode() for begin, last in spans] == ["Text", "über", "Größe"]


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=r"gone\.columns"):
        open_columns(tmp_path / "gone.columns")


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.9, 0.999])
def test_a_truncated_file_is_damage(written: Path, tmp_path: Path, share: float) -> None:
    data = written.read_bytes()
    cut = tmp_path / "cut.columns"
    cut.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(IndexDamagedError):
        open_columns(cut)
