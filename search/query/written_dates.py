"""Dates written out among the words of a query (`March 2015`, `14 March 2022`, `Mar 14, 2022`). Pure.

Each word of one may be replaced by the posts of that very date: by their month and their year alone they would stand
behind a post of another March that says 2015 often.
"""

from collections.abc import Iterator, Sequence

from search.query.ast import And, Boost, Dated, Node, Or, Term, Words
from search.query.dates import days_of, month_in_short

LONGEST = 4
"""Words of a date: `14th of March 2022`."""

_SIGNS = ",."


def with_dates(tree: Node) -> Node:
    """`tree` with the dates among its plain words; negations, phrases and words of a field are meant as they stand."""
    match tree:
        case Words(children):
            return Words(tuple(_row(children))) if any(map(_is_month, children)) else tree
        case And(children) | Or(children):
            return type(tree)(tuple(map(with_dates, children)))
    return tree


def _is_month(child: Node) -> bool:
    return isinstance(child, Term) and month_in_short(child.text.rstrip(_SIGNS)) is not None


def _row(children: Sequence[Node]) -> Iterator[Node]:
    """Words next to each other, with the dates that they make."""
    start = 0
    while start < len(children):
        found = _date_at(children, start)
        stop = found[1] if found else start + 1
        for child in children[start:stop]:
            yield Or((child, Boost(Dated(found[0]), 1 / (stop - start)))) if found else child
        start = stop


def _date_at(children: Sequence[Node], start: int) -> tuple[str, int] | None:
    """The longest date that begins with the child `start`, and the index behind it."""
    for stop in range(min(start + LONGEST, len(children)), start + 1, -1):
        words = [child.text for child in children[start:stop] if isinstance(child, Term)]
        text = _as_numbers(words) if len(words) == stop - start else ""
        if text:
            return text, stop
    return None


def _as_numbers(words: Sequence[str]) -> str:
    """`2015-03` or `2022-03-14` for the words of one date; "" for all others."""
    plain = [word.lower().rstrip(_SIGNS) for word in words]
    if len(plain) == LONGEST and plain[1] == "of":
        del plain[1]
    months = [place for place, word in enumerate(plain) if month_in_short(word)]
    match months, plain:
        case [0], [month, year]:
            day = ""
        case [1], [year, month]:
            day = ""
        case [1], [day, month, year]:
            pass
        case [0], [month, day, year]:
            pass
        case _:
            return ""
    text = f"{year}-{month_in_short(month):02}{_number(day)}"
    return text if days_of(text) else ""


def _number(day: str) -> str:
    """`-14` for `14th`; nothing for no day."""
    number = day[:-2] if day.endswith(("st", "nd", "rd", "th")) else day
    return f"-{number:0>2}" if day else ""
