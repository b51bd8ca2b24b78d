"""Posts for the engine's tests: only what a test is about has to be named."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

import numpy as np

from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import evaluate
from search.engines.whoosh.answering.points import summed
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Segment
from search.engines.whoosh.columnar.compiler import compile_columns
from search.models import Post, Section
from search.query.ast import Node


def make_post(
    post_id: str,
    title: str = "",
    body: str = "",
    *,
    description: str = "",
    tags: Iterable[str] = (),
    day: date | None = None,
    lang: str = "en",
    sections: Iterable[Section] = (),
    boost: float = 1.0,
) -> Post:
    return Post(
        id=post_id,
        url=f"/blog/{post_id}/",
        title=title,
        description=description,
        body=body,
        tags=tuple(tags),
        instant=None if day is None else datetime.combine(day, time()),
        day=day,
        image=None,
        lang=lang,
        sections=tuple(sections),
        content_hash=f"{title} {body}",
        boost=boost,
    )


def segment_of(posts: Iterable[Post], deleted: Iterable[int] = ()) -> Segment:
    return Segment(compile_columns(posts), np.array(sorted(deleted), np.uint32))


def searcher_of(*posts: Post, scoring: Scoring | None = None) -> Searcher:
    return Searcher([segment_of(posts)], scoring)


def scores_of(groups: Sequence[Sequence[Post]], node: Node, scoring: Scoring) -> dict[str, float]:
    """What the columns say, one segment for each group."""
    collection = Collection([segment_of(group) for group in groups], scoring)
    found = evaluate(collection, node)
    assert found is not None
    posts = np.flatnonzero(found.mask)
    ids = [post.id for group in groups for post in group]
    totals = summed(collection, found.scored, posts).tolist()
    return {ids[number]: total for number, total in zip(posts.tolist(), totals, strict=True)}
