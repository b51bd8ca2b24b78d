"""A query tree over a collection -> the posts that it matches, then their scores.

First every node becomes a set of posts, a boolean mask over the collection; that also counts in how many posts each
word stands, which its weight needs. Then all postings of all words that score are laid end to end, weighed in one pass
and summed by post. A word scores in the posts that its own part of the tree matches: in `(a b) OR c` a post without b
gets nothing for a.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_, mul, or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import alternatives
from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.broadening import kin_of, parts_of
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import Postings
from search.engines.whoosh.matching import Match, Part, match_leaf
from search.fields import SEARCHED
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words

COMMON = 0.05
"""An idf below this is that of a word which 95 of 100 posts have (`the`). Beside another word it neither scores nor is
marked: it says nothing about which post answers, nor where, and its postings are most of the work."""

LONG = 4096
"""Rows of postings that are weighed as they come; of more, only those of posts of the answer, where these are less than
half of all: telling rows apart costs half of weighing them."""

_FIELDS = {spec.name: number for number, spec in enumerate(SEARCHED)}


class Scored(NamedTuple):
    """A match that scores `factor` times its worth, in the posts of `gate` (None: wherever the whole query matches)."""

    match: Match
    factor: float = 1.0
    gate: Mask | None = None


class Found(NamedTuple):
    """What a node of the tree matches. `optional` are words that a post need not have, since too few have all; `held`
    is what is left of each post's score for those that it lacks (None: all)."""

    mask: Mask
    scored: tuple[Scored, ...] = ()
    optional: tuple[Match, ...] = ()
    held: NDArray[np.float32] | None = None

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
            return Found(collection.live & collection.dated(node.since, node.until))
        case All():
            return Found(collection.live)


def _evaluated(collection: Collection, nodes: Iterable[Node], within: int | None) -> list[Found]:
    found = [evaluate(collection, node, within) for node in nodes]
    return [one for one in found if one is not None]


def _all_of(children: Sequence[Found]) -> Found | None:
    if not children:
        return None
    held = [child.held for child in children if child.held is not None]
    mask = reduce(and_, [child.mask for child in children])
    return _combined(children, mask, _scored(children), reduce(mul, held) if held else None)


def _any_of(children: Sequence[Found]) -> Found | None:
    if not children:
        return None
    held = None
    if any(child.held is not None for child in children):  # the part of the tree that a post fits best
        held = reduce(
            np.maximum, [child.mask * np.float32(1) if child.held is None else child.held for child in children]
        )
    return _combined(children, reduce(or_, [child.mask for child in children]), gated(children), held)


def _combined(
    children: Sequence[Found], mask: Mask, scored: tuple[Scored, ...], held: NDArray[np.float32] | None
) -> Found:
    return Found(mask, scored, tuple([match for child in children for match in child.optional]), held)


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
    weights = collection.scoring.weights
    children = _word_children(collection, node, within)
    strict = _all_of([found for _, found in children])
    words = [(child, found) for child, found in children if found.scored]
    if strict is None or len(words) < 2 or np.count_nonzero(strict.mask) >= weights.enough:
        return strict
    broad = [_broadened(collection, child, found, within) for child, found in words]
    carried, whole = np.zeros(collection.size), 0.0
    for one in [one for found in broad for one in found[1:] or found]:  # a compound is carried by its parts
        count = int(np.count_nonzero(one.mask))
        weight = collection.scoring.idf(collection.posts, count) if count else 0.0  # what no post has carries nothing
        carried += one.mask * weight
        whole += weight
    mask = carried >= max(weights.carries * whole, 1e-9)
    for _, found in children:
        if not found.scored:
            mask &= found.mask
    if np.count_nonzero(mask) == np.count_nonzero(strict.mask):
        return strict
    typed = [found.scored[0].match._replace(mask=found.mask) for _, found in words]  # behind it: what stands for it
    return Found(mask, gated([one for found in broad for one in found]), tuple(typed), _held(weights.held, mask, words))


def _held(power: float, mask: Mask, words: Sequence[tuple[Node, Found]]) -> NDArray[np.float32]:
    """What is left of the score of each post of `mask`, 0 elsewhere: its share of the `words` that any post has."""
    known = [found.mask for _, found in words if found.mask.any()]
    share = np.sum(known, axis=0, dtype=np.float32) / np.float32(len(known) or 1)
    left: NDArray[np.float32] = mask * np.maximum(share, np.float32(1 / len(words))) ** np.float32(power)
    return left


def _broadened(collection: Collection, child: Node, found: Found, within: int | None) -> list[Found]:
    """A word of a relaxed query, with the words of its stem for the posts that lack it; the parts of a compound."""
    word = child.children[0] if isinstance(child, Or) else child  # behind it stands what is looked for as well
    if not isinstance(word, Term):
        return [found]
    weights, match = collection.scoring.weights, found.scored[0].match
    lacking = ~match.mask
    parts = [Found(part.mask, (Scored(part, weights.parts, lacking),)) for part in parts_of(collection, match, within)]
    kin = kin_of(collection, match, within)
    if kin is not None:
        found = Found(found.mask | kin.mask, (*gated([found]), Scored(kin, weights.kin, ~found.mask)))
    return [found, *parts]


def _word_children(collection: Collection, node: Words, within: int | None) -> list[tuple[Node, Found]]:
    """The children of Words; two terms next to each other are looked for as one word as well (`meta analysis`)."""
    texts = [child.text if isinstance(child, Term) else "" for child in node.children]
    joined = [_as_one_word(left, right) for left, right in pairwise(["", *texts, ""])]
    known = [word if word and collection.knows(word) else "" for word in joined]
    found: list[tuple[Node, Found | None]] = []
    for child, *pairs in zip(node.children, known, known[1:], strict=False):
        if isinstance(child, Term):
            match = match_leaf(collection, child, within, [word for word in pairs if word])
            found.append((child, None if match is None else Found(match.mask, (Scored(match),))))
        else:
            found.append((child, evaluate(collection, child, within)))
    return [(child, one) for child, one in found if one is not None]


def _as_one_word(left: str, right: str) -> str:
    """The term for two typed words written as one; "" where they make no single word."""
    readings = alternatives(left + right) if left and right else ()
    return readings[0].terms[0] if readings and len(readings[0].terms) == 1 else ""


def telling(collection: Collection, scored: Sequence[Scored]) -> Sequence[Scored]:
    """What of `scored` tells posts from each other: all but the COMMON words, unless there are no others."""
    return [one for one in scored if collection.scoring.idf(collection.posts, one.match.total) >= COMMON] or scored


def score(collection: Collection, scored: Sequence[Scored], mask: Mask) -> NDArray[np.float32]:
    """The score of every post (size), summed over words, fields and segments: right in the posts of `mask`, any number
    elsewhere.

    All postings are laid end to end, in runs of one part and field that share a weight. Sums are taken in double
    precision and rounded to single: how the posts are spread over segments, which orders the additions, cannot show.
    """
    posts: list[Array] = []
    counts: list[Array] = []
    runs: list[tuple[int, int, int, float]] = []  # rows, first post of the segment, first norm of the field, weight
    for one in scored:
        worth = collection.scoring.field_weights(collection.posts, one.match)
        for part in one.match.parts:
            postings = part.postings if one.gate is None else _within(collection, part, one.gate)
            posts.append(postings.posts)
            counts.append(postings.counts)
            first, factor = collection.offsets[part.segment], part.weight * one.factor
            for field, (low, high) in enumerate(pairwise(postings.bounds)):
                if low < high:
                    runs.append((high - low, first, field * collection.size, worth[field] * factor))
    if not runs:
        return np.zeros(collection.size, np.float32)
    sizes, firsts, fields, weights = map(np.array, zip(*runs, strict=True))
    number = np.concatenate(posts, dtype=np.intp)
    if len(collection.segments) > 1:
        number += np.repeat(firsts, sizes)
    count = np.concatenate(counts)
    if len(scored) > 1 and len(number) > LONG and 2 * np.count_nonzero(mask) < collection.size:
        kept = mask.take(number).nonzero()[0]
        number, count = number.take(kept), count.take(kept)
        sizes = np.diff(kept.searchsorted(np.cumsum(sizes)), prepend=0)
    slot = np.repeat(fields, sizes)
    slot += number
    norm = collection.norms.take(slot)
    norm += count
    impact = np.repeat(weights, sizes)
    impact *= count
    impact /= norm
    totals = np.bincount(number, impact, collection.size)
    return (totals * collection.factors if collection.weighed else totals).astype(np.float32)


def _within(collection: Collection, part: Part, gate: Mask) -> Postings:
    """The postings of a part in the posts of `gate`."""
    postings = part.postings
    first = collection.offsets[part.segment]
    rows = gate[first : first + collection.segments[part.segment].posts].take(postings.posts).nonzero()[0]
    return Postings(postings.posts[rows], postings.counts[rows], rows.searchsorted(postings.bounds).tolist())
