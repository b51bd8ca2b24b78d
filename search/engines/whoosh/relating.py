"""A post -> the posts that are about the same: those that share its weighty words and its tags.

The words that weigh most in the post, by the same BM25 that answers queries, become a query in which each counts as
much as it weighs (Salton & Buckley, Improving Retrieval Performance by Relevance Feedback, 1990); a tag that both have
adds its idf, TAG times.
"""

from collections import Counter
from collections.abc import Container, Iterator
from heapq import nlargest

import numpy as np

from search.analysis import analyze, tag_key
from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import BODY, DESCRIPTION, TITLE, Columns
from search.engines.whoosh.evaluate import Scored, score
from search.engines.whoosh.lookup import find
from search.engines.whoosh.matching import match_leaf
from search.models import RelatedPost
from search.query.ast import Term

WORDS = 25
"""How many words of the post are looked for in others."""

TAG = 2.0
"""A shared tag was chosen by hand in both posts: it counts more than a shared word of the same idf."""

LOOKED_UP = 100
"""How many words of the post are looked at to choose them."""

_FIELDS = (TITLE, DESCRIPTION, BODY)


def related(collection: Collection, post_id: str, most: int) -> list[RelatedPost]:
    """base.Engine.related."""
    number = find(collection, post_id)
    columns, row = collection.locate(number)
    scored = list(_words(collection, columns, row, number))
    others = collection.live.copy()
    others[number] = False
    scores = score(collection, scored, others) if scored else np.zeros(collection.size, np.float32)
    keys = {tag_key(label) for label in columns.tag_labels(row)}
    for key in keys:
        sharing = collection.tagged(key) & others
        scores[sharing] += TAG * collection.scoring.idf(collection.posts, int(np.count_nonzero(sharing)) + 1)
    scores[~others] = 0
    found = np.flatnonzero(scores)
    best = found[np.lexsort([collection.id_ranks(found), ~collection.instants[found], -scores[found]])[:most]]
    return [_shown(collection, other, float(scores[other]), keys) for other in best.tolist()]


def _words(collection: Collection, columns: Columns, row: int, number: int) -> Iterator[Scored]:
    """The weightiest words of the post that others have as well, each worth what it weighs in the post."""
    weights = _weights(collection, columns, row, number)
    weighed = []
    # A word's idf is not known before it is looked up: more are than are needed, the most frequent ones.
    for word in nlargest(LOOKED_UP, weights, key=weights.__getitem__):
        match = match_leaf(collection, Term(word), None)
        if match is not None and match.total > 1:
            weighed.append((weights[word] * collection.scoring.idf(collection.posts, match.total), word, match))
    for weight, _, match in nlargest(WORDS, weighed):
        yield Scored(match, weight)


def _weights(collection: Collection, columns: Columns, row: int, number: int) -> dict[str, float]:
    """How much each class of words stands out in the post, as BM25 has it but for the idf, by a word of the class."""
    weights: dict[str, float] = {}
    word_of: dict[tuple[int, ...], str] = {}
    for field in _FIELDS:
        counts: Counter[str] = Counter()
        for term, count in Counter(analyze(columns.field_text(row, field)).terms).items():
            counts[word_of.setdefault(tuple(columns.class_lists(term)), term)] += count
        norm = float(collection.norms[field * collection.size + number])
        for word, count in counts.items():
            weights[word] = weights.get(word, 0.0) + collection.scoring.boosts[field] * count / (count + norm)
    return weights


def _shown(collection: Collection, number: int, points: float, keys: Container[str]) -> RelatedPost:
    columns, row = collection.locate(number)
    labels = columns.tag_labels(row)
    return RelatedPost(
        id=columns.id(row),
        url=columns.url(row),
        title=columns.field_text(row, TITLE),
        description=columns.field_text(row, DESCRIPTION),
        tags=labels,
        shared=tuple(label for label in labels if tag_key(label) in keys),
        date=columns.day(row),
        image=columns.image(row),
        score=points,
    )
