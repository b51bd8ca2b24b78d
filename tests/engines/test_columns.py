"""The columns file: what is written is read, and what is damaged is said to be damaged."""

import re
import tracemalloc
from datetime import date
from pathlib import Path
from random import Random
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import analyze_post
from search.engines.whoosh.answering.expand import FUZZY_TERMS, PREFIX_TERMS, fuzzy_terms, prefix_terms
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar import columns, grouping
from search.engines.whoosh.columnar.arrayfile import read_arrays
from search.engines.whoosh.columnar.columns import Columns, Segment, open_columns
from search.engines.whoosh.columnar.compiler import MAX_LANGUAGES, ColumnsWriter, compile_columns
from search.errors import IndexDamagedError, IndexFormatError
from search.models import Post, SearchRequest
from tests.engines.generated import posts
from tests.engines.samples import make_post

POSTS = [
    make_post("b", "First title", "Body of the first.", tags=["One", "two"], day=date(2020, 2, 3)),
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
    first, second = columns.record(0), columns.record(1)
    assert (first.title, first.tags, first.image) == ("First title", ("One", "two"), "")
    assert (second.id, second.url, second.lang) == ("a", "/blog/a/", "de")
    assert second.tags == ("One",)  # of two spellings the first of the segment is shown


def test_what_is_shown_of_a_post_is_kept_apart_by_what_no_text_shows() -> None:
    post = make_post("nul", "a\0b", description="", tags=["x\0y", ""])
    record = compile_columns([post]).record(0)
    assert (record.title, record.description, record.tags) == ("a\ufffdb", "", ("x\ufffdy", ""))


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


REQUESTS = (
    SearchRequest(""),
    SearchRequest("title body", explain=True),
    SearchRequest('"body of the" zweit* frist~ -nothing', tags=("one",), years=(2020,), since=date(2000, 1, 1)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numbers that make no sense may overflow on the way
@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_damage_or_another_answer(written: Path, tmp_path: Path, position: float, bit: int) -> None:
    data = bytearray(written.read_bytes())
    data[int(len(data) * position)] ^= 1 << bit
    flipped = tmp_path / "flipped.columns"
    flipped.write_bytes(data)
    try:
        searcher = Searcher([Segment(open_columns(flipped), np.zeros(0, np.uint32))])
        answers = [searcher.search(request) for request in REQUESTS]
    except (IndexDamagedError, IndexFormatError):
        return
    assert all(answer.total <= len(POSTS) for answer in answers)


@pytest.mark.parametrize("name", ["list_rows", "tag_starts", "piece_starts"])
@pytest.mark.parametrize("places", [slice(1, 2), slice(1, None)])
def test_bounds_that_are_far_off_are_damage_and_fill_no_memory(written: Path, name: str, places: slice) -> None:
    meta, arrays = read_arrays(written)
    harmed = arrays[name].copy()
    harmed[places] |= 1 << 31

    def answer() -> None:
        searcher = Searcher([Segment(Columns(meta, {**arrays, name: harmed}), np.zeros(0, np.uint32))])
        for query in ("body", "title OR titel"):  # the first of the terms, and what shows every piece
            searcher.search(SearchRequest(query))

    with pytest.raises((IndexDamagedError, ValueError)):
        answer()


def test_the_tags_of_a_post_that_reach_beyond_all_are_not_gathered(written: Path) -> None:
    meta, arrays = read_arrays(written)
    harmed = arrays["tag_starts"].copy()
    harmed[1] += 1 << 24
    searcher = Searcher([Segment(Columns(meta, {**arrays, "tag_starts": harmed}), np.zeros(0, np.uint32))])
    with pytest.raises(IndexDamagedError, match="end before they begin"):
        searcher.search(SearchRequest("body"))


def test_another_format_is_told_from_damage(written: Path, tmp_path: Path) -> None:
    data = bytearray(written.read_bytes())
    data[8] += 1
    later = tmp_path / "later.columns"
    later.write_bytes(data)
    with pytest.raises(IndexFormatError, match="format"):
        open_columns(later)


def test_the_file_in_memory_and_the_file_on_disk_answer_alike(written: Path) -> None:
    nothing = np.zeros(0, np.uint32)
    mapped, made = (
        Searcher([Segment(columns, nothing)]) for columns in (open_columns(written), compile_columns(POSTS))
    )
    for request in REQUESTS:
        assert mapped.search(request).hits == made.search(request).hits


def test_posts_in_many_languages_are_found_in_a_bounded_number_of_tables() -> None:
    posts = [make_post(f"p{number}", body="running", lang=f"x{number}") for number in range(300)]
    columns = compile_columns([*posts, make_post("last", body="running", lang="en")])
    assert len(columns.classes) == MAX_LANGUAGES
    searcher = Searcher([Segment(columns, np.zeros(0, np.uint32))])
    assert searcher.search(SearchRequest("running")).total == 301


def test_prefixes_and_fuzzy_words_stand_for_a_bounded_number_of_words() -> None:
    many = [f"x{first}{second}{third}" for first in ascii_lowercase for second in ascii_lowercase for third in "ab"]
    columns = compile_columns([make_post("many", body=" ".join([*many, *many[-9:]]))])
    terms = prefix_terms(columns, "x")
    assert len(terms) == PREFIX_TERMS
    assert set(map(columns.terms.__getitem__, terms)) <= {word.encode() for word in many}
    assert len(fuzzy_terms(columns, "xaaa", 2)) == FUZZY_TERMS


def test_of_too_many_words_with_a_prefix_the_frequent_ones_count() -> None:
    words = [f"x{number:03}" for number in range(PREFIX_TERMS + 9)]
    columns = compile_columns([make_post("all", body=" ".join(words)), make_post("last", body=" ".join(words[-9:]))])
    found = {columns.terms[term].decode() for term in prefix_terms(columns, "x")}
    assert set(words[-9:]) <= found


def test_a_number_is_never_a_typing_mistake() -> None:
    columns = compile_columns([make_post("numbers", body="2021 2022 covid19 covid18 cove")])
    assert fuzzy_terms(columns, "2021", 2) == fuzzy_terms(columns, "covid19", 2) == []
    assert [columns.terms[term] for term in fuzzy_terms(columns, "cave", 1)] == [b"cove"]


def described() -> list[tuple[str, str]]:
    """(array, type) of every row of the table in columns.py."""
    rows = (line.split() for line in (columns.__doc__ or "").splitlines() if line.startswith("    "))
    return [(row[0], row[1]) for row in rows if row[0] != "array"]


def test_the_table_of_arrays_is_that_of_the_file(written: Path) -> None:
    made = {name: array.dtype for name, array in read_arrays(written)[1].items()}
    single = {re.sub(r"_\d+$", "_i", name): dtype for name, dtype in made.items()}
    assert sorted(single) == sorted(name for name, _ in described())
    for name, kind in described():
        assert single[name].kind == "u" if kind == "u" else single[name] == np.dtype(kind), name


def test_the_architecture_has_the_same_table() -> None:
    text = (Path(columns.__file__).parents[3] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| (\w+) \| (?:`.*?`)? \| ", text, re.MULTILINE) == described()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=posts(vocabulary=("ant", "ants", "meta-analysis", "cart", "carts"), languages=("en", "de", "fr")))
def test_the_columns_are_the_same_in_stretches_of_any_length(made: list[Post], tmp_path: Path) -> None:
    def in_stretches(stretch: int) -> bytes:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(grouping, "STRETCH", stretch)
            writer = ColumnsWriter()
            for post in made * 3:  # what three posts share is a phrase
                writer.add(post, analyze_post(post))
            writer.write(tmp_path / "some.columns")
        return (tmp_path / "some.columns").read_bytes()

    assert in_stretches(3) == in_stretches(1000)


def test_writing_takes_few_bytes_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside what is held of the posts; that bounds the words of a segment."""
    monkeypatch.setattr(grouping, "STRETCH", 1 << 12)
    words = [f"word{number}{ending}" for number in range(250) for ending in ("", "s")]
    post = make_post("long", body=" ".join(Random(1).choices(words, k=5000)))
    analysis = analyze_post(post)
    writer = ColumnsWriter()
    for _ in range(60):
        writer.add(post, analysis)
    tracemalloc.start()
    try:
        writer.write(tmp_path / "many.columns")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak / (60 * len(analysis["body"].terms)) < 32
