"""A query tree over a collection -> the posts that it matches, then their scores.

First every node becomes a set of posts, a boolean mask over the collection; that also counts in how many posts each
word stands, which its weight needs. Then all postings of all words that score are laid end to end, weighed in one pass
and summed by post. A word scores in the posts that its own part of the tree matches: in `(a b) OR c` a post without b
gets nothing for a.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import and_, or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import alternatives
from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import FIELD_COUNT, NO_DAY, Postings
from search.engines.whoosh.matching import Match, Part, match_leaf
from search.fields import SEARCHED
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words

ENOUGH = 30
"""From this many posts with all words on, three pages of them, a query is not relaxed."""

CARRIES = 0.35
"""A relaxed query keeps the posts that hold words of at least this part of its weight (idf).

Measured on the judged queries of docs/relevance.md, nDCG@10 of (ENOUGH, CARRIES): (10, 0.5) 0.565, (20, 0.4) 0.586,
(30, 0.5) 0.587, (30, 0.35) 0.594, (50, 0.4) 0.595, never strict with 0.3 0.594. Beyond this corner nothing is gained,
and totals would count weak matches."""

COMMON = 0.05
"""An idf below this is that of a word which 95 of 100 posts have (`the`). Beside another word it neither scores nor is
marked: it says nothing about which post answers, nor where, and its postings are most of the work."""

LONG = 4096
"""Postings of more rows than this are cut down to the posts of the answer before they are laid beside the others."""

_FIELDS = {spec.name: number for number, spec in enumerate(SEARCHED)}


class Scored(NamedTuple):
    """A match that scores `factor` times its worth, in the posts of `gate` (None: wherever the whole query matches)."""

    match: Match
    factor: float = 1.0
    gate: Mask | None = None


class Found(NamedTuple):
    """What a node of the tree matches. `optional` are words that a post need not have, since too few have all."""

    mask: Mask
    scored: tuple[Scored, ...] = ()
    optional: tuple[Match, ...] = ()

    def lacking(self, mask: Mask) -> tuple[str, ...]:
        """The words as typed that some posts of `mask` do without."""
        return tuple(dict.fromkeys(match.text for match in self.optional if (mask & ~match.mask).any()))


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
            return None if child is None else child._replace(scored=boosted(child.scored, node.factor))
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
    return _combined(children, reduce(or_, [child.mask for child in children]), gated(children))


def _combined(children: Sequence[Found], mask: Mask, scored: tuple[Scored, ...]) -> Found:
    return Found(mask, scored, tuple([match for child in children for match in child.optional]))


def _scored(children: Iterable[Found]) -> tuple[Scored, ...]:
    return tuple([one for child in children for one in child.scored])


def gated(children: Iterable[Found]) -> tuple[Scored, ...]:
    """What scores in the children, where a post may match the whole without matching each: every child for itself."""
    gated: list[Scored] = []
    for child in children:
        if len(child.scored) == 1 and child.scored[0].match.mask is child.mask:
            gated += child.scored
        else:
            gated += [
                one._replace(gate=child.mask if one.gate is None else one.gate & child.mask) for one in child.scored
            ]
    return tuple(gated)


def boosted(scored: Iterable[Scored], factor: float) -> tuple[Scored, ...]:
    return tuple([one._replace(factor=one.factor * factor) for one in scored])


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
        carried += word.mask * weight
    mask = carried >= max(CARRIES * sum(weights), 1e-9)
    for child in children:
        if not child.scored:
            mask &= child.mask
    if np.count_nonzero(mask) == np.count_nonzero(strict.mask):
        return strict
    typed = [word.scored[0].match._replace(mask=word.mask) for word in words]  # what stands for a word comes behind it
    return Found(mask, gated(children), tuple(typed))


def _word_children(collection: Collection, node: Words, within: int | None) -> list[Found]:
    """The children of Words; two terms next to each other are looked for as one word as well (`meta analysis`)."""
    texts = [child.text if isinstance(child, Term) else "" for child in node.children]
    joined = [_as_one_word(left, right) for left, right in pairwise(["", *texts, ""])]
    known = [word if word and collection.knows(word) else "" for word in joined]
    found: list[Found | None] = []
    for child, *pairs in zip(node.children, known, known[1:], strict=False):
        if isinstance(child, Term):
            match = match_leaf(collection, child, within, [word for word in pairs if word])
            found.append(None if match is None else Found(match.mask, (Scored(match),)))
        else:
            found.append(evaluate(collection, child, within))
    return [one for one in found if one is not None]


def _as_one_word(left: str, right: str) -> str:
    """The term for two typed words written as one; "" where they make no single word."""
    readings = alternatives(left + right) if left and right else ()
    return readings[0].terms[0] if readings and len(readings[0].terms) == 1 else ""


def dated(collection: Collection, since: date | None, until: date | None) -> Mask:
    """The posts of an inclusive range of days; one without a date is in none."""
    mask: Mask = collection.days >= (NO_DAY + 1 if since is None else since.toordinal())
    return mask if until is None else mask & (collection.days <= until.toordinal())


def telling(collection: Collection, scored: Sequence[Scored]) -> Sequence[Scored]:
    """What of `scored` tells posts from each other: all but the COMMON words, unless there are no others."""
    return [one for one in scored if collection.scoring.idf(collection.posts, one.match.total) >= COMMON] or scored


def score(collection: Collection, scored: Sequence[Scored], mask: Mask) -> NDArray[np.float32]:
    """The score of every post (size): in the posts of `mask` the sum over words, fields and segments, 0 elsewhere.

    All postings are laid end to end, in runs of one part and field that share a weight. Sums are taken in double
    precision and rounded to single: how the posts are spread over segments, which orders the additions, cannot show.
    """
    posts: list[Array] = []
    counts: list[Array] = []
    runs: list[tuple[int, int, int, float]] = []  # rows, first post of the segment, field, weight
    several = len(scored) > 1  # the posts of a single word all count
    for one in scored:
        worth = collection.scoring.field_weights(collection.posts, one.match)
        for part in one.match.parts:
            postings, gate = part.postings, one.gate
            if gate is None and several and len(postings.posts) > LONG:
                gate = mask
            if gate is not None:
                postings = _within(collection, part, gate)
            posts.append(postings.posts)
            counts.append(postings.counts)
            first, factor = collection.offsets[part.segment], part.weight * one.factor
            for field, (low, high) in enumerate(pairwise(postings.bounds)):
                if low < high:
                    runs.append((high - low, first, field, worth[field] * factor))
    if not runs:
        return np.zeros(collection.size, np.float32)
    sizes, firsts, fields, weights = map(np.array, zip(*runs, strict=True))
    number = np.concatenate(posts, dtype=np.int64)
    if len(collection.segments) > 1:
        number += np.repeat(firsts, sizes)
    frequency = np.concatenate(counts, dtype=np.float64)
    if several:
        kept = np.flatnonzero(mask[number])
        number, frequency = number[kept], frequency[kept]
        sizes = np.diff(np.searchsorted(kept, np.cumsum(sizes)), prepend=0)
    slot = number * FIELD_COUNT
    slot += np.repeat(fields, sizes)
    impact = np.repeat(weights, sizes)
    impact *= frequency
    frequency += collection.norms[slot]
    impact /= frequency
    totals = np.bincount(number, impact, collection.size)
    return (totals * collection.boosts if collection.boosted else totals).astype(np.float32)


def _within(collection: Collection, part: Part, gate: Mask) -> Postings:
    """The postings of a part in the posts of `gate`."""
    postings = part.postings
    first = collection.offsets[part.segment]
    rows = np.flatnonzero(gate[first : first + collection.segments[part.segment].posts][postings.posts])
    return Postings(postings.posts[rows], postings.counts[rows], np.searchsorted(rows, postings.bounds).tolist())
