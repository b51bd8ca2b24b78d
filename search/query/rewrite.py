"""A query tree with some of its words replaced: what typing mistakes and synonyms do to it. Pure."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from search.query.ast import And, Boost, In, Node, Or, Term, Words

_Group = TypeVar("_Group", Words, And, Or)


def terms(node: Node) -> Iterator[Term]:
    """The plain words of a tree, in text order; not those beneath a negation, which nothing may widen."""
    match node:
        case Term():
            yield node
        case Words(children) | And(children) | Or(children):
            for child in children:
                yield from terms(child)
        case In(_, child) | Boost(child, _):
            yield from terms(child)


def with_terms(node: Node, change: Callable[[Term], Node]) -> Node:
    """`node` with `change` made of each of its `terms`."""
    match node:
        case Term():
            return change(node)
        case Words() | And() | Or():
            return type(node)(tuple(with_terms(child, change) for child in node.children))
        case In(field, child):
            return In(field, with_terms(child, change))
        case Boost(child, factor):
            return Boost(with_terms(child, change), factor)
    return node
