"""The engine of one index folder: opens what is published, and hands out batches to write with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from search import disk
from search.config import Ranking
from search.engines.whoosh.storage import damage, generations
from search.engines.whoosh.storage.listing import read_manifest
from search.engines.whoosh.storage.lock import WriterLock
from search.engines.whoosh.storage.snapshot import Snapshot, open_snapshot
from search.engines.whoosh.storage.stamp import difference, writing_stamp
from search.errors import IndexDamagedError, IndexMissingError
from search.query.pins import Pins
from search.query.synonyms import Synonyms

if TYPE_CHECKING:
    from search.engines.whoosh.reader import WhooshReader
    from search.engines.whoosh.storage.batch import WhooshBatch


class WhooshEngine:
    """base.Engine. Holds nothing open by itself; safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        synonyms: Synonyms | None = None,
        pins: Pins | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        """`folder` is the index folder; it need not be there yet, and is not touched before something is asked."""
        self._folder = folder
        self._synonyms = synonyms or Synonyms()
        self._pins = pins or Pins()
        self._ranking = ranking or Ranking()

    def open(self) -> "WhooshReader":
        from search.engines.whoosh.reader import open_reader

        return open_reader(self._folder, self._synonyms, self._pins, self._ranking)

    def publication(self) -> tuple[int, int, int]:
        """Changes with every publication: `CURRENT` is replaced, never written to."""
        try:
            found = (self._folder / "CURRENT").stat()
        except OSError:
            return (0, 0, 0)  # `open` says what is wrong
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def manifest(self) -> Mapping[str, str]:
        try:
            snapshot = open_snapshot(self._folder)
        except IndexMissingError:
            return {}
        return read_manifest(self._folder, snapshot)

    def verify(self) -> tuple[str, ...]:
        return tuple(str(error) for error in damage.find(self._folder, open_snapshot(self._folder), whole=True))

    @contextmanager
    def writing(self, *, rules: str, wait: float, full: str = "", verify: bool = False) -> "Iterator[WhooshBatch]":
        from search.engines.whoosh.storage.batch import WhooshBatch  # imports Whoosh, which no query needs
        from search.engines.whoosh.storage.distribution import whoosh_distribution

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
