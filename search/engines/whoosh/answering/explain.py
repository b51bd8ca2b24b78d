"""Why posts stand where they stand: each part of their scores."""

from collections.abc import Sequence

import numpy as np

from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.match import BY_DATE, Part
from search.engines.whoosh.answering.points import title_factors
from search.engines.whoosh.answering.standing import Standing
from search.fields import SEARCHED


def explain(
    collection: Collection, scored: Sequence[Scored], posts: Sequence[int], standing: Standing
) -> list[dict[str, object]]:
    """The parts of the score of each of `posts`, which is

        (sum of words[].fields{}.score) * title.factor * held * boost * recency + near + first.points

    "words" are the words of the query that the post has, each with its posts, its idf and the fields that it is in
    ("date": the post is of that date), where "count" leaves out the exact spelling, which is part of the class and only
    adds to the score; "title" is the share of the title that the query covers; "held" is below 1 where the post lacks
    words of a relaxed query; "boost" is the post's own; "near" is what words near each other add; "first" says why the
    post stands before all others, None where it does not.
    """
    wanted = np.zeros(collection.size, np.bool_)
    wanted[posts] = True
    words: dict[int, list[dict[str, object]]] = {post: [] for post in posts}
    for one in scored:
        idf = round(collection.scoring.idf(collection.posts, one.match.total), 6)
        for post, fields in _fields(collection, one, wanted).items():
            words[post].append({"word": one.match.text, "posts": one.match.total, "idf": idf, "fields": fields})
    titled = title_factors(collection, scored, np.array(posts, np.int64))
    titles = {posts[at]: own for at, *own in zip(*(values.tolist() for values in titled), strict=True)}
    return [
        {
            "words": words[post],
            "title": dict(zip(("share", "factor"), titles.get(post, (0.0, 1.0)), strict=True)),
            "held": 1.0 if standing.held is None else float(standing.held[post]),
            "boost": float(collection.boosts[post]),
            "recency": float(collection.recency[post]),
            "near": standing.near(post),
            "first": None if (lead := standing.leads.get(post)) is None else lead._asdict(),
        }
        for post in posts
    ]


def _fields(collection: Collection, one: Scored, wanted: Mask) -> dict[int, dict[str, dict[str, float]]]:
    """By post, the fields of the `wanted` posts that have the word. Each posting is looked at once, however many posts
    there are: a page of a hundred may be explained for a hundred matches."""
    found: dict[int, dict[str, dict[str, float]]] = {}
    worth = collection.scoring.field_weights(collection.posts, one.match)
    if one.gate is not None:
        wanted = wanted & one.gate
    for part in one.match.parts:
        postings = part.postings
        posts = postings.posts.astype(np.intp) + collection.offsets[part.segment]
        rows = np.flatnonzero(wanted[posts])
        numbers = np.searchsorted(postings.bounds, rows, side="right") - 1
        for post, number, count in zip(
            posts[rows].tolist(), numbers.tolist(), postings.counts[rows].tolist(), strict=True
        ):
            norm = float(collection.norms[number * collection.size + post])
            entry = found.setdefault(post, {}).setdefault(_name(part, number), {"count": 0, "score": 0.0})
            entry["score"] += one.factor * part.weight * worth[number] * count / (count + norm)
            if part.tells_where:
                entry["count"] += int(count)
    return found


def _name(part: Part, field: int) -> str:
    return "date" if part.spots is BY_DATE else SEARCHED[field].name
