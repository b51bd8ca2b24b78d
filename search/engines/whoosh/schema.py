"""fields.py as a Whoosh schema. The words of a post come in analysed: Whoosh's own analyzers are not used.

title description body tags   Analysed: words with positions, from precomputed Tokens
date                          DATETIME, naive UTC
id                            ID, unique
post                          STORED: the whole Post (stored.py), from which columns can be compiled again
"""

from collections import defaultdict
from collections.abc import Generator
from pickle import dumps
from struct import Struct
from typing import Any

from whoosh import fields as whoosh_fields
from whoosh import formats

from search.analysis import Tokens
from search.fields import FIELDS, Kind

STORED_FIELD = "post"

_count = Struct("!I").pack


class Analysed(whoosh_fields.FieldType):
    """A field whose value is Tokens: what was analysed once is written as it is."""

    def __init__(self) -> None:
        super().__init__(formats.Positions(), None, scorable=True)  # type: ignore[arg-type]  # needs no analyzer

    def index(self, value: Tokens, **_: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Each term of the field once: its bytes, how often it stands there, its weight (the same number) and its
        positions as Whoosh's Positions format has them. Raises UnicodeEncodeError for text that is no Unicode."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for term, position in zip(value.terms, value.positions, strict=True):
            positions[term].append(position)
        for term, found in positions.items():
            yield term.encode(), len(found), float(len(found)), encode_positions(found)


def encode_positions(positions: list[int]) -> bytes:
    """Ascending positions as formats.Positions has them: their number, then pickled the steps from one to the next."""
    steps = [after - before for before, after in zip([0, *positions], positions, strict=False)]
    return _count(len(steps)) + dumps(steps, 2)


def make_schema() -> whoosh_fields.Schema:
    """The schema of every index of ours."""
    schema = whoosh_fields.Schema(**{STORED_FIELD: whoosh_fields.STORED()})
    for field in FIELDS:
        if field.kind in (Kind.TEXT, Kind.KEYWORD):
            schema.add(field.name, Analysed())
        elif field.kind is Kind.DATE:
            spec = whoosh_fields.DATETIME()
            spec.shift_step = 0  # one term a post instead of eight: ranges are answered from the columns
            schema.add(field.name, spec)
    schema.add("id", whoosh_fields.ID(unique=True))
    return schema
