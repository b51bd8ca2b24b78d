"""A query tree over a collection, typing mistakes forgiven -> the posts that it matches, and what was meant.

The tree is evaluated as it was typed, and where posts have every word of it that is all. A plain word that no post has,
or next to none, is then read as any of the words that it may be a mistyping of, and the tree is evaluated again. A post
that matches only so stands behind all that match as typed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.broadening import part_terms
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.evaluate import Found, boosted, evaluate, gated, telling
from search.engines.whoosh.answering.matching import match_leaf
from search.engines.whoosh.answering.points import points
from search.engines.whoosh.answering.typos import Correction, corrections
from search.query.ast import Boost, Node, Or, Term, Words
from search.query.parse import parse
from search.query.rewrite import terms, with_terms
from search.query.unspaced import in_pairs

HARDLY = 1
"""A word in no more posts than this may be a mistake; one that no post has is."""

FAR_MORE = 20
"""A word that a post does have was meant to be another only if that is one edit away, and in so many more posts."""

READ_AS = 3
"""As how many words a mistake is read at most.

Of 600 mistyped queries (docs/relevance.md), 92.5% keep their post in the top ten with one, 95.3% with two, 96.5% with
three and 95.7% with five."""

CLEARLY_MORE = 2
"""Another query is proposed where it finds more than so many times as many posts with the word."""


class Understood(NamedTuple):
    """`typed` is what matches without any mistake forgiven; `corrected` is the best word for each word of the query (as
    typed) that was read as others."""

    typed: Found
    found: Found
    corrected: Mapping[str, str] = {}


def understand(collection: Collection, tree: Node, known: Callable[[str], bool] = lambda word: False) -> Understood:
    """The live posts that `tree` matches, mistakes in its plain words forgiven, but for words that are `known`."""
    typed = evaluate(collection, tree) or Found(collection.mask())
    totals = _totals(typed)
    pairs = in_pairs(tree, lambda text: totals.get(text) == 0)
    if pairs is not tree:
        tree = pairs
        typed = evaluate(collection, tree) or typed
        totals = _totals(typed)
    rare = {text for text, total in totals.items() if total <= HARDLY}
    readings = (
        _readings(collection, [term for term in terms(tree) if term.text in rare and not known(term.text)], totals)
        if rare
        else {}
    )
    if not readings:
        return Understood(typed, typed if typed.mask.any() else _in_parts(collection, tree) or typed)
    meant = evaluate(collection, with_terms(tree, lambda term: _read_as(collection, term, readings))) or typed
    corrected = {text: words[0].word for text, words in readings.items()}
    if typed.lacking(typed.mask) and any(totals[text] == 0 for text in readings):
        return Understood(typed, meant, corrected)  # nothing matches as typed: a word that no post has was given up
    return Understood(typed, _behind(collection, typed, meant), corrected)


def _in_parts(collection: Collection, tree: Node) -> Found | None:
    """What matches the parts of a compound that no post has, where that is all that was asked for."""
    parts = part_terms(tree.text) if isinstance(tree, Term) else ()
    return evaluate(collection, Words(tuple(map(Term, parts)))) if parts else None


def _totals(found: Found) -> dict[str, int]:
    """In how many posts each word is, by its text."""
    totals: dict[str, int] = {}
    for one in found.scored:
        totals[one.match.text] = max(one.match.total, totals.get(one.match.text, 0))
    return totals


def did_you_mean(collection: Collection, query: str, tree: Node, understood: Understood) -> str | None:
    """`query` (of which `tree` was read) with its mistakes corrected, where that finds clearly more. None where a word
    stays that no post has: nobody means `aside effects` in a blog without effects."""
    corrected = understood.corrected
    if not corrected:
        return None
    better = query
    for term in reversed(terms(tree)):
        if term.text in corrected:
            better = better[: term.start] + corrected[term.text] + better[term.end :]
    if better == query:
        return None
    found = evaluate(collection, parse(better).tree)
    if found and 0 in _totals(found).values():
        return None
    now = _posts_with(collection, found, corrected.values())
    return better if now > CLEARLY_MORE * _posts_with(collection, understood.typed, corrected) else None


def _posts_with(collection: Collection, found: Found | None, words: Iterable[str]) -> int:
    """How many of the posts found have any of `words`."""
    holding = collection.mask()
    for one in found.scored if found else ():
        if one.match.text in words:
            holding |= one.match.mask
    return int(np.count_nonzero(holding & found.mask)) if found else 0


def _readings(collection: Collection, rare: Iterable[Term], totals: Mapping[str, int]) -> dict[str, list[Correction]]:
    """As what the words that are mistakes are read, best first, by the word as typed. `totals` are the posts that match
    each word where it is looked for."""
    found = {}
    for term in rare:
        everywhere = match_leaf(collection, term, None)  # a word may be rare in one field only
        known = max(everywhere.total, totals[term.text]) if everywhere else 0
        if everywhere and known <= HARDLY:
            words = corrections(collection, term.text, 1 if known else 2)
            nearest = [one for one in words if one.edits == words[0].edits and one.posts >= FAR_MORE * known]
            if nearest:
                found[term.text] = nearest[:READ_AS]
    return found


def _read_as(collection: Collection, term: Term, readings: Mapping[str, Sequence[Correction]]) -> Node:
    """The word as typed, or one of those that it is read as; each is worth less than the one before."""
    words = [Term(one.word, term.start, term.end) for one in readings.get(term.text, ())]
    worth = collection.scoring.weights.fuzzy
    return Or((term, *(Boost(word, worth**place) for place, word in enumerate(words)))) if words else term


def _behind(collection: Collection, typed: Found, meant: Found) -> Found:
    """What matches as typed, and behind it what else matches as meant, scaled down to score less than all of that."""
    later = meant.mask & ~typed.mask
    both = gated([typed, Found(later, meant.scored)])
    posts, held = (typed.mask | later).nonzero()[0], _held(typed, meant)
    scores, behind = points(collection, telling(collection, both), posts, held), later.take(posts)
    last, best = scores[~behind].min(initial=np.inf), scores[behind].max(initial=0)
    if not last or not best:
        return typed
    most = 2 * (1 + collection.scoring.weights.proximity)  # what nearness may add to them, and a little room
    scaled = boosted(meant.scored, min(1.0, float(last / best) / most))
    return typed._replace(mask=typed.mask | later, scored=gated([typed, Found(later, scaled)]), held=held)


def _held(typed: Found, meant: Found) -> NDArray[np.float32] | None:
    """Found.held of both: as typed where a post matches so, else as meant."""
    if typed.held is None and meant.held is None:
        return None
    one = np.float32(1)
    return np.where(typed.mask, one if typed.held is None else typed.held, one if meant.held is None else meant.held)
