"""Which files of a published snapshot are not what was written."""

from pathlib import Path

from search.engines.whoosh.storage.snapshot import Snapshot
from search.errors import IndexDamagedError


def find(folder: Path, snapshot: Snapshot, *, whole: bool, columns: bool = True) -> list[IndexDamagedError]:
    """One error for each damaged file of a snapshot of the index folder, those of the columns only where `columns`.

    Looks at size and time of each file, and at the checksum where the time has changed; at all checksums where
    `whole`, which reads the whole index. Raises StorageError.
    """
    records = [snapshot.toc]
    for segment in snapshot.segments:
        records += [segment.whoosh, segment.posts] + [segment.columns] * columns
    found = []
    for record in records:
        try:
            record.check(folder / snapshot.generation, whole=whole)
        except IndexDamagedError as error:
            found.append(error)
    return found
