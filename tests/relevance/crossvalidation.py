"""Whether the weights fit these queries only: each fold is measured with weights that were chosen on the others.

A candidate is the default with one weight changed. The folds are cut at random, always the same way. What the
candidates score is also what each weight is worth: the table of them is written beside the figures.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from statistics import fmean
from typing import NamedTuple

from search.config import Ranking
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.engines.whoosh.columnar.columns import Segment
from search.models import SearchRequest
from tests.relevance.judged import Judged
from tests.relevance.metrics import ndcg, success

FOLDS = 5

ALTERNATIVES: Mapping[str, tuple[float, ...]] = {
    "title": (1.5, 3.0),
    "description": (0.5, 1.5),
    "body": (0.7, 1.5),
    "tags": (0.5, 2.0),
    "k1": (0.9, 1.6),
    "b": (0.6, 0.9),
    "exact": (0.0, 0.5),
    "fuzzy": (0.2, 0.8),
    "coverage": (0.0, 0.2, 0.8),
    "titled": (0.0, 0.2, 1.0),
    "proximity": (0.0, 0.2, 0.8),
    "dated": (0.0, 1.0, 4.0),
    "parts": (0.0, 0.4, 1.0),
    "kin": (0.0, 0.4, 1.0),
    "held": (0.0, 0.25, 1.0),
    "enough": (3, 10, 30, 100),
    "carries": (0.2, 0.3, 0.4, 0.5),
}
"""Other values of the weights; those that matter from nothing up."""


class Measured(NamedTuple):
    """What one ranking makes of each query, in their order: nDCG@10 and success@10."""

    ndcg: Sequence[float]
    success: Sequence[float]


class CrossValidated(NamedTuple):
    """Means over all queries, each measured with weights chosen without its fold; and which were chosen how often."""

    ndcg: float
    success: float
    chosen: Counter[str]


def candidates() -> Iterator[tuple[str, Ranking]]:
    """The default and every ranking that differs from it in one weight, by what is changed."""
    yield "default", Ranking()
    for name, values in ALTERNATIVES.items():
        for value in values:
            yield f"{name} {value:g}", replace(Ranking(), **{name: value})  # type: ignore[arg-type]


def measured(segments: Sequence[Segment], judged: Sequence[Judged], ranking: Ranking) -> Measured:
    """What `ranking` makes of the queries."""
    searcher = Searcher(segments, Scoring(ranking))
    ranked = [[hit.id for hit in searcher.search(SearchRequest(one.query)).hits] for one in judged]
    pairs = list(zip(ranked, (one.relevant for one in judged), strict=True))
    return Measured([ndcg(*pair) for pair in pairs], [success(*pair) for pair in pairs])


def crossvalidated(found: Mapping[str, Measured], seed: int) -> CrossValidated:
    """Of each fold the figures of the candidate that is best on the other folds; the default where none is better."""
    size = len(found["default"].ndcg)
    fold_of = [number % FOLDS for number in range(size)]
    random.Random(seed).shuffle(fold_of)
    gained, succeeded, chosen = [0.0] * size, [0.0] * size, Counter[str]()
    for fold in range(FOLDS):
        others = [number for number in range(size) if fold_of[number] != fold]
        # max takes the first of equals, which is the default.
        best = max(found, key=lambda name: fmean([found[name].ndcg[number] for number in others]))
        chosen[best] += 1
        for number in range(size):
            if fold_of[number] == fold:
                gained[number], succeeded[number] = found[best].ndcg[number], found[best].success[number]
    return CrossValidated(fmean(gained), fmean(succeeded), chosen)


def worth(found: Mapping[str, Measured]) -> Iterator[tuple[str, str, str]]:
    """For each weight its default, and nDCG@10 with each other value."""
    default = {row.name: row.default for row in fields(Ranking)}
    for name, values in ALTERNATIVES.items():
        figures = (f"{value:g}: {fmean(found[f'{name} {value:g}'].ndcg):.3f}" for value in values)
        yield name, f"{default[name]:g}", ", ".join(figures)
