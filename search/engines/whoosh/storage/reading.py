"""A snapshot -> what answers queries: its columns mapped, those that are broken compiled again in memory."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search.engines.whoosh.columnar.columns import Columns, Segment, open_columns
from search.engines.whoosh.storage.snapshot import SegmentRecord, Snapshot
from search.errors import IndexDamagedError


def open_segments(folder: Path, snapshot: Snapshot, *, recompile: bool) -> list[Segment]:
    """The segments of a published snapshot of the index folder.

    Where `recompile`, columns that are gone or damaged are made again from the posts that Whoosh stores: the answers
    are the same, the start takes longer, and the next run writes them. Raises IndexDamagedError where that is not
    asked for or not possible, StorageError.
    """
    segments = []
    for record in snapshot.segments:
        try:
            columns = _mapped(folder / snapshot.generation, record)
        except IndexDamagedError:
            if not recompile:
                raise
            columns = _compiled(folder, snapshot, record)
        segments.append(Segment(columns, np.array(record.deleted, np.uint32)))
    return segments


def _mapped(generation: Path, record: SegmentRecord) -> Columns:
    record.columns.check(generation, whole=False)
    return open_columns(generation / record.columns.name)


def _compiled(folder: Path, snapshot: Snapshot, record: SegmentRecord) -> Columns:
    # Imported here: only a broken index needs Whoosh to answer.
    from search.engines.whoosh.columnar.compiler import compile_columns
    from search.engines.whoosh.storage.distribution import whoosh_distribution
    from search.engines.whoosh.storage.stored_posts import StoredPosts

    whoosh_distribution()
    stored = StoredPosts.of(folder, snapshot)
    return compile_columns(stored((record.name, row))[0] for row in range(record.rows))


def count_tags(segments: Sequence[Segment]) -> int:
    """How many tags the posts that are not deleted have among them."""
    keys: set[str] = set()
    for segment in segments:
        columns = segment.columns
        live = np.ones(columns.posts, np.bool_)
        live[segment.deleted.astype(np.int64)] = False
        starts = np.array(columns.tag_starts, np.int64)
        of_live = np.repeat(live, starts[1:] - starts[:-1])
        keys.update(columns.tags[tag][0] for tag in np.unique(columns.tag_ids[of_live]))
    return len(keys)
