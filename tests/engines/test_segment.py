"""A segment holds what Whoosh's own writer would make of the same posts, and columns of the same rows."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from search.analysis import Tokens, analyze, analyze_post
from search.engines.whoosh.columnar.columns import open_columns
from search.engines.whoosh.columnar.compiler import ColumnsWriter
from search.engines.whoosh.schema import Analysed, encode_positions, make_schema
from search.engines.whoosh.storage import segment as segment_module
from search.engines.whoosh.storage.listing import read_listing
from search.engines.whoosh.storage.memory import MemoryStorage
from search.engines.whoosh.storage.postings import encode_all
from search.engines.whoosh.storage.segment import NewSegment, SegmentBuilder
from search.engines.whoosh.storage.stored import post_to_text
from search.engines.whoosh.storage.stored_posts import StoredPosts
from search.models import Post
from tests.engines.samples import make_post

WORDS = ["stem", "cell", "meta-analysis", "trial", "naïve", "3.5%", "COVID-19", "幹細胞", "a"]
POSTS = st.lists(
    st.builds(
        make_post,
        st.just("x"),
        title=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
        body=st.lists(st.sampled_from(WORDS), max_size=300).map(" ".join),
        tags=st.lists(st.sampled_from(WORDS), max_size=3, unique=True),
        day=st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    ),
    min_size=1,
    max_size=12,
).map(lambda posts: [make_numbered(post, n) for n, post in enumerate(posts)])


def make_numbered(post: Post, number: int) -> Post:
    name = f"post-{number}"
    return make_post(name, post.title, post.body, tags=post.tags, day=post.day)


def written(folder: Path, posts: list[Post]) -> NewSegment:
    builder = SegmentBuilder()
    for post in posts:
        builder.add(post)
    return builder.write(folder)


def ours(folder: Path, segment: NewSegment) -> Any:
    return SegmentReader(FileStorage(str(folder)), make_schema(), segment.whoosh)


def whooshs(posts: list[Post]) -> Any:
    """The same posts through Whoosh's IndexWriter."""
    index = FileIndex.create(MemoryStorage(), make_schema())
    writer = index.writer()
    for post in posts:
        dated = {"date": post.instant} if post.instant else {}
        writer.add_document(id=post.id, post=post_to_text(post), **analyze_post(post), **dated)
    writer.commit()
    return index.reader()


def everything(reader: Any) -> list[Any]:
    """All that a reader knows of terms, postings, lengths and stored values."""
    found: list[Any] = []
    for name, term in reader.all_terms():
        info = reader.term_info(name, term)
        lengths = (info.min_length(), info.max_length(), info.max_weight())
        found.append((name, term, info.weight(), info.doc_frequency(), info.min_id(), info.max_id(), lengths))
        matcher = reader.postings(name, term)
        while matcher.is_active():
            found.append((matcher.id(), matcher.weight(), matcher.value()))
            matcher.next()
    for row in range(reader.doc_count_all()):
        lengths = tuple(reader.doc_field_length(row, name) for name in ("title", "body", "tags", "description"))
        found.append((row, lengths, reader.stored_fields(row)))
    found.append([reader.field_length(name) for name in ("title", "description", "body", "tags")])
    return found


@given(posts=POSTS)
def test_every_posting_is_the_one_that_whooshs_own_writer_makes(
    tmp_path_factory: pytest.TempPathFactory, posts: list[Post]
) -> None:
    folder = tmp_path_factory.mktemp("segment")
    assert everything(ours(folder, written(folder, posts))) == everything(whooshs(posts))


def test_rows_of_whoosh_columns_and_list_are_the_same(tmp_path: Path) -> None:
    posts = [make_post(f"p{n}", f"title {n}", "words " * n, tags=["a"]) for n in range(5)]
    segment = written(tmp_path, posts)
    columns = open_columns(tmp_path / segment.record.columns.name)
    stored = StoredPosts(tmp_path, {segment.record.name: (segment.record.whoosh, segment.whoosh)})
    assert [stored((segment.record.name, row))[0] for row in range(5)] == posts
    assert [columns.id(row) for row in range(5)] == [post.id for post in posts]
    assert list(read_listing(tmp_path, segment.record)) == [post.id for post in posts]


def test_a_segment_is_three_files(tmp_path: Path) -> None:
    segment = written(tmp_path, [make_post("a", "words")])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{segment.record.name}{ending}" for ending in (".seg", ".columns", ".posts")}


@given(st.lists(st.integers(0, 70_000), min_size=1, max_size=300).map(sorted))
def test_positions_are_encoded_as_whoosh_does(positions: list[int]) -> None:
    assert Positions().decode_positions(encode_positions(positions)) == positions
    assert encode_positions(positions) == Positions().encode(positions)


@given(st.lists(st.lists(st.integers(0, 200_000), min_size=1, max_size=40).map(sorted), min_size=1, max_size=20))
def test_many_are_encoded_as_each_alone(postings: list[list[int]]) -> None:
    flat = np.array([position for positions in postings for position in positions], np.int64)
    counts = np.array([len(positions) for positions in postings], np.int64)
    assert encode_all(flat, counts) == [encode_positions(positions) for positions in postings]


def test_a_word_that_stands_thousands_of_times_is_encoded_too() -> None:
    positions = list(range(0, 30_000, 7))
    assert encode_all(np.array(positions), np.array([len(positions)])) == [encode_positions(positions)]


def test_the_field_type_yields_each_term_once_with_its_positions() -> None:
    found = {term: (freq, value) for term, freq, _, value in Analysed().index(analyze("cell by cell"))}
    assert found == {b"cell": (2, encode_positions([0, 2])), b"by": (1, encode_positions([1]))}
    assert list(Analysed().index(Tokens())) == []


def test_a_post_that_fails_leaves_the_builder_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fragile(ColumnsWriter):
        """Fails half-way, when it has taken in a part of the post."""

        def add(self, post: Post, analysis: Any) -> None:
            super().add(post, analysis)
            if post.id == "bad":
                raise ValueError("half-way")

    monkeypatch.setattr(segment_module, "ColumnsWriter", Fragile)
    builder = SegmentBuilder()
    good = [make_post("a", "first words"), make_post("b", "second words")]
    builder.add(good[0])
    for bad in (make_post("bad", "spoilt"), make_post("c", "\udfff")):
        with pytest.raises(ValueError, match=r"half-way|surrogates"):
            builder.add(bad)
    builder.add(good[1])
    segment = builder.write(tmp_path)
    assert everything(ours(tmp_path, segment)) == everything(whooshs(good))
    assert open_columns(tmp_path / segment.record.columns.name).posts == 2
