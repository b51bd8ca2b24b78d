"""A post -> the posts that are about the same: those that share its weighty words and its tags.

The words that weigh most in the post, by the same BM25 that answers queries, become a query in which each counts as
much as it weighs (Salton & Buckley, Improving Retrieval Performance by Relevance Feedback, 1990); a tag that both have
adds its idf, TAG times.
"""

from collections.abc import Container, Iterator
from heapq import nlargest
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from search.analysis import tag_key
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.lookup import required
from search.engines.whoosh.answering.match import Match, Part
from search.engines.whoosh.answering.matching import matched
from search.engines.whoosh.answering.points import summed
from search.engines.whoosh.columnar.columns import BODY, DESCRIPTION, FIELD_GAP, TITLE, Columns
from search.models import RelatedPost

WORDS = 40
"""How many words of the post are looked for in others.

Of the posts that 253 posts of the 18F blog link to, this share was among the first five related: with 25 words 0.516,
with 40 0.540, with 60 0.534, with 60 of 150 looked up 0.563 at twice the time."""

TAG = 2.0
"""A shared tag was chosen by hand in both posts: it counts more than a shared word of the same idf."""

LOOKED_UP = 100
"""How many words of the post are looked at to choose them."""

_FIELDS = (TITLE, DESCRIPTION, BODY)


def related(collection: Collection, post_id: str, most: int) -> list[RelatedPost]:
    """base.Engine.related."""
    number = required(collection, post_id)
    columns, row = collection.locate(number)
    scored = list(_words(collection, columns, row, number))
    others = collection.live.copy()
    others[number] = False
    scores = summed(collection, scored, np.arange(collection.size))
    keys = {tag_key(label) for label in columns.record(row).tags}
    for key in keys:
        sharing = collection.tagged(key) & others
        scores[sharing] += TAG * collection.scoring.idf(collection.posts, int(np.count_nonzero(sharing)) + 1)
    scores[~others] = 0
    found = np.flatnonzero(scores)
    best = found[np.lexsort([collection.id_ranks(found), ~collection.instants[found], -scores[found]])[:most]]
    return [_shown(collection, other, float(scores[other]), keys) for other in best.tolist()]


def _words(collection: Collection, columns: Columns, row: int, number: int) -> Iterator[Scored]:
    """The weightiest words of the post that others in its language share, each worth what it weighs in the post."""
    language = columns.classes[int(columns.languages[row])][0]
    terms, lists, weights = _weights(collection, columns, row, number)
    weighed = []
    # A word's idf is not known before it is looked up: more are than are needed, the most frequent ones.
    for place in np.lexsort([terms, -weights])[:LOOKED_UP].tolist():
        term = columns.terms.text(int(terms[place]))
        match = _match(collection, columns, term, int(lists[place]), language)
        if match.total > 1:
            weight = float(weights[place])
            weighed.append((weight * collection.scoring.idf(collection.posts, match.total), weight, match))
    for _, weight, match in nlargest(WORDS, weighed, key=itemgetter(0)):
        yield Scored(match, weight)


def _weights(
    collection: Collection, columns: Columns, row: int, number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """How much each class of words stands out in the post, as BM25 has it but for the idf. Parallel: the first term of
    each that the post has, its list, its weight."""
    lists_of = columns.class_lists_of(int(columns.languages[row]))
    fields, place = columns.field_positions_of(row), columns.place(row)
    found, worth = [], []
    for field in _FIELDS:
        first, last = place + fields[field], place + fields[field + 1] - FIELD_GAP
        terms = columns.pieces.terms[columns.pieces.numbers(first, last)]
        terms = np.sort(terms[terms < len(lists_of)])
        _, firsts, counts = np.unique(lists_of[terms], return_index=True, return_counts=True)
        norm = collection.norms[field * collection.size + number]
        found.append(terms[firsts])
        worth.append(collection.scoring.boosts[field] * counts / (counts + norm))
    terms = np.concatenate(found)
    order = np.argsort(terms, kind="stable")
    lists, firsts, classes = np.unique(lists_of[terms[order]], return_index=True, return_inverse=True)
    weights: NDArray[np.float64] = np.bincount(classes, np.concatenate(worth)[order]).astype(np.float64)
    return terms[order][firsts], lists, weights


def _match(collection: Collection, own: Columns, term: str, list_id: int, language: str) -> Match:
    """The posts in a language that have a word of the class of `term`, which is list `list_id` of the segment `own`."""
    parts = []
    for number, columns in enumerate(collection.segments):
        found = list_id if columns is own else columns.class_list(term, language)
        if found >= 0:
            parts.append(Part(number, columns.postings(found), 1.0, [found]))
    return matched(collection, term, parts)


def _shown(collection: Collection, number: int, points: float, keys: Container[str]) -> RelatedPost:
    columns, row = collection.locate(number)
    record = columns.record(row)
    return RelatedPost(
        id=record.id,
        url=record.url,
        title=record.title,
        description=record.description,
        tags=record.tags,
        shared=tuple(label for label in record.tags if tag_key(label) in keys),
        date=collection.day(number),
        image=record.image or None,
        score=points,
    )
