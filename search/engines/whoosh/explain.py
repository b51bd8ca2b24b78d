"""Why a post stands where it stands: each part of its score."""

from collections.abc import Sequence

import numpy as np

from search.engines.whoosh.collection import Collection
from search.engines.whoosh.evaluate import Scored
from search.engines.whoosh.matching import BY_DATE, Part
from search.engines.whoosh.points import title_shares
from search.engines.whoosh.standing import Standing
from search.fields import SEARCHED


def explain(collection: Collection, scored: Sequence[Scored], post: int, standing: Standing) -> dict[str, object]:
    """The parts of a post's score, which is

        (sum of words[].fields{}.score) * title.factor * boost * recency + near + first.points

    "words" are the words of the query that the post has, each with its posts, its idf and the fields that it is in
    ("date": the post is of that date), where "count" leaves out the exact spelling, which is part of the class and only
    adds to the score; "title" is the share of the title that the query covers; "boost" is the post's own; "near" is
    what words near each other add; "first" says why the post stands before all others, None where it does not.
    """
    words = []
    for one in scored:
        fields = _fields(collection, one, post)
        if fields:
            idf = round(collection.scoring.idf(collection.posts, one.match.total), 6)
            words.append({"word": one.match.text, "posts": one.match.total, "idf": idf, "fields": fields})
    lead = standing.leads.get(post)
    posts, shares = title_shares(collection, scored)
    share = float(shares[posts == post].max(initial=0))
    return {
        "words": words,
        "title": {"share": share, "factor": 1 + collection.scoring.weights.coverage * share},
        "boost": float(collection.boosts[post]),
        "recency": float(collection.recency[post]),
        "near": standing.near(post),
        "first": None if lead is None else lead._asdict(),
    }


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
            norm = float(collection.norms[number * collection.size + post])
            entry = found.setdefault(_name(part, number), {"count": 0, "score": 0.0})
            entry["score"] += one.factor * part.weight * worth[number] * count / (count + norm)
            if part.tells_where:
                entry["count"] += count
    return found


def _name(part: Part, field: int) -> str:
    return "date" if part.spots is BY_DATE else SEARCHED[field].name
