"""A query tree over a collection -> the posts that it matches, and the words that score in them.

Every node becomes a set of posts, a boolean mask over the collection; that also counts in how many posts each word
stands, which its weight needs. A word scores in the posts that its own part of the tree matches: in `(a b) OR c` a post
without b gets nothing for a.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import and_, mul, or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import alternatives
from search.engines.whoosh.answering.broadening import kin_of, parts_of
from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.answering.match import Match
from search.engines.whoosh.answering.matching import match_leaf
from search.fields import SEARCHED
from search.query.ast import All, And, Boost, Dated, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words

COMMON = 0.05
"""An idf below this is that of a word which 95 of 100 posts have (`the`). Beside another word it neither scores nor is
marked: it says nothing about which post answers, nor where, and its postings are most of the work."""

_FIELDS = {spec.name: number for number, spec in enumerate(SEARCHED)}


class Scored(NamedTuple):
    """A match that scores `factor` times its worth, in the posts of `gate` (None: wherever the whole query matches)."""

    match: Match
    factor: float = 1.0
    gate: Mask | None = None


class Found(NamedTuple):
    """What a node of the tree matches. `optional` are words (as typed, with the posts that have them) that a post need
    not have, since too few have all; `held` is what is left of each post's score for those that it lacks (None: all).
    """

    mask: Mask
    scored: tuple[Scored, ...] = ()
    optional: tuple[tuple[str, Mask], ...] = ()
    held: NDArray[np.float32] | None = None

    def lacking(self, mask: Mask) -> tuple[str, ...]:
        """The words as typed that some posts of `mask` do without."""
        return tuple(dict.fromkeys(text for text, holding in self.optional if (mask > holding).any()))


def evaluate(collection: Collection, node: Node, within: int | None = None) -> Found | None:
    """The live posts that `node` matches, looked for in field `within` (an index in SEARCHED) or in all. None where the
    node holds no word to look for."""
    match node:
        case Term() | Phrase() | Prefix() | Fuzzy() | Dated():
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
    typed = [(found.scored[0].match.text, found.mask) for _, found in words]  # behind it: what stands for it
    return Found(mask, gated([one for found in broad for one in found]), tuple(typed), _held(weights.held, mask, words))


def _held(power: float, mask: Mask, words: Sequence[tuple[Node, Found]]) -> NDArray[np.float32]:
    """What is left of the score of each post of `mask`, 0 elsewhere: its share of the `words` that any post has."""
    known = [found.mask.view(np.uint8) for _, found in words if found.mask.any()]
    if not known:
        return mask.astype(np.float32)
    share = np.maximum(np.arange(len(known) + 1) / len(known), 1 / len(words))
    left: NDArray[np.float32] = mask * (share**power).astype(np.float32).take(reduce(np.add, known))
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
