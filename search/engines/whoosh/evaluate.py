"""A query tree over a collection -> the posts that it matches, then their scores.

First every node becomes a set of posts, a boolean mask over the collection; that also counts in how many posts each
word stands, which its weight needs. Then all postings of all words that score are laid end to end, weighed in one pass
and summed by post. A word scores in the posts that its own part of the tree matches: in `(a b) OR c` a post without b
gets nothing for a.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import FIELD_COUNT, NO_DAY, Postings
from search.engines.whoosh.matching import Match, Part, match_leaf
from search.fields import SEARCHED
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words

ENOUGH = 3
"""From this many posts with all words on, a query is not relaxed."""

CARRIES = 0.6
"""A relaxed query keeps the posts that hold words of at least this part of its weight (idf)."""

_FIELDS = {spec.name: number for number, spec in enumerate(SEARCHED)}


@dataclass(frozen=True, slots=True)
class Scored:
    """A match that scores `factor` times its worth, in the posts of `gate` (None: wherever the whole query matches)."""

    match: Match
    factor: float = 1.0
    gate: Mask | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a node of the tree matches. `relaxed` says that some words need not be there, `dropped` which words some
    of the posts lack."""

    mask: Mask
    scored: tuple[Scored, ...] = ()
    relaxed: bool = False
    dropped: tuple[str, ...] = ()


def evaluate(collection: Collection, node: Node, within: int | None = None) -> Found | None:
    """The live posts that `node` matches, looked for in field `within` (an index in SEARCHED) or in all. None where the
    node holds no word to look for."""
    match node:
        case Term() | Phrase() | Prefix() | Fuzzy():
            match = match_leaf(collection, node, within)
            return None if match is None else Found(match.mask, (Scored(match),))
        case Words():
            return _words(collection, node, within)
        case And():
            return _all_of(_evaluated(collection, node.children, within))
        case Or():
            return _any_of(_evaluated(collection, node.children, within))
        case Not():
            child = evaluate(collection, node.child, within)
            return None if child is None else Found(collection.live & ~child.mask)
        case In():
            return evaluate(collection, node.child, _FIELDS[node.field])
        case Boost():
            child = evaluate(collection, node.child, within)
            return None if child is None else replace(child, scored=_boosted(child.scored, node.factor))
        case DateRange():
            return Found(collection.live & dated(collection, node.since, node.until))
        case All():
            return Found(collection.live)


def _evaluated(collection: Collection, nodes: Iterable[Node], within: int | None) -> list[Found]:
    found = [evaluate(collection, node, within) for node in nodes]
    return [one for one in found if one is not None]


def _all_of(children: Sequence[Found]) -> Found | None:
    if not children:
        return None
    return _combined(children, reduce(and_, [child.mask for child in children]), _scored(children))


def _any_of(children: Sequence[Found]) -> Found | None:
    if not children:
        return None
    return _combined(children, reduce(or_, [child.mask for child in children]), _gated(children))


def _combined(children: Sequence[Found], mask: Mask, scored: tuple[Scored, ...]) -> Found:
    dropped = tuple(dict.fromkeys(word for child in children for word in child.dropped))
    return Found(mask, scored, any(child.relaxed for child in children), dropped)


def _scored(children: Iterable[Found]) -> tuple[Scored, ...]:
    return tuple([one for child in children for one in child.scored])


def _gated(children: Iterable[Found]) -> tuple[Scored, ...]:
    """What scores in the children, where a post may match the whole without matching each: every child for itself."""
    gated: list[Scored] = []
    for child in children:
        if len(child.scored) == 1 and child.scored[0].match.mask is child.mask:
            gated += child.scored
        else:
            gated += [
                replace(one, gate=child.mask if one.gate is None else one.gate & child.mask) for one in child.scored
            ]
    return tuple(gated)


def _boosted(scored: Iterable[Scored], factor: float) -> tuple[Scored, ...]:
    return tuple([replace(one, factor=one.factor * factor) for one in scored])


def _words(collection: Collection, node: Words, within: int | None) -> Found | None:
    """All of the words where enough posts hold all, else those posts that hold the words that carry the query."""
    children = _word_children(collection, node, within)
    strict = _all_of(children)
    words = [child for child in children if child.scored]
    if strict is None or len(words) < 2 or np.count_nonzero(strict.mask) >= ENOUGH:
        return strict
    idf, counts = collection.scoring.idf, [int(np.count_nonzero(word.mask)) for word in words]
    weights = [idf(collection.posts, count) if count else 0.0 for count in counts]  # a word of no post carries nothing
    carried = np.zeros(collection.size)
    for word, weight in zip(words, weights, strict=True):
        carried[word.mask] += weight
    mask = carried >= max(CARRIES * sum(weights), 1e-9)
    for child in children:
        if not child.scored:
            mask &= child.mask
    if np.count_nonzero(mask) == np.count_nonzero(strict.mask):
        return strict
    lacking = [word for word in words if (mask & ~word.mask).any()]
    dropped = tuple([one.match.text for word in lacking for one in word.scored])
    return Found(mask, _gated(children), True, tuple(dict.fromkeys(dropped)))


def _word_children(collection: Collection, node: Words, within: int | None) -> list[Found]:
    """The children of Words; a term next to another is looked for joined with it as well (`meta analysis`)."""
    found = []
    texts = [child.text if isinstance(child, Term) else "" for child in node.children]
    for index, child in enumerate(node.children):
        one: Found | None
        if isinstance(child, Term):
            pairs = zip(texts[max(index - 1, 0) : index + 1], texts[max(index, 1) : index + 2], strict=False)
            joined = [left + right for left, right in pairs if left and right]
            match = match_leaf(collection, child, within, joined)
            one = None if match is None else Found(match.mask, (Scored(match),))
        else:
            one = evaluate(collection, child, within)
        if one is not None:
            found.append(one)
    return found


def dated(collection: Collection, since: date | None, until: date | None) -> Mask:
    """The posts of an inclusive range of days; one without a date is in none."""
    mask: Mask = collection.days >= (NO_DAY + 1 if since is None else since.toordinal())
    return mask if until is None else mask & (collection.days <= until.toordinal())


def score(collection: Collection, scored: Sequence[Scored]) -> NDArray[np.float64]:
    """The score of every post (size): the sum over words, fields and segments.
    It means nothing for posts that the query does not match.

    All postings are laid end to end in runs of one part and field. slots[i] is where a run finds the norms of its field
    for post 0 of its segment; the norms of post n are F further for each post.
    """
    posts: list[Array] = []
    counts: list[Array] = []
    sizes: list[int] = []
    weights: list[float] = []
    slots: list[int] = []
    for one in scored:
        worth = collection.scoring.field_weights(collection.posts, one.match)
        for part in one.match.parts:
            postings = part.postings if one.gate is None else _within(collection, part, one.gate)
            posts.append(postings.posts)
            counts.append(postings.counts)
            origin = collection.offsets[part.segment] * FIELD_COUNT
            for number, weight in enumerate(worth):
                sizes.append(postings.bounds[number + 1] - postings.bounds[number])
                weights.append(weight * part.weight * one.factor)
                slots.append(origin + number)
    if not posts:
        return np.zeros(collection.size)
    index = np.concatenate(posts, dtype=np.int64)
    index *= FIELD_COUNT
    index += np.repeat(slots, sizes)
    frequency = np.concatenate(counts, dtype=np.float32)
    impact = np.repeat(np.array(weights, np.float32), sizes)
    impact *= frequency
    frequency += collection.norms[index]
    impact /= frequency
    index //= FIELD_COUNT
    totals = np.bincount(index, impact, collection.size).astype(np.float64, copy=False)
    return totals * collection.boosts if collection.boosted else totals


def _within(collection: Collection, part: Part, gate: Mask) -> Postings:
    """The postings of a part in the posts of `gate`."""
    postings = part.postings
    first = collection.offsets[part.segment]
    rows = np.flatnonzero(gate[first : first + collection.segments[part.segment].posts][postings.posts])
    bounds = tuple(np.searchsorted(rows, postings.bounds).tolist())
    return Postings(postings.posts[rows], postings.counts[rows], bounds)
