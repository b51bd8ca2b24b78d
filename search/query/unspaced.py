"""Words of scripts that put no spaces between them: a reader types several as one run (東京の天気). Pure.

A run that no post has is looked for in the pairs of characters that the index holds, as words side by side: these are
relaxed as others are.
"""

from collections.abc import Callable

from search.analysis import alternatives, is_unspaced
from search.query.ast import Node, Term, Words

MOST = 32
"""Pairs of a query, as many as it may have words; in longer runs the rest is left out of account."""

NOWHERE = -1
"""A pair stands nowhere in the query as typed."""


def in_pairs(tree: Node, unknown: Callable[[str], bool]) -> Node:
    """`tree` with the runs that are `unknown` in pairs, where they are plain words: what stands behind an operator or a
    field is meant as it stands."""
    children = tree.children if isinstance(tree, Words) else (tree,)
    found: list[Node] = []
    for child in children:
        pairs = _pairs(child.text) if isinstance(child, Term) and unknown(child.text) else ()
        found += [Term(pair, NOWHERE, NOWHERE) for pair in pairs] or [child]
    return tree if len(found) == len(children) else Words(tuple(found[:MOST]))


def _pairs(text: str) -> tuple[str, ...]:
    """The different terms of a run; none for a word of another script."""
    if text.isascii() or not any(map(is_unspaced, text)):
        return ()
    readings = alternatives(text)
    return tuple(dict.fromkeys(readings[0].terms)) if readings else ()
