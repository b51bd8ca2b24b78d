"""Whoosh's own searcher, unpruned, as an oracle: the same posts, the same tree, no line of our evaluation.

Words are taken apart at white space and matched as they are, so oracle and columns agree on terms only for posts and
queries of plain lower-case words in a language without a stemmer (`xx`).
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.analysis.tokenizers import RegexTokenizer
from whoosh.collectors import TopCollector
from whoosh.fields import ID, NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from search.config import Ranking
from search.engines.whoosh.answering.match import Match
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT
from search.fields import SEARCHED
from search.models import Post
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words

wq: Any = importlib.import_module("whoosh.query")  # as Any: it re-exports its classes in a way that mypy rejects

SCHEMA = Schema(
    id=ID(stored=True, unique=True),
    day=NUMERIC(int),
    **{spec.name: TEXT(analyzer=RegexTokenizer(r"\S+")) for spec in SEARCHED},
)

NOTHING = 1e-12
"""The constant score of what scores nothing with us: Whoosh takes a constant of 0 for 1."""


class WhooshScoring(Scoring):
    """Whoosh's BM25F: idf by field, its formula for it, lengths as the byte that it stores, no exact spelling."""

    def __init__(self) -> None:
        super().__init__(Ranking(exact=0.0))

    def norms(self, lengths: Array, averages: NDArray[np.float64]) -> NDArray[np.float32]:
        stored = np.array([byte_to_length(length_to_byte(int(length))) for length in lengths.ravel()], np.float64)
        return super().norms(stored.reshape(lengths.shape), averages)

    def field_weights(self, posts: int, match: Match) -> Sequence[float]:
        by_field = np.zeros(FIELD_COUNT)
        for part in match.parts:
            by_field += np.diff(part.postings.bounds)
        idf = np.log(max(posts, 1) / (by_field + 1)) + 1
        return [boost * float(idf[number]) * (self.weights.k1 + 1) for number, boost in enumerate(self.boosts)]


SCORING = WhooshScoring()


@dataclass(frozen=True, slots=True)
class Oracle:
    """An index of posts in memory, one Whoosh segment for each group."""

    index: Any

    @classmethod
    def of(cls, groups: Sequence[Sequence[Post]]) -> "Oracle":
        index = RamStorage().create_index(SCHEMA)
        for group in groups:
            with index.writer() as writer:
                writer.merge = False  # merging sums lengths that were rounded to a byte
                for post in group:
                    day = {} if post.day is None else {"day": post.day.toordinal()}
                    texts = {"title": post.title, "description": post.description, "body": post.body}
                    writer.add_document(id=post.id, tags=" ".join(post.tags), **texts, **day)
        return cls(index)

    def scores(self, node: Node) -> dict[str, float]:
        """The posts that `node` matches, by id, each with its score."""
        weighting = BM25F(
            B=0.75, K1=1.2, **{f"{spec.name}_B": b for spec, b in zip(SEARCHED, SCORING.b.tolist(), strict=True)}
        )
        with self.index.searcher(weighting=weighting) as searcher:
            collector = TopCollector(10**6, usequality=False)
            collector.replace = 0
            searcher.search_with_collector(translated(node), collector)
            return {hit["id"]: hit.score for hit in collector.results()}


def translated(node: Node, field: str | None = None, factor: float = 1.0) -> Any:
    """The tree as Whoosh's query objects. What scores nothing with us scores NOTHING."""
    match node:
        case Term() | Phrase() | Prefix() | Fuzzy():
            return in_fields(field, factor, node)
        case And(children) | Words(children):
            return wq.And([translated(child, field, factor) for child in children])
        case Or(children):
            return wq.Or([translated(child, field, factor) for child in children])
        case Not(child):
            return wq.ConstantScoreQuery(wq.Not(translated(child, field)), NOTHING)
        case In(name, child):
            return translated(child, name, factor)
        case Boost(child, more):
            return translated(child, field, factor * more)
        case DateRange(since, until):
            days = (since and since.toordinal(), until and until.toordinal())
            return wq.ConstantScoreQuery(wq.NumericRange("day", *days), NOTHING)
        case All():
            return wq.ConstantScoreQuery(wq.Every(), NOTHING)


def in_fields(field: str | None, factor: float, leaf: Term | Phrase | Prefix | Fuzzy) -> Any:
    """A leaf in one field, or in any, weighed by field."""
    boosts = zip(SEARCHED, SCORING.boosts, strict=True)
    queries = [translated_leaf(leaf, spec.name, boost * factor) for spec, boost in boosts if field in (None, spec.name)]
    return queries[0] if len(queries) == 1 else wq.Or(queries)


def translated_leaf(leaf: Term | Phrase | Prefix | Fuzzy, field: str, boost: float) -> Any:
    match leaf:
        case Term(text):
            return wq.Term(field, text, boost=boost)
        case Phrase(text):
            return wq.Phrase(field, text.split(), boost=boost)
        case Prefix(text):
            return wq.Prefix(field, text, boost=boost)
        case Fuzzy(text, edits):
            return wq.FuzzyTerm(field, text, boost, edits, prefixlength=0)
