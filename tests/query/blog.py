"""A small blog for asking queries end to end: a few posts, two of them hostile, in an index of two segments."""

from datetime import date, datetime
from functools import cache

import numpy as np

from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Segment
from search.engines.whoosh.columnar.compiler import compile_columns
from search.models import Answer, Post, SearchRequest, Section

HOSTILE = (
    "<script>alert('stem')</script> & <mark>cell</mark> \"quoted\" 'single' &lt;b&gt; ]]> {{ 7*7 }} \u202ertl\u200f 😀"
)


def post(name: str, title: str, body: str, tags: tuple[str, ...], day: date | None, description: str = "") -> Post:
    return Post(
        id=name,
        url=f"/blog/{name}/",
        title=title,
        description=description,
        body=body,
        tags=tags,
        instant=None if day is None else datetime(day.year, day.month, day.day),  # noqa: DTZ001
        day=day,
        image=None,
        lang="en",
        sections=(Section("", "", 0),),
        content_hash=name,
    )


POSTS = (
    post("knee", "Stem cells for the knee", "Mesenchymal stem cells in worn cartilage.", ("knee",), date(2021, 3, 1)),
    post("hip", "The hip", "A cell of the stem, and cartilage at 10:30.", ("hip", "stem cells"), date(2022, 5, 17)),
    post("meta", "A meta-analysis", "Sixty-two trials, no O'Reilly book, C++ code.", ("methods",), date(2022, 12, 31)),
    post("mouse", "Of mice", "Every mouse had a knee and a hip. 10.1186/s13287", ("knee", "animals"), date(2023, 1, 1)),
    post("plain", "Without a date", "Nothing about joints.", (), None, description="Safety and risk"),
    post("hostile", HOSTILE, HOSTILE * 3, (HOSTILE, "<b>"), date(2020, 2, 29), description=HOSTILE),
    post("empty", "…", "", (), date(2019, 1, 1)),
)


@cache
def _searcher() -> Searcher:
    none = np.zeros(0, np.uint32)
    return Searcher([Segment(compile_columns(POSTS[:4]), none), Segment(compile_columns(POSTS[4:]), none)])


def ask(query: str) -> Answer:
    """The answer of the real engine to a query over POSTS."""
    return _searcher().search(SearchRequest(query, per_page=100, explain=True))
