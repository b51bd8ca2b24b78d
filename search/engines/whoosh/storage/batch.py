"""One run of writing: what it adds and deletes, held apart from the published index until `publish`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from search import disk
from search.engines.base import Added, Item, Note, Progress, Unwatched
from search.engines.whoosh.storage import generations
from search.engines.whoosh.storage.build import build
from search.engines.whoosh.storage.listing import read_listing
from search.engines.whoosh.storage.merge import Size, segments_to_merge
from search.engines.whoosh.storage.segment import NewSegment
from search.engines.whoosh.storage.snapshot import SegmentRecord, Snapshot
from search.engines.whoosh.storage.stored_posts import Place, StoredPosts
from search.engines.whoosh.storage.toc import WhooshSegment, read_toc, write_toc
from search.errors import IndexDamagedError, StorageError
from search.models import Post


@dataclass(slots=True, eq=False)
class _Part:
    """A segment of the coming snapshot. `ids` by row; `deleted` grows as the batch goes on."""

    record: SegmentRecord
    whoosh: WhooshSegment
    ids: Sequence[str]
    deleted: set[int] = field(default_factory=set)

    @property
    def live(self) -> int:
        return self.record.rows - len(self.deleted)

    def places(self) -> list[Place]:
        return [(self.record.name, row) for row in range(self.record.rows) if row not in self.deleted]


class WhooshBatch:
    """base.Batch over one index folder, whose lock the caller holds.

    It goes on from the snapshot `base` where `why_full` is "", else it writes a generation of its own, and `base` only
    gives earlier versions of posts to `keep`.
    """

    def __init__(
        self, folder: Path, base: Snapshot | None, why_full: str, stamp: Mapping[str, str], *, verify: bool
    ) -> None:
        """`verify` reads the columns against their checksums, to write those that are damaged once more.

        Raises IndexDamagedError where it should go on from `base` and cannot, StorageError.
        """
        self.why_full = why_full
        self._folder = folder
        self._base = base
        self._stamp = stamp
        self._verify = verify
        self._parts: list[_Part] = []
        self._manifest: dict[str, str] = {}
        self._where: dict[str, tuple[_Part, int]] = {}
        self._number = 1  # of the snapshot that will be published
        self._changed = False
        if base and not why_full:
            self._generation = folder / base.generation
            self._number = base.number + 1
            self._go_on_from(base)
        else:
            self._generation = generations.new_generation(folder)
            self._changed = True

    def _go_on_from(self, base: Snapshot) -> None:
        segments = read_toc(self._generation, base)
        for record in base.segments:
            listing = read_listing(self._generation, record)
            part = _Part(record, segments[record.name], list(listing), set(record.deleted))
            self._parts.append(part)
            for row, (id_, content_hash) in enumerate(listing.items()):
                if row not in part.deleted:
                    self._manifest[id_] = content_hash
                    self._where[id_] = (part, row)

    def manifest(self) -> Mapping[str, str]:
        return self._manifest

    def add(
        self, load: Callable[[Item], tuple[Post | None, Note]], items: Sequence[Item], progress: Progress
    ) -> Added[Note]:
        added, segments = build(self._generation, load, items, progress)
        self._take(segments)
        return added

    def _take(self, segments: Sequence[NewSegment]) -> None:
        for segment in segments:
            self.delete(segment.ids)
            part = _Part(segment.record, segment.whoosh, segment.ids)
            self._parts.append(part)
            self._where.update((id_, (part, row)) for row, id_ in enumerate(segment.ids))
            self._changed = True

    def delete(self, ids: Collection[str]) -> None:
        for id_ in ids:
            if place := self._where.pop(id_, None):
                place[0].deleted.add(place[1])
                self._changed = True

    def keep(self, ids: Collection[str]) -> frozenset[str]:
        missing = set(ids) - self._where.keys()
        if self.why_full and self._base and missing:
            self._copy_from(self._base, missing)
        return frozenset(id_ for id_ in ids if id_ in self._where)

    def _copy_from(self, base: Snapshot, ids: Collection[str]) -> None:
        """Writes the version of these posts that an earlier snapshot has. What is broken there is lost."""
        with suppress(IndexDamagedError):
            stored = StoredPosts.of(self._folder, base)
            for record in base.segments:
                with suppress(IndexDamagedError):
                    listing = read_listing(self._folder / base.generation, record)
                    rows = {row for row, id_ in enumerate(listing) if id_ in ids}.difference(record.deleted)
                    self._copy(stored, [(record.name, row) for row in sorted(rows)])

    def _copy(self, stored: StoredPosts, places: Sequence[Place]) -> None:
        # In one process, so that as few segments come of it as can be.
        _, segments = build(self._generation, stored, places, Unwatched(), processes=1)
        self._take(segments)

    def publish(self) -> str:
        self._merge()
        if self._base and not self._changed:
            return self._base.label
        parts = [part for part in self._parts if part.live]
        deleted = [tuple(sorted(part.deleted)) for part in parts]
        toc = write_toc(self._generation, self._number, [(p.whoosh, d) for p, d in zip(parts, deleted, strict=True)])
        snapshot = Snapshot(
            generation=self._generation.name,
            number=self._number,
            previous=self._base.generation if self._base and self.why_full else None,
            built=datetime.now(UTC).replace(tzinfo=None),
            stamp=self._stamp,
            toc=toc,
            segments=tuple(replace(p.record, deleted=d) for p, d in zip(parts, deleted, strict=True)),
        )
        generations.publish(self._folder, snapshot)
        generations.sweep(self._folder, snapshot)
        return snapshot.label

    def _merge(self) -> None:
        """Writes segments that are many, mostly deleted, or whose columns are damaged as new ones."""
        chosen = segments_to_merge([Size(part.live, part.record.rows, part.record.words) for part in self._parts])
        merged = [part for number, part in enumerate(self._parts) if number in chosen or self._has_bad_columns(part)]
        if merged:
            stored = StoredPosts(self._generation, {p.record.name: (p.record.whoosh, p.whoosh) for p in merged})
            self._copy(stored, [place for part in merged for place in part.places()])

    def _has_bad_columns(self, part: _Part) -> bool:
        try:
            part.record.columns.check(self._generation, whole=self._verify)
        except IndexDamagedError:
            return True
        return False

    def close(self) -> None:
        """Removes what was written, unless it was published."""
        if generations.is_published(self._folder, self._generation, self._number):
            return
        if self.why_full:
            with suppress(StorageError):  # the next run sweeps it; the error to tell is the one that led here
                disk.remove_folder(self._generation)
        elif self._base:
            generations.sweep(self._folder, self._base)
