"""What is published: `CURRENT` names a snapshot, the snapshot names every file that a reader or a writer needs.

    index/CURRENT                        one line: format, generation/snapshot, its size and CRC-32
    index/gen-20260102-030405-a1b2c3/    one full build and the runs that went on from it
        snapshot-4.json                  this module's Snapshot: segments, deleted rows, stamp, time
        _MAIN_4.toc                      Whoosh's table of contents of the same state
        MAIN_x3f….seg .columns .posts    one segment: Whoosh's files, the columns, ids and hashes by row

No file is ever changed once it is named by a published snapshot, so a reader that holds one goes on with it.
Nothing here needs Whoosh or numpy.
"""

import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from search.engines.whoosh.storage.filerecord import FileRecord, check_content, damaged, read_file, unreadable
from search.errors import IndexDamagedError, IndexFormatError, IndexMissingError

FORMAT = 1
"""The layout above. A reader that knows format n refuses n + 1 with a sentence."""

_MAGIC = "blogsearch-index"
_POINTER = re.compile(r"(gen-[0-9a-z-]+)/snapshot-([0-9]+)\.json ([0-9]+) ([0-9a-f]{8})")
_NAME = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]*")


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """One immutable segment. Row numbers count from 0 in the order in which posts were written; `deleted` is sorted;
    `words` is the number of tokens of all rows."""

    name: str
    rows: int
    words: int
    deleted: tuple[int, ...]
    whoosh: FileRecord
    columns: FileRecord
    posts: FileRecord

    @property
    def live(self) -> int:
        """Posts that are not deleted."""
        return self.rows - len(self.deleted)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state. `number` counts publications within the generation, `previous` is the generation that is
    kept one build longer, `built` an instant (naive UTC)."""

    generation: str
    number: int
    previous: str | None
    built: datetime
    stamp: Mapping[str, str]
    toc: FileRecord
    segments: tuple[SegmentRecord, ...]

    @property
    def filename(self) -> str:
        return f"snapshot-{self.number}.json"

    @property
    def path(self) -> str:
        """Relative to the index folder."""
        return f"{self.generation}/{self.filename}"

    @property
    def label(self) -> str:
        """Another for every publication."""
        return f"{self.generation}.{self.number}"

    def files(self) -> set[str]:
        """The names of all files in the generation folder that this state needs, its own included."""
        records = [self.toc, *(record for s in self.segments for record in (s.whoosh, s.columns, s.posts))]
        return {self.filename, *(record.name for record in records)}

    def to_json(self) -> bytes:
        return json.dumps(asdict(self) | {"built": self.built.isoformat()}, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `CURRENT` says."""

    generation: str
    number: int
    size: int
    crc: int

    @classmethod
    def to(cls, snapshot: Snapshot, data: bytes) -> "Pointer":
        return cls(snapshot.generation, snapshot.number, len(data), zlib.crc32(data))

    @property
    def path(self) -> str:
        return f"{self.generation}/snapshot-{self.number}.json"

    def to_line(self) -> bytes:
        return f"{_MAGIC} {FORMAT} {self.path} {self.size} {self.crc:08x}\n".encode()


def read_pointer(folder: Path) -> Pointer:
    """What `CURRENT` of the index folder says.

    Raises IndexMissingError before the first build, IndexFormatError for a newer layout, IndexDamagedError.
    """
    path = folder / "CURRENT"
    try:
        line = path.read_bytes().decode("ascii", "replace")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissingError(f"there is no index in {folder} yet", remedy="run `blogsearch index`") from None
    except OSError as error:
        raise unreadable(path, error) from error
    magic, _, rest = line.partition(" ")
    version, _, rest = rest.partition(" ")
    if magic == _MAGIC and version.isascii() and version.isdigit() and int(version) > FORMAT:
        raise IndexFormatError(
            f"{folder} was written by a newer blogsearch (index format {version}, this one knows {FORMAT})",
            remedy="update blogsearch, or choose another folder with --index",
        )
    match = _POINTER.fullmatch(rest.removesuffix("\n"))
    if magic != _MAGIC or version != str(FORMAT) or not match:
        raise damaged(path, "it is no pointer to a snapshot")
    return Pointer(match[1], int(match[2]), int(match[3]), int(match[4], 16))


def open_snapshot(folder: Path) -> Snapshot:
    """The published state of the index folder.

    A snapshot that a writer swept away between the two reads is asked for again. Raises as `read_pointer`, and
    IndexDamagedError where the snapshot is gone, altered or makes no sense.
    """
    pointer = read_pointer(folder)
    while True:
        try:
            return read_snapshot(folder, pointer)
        except IndexDamagedError:
            again = read_pointer(folder)
            if again == pointer:
                raise
            pointer = again


def read_snapshot(folder: Path, pointer: Pointer) -> Snapshot:
    """The snapshot that `pointer` names. Raises IndexDamagedError, StorageError."""
    path = folder / pointer.path
    data = read_file(path)
    check_content(path, data, pointer.size, pointer.crc)
    snapshot = parse_snapshot(data, path)
    if (snapshot.generation, snapshot.number) != (pointer.generation, pointer.number):
        raise damaged(path, "it is the snapshot of another state")
    return snapshot


def parse_snapshot(data: bytes, path: Path) -> Snapshot:
    """The inverse of Snapshot.to_json; `path` is for the message. Raises IndexDamagedError."""
    try:
        raw = json.loads(data)
        return Snapshot(
            generation=str(raw["generation"]),
            number=int(raw["number"]),
            previous=raw["previous"],
            built=datetime.fromisoformat(raw["built"]),
            stamp=dict(raw["stamp"]),
            toc=_file(raw["toc"]),
            segments=tuple(_segment(segment) for segment in raw["segments"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(path, "it is no snapshot") from error


def _file(raw: Mapping[str, object]) -> FileRecord:
    name = raw["name"]
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise ValueError(name)
    return FileRecord(name, *(int(raw[key]) for key in ("size", "crc", "mtime")))  # type: ignore[call-overload]


def _segment(raw: Mapping[str, object]) -> SegmentRecord:
    name, rows, words, deleted = raw["name"], raw["rows"], raw["words"], raw["deleted"]
    if not (isinstance(name, str) and isinstance(rows, int) and isinstance(words, int) and isinstance(deleted, list)):
        raise ValueError(raw)
    files = (_file(raw[key]) for key in ("whoosh", "columns", "posts"))  # type: ignore[arg-type]
    return SegmentRecord(name, rows, words, tuple(map(int, deleted)), *files)
