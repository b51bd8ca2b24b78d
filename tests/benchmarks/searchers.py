"""The columns of a generated corpus, in memory and as a file, and the queries that are asked of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search.analysis import analyze_post
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Columns, Segment
from search.engines.whoosh.columnar.compiler import ColumnsWriter, compile_columns
from search.models import Post
from tests.benchmarks.corpus import SourcePost, generate, read_sources
from tests.benchmarks.queries import cut_queries
from tests.corpora import CHECKOUT, corpora_folder

POSTS = 3500
QUERIES = 200
SEED = 20


class Asked(NamedTuple):
    columns: Columns
    searcher: Searcher
    queries: Sequence[str]


def sources() -> Sequence[SourcePost]:
    """What posts are generated from."""
    real = corpora_folder() / "18f" / "posts"
    return read_sources(real if real.is_dir() else Path(CHECKOUT, "content"))


def posts(count: int = POSTS) -> Iterator[Post]:
    """Generated posts as the engine gets them."""
    for made in generate(sources(), count, SEED):
        yield Post(
            id=made.name,
            url=f"/blog/{made.name}/",
            title=made.title,
            description=made.description,
            body=made.body,
            tags=made.tags,
            instant=datetime.combine(made.day, time()),
            day=made.day,
            image=None,
            lang="en",
            sections=(),
            content_hash="",
        )


@cache
def columns_writer() -> ColumnsWriter:
    """One that holds the posts. Made once for all benchmark files of a run."""
    made = ColumnsWriter()
    for post in posts():
        made.add(post, analyze_post(post))
    return made


@cache
def asked() -> Asked:
    """Made once for all benchmark files of a run. Pages are warm: as many other queries were answered before."""
    columns = compile_columns(posts())
    searcher = Searcher([Segment(columns, np.zeros(0, np.uint32))])
    titles = [columns.field_text(row, 0) for row in range(columns.posts)]
    return Asked(columns, searcher, cut_queries(titles, QUERIES, SEED))
