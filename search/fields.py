"""The field table: schema, weights, query prefixes and columns are derived from it.

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
    """`boost` weighs a match in this field; `b` is BM25's length normalisation in [0, 1] (Robertson & Zaragoza,
    The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3.4); `aliases` are further query prefixes."""

    name: str
    kind: Kind
    boost: float = 0.0
    b: float = 0.75
    aliases: tuple[str, ...] = ()
    facet: bool = False
    sortable: bool = False


# The boosts are a corner of a flat hill. On the judged queries of docs/relevance.md, nDCG@10 of (title, description,
# body, tags): (3, 1.5, 1, 2) 0.594, (4, 1.5, 1, 2) 0.591, (6, 2, 1, 1) 0.587, (1.5, 1, 1, 1) 0.593, (2, 1, 1, 1) 0.605;
# of all b = 0.4 0.588, 0.75 0.593, of the body's b = 0.9 0.593.
FIELDS: tuple[Field, ...] = (
    Field("title", Kind.TEXT, boost=2.0),
    Field("description", Kind.TEXT, boost=1.0),
    Field("body", Kind.TEXT, boost=1.0),
    Field("tags", Kind.KEYWORD, boost=1.0, b=0.0, aliases=("tag",), facet=True),
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
