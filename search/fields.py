"""The field table: schema, query prefixes and columns are derived from it.

How forms of a word are kept: the index holds each word once, as its author spelled it (NFKC, lower case; see
analysis.py). The wider forms are classes over that dictionary: every word of a segment belongs to the class of its
folded and stemmed form, per language (columns.py). A query word matches its class and scores its exact spelling on
top, so `running` finds `run`, `résumé` finds `resume`, and the exact spelling ranks first; one posting serves both.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """TEXT: analysed words with positions. KEYWORD: labels, analysed as words and matched whole as facets.
    DATE: a day, for ranges. STORED: kept for display only."""

    TEXT = "text"
    KEYWORD = "keyword"
    DATE = "date"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class Field:
    """`aliases` are further query prefixes. What a match in a field is worth is a setting (config.Ranking)."""

    name: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    facet: bool = False
    sortable: bool = False


FIELDS: tuple[Field, ...] = (
    Field("title", Kind.TEXT),
    Field("description", Kind.TEXT),
    Field("body", Kind.TEXT),
    Field("tags", Kind.KEYWORD, aliases=("tag",), facet=True),
    Field("date", Kind.DATE, facet=True, sortable=True),
    Field("id", Kind.STORED),
    Field("url", Kind.STORED),
    Field("image", Kind.STORED),
    Field("lang", Kind.STORED),
    Field("sections", Kind.STORED),
    Field("content_hash", Kind.STORED),
)

SEARCHED: tuple[Field, ...] = tuple(field for field in FIELDS if field.kind in (Kind.TEXT, Kind.KEYWORD))
"""The fields that words are looked for in; their order is the order of the frequency columns."""

PREFIXES: dict[str, Field] = {
    name: field for field in FIELDS if field.kind is not Kind.STORED for name in (field.name, *field.aliases)
}
"""What a reader may write before a colon, and the field that it means."""
