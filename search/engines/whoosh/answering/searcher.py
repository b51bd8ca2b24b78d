"""A request over one snapshot of the index -> an answer: evaluate, filter, order, then show the posts of one page."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import numpy as np
from numpy.typing import NDArray

from search.analysis import tag_key
from search.engines.whoosh.answering.best import at_most
from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.answering.evaluate import Scored, telling
from search.engines.whoosh.answering.explain import explain
from search.engines.whoosh.answering.facets import filtered
from search.engines.whoosh.answering.leading import pinned
from search.engines.whoosh.answering.lookup import show
from search.engines.whoosh.answering.passages import shown
from search.engines.whoosh.answering.relating import related
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.standing import Standing, stand
from search.engines.whoosh.answering.suggesting import Suggester
from search.engines.whoosh.answering.tolerant import did_you_mean, understand
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import NO_INSTANT, Segment
from search.errors import IndexDamagedError
from search.models import Answer, Hit, IndexedPost, RelatedPost, SearchRequest, Sort, Suggestion, TagCount
from search.query.parse import Parsed, parse
from search.query.pins import Pins
from search.query.rewrite import as_asked
from search.query.synonyms import Synonyms


class Searcher:
    """Answers requests from one snapshot. Holds no state between two requests; safe to share between threads."""

    def __init__(
        self,
        segments: Sequence[Segment],
        scoring: Scoring | None = None,
        synonyms: Synonyms | None = None,
        pins: Pins | None = None,
        built: date | None = None,
    ) -> None:
        """`built` is the day from which the age of posts counts (None: that of the newest)."""
        self.collection = Collection(segments, scoring or Scoring(), built)
        self._pins = pins or Pins()
        self._synonyms = synonyms or Synonyms()
        self._suggester: Suggester | None = None

    def search(self, request: SearchRequest) -> Answer:
        """The page that `request` asks for. Raises IndexDamagedError where a columns file turns out to be damaged
        behind its frame."""
        begin = time.perf_counter()
        parsed = parse(request.query)
        with _damage_told():
            return self._answer(request, parsed, begin)

    def suggest(self, text: str, most: int) -> list[Suggestion]:
        """base.Engine.suggest. Raises IndexDamagedError."""
        with _damage_told():
            if self._suggester is None:
                self._suggester = Suggester(self.collection)
            return self._suggester.suggest(text, most)

    def related(self, post_id: str, most: int) -> list[RelatedPost]:
        """base.Engine.related. Raises NotFoundError, IndexDamagedError."""
        with _damage_told():
            return related(self.collection, post_id, most)

    def post(self, post_id: str) -> IndexedPost:
        """base.Engine.post. Raises NotFoundError, IndexDamagedError."""
        with _damage_told():
            return show(self.collection, post_id)

    def tags(self, prefix: str) -> list[TagCount]:
        """base.Engine.tags. Raises IndexDamagedError."""
        with _damage_told():
            collection, begin = self.collection, tag_key(prefix)
            counted = zip(collection.tags, collection.tag_counts(collection.live.nonzero()[0]).tolist(), strict=True)
            found = [TagCount(label, posts) for (key, label), posts in counted if posts and key.startswith(begin)]
            return sorted(found, key=lambda one: (-one.posts, tag_key(one.tag)))

    def _answer(self, request: SearchRequest, parsed: Parsed, begin: float) -> Answer:
        collection = self.collection
        tree = as_asked(self._synonyms.expand(parsed.tree), request)
        understood = understand(collection, tree, self._synonyms.knows)
        pins = pinned(collection, self._pins.of(request.query))
        mask, posts, facets = filtered(collection, _with(understood.found.mask, pins), request)
        dropped = understood.found.lacking(mask & understood.found.mask)
        scored = [one for one in telling(collection, understood.found.scored) if one.match.total]
        # No word scores: list by date.
        by_date = not scored and request.sort is Sort.RELEVANCE
        sort = Sort.NEWEST if by_date else request.sort
        standing = stand(collection, scored, posts, mask, request.query, pins, understood.found.held)
        scores = standing.totals
        order = ranked(collection, posts, scores, sort, request.page * request.per_page)
        page = order[(request.page - 1) * request.per_page :]
        shown = zip(posts[page].tolist(), scores[page].tolist(), strict=True)
        hits = self._hits(list(shown), scored, standing, explained=request.explain)
        return Answer(
            query=request.query,
            total=len(posts),
            page=request.page,
            pages=-(-len(posts) // request.per_page),
            per_page=request.per_page,
            took_ms=(time.perf_counter() - begin) * 1000,
            relaxed=bool(dropped),
            dropped=dropped,
            did_you_mean=did_you_mean(collection, request.query, tree, understood),
            diagnostics=parsed.diagnostics,
            hits=tuple(hits),
            facets=facets,
        )

    def _hits(
        self, page: Sequence[tuple[int, float]], scored: Sequence[Scored], standing: Standing, *, explained: bool
    ) -> Iterator[Hit]:
        """The posts of a page, given with their scores, as they are shown."""
        posts = [post for post, _ in page]
        texts = shown(self.collection, posts, scored, standing.marks)
        reasons = explain(self.collection, scored, posts, standing) if explained else [None] * len(posts)
        for (post, total), text, reason in zip(page, texts, reasons, strict=True):
            record = text.record
            yield Hit(
                id=record.id,
                url=record.url,
                title=record.title,
                title_html=text.title_html,
                description=record.description,
                snippet_html=text.passage_html,
                section=text.section,
                tags=record.tags,
                date=self.collection.day(post),
                image=record.image or None,
                score=total,
                explain=reason,
            )


def _with(mask: Mask, posts: Sequence[int]) -> Mask:
    """`mask` with `posts` in it."""
    if not posts:
        return mask
    found = mask.copy()
    found[posts] = True
    return found


@contextmanager
def _damage_told() -> Iterator[None]:
    """Damage behind the frame of a columns file shows as what a number that was altered on the disk does once it is
    used as an index, a size or text."""
    try:
        yield
    except (LookupError, TypeError, ValueError, OverflowError, MemoryError) as error:
        raise IndexDamagedError(
            f"the index cannot answer: {type(error).__name__}: {error}",
            remedy="Run `blogsearch index --full`; it builds the index anew.",
        ) from error


def ranked(
    collection: Collection, posts: NDArray[np.intp], scores: NDArray[np.float32], sort: Sort, most: int
) -> NDArray[np.intp]:
    """The first `most` indexes of `posts` (ascending numbers, with parallel `scores`) in the order that `sort` names.
    Equal posts stand newest first, then by id; one without a date comes after all that have one."""
    value = scores if sort is Sort.RELEVANCE else _by_date(collection.instants.take(posts), sort)
    candidates = at_most(value, most + 1)
    keys = [~collection.instants[posts[candidates]], _last_first(value[candidates])]
    order = np.lexsort(keys)
    nearby = order[: most + 1]
    if len(set(zip(*(key[nearby].tolist() for key in keys), strict=True))) < len(nearby):
        order = np.lexsort([collection.id_ranks(posts[candidates]), *keys])
    return candidates[order[:most]]


def _by_date(instants: NDArray[np.int64], sort: Sort) -> NDArray[np.int64]:
    """The larger, the earlier in the order; the undated come last."""
    return instants if sort is Sort.NEWEST else np.where(instants == NO_INSTANT, NO_INSTANT, ~instants)


def _last_first(value: Array) -> Array:
    """What ascends where `value` descends. ~ never overflows."""
    return -value if value.dtype.kind == "f" else ~value
