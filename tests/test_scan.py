"""The memory of the last run: it comes back as it was saved, and is trusted no further than times can be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.models import LeftOut, Problem
from search.scan import RACY, Indexed, Scan, due_at, load_scan, save_scan, stat_of

WORD = st.text(max_size=20)
DUE = st.none() | st.datetimes()
OUTCOMES = st.one_of(
    st.builds(Indexed, WORD, WORD, WORD, DUE),
    st.builds(LeftOut, WORD, DUE),
    st.builds(Problem, WORD, st.none() | st.integers(1), WORD, WORD, WORD),
)
STATS = st.tuples(*[st.integers(0, 2**63)] * 4)
POST = Indexed("a", "hash", "/a/", None)
TIME = 1_800_000_000_000_000_000
NOW = datetime.fromtimestamp(TIME / 1e9, UTC).replace(tzinfo=None)


def scan_of(stat: tuple[int, int, int, int], outcome: object = POST) -> Scan:
    assert isinstance(outcome, Indexed | LeftOut | Problem)
    return Scan("stamp", TIME, {"a.md": (stat, outcome)})


@given(st.dictionaries(WORD, st.tuples(STATS, OUTCOMES), max_size=5))
def test_a_scan_comes_back_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory, files: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("scan") / "scan.json"
    scan = Scan("stamp", TIME, files)  # type: ignore[arg-type]  # what Hypothesis builds is not typed that far
    save_scan(path, scan)
    assert load_scan(path, "stamp") == scan
    assert load_scan(path, "another") == Scan("another", 0, {})


@given(st.integers(0), st.integers(0, 7))
def test_a_damaged_scan_is_no_scan(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    path = tmp_path_factory.mktemp("scan") / "scan.json"
    save_scan(path, scan_of((1, 2, 3, 4)))
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)
    assert load_scan(path, "stamp") == Scan("stamp", 0, {})


def test_without_a_file_there_is_no_scan(tmp_path: Path) -> None:
    assert load_scan(tmp_path / "none" / "scan.json", "stamp").files == {}


def test_an_unchanged_file_need_not_be_read() -> None:
    old = (10, TIME - RACY, TIME - RACY, 5)
    assert scan_of(old).known("a.md", old, NOW) == POST
    assert scan_of(old).known("b.md", old, NOW) is None


@pytest.mark.parametrize("changed", range(4))
def test_a_change_of_size_time_or_inode_is_seen(changed: int) -> None:
    old = (10, 1000, 1000, 5)
    new = tuple(value + (number == changed) for number, value in enumerate(old))
    assert scan_of(old).known("a.md", (new[0], new[1], new[2], new[3]), NOW) is None


@pytest.mark.parametrize("times", [(TIME - RACY + 1, 0), (0, TIME - RACY + 1), (TIME + 10**12, 0)])
def test_a_file_changed_shortly_before_it_was_read_is_read_again(times: tuple[int, int]) -> None:
    stat = (10, *times, 5)
    assert scan_of(stat).known("a.md", stat, NOW) is None


@pytest.mark.parametrize("outcome", [Indexed("a", "h", "/a/", NOW), LeftOut("future", NOW)])
def test_a_file_is_read_again_when_its_date_has_passed_since(outcome: Indexed | LeftOut) -> None:
    stat = (10, 0, 0, 5)
    earlier = Scan("stamp", TIME - 10**9, {"a.md": (stat, outcome)})
    later = Scan("stamp", TIME + 10**9, {"a.md": (stat, outcome)})
    assert due_at(outcome) == NOW
    assert earlier.known("a.md", stat, NOW) is None
    assert earlier.known("a.md", stat, NOW.replace(year=2001)) == outcome
    assert later.known("a.md", stat, NOW.replace(year=2031)) == outcome


def test_a_file_that_cannot_be_looked_at_has_no_stat(tmp_path: Path) -> None:
    assert stat_of(tmp_path / "none") is None
    (tmp_path / "a").write_text("words")
    found = stat_of(tmp_path / "a")
    assert found
    assert found[0] == 5
