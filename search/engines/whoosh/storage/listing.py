"""The list of what is in a segment: id and content hash of every post by row, so that a run need not open Whoosh."""

import json
from collections.abc import Sequence
from pathlib import Path

from search.engines.whoosh.storage.filerecord import damaged
from search.engines.whoosh.storage.snapshot import SegmentRecord, Snapshot


def listing_bytes(ids: Sequence[str], hashes: Sequence[str]) -> bytes:
    """The content of a segment's `.posts` file; both sequences are by row."""
    return json.dumps({"ids": ids, "hashes": hashes}, separators=(",", ":")).encode()


def read_listing(generation: Path, record: SegmentRecord) -> dict[str, str]:
    """Content hash by id, in the order of the rows, deleted ones included. Raises IndexDamagedError, StorageError."""
    data = record.posts.read(generation)
    try:
        raw = json.loads(data)
        listing = dict(zip(raw["ids"], raw["hashes"], strict=True))
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(generation / record.posts.name, "it is no list of posts") from error
    if len(listing) != record.rows:
        raise damaged(generation / record.posts.name, f"it lists {len(listing)} posts instead of {record.rows}")
    return listing


def read_manifest(folder: Path, snapshot: Snapshot) -> dict[str, str]:
    """Content hash by id of all posts in a snapshot of the index folder. Raises IndexDamagedError, StorageError."""
    manifest: dict[str, str] = {}
    for record in snapshot.segments:
        deleted = set(record.deleted)
        rows = enumerate(read_listing(folder / snapshot.generation, record).items())
        manifest.update(pair for row, pair in rows if row not in deleted)
    return manifest
