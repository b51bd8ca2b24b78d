"""One post by its id."""

from bisect import bisect_left

from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.passages import section_links
from search.engines.whoosh.columnar.columns import BODY
from search.errors import NotFoundError
from search.models import IndexedPost


def show(collection: Collection, post_id: str) -> IndexedPost:
    """base.Engine.post."""
    post = find(collection, post_id)
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


def find(collection: Collection, post_id: str) -> int:
    """The number of a live post. Raises NotFoundError."""
    for number, columns in enumerate(collection.segments):
        order = columns.id_order
        place = bisect_left(order, post_id, key=lambda row, ids=columns.id: ids(row))  # type: ignore[misc]
        post = collection.offsets[number] + int(order[place]) if place < len(order) else -1
        if post >= 0 and columns.id(int(order[place])) == post_id and collection.live[post]:
            return post
    raise NotFoundError(
        f"there is no post {post_id} in the index", remedy="A post's id is its file's path without its ending."
    )
