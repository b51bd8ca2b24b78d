"""A request over one snapshot of the index -> an answer: evaluate, filter, order, then show the posts of one page."""

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.collection import Collection, Segment
from search.engines.whoosh.columns import NO_INSTANT
from search.engines.whoosh.evaluate import Found, Scored, evaluate, score
from search.engines.whoosh.explain import explain
from search.engines.whoosh.facets import filtered
from search.engines.whoosh.passages import Passages
from search.engines.whoosh.scoring import Scoring
from search.errors import IndexDamagedError
from search.models import Answer, Hit, SearchRequest, Sort
from search.query.parse import parse

__all__ = ["Searcher", "Segment"]


class Searcher:
    """Answers requests from one snapshot. Holds no state between two requests; safe to share between threads."""

    def __init__(self, segments: Sequence[Segment], scoring: Scoring | None = None) -> None:
        self.collection = Collection(segments, scoring or Scoring())

    def search(self, request: SearchRequest) -> Answer:
        """The page that `request` asks for. Raises IndexDamagedError where a columns file turns out to be damaged
        behind its frame."""
        try:
            return self._search(request)
        except (IndexError, ValueError, OverflowError, MemoryError) as error:
            # What a number that was altered on the disk does once it is used as an index, a size or text.
            raise IndexDamagedError(
                f"the index cannot answer: {type(error).__name__}: {error}",
                remedy="Run `blogsearch index --full`; it builds the index anew.",
            ) from error

    def _search(self, request: SearchRequest) -> Answer:
        begin = time.perf_counter()
        collection = self.collection
        parsed = parse(request.query)
        found = evaluate(collection, parsed.tree) or Found(collection.mask())
        mask, facets = filtered(collection, found.mask, request)
        posts = np.flatnonzero(mask)
        scores = score(collection, found.scored)[posts]
        # No word scores: list by date.
        by_date = not found.scored and request.sort is Sort.RELEVANCE
        sort = Sort.NEWEST if by_date else request.sort
        order = ranked(collection, posts, scores, sort, request.page * request.per_page)
        page = order[(request.page - 1) * request.per_page :]
        hits = self._hits([(int(posts[i]), float(scores[i])) for i in page], found.scored, request.explain)
        return Answer(
            query=request.query,
            total=len(posts),
            page=request.page,
            pages=-(-len(posts) // request.per_page),
            per_page=request.per_page,
            took_ms=(time.perf_counter() - begin) * 1000,
            relaxed=found.relaxed,
            dropped=found.dropped,
            did_you_mean=None,
            diagnostics=parsed.diagnostics,
            hits=tuple(hits),
            facets=facets,
        )

    def _hits(self, ranked_posts: list[tuple[int, float]], scored: Sequence[Scored], explained: bool) -> Iterator[Hit]:
        passages = Passages(self.collection, [post for post, _ in ranked_posts], [one.match for one in scored])
        for place, (post, points) in enumerate(ranked_posts):
            columns, row = self.collection.locate(post)
            record = columns.record(row)
            passage = passages.passage(place, record)
            yield Hit(
                id=columns.id(row),
                url=record.url,
                title=columns.field_text(row, 0).decode(),
                title_html=passages.title(place),
                description=columns.field_text(row, 1).decode(),
                snippet_html=passage.html,
                section=passage.section,
                tags=columns.tag_labels(row),
                date=columns.day(row),
                image=record.image,
                score=points,
                explain=explain(self.collection, scored, post) if explained else None,
            )


def ranked(
    collection: Collection, posts: NDArray[np.intp], scores: NDArray[np.float64], sort: Sort, most: int
) -> NDArray[np.intp]:
    """The first `most` indexes of `posts` (ascending numbers, with parallel `scores`) in the order that `sort` names.
    Equal posts stand newest first, then by id; one without a date comes after all that have one."""
    instants = collection.instants[posts]
    latest = ~instants  # ascending where instants descend, without the overflow of a minus
    match sort:
        case Sort.RELEVANCE:
            keys = -scores
        case Sort.NEWEST:
            keys = latest
        case Sort.OLDEST:
            keys = np.where(instants == NO_INSTANT, np.iinfo(np.int64).max, instants)
    candidates = np.arange(len(posts))
    if len(posts) > most:
        candidates = np.flatnonzero(keys <= np.partition(keys, most - 1)[most - 1])
    ids = collection.id_ranks[posts[candidates]]
    return candidates[np.lexsort((ids, latest[candidates], keys[candidates]))][:most]
