"""The query tree: frozen nodes, made by parse.py, evaluated by an engine. No node refers to an index or a library.

A tree says what the reader wrote, not how it is matched: text is as typed, and the engine runs the analyzer over it.
`start` and `end` are character offsets in the typed text (diagnostics and `--explain` point at them); they do not take
part in comparisons.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed; the analyzer may make several of it (`state-of-the-art`)."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand next to each other, in this order."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with this text."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words at most `edits` (1 or 2) insertions, deletions, substitutions or transpositions away."""

    text: str
    edits: int = 1
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Posts dated from `since` to `until`, both inclusive calendar days; None leaves that side open."""

    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Dated:
    """Posts of the date that was written among plain words, as if they were tagged so; unlike DateRange it scores.
    `text` is the date in numbers: `2015-03`."""

    text: str


@dataclass(frozen=True, slots=True)
class In:
    """`child`, looked for in one field only; `field` is a name of fields.SEARCHED. An In below it names its own."""

    field: str
    child: "Node"


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words that the reader put side by side. The engine asks for all of them, and relaxes that where too few
    posts hold all; `And` is never relaxed. What carries a sign of its own (a phrase, a field, a date, an exclusion)
    stands beside the words, in an And."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class And:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that `child` does not match; scores nothing."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class Boost:
    """`child` with its score multiplied by `factor`."""

    child: "Node"
    factor: float


@dataclass(frozen=True, slots=True)
class All:
    """Every post: the empty query and `*`. Scores nothing."""


Node: TypeAlias = Term | Phrase | Prefix | Fuzzy | Dated | DateRange | In | Words | And | Or | Not | Boost | All
