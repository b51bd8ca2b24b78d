"""Measures of one ranked list against binary judgements, by their textbook definitions.

Manning, Raghavan, Schütze: Introduction to Information Retrieval, 2008, section 8.4 (nDCG); Voorhees: The TREC-8
Question Answering Track Report, 1999 (reciprocal rank). A mean over queries is the plain average.

In every function `ranked` are ids from best to worst, none twice, and `relevant` the ids judged relevant, at least one;
only the first `k` ranks count. Results lie in [0, 1].
"""

from collections.abc import Collection, Sequence
from math import log2


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """Discounted cumulative gain over that of the ideal order, with gain 1 for a relevant id and discount
    1 / log2(rank + 1)."""
    gained = sum(1 / log2(rank + 1) for rank, found in enumerate(ranked[:k], 1) if found in relevant)
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(len(relevant), k) + 1))
    return gained / ideal


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """1 / rank of the first relevant id; 0 where none is among the first `k`."""
    return next((1 / rank for rank, found in enumerate(ranked[:k], 1) if found in relevant), 0.0)


def success(ranked: Sequence[str], relevant: Collection[str], k: int = 10) -> float:
    """1 where a relevant id is among the first `k`, else 0."""
    return float(any(found in relevant for found in ranked[:k]))
