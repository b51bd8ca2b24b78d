"""One post by its id, and the id that was meant where there is none such."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.passages import section_links
from search.engines.whoosh.columnar.columns import BODY
from search.errors import NotFoundError
from search.models import IndexedPost

SCANNED = 1_000
"""In a blog of no more posts, all are looked through for who wrote an address or other capitals: that takes three
milliseconds, and anybody may ask."""

_DEPTH = 16
"""How many parts of a path are looked at, the last."""

_WHAT = "A post's id is its file's path in the content folder without its ending: sub/post, also for sub/post/index.md."


def show(collection: Collection, post_id: str) -> IndexedPost:
    """base.Engine.post."""
    post = required(collection, post_id)
    columns, row = collection.locate(post)
    record = columns.record(row)
    return IndexedPost(
        id=record.id,
        url=record.url,
        title=record.title,
        description=record.description,
        tags=record.tags,
        date=collection.day(post),
        image=record.image or None,
        lang=record.lang,
        sections=section_links(columns, row, record.url),
        body=columns.field_text(row, BODY),
    )


def required(collection: Collection, post_id: str) -> int:
    """The number of a live post that somebody asks for. Raises NotFoundError, which names the post that was meant."""
    post = find(collection, post_id)
    if post is not None:
        return post
    if not post_id:
        raise NotFoundError("the id of a post is missing", remedy=_WHAT)
    meant = _meant(collection, post_id)
    raise NotFoundError(
        f'there is no post "{post_id}" in the index', remedy=_WHAT if meant is None else f"Did you mean {meant}?"
    )


def find(collection: Collection, post_id: str) -> int | None:
    """The number of a live post; None where there is none."""
    for number, columns in enumerate(collection.segments):
        order = columns.id_order
        place = bisect_left(order, post_id, key=lambda row, ids=columns.id: ids(row))  # type: ignore[misc]
        post = collection.offsets[number] + int(order[place]) if place < len(order) else -1
        if post >= 0 and columns.id(int(order[place])) == post_id and collection.live[post]:
            return post
    return None


def _meant(collection: Collection, typed: str) -> str | None:
    """The id of the post whose file, address or id in other capitals is `typed`; None where there is none."""
    for spelling in (typed, typed.lower()):
        for candidate in _ids_of(spelling):
            if find(collection, candidate) is not None:
                return candidate
    return _scanned(collection, typed) if collection.size <= SCANNED else None


def _ids_of(typed: str) -> Iterator[str]:
    """What the id may be if `typed` is a path or an address: folders above it, the ending and /index are no part."""
    path = unicodedata.normalize("NFC", typed.partition("#")[0].partition("?")[0])
    parts = [part for part in path.split("/") if part not in ("", ".")][-_DEPTH:]
    if not parts:
        return
    name, dot, _ = parts[-1].rpartition(".")
    for last in [parts[-1], name] if dot and name else parts[-1:]:
        for start in range(len(parts)):
            found = "/".join([*parts[start:-1], last])
            yield found
            yield found.removesuffix("/index")


def _scanned(collection: Collection, typed: str) -> str | None:
    wanted, address = typed.casefold(), _address(typed)
    for number in collection.live.nonzero()[0].tolist():
        columns, row = collection.locate(number)
        record = columns.record(row)
        if record.id.casefold() == wanted or (address and _address(record.url) == address):
            return record.id
    return None


def _address(text: str) -> str:
    """An address without what may differ where it is the same: the host, slashes at its ends, what follows its path."""
    path = text.partition("#")[0].partition("?")[0]
    return (path.partition("://")[2].partition("/")[2] if "://" in path else path).strip("/").casefold()
