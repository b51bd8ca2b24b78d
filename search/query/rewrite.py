"""A query tree with some of its words replaced, because they were mistyped or are still being typed. Pure."""

from collections.abc import Callable, Iterator

from search.models import PrefixMatch, SearchRequest
from search.query.ast import And, Boost, In, Node, Or, Prefix, Term, Words
from search.query.written_dates import with_dates

BEGINS = 0.5
"""What a word that only begins as the last one typed is worth, to the word itself."""


def terms(node: Node) -> list[Term]:
    """The plain words of a tree, in text order, which is not always that of the tree; not those beneath a negation,
    which nothing may widen."""
    return sorted(_terms(node), key=lambda term: term.start)


def _terms(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case Words(children) | And(children) | Or(children):
            for child in children:
                yield from _terms(child)
        case In(_, child) | Boost(child, _):
            yield from _terms(child)


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


def as_asked(tree: Node, request: SearchRequest) -> Node:
    """The tree of `request.query` with the dates that are written out in it, and with its last word as the beginning of
    a word as well, where the request says so and the word is still being typed: nothing stands behind it."""
    tree = with_dates(tree)
    words = terms(tree) if request.prefix is PrefixMatch.LAST else []
    if not words or words[-1].end != len(request.query):
        return tree
    last = words[-1]
    either = Or((last, Boost(Prefix(last.text, last.start, last.end), BEGINS)))
    return with_terms(tree, lambda term: either if term.start == last.start else term)
