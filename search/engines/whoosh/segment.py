"""Posts -> one segment on disk: Whoosh's files in one compound file, the columns, and the list of what is in it.

Whoosh's own writer keeps every posting as a tuple, sorts them all, and goes over them once more; ours come sorted by
row and grouped by term, so they are handed straight to Whoosh's codec. The files are Whoosh's, byte for byte where the
order is (a test compares every posting with what Whoosh's own IndexWriter makes of the same posts).
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from whoosh.codec.whoosh3 import W3Codec
from whoosh.util.numeric import byte_to_length, length_to_byte

from search import disk
from search.analysis import analyze_post
from search.engines.whoosh.compiler import ColumnsWriter
from search.engines.whoosh.listing import listing_bytes
from search.engines.whoosh.memory import MemoryStorage
from search.engines.whoosh.schema import STORED_FIELD, make_schema
from search.engines.whoosh.snapshot import FileRecord, SegmentRecord
from search.engines.whoosh.stored import post_from_text, post_to_text
from search.engines.whoosh.toc import INDEX_NAME, WhooshSegment
from search.fields import SEARCHED
from search.models import Post

Posting = tuple[int, float, bytes]
"""Row, weight and encoded positions."""


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A segment just written: our record of it, Whoosh's, and the ids of its posts by row."""

    record: SegmentRecord
    whoosh: WhooshSegment
    ids: list[str]


class SegmentBuilder:
    """Gathers posts in memory, then writes them as one segment. A post's row is its place in the order of `add`."""

    def __init__(self) -> None:
        self._schema = make_schema()
        self._columns = ColumnsWriter()
        self._texts: list[str] = []
        self._ids: list[str] = []
        self._hashes: list[str] = []
        # By field: postings by term, and the number of tokens by row.
        self._postings: defaultdict[str, defaultdict[bytes, list[Posting]]] = defaultdict(lambda: defaultdict(list))
        self._lengths: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, post: Post) -> None:
        """Appends a post, wholly or not at all: what it raises leaves the builder as it was."""
        text = post_to_text(post)
        analysis = analyze_post(post)
        values = {**analysis, "id": post.id, **({"date": post.instant} if post.instant else {})}
        terms = {name: list(self._schema[name].index(value)) for name, value in values.items()}
        try:
            self._columns.add(post, analysis)
        except Exception:
            self._columns = _columns_of(map(post_from_text, self._texts))
            raise
        row = len(self._ids)
        self._texts.append(text)
        self._ids.append(post.id)
        self._hashes.append(post.content_hash)
        for name, found in terms.items():
            by_term = self._postings[name]
            for term, _, weight, value in found:
                by_term[term].append((row, weight, value))
        for field in SEARCHED:
            self._lengths[field.name][row] = len(analysis[field.name].terms)

    def write(self, folder: Path) -> NewSegment:
        """Writes the segment's three files into the generation folder and waits until they are on the disk.

        The builder is used up by it. Raises StorageError.
        """
        codec = W3Codec()
        memory = MemoryStorage()
        segment = codec.new_segment(memory, INDEX_NAME)
        self._write_documents(codec, memory, segment)
        self._write_postings(codec, memory, segment)
        segment.create_compound_file(memory)
        name: str = segment.segment_id()
        record = SegmentRecord(
            name=name,
            rows=len(self._ids),
            deleted=(),
            whoosh=_write(folder / f"{name}.seg", memory.content(f"{name}.seg")),
            columns=self._write_columns(folder / f"{name}.columns"),
            posts=_write(folder / f"{name}.posts", listing_bytes(self._ids, self._hashes)),
        )
        return NewSegment(record, segment, self._ids)

    def _write_documents(self, codec: W3Codec, memory: MemoryStorage, segment: WhooshSegment) -> None:
        writer = codec.per_document_writer(memory, segment)
        for row, text in enumerate(self._texts):
            writer.start_doc(row)
            for name, lengths in self._lengths.items():
                writer.add_field(name, self._schema[name], None, lengths[row])
            writer.add_field(STORED_FIELD, self._schema[STORED_FIELD], text, 0)
            writer.finish_doc()
        self._texts.clear()
        writer.close()
        segment.set_doc_count(len(self._ids))

    def _write_postings(self, codec: W3Codec, memory: MemoryStorage, segment: WhooshSegment) -> None:
        writer = codec.field_writer(memory, segment)
        for name in sorted(self._postings):
            by_term = self._postings.pop(name)
            # Whoosh keeps a length in one byte, and hands the writer what that byte stands for.
            lengths = {row: byte_to_length(length_to_byte(n)) for row, n in self._lengths[name].items()}
            writer.start_field(name, self._schema[name])
            for term in sorted(by_term):
                writer.start_term(term)
                for row, weight, value in by_term[term]:
                    writer.add(row, weight, value, lengths.get(row))
                writer.finish_term()
            writer.finish_field()
        writer.close()

    def _write_columns(self, path: Path) -> FileRecord:
        with disk.storage_errors("write", path):
            self._columns.write(path)
            return FileRecord.of(path, *disk.checksum(path))


def _columns_of(posts: Iterable[Post]) -> ColumnsWriter:
    columns = ColumnsWriter()
    for post in posts:
        columns.add(post, analyze_post(post))
    return columns


def _write(path: Path, data: bytes) -> FileRecord:
    disk.write_file(path, data)
    return FileRecord.of(path, len(data), zlib.crc32(data))
