"""A year, month or day among the words of a query -> the posts of that date, as if their author had tagged them so."""

from collections.abc import Iterator

import numpy as np

from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.columnar.columns import FIELD_COUNT, TAGS, Postings
from search.query.dates import days_of, month_of


def dated_postings(collection: Collection, word: str) -> Iterator[tuple[int, Postings]]:
    """The segments that have posts of the date that `word` is (`2015`, `2015-03`, `march`), each with these posts as
    postings of one more tag. Nothing for any other word."""
    posts = _posts_of(collection, word)
    if posts is None:
        return
    for number, columns in enumerate(collection.segments):
        first = collection.offsets[number]
        rows = np.flatnonzero(posts[first : first + columns.posts])
        if len(rows):
            bounds = [0 if field <= TAGS else len(rows) for field in range(FIELD_COUNT + 1)]
            yield number, Postings(rows, np.ones(len(rows), np.uint8), bounds)


def _posts_of(collection: Collection, word: str) -> Mask | None:
    if word[:1].isdigit():
        days = days_of(word)
        return collection.dated(*days) if days else None
    month = month_of(word)
    return collection.months == month if month else None
