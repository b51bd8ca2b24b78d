"""Posts -> one segment on disk: the columns, Whoosh's files in one compound file, and the list of what is in it.

Each post is analysed once, the words are inverted once, for the columns; Whoosh's postings are then written from these.
A test compares every posting, length and stored value with what Whoosh's own IndexWriter makes of the same posts.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import StructFile

from search import disk
from search.analysis import analyze_post
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.compiler import ColumnsWriter
from search.engines.whoosh.schema import STORED_FIELD, make_schema
from search.engines.whoosh.storage.filerecord import FileRecord
from search.engines.whoosh.storage.listing import listing_bytes
from search.engines.whoosh.storage.memory import MemoryStorage
from search.engines.whoosh.storage.postings import field_postings, write_field
from search.engines.whoosh.storage.snapshot import SegmentRecord
from search.engines.whoosh.storage.stored import post_from_text, post_to_text
from search.engines.whoosh.storage.toc import INDEX_NAME, WhooshSegment
from search.fields import SEARCHED
from search.models import Post

_SCHEMA = make_schema()


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A segment just written: our record of it, Whoosh's, and the ids of its posts by row."""

    record: SegmentRecord
    whoosh: WhooshSegment
    ids: list[str]


class SegmentBuilder:
    """Gathers posts in memory, then writes them as one segment. A post's row is its place in the order of `add`."""

    def __init__(self) -> None:
        self.words = 0
        """Tokens of all posts added."""
        self._columns = ColumnsWriter()
        self._texts: list[str] = []
        self._ids: list[str] = []
        self._hashes: list[str] = []
        self._instants: list[datetime | None] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, post: Post) -> None:
        """Appends a post, wholly or not at all: what it raises leaves the builder as it was."""
        text = post_to_text(post)
        analysis = analyze_post(post)
        try:
            self._columns.add(post, analysis)
        except Exception:
            self._columns = _columns_of(map(post_from_text, self._texts))
            raise
        self.words += sum(len(tokens.terms) for tokens in analysis.values())
        self._texts.append(text)
        self._ids.append(post.id)
        self._hashes.append(post.content_hash)
        self._instants.append(post.instant)

    def write(self, folder: Path) -> NewSegment:
        """Writes the segment's three files into the generation folder and waits until they are on the disk.

        The builder is used up by it. Raises StorageError.
        """
        memory = MemoryStorage()
        segment = W3Codec().new_segment(memory, INDEX_NAME)
        name: str = segment.segment_id()
        columns = folder / f"{name}.columns"
        arrays = self._columns.write(columns)
        del self._columns
        self._write_documents(memory, segment, arrays["lengths"])
        self._write_postings(memory, segment, arrays)
        del arrays
        compound = folder / f"{name}.seg"
        _write_compound(compound, memory, segment)
        return NewSegment(
            SegmentRecord(
                name=name,
                rows=len(self._ids),
                words=self.words,
                deleted=(),
                whoosh=_record(compound),
                columns=_record(columns),
                posts=_write(folder / f"{name}.posts", listing_bytes(self._ids, self._hashes)),
            ),
            segment,
            self._ids,
        )

    def _write_documents(self, memory: MemoryStorage, segment: WhooshSegment, lengths: Array) -> None:
        writer = segment.codec().per_document_writer(memory, segment)
        specs = [(field.name, _SCHEMA[field.name]) for field in SEARCHED]
        for row, (text, of_row) in enumerate(zip(self._texts, lengths.tolist(), strict=True)):
            writer.start_doc(row)
            for (name, spec), length in zip(specs, of_row, strict=True):
                writer.add_field(name, spec, None, length)
            writer.add_field(STORED_FIELD, _SCHEMA[STORED_FIELD], text, 0)
            writer.finish_doc()
        self._texts.clear()
        writer.close()
        segment.set_doc_count(len(self._ids))

    def _write_postings(self, memory: MemoryStorage, segment: WhooshSegment, arrays: Mapping[str, Array]) -> None:
        writer = segment.codec().field_writer(memory, segment)
        searched = {field.name: number for number, field in enumerate(SEARCHED)}
        for name in sorted([*searched, "date", "id"]):
            if name in searched:
                number = searched[name]
                write_field(writer, name, _SCHEMA[name], field_postings(arrays, number), arrays["lengths"][:, number])
            else:
                self._write_values(writer, name, self._ids if name == "id" else self._instants)
        writer.close()

    def _write_values(self, writer: Any, name: str, values: Sequence[Any]) -> None:
        """A field that is one value, not words: its terms as Whoosh's field type makes them."""
        rows = defaultdict(list)
        for row, value in enumerate(values):
            for term, *_ in _SCHEMA[name].index(value) if value is not None else ():
                rows[term].append(row)
        writer.start_field(name, _SCHEMA[name])
        for term in sorted(rows):
            writer.start_term(term)
            for row in rows[term]:
                writer.add(row, 1.0, b"", None)
            writer.finish_term()
        writer.finish_field()


def _columns_of(posts: Iterable[Post]) -> ColumnsWriter:
    columns = ColumnsWriter()
    for post in posts:
        columns.add(post, analyze_post(post))
    return columns


class _Unclosed(StructFile):
    """A file that stays open when Whoosh has written it: it is still to be synced."""

    def close(self) -> None:
        self.flush()


def _write_compound(path: Path, memory: MemoryStorage, segment: WhooshSegment) -> None:
    """Writes the files in memory as one, straight to the disk: in memory they would be there twice."""
    with disk.new_file(path) as file:
        CompoundStorage.assemble(_Unclosed(file), memory, segment.list_files(memory))
    segment.compound = True


def _record(path: Path) -> FileRecord:
    with disk.storage_errors("read", path):
        return FileRecord.of(path, *disk.checksum(path))


def _write(path: Path, data: bytes) -> FileRecord:
    disk.write_file(path, data)
    return FileRecord.of(path, len(data), zlib.crc32(data))
