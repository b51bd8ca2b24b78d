"""Posts out of a segment's Whoosh file: for a merge, for columns that are gone, for a post whose file became bad."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from search.engines.whoosh.schema import STORED_FIELD
from search.engines.whoosh.storage.filerecord import FileRecord, damaged
from search.engines.whoosh.storage.snapshot import Snapshot
from search.engines.whoosh.storage.stored import post_from_text
from search.engines.whoosh.storage.toc import WhooshSegment, read_toc
from search.models import Post

Place = tuple[str, int]
"""A segment's name and a row in it."""


class StoredPosts:
    """Reads posts by their place; each segment is opened when it is first needed. Picklable, for worker processes."""

    def __init__(self, generation: Path, segments: Mapping[str, tuple[FileRecord, WhooshSegment]]) -> None:
        """`generation` is the folder, `segments` each segment's file and Whoosh's object for it, by name."""
        self._generation = generation
        self._segments = segments
        self._readers: dict[str, Any] = {}

    @classmethod
    def of(cls, folder: Path, snapshot: Snapshot) -> "StoredPosts":
        """Those of a snapshot of the index folder. Raises IndexDamagedError, StorageError."""
        generation = folder / snapshot.generation
        toc = read_toc(generation, snapshot)
        return cls(generation, {record.name: (record.whoosh, toc[record.name]) for record in snapshot.segments})

    def __getstate__(self) -> dict[str, Any]:
        return {"_generation": self._generation, "_segments": self._segments, "_readers": {}}

    def __call__(self, place: Place) -> tuple[Post, None]:
        """The post at a place, in the form that Batch.add takes.

        A file is unpickled only after its checksum was found right. Raises IndexDamagedError, StorageError.
        """
        name, row = place
        reader = self._readers.get(name) or self._open(name)
        try:
            return post_from_text(reader.stored_fields(row)[STORED_FIELD]), None
        except (ValueError, TypeError, KeyError) as error:
            raise damaged(self._generation / f"{name}.seg", "it holds posts of another format") from error

    def _open(self, name: str) -> Any:
        record, segment = self._segments[name]
        record.check(self._generation, whole=True)
        storage = segment.open_compound_file(FileStorage(str(self._generation)))
        self._readers[name] = segment.codec().per_document_reader(storage, segment)
        return self._readers[name]
