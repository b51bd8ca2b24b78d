"""The engine of one index folder: answers from the published snapshot, and hands out batches to write with."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from search import disk
from search.engines.whoosh import damage, generations
from search.engines.whoosh.listing import read_manifest
from search.engines.whoosh.lock import WriterLock
from search.engines.whoosh.snapshot import Snapshot, open_snapshot, read_pointer
from search.engines.whoosh.stamp import difference, reading_stamp, writing_stamp
from search.errors import IndexDamagedError, IndexFormatError, IndexMissingError
from search.models import Answer, IndexedPost, IndexStatus, RelatedPost, SearchRequest, Suggestion, TagCount
from search.query.synonyms import Synonyms

if TYPE_CHECKING:
    from search.engines.whoosh.batch import WhooshBatch
    from search.engines.whoosh.collection import Segment
    from search.engines.whoosh.searcher import Searcher


@dataclass(frozen=True, slots=True)
class _Opened:
    """A snapshot that is being answered from; `seen` is what CURRENT was like when it was read."""

    seen: tuple[int, int, int]
    snapshot: Snapshot
    segments: "Sequence[Segment]"
    searcher: "Searcher"


class WhooshEngine:
    """base.Engine. Safe to share between threads; a new snapshot is taken up between two calls."""

    def __init__(self, folder: Path, synonyms: Synonyms | None = None) -> None:
        """`folder` is the index folder; it need not be there yet, and is not touched before something is asked."""
        self._folder = folder
        self._synonyms = synonyms or Synonyms()
        self._opening = threading.Lock()
        self._opened: _Opened | None = None

    def search(self, request: SearchRequest) -> Answer:
        return self._current().searcher.search(request)

    def suggest(self, text: str, most: int) -> Sequence[Suggestion]:
        return self._current().searcher.suggest(text, most)

    def related(self, post_id: str, most: int) -> Sequence[RelatedPost]:
        return self._current().searcher.related(post_id, most)

    def post(self, post_id: str) -> IndexedPost:
        return self._current().searcher.post(post_id)

    def tags(self, prefix: str) -> Sequence[TagCount]:
        return self._current().searcher.tags(prefix)

    def manifest(self) -> Mapping[str, str]:
        try:
            snapshot = open_snapshot(self._folder)
        except IndexMissingError:
            return {}
        return read_manifest(self._folder, snapshot)

    def status(self) -> IndexStatus:
        from search.engines.whoosh.reading import count_tags

        opened = self._current()
        records = opened.snapshot.segments
        return IndexStatus(
            posts=sum(record.live for record in records),
            tags=count_tags(opened.segments),
            size=generations.size(self._folder),
            generation=opened.snapshot.label,
            built=opened.snapshot.built,
            segments=len(records),
            deleted=sum(len(record.deleted) for record in records),
        )

    def verify(self) -> tuple[str, ...]:
        return tuple(str(error) for error in damage.find(self._folder, open_snapshot(self._folder), whole=True))

    def close(self) -> None:
        self._opened = None

    def _current(self) -> _Opened:
        opened = self._opened
        if opened and opened.seen == self._seen():
            return opened
        with self._opening:
            seen = self._seen()
            if self._opened is None or self._opened.seen != seen:
                self._opened = _open(self._folder, seen, self._synonyms)
            return self._opened

    def _seen(self) -> tuple[int, int, int]:
        """Changes with every publication: `CURRENT` is replaced, never written to."""
        try:
            found = (self._folder / "CURRENT").stat()
        except OSError:
            return (0, 0, 0)  # read_pointer says what is wrong
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    @contextmanager
    def writing(self, *, rules: str, wait: float, full: str = "", verify: bool = False) -> "Iterator[WhooshBatch]":
        from search.engines.whoosh.batch import WhooshBatch  # imports Whoosh, which no query needs
        from search.engines.whoosh.distribution import whoosh_distribution

        stamp = writing_stamp(rules, whoosh_distribution())
        disk.make_folder(self._folder)
        with WriterLock(self._folder, wait):
            base, why_full = _start(self._folder, stamp, verify=verify)
            if base:
                generations.sweep(self._folder, base)
            batch = WhooshBatch(self._folder, base, full or why_full, stamp, verify=verify)
            try:
                yield batch
            finally:
                batch.close()


def _open(folder: Path, seen: tuple[int, int, int], synonyms: Synonyms) -> _Opened:
    """Opens what is published. Files that are gone because a writer has just swept them away are no damage: then there
    is a newer snapshot, which is opened instead."""
    from search.engines.whoosh.reading import open_segments
    from search.engines.whoosh.searcher import Searcher

    while True:
        snapshot = open_snapshot(folder)
        reason = difference(snapshot.stamp, reading_stamp())
        if reason:
            raise IndexFormatError(f"{folder} cannot be searched: {reason}", remedy="run `blogsearch index`")
        try:
            segments = open_segments(folder, snapshot, recompile=False)
        except IndexDamagedError:
            if read_pointer(folder).path != snapshot.path:
                continue
            segments = open_segments(folder, snapshot, recompile=True)
        return _Opened(seen, snapshot, segments, Searcher(segments, synonyms=synonyms))


def _start(folder: Path, stamp: Mapping[str, str], *, verify: bool) -> tuple[Snapshot | None, str]:
    """The published snapshot (None where there is none that can be read), and why a run cannot go on from it."""
    try:
        base = open_snapshot(folder)
    except IndexMissingError:
        return None, "there is no index yet"
    except IndexDamagedError as error:
        return None, str(error)
    if reason := difference(base.stamp, stamp):
        return base, reason
    # Damaged columns alone are no reason: the batch writes that segment again from what Whoosh has stored.
    broken = damage.find(folder, base, whole=verify, columns=False)
    return base, str(broken[0]) if broken else ""
