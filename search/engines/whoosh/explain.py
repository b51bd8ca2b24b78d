"""Why a post stands where it stands: each part of its score."""

from collections.abc import Sequence

import numpy as np

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.columns import FIELD_COUNT
from search.engines.whoosh.evaluate import Scored
from search.fields import SEARCHED


def explain(collection: Collection, scored: Sequence[Scored], post: int) -> dict[str, object]:
    """{"boost": the post's own factor, "words": [{"word", "posts", "idf", "fields": {name: {"count", "score"}}}]} for
    the words of the query that `post` has. The scores, added up and multiplied by the boost, are the post's score;
    "count" leaves out the exact spelling, which is part of the class and only adds to the score."""
    words = []
    for one in scored:
        fields = _fields(collection, one, post)
        if fields:
            idf = round(collection.scoring.idf(collection.posts, one.match.total), 6)
            words.append({"word": one.match.text, "posts": one.match.total, "idf": idf, "fields": fields})
    return {"boost": float(collection.boosts[post]), "words": words}


def _fields(collection: Collection, one: Scored, post: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    if one.gate is not None and not one.gate[post]:
        return found
    worth = collection.scoring.field_weights(collection.posts, one.match)
    for part in one.match.parts:
        postings = part.postings
        rows = np.flatnonzero(postings.posts == post - collection.offsets[part.segment])
        for row in rows.tolist():
            if collection.locate(post)[0] is not collection.segments[part.segment]:
                continue
            number = int(np.searchsorted(postings.bounds, row, side="right")) - 1
            count = int(postings.counts[row])
            norm = float(collection.norms[post * FIELD_COUNT + number])
            entry = found.setdefault(SEARCHED[number].name, {"count": 0, "score": 0.0})
            entry["score"] += one.factor * part.weight * worth[number] * count / (count + norm)
            if part.tells_where:
                entry["count"] += count
    return found
