"""Judged queries, and what a ranking makes of them."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from tests.relevance.metrics import ndcg, reciprocal_rank, success

Search = Callable[[str], Sequence[str]]
"""A query's ten best ids."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One query with the ids of the posts that answer it; `kind` names the group that it is counted in."""

    query: str
    relevant: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Outcome:
    judged: Judged
    ranked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over `queries` queries, each in [0, 1]; ten ranks count."""

    queries: int
    ndcg: float
    mrr: float
    success: float


def load(path: Path) -> list[Judged]:
    """Judgements as JSON lines, each with `query`, `relevant` (file names of posts) and `kind`."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Judged(record["query"], tuple(name.removesuffix(".md") for name in record["relevant"]), record["kind"])
        for record in records
    ]


def outcomes(search: Search, queries: Iterable[Judged]) -> list[Outcome]:
    return [Outcome(judged, tuple(search(judged.query))) for judged in queries]


def scores(found: Sequence[Outcome]) -> Scores:
    """The means over `found`, which must not be empty."""
    pairs = [(outcome.ranked, outcome.judged.relevant) for outcome in found]
    return Scores(
        queries=len(pairs),
        ndcg=fmean(ndcg(*pair) for pair in pairs),
        mrr=fmean(reciprocal_rank(*pair) for pair in pairs),
        success=fmean(success(*pair) for pair in pairs),
    )
