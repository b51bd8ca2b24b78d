"""A query tree as text for people: how what they typed was read."""

from search.query.ast import And, Boost, Dated, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.lex import one_line

_LABELS: dict[type[Node], str] = {Words: "words", And: "all of", Or: "any of"}


def outline(tree: Node) -> str:
    """The tree as lines, a level of indentation for each level of the tree; groups of single words take one line."""
    return "\n".join(_lines(tree))


def _lines(node: Node) -> list[str]:
    match node:
        case Words() | And() | Or():
            return _group(_LABELS[type(node)], node.children)
        case Not(child):
            return _prefixed("not", child)
        case In(field, child):
            return _prefixed(f"in {field}:", child)
        case Boost(child, factor):
            return _prefixed(f"weighed {factor:g}:", child)
        case _:
            return [_leaf(node)]


def _group(label: str, children: tuple[Node, ...]) -> list[str]:
    parts = [_lines(child) for child in children]
    if all(_is_simple(child) for child in children):
        return [f"{label}: {', '.join(part[0] for part in parts)}"]
    return [f"{label}:", *(f"  {line}" for part in parts for line in part)]


def _is_simple(node: Node) -> bool:
    """Whether a node reads well in a list: a word, perhaps with a sign before it."""
    while isinstance(node, Not | In | Boost):
        node = node.child
    return not isinstance(node, Words | And | Or)


def _prefixed(prefix: str, child: Node) -> list[str]:
    first, *rest = _lines(child)
    return [f"{prefix} {first}", *rest]


def _leaf(node: Node) -> str:
    match node:
        case Term(text):
            return text
        case Phrase(text):
            return f'"{one_line(text)}"'
        case Prefix(text):
            return f"{text}*"
        case Fuzzy(text, edits):
            return f"{text}~{edits}"
        case Dated(text):
            return f"date {text}"
        case DateRange(since, until):
            return f"date {since or ''}..{until or ''}"
        case _:
            return "every post"
