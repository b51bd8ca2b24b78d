"""Whoosh's table of contents: its own list of segments with their deleted rows, one file for each snapshot.

A TOC is a pickle: it is read only after its size and checksum were found to be what our snapshot says.
"""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh.index import TOC

from search import disk
from search.engines.whoosh.schema import make_schema
from search.engines.whoosh.storage.filerecord import FileRecord, damaged
from search.engines.whoosh.storage.memory import MemoryStorage
from search.engines.whoosh.storage.snapshot import Snapshot

INDEX_NAME = "MAIN"

WhooshSegment = Any
"""whoosh.codec.base.Segment; Whoosh 2.7.4 has no types."""


def write_toc(folder: Path, number: int, segments: Sequence[tuple[WhooshSegment, Sequence[int]]]) -> FileRecord:
    """Writes the TOC of snapshot `number`: each segment with its deleted rows. Raises StorageError."""
    for segment, deleted in segments:
        for row in deleted:
            segment.delete_document(row)
    memory = MemoryStorage()
    TOC(make_schema(), [segment for segment, _ in segments], number).write(memory, INDEX_NAME)
    name = f"_{INDEX_NAME}_{number}.toc"
    data = memory.content(name)
    disk.write_file(folder / name, data)
    return FileRecord.of(folder / name, len(data), zlib.crc32(data))


def read_toc(folder: Path, snapshot: Snapshot) -> Mapping[str, WhooshSegment]:
    """Whoosh's segments of a snapshot, by name. Raises IndexDamagedError, StorageError."""
    memory = MemoryStorage()
    memory.files[snapshot.toc.name] = snapshot.toc.read(folder)
    toc = TOC.read(memory, INDEX_NAME, gen=snapshot.number)
    segments = {segment.segment_id(): segment for segment in toc.segments}
    if set(segments) != {record.name for record in snapshot.segments}:
        raise damaged(folder / snapshot.toc.name, "it lists other segments than the snapshot")
    return segments
