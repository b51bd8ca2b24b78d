"""How much a word in a post is worth: BM25, summed over the fields.

    score(word, post) = sum over fields f of  boost_f * idf * (k1 + 1) * tf / (tf + norm_f),
    norm_f = k1 * (1 - b_f + b_f * length_f / average length_f),     idf = ln(1 + (N - n + 0.5) / (n + 0.5))

with N the posts, n those that the word matches in any searched field, tf how often it stands in the field (Robertson &
Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, sections 3.2 to 3.4; the 1 in the logarithm
keeps the idf of a word that most posts have above zero). A word matches by its class; each occurrence of the exact
spelling counts `exact` times more, through a second sum over the exact spelling's own frequencies with the same idf.

Every statistic is over the live posts: a deleted post counts nowhere from the moment that its deletion is published.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.config import Ranking
from search.engines.whoosh.answering.match import Match
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import NO_DAY
from search.fields import SEARCHED, Kind


class Scoring:
    """The formulas, with the weights that are settings."""

    def __init__(self, weights: Ranking | None = None) -> None:
        self.weights = weights or Ranking()
        self.boosts: list[float] = [getattr(self.weights, field.name) for field in SEARCHED]
        """boost_f, by field."""
        self.b = np.array([0.0 if field.kind is Kind.KEYWORD else self.weights.b for field in SEARCHED])
        """b_f, by field. Labels are no longer where a post has more of them."""

    def norms(self, lengths: Array, averages: NDArray[np.float64]) -> NDArray[np.float32]:
        """norm_f of every post: `lengths` (N, F) terms in each field, `averages` (F) their means; the same shape."""
        scale = self.weights.k1 * self.b / np.maximum(averages, 1e-9)
        return (self.weights.k1 * (1 - self.b) + scale * lengths).astype(np.float32)

    def idf(self, posts: int, matched: int) -> float:
        """The weight of a word that `matched` of `posts` posts have."""
        return math.log(1 + (posts - matched + 0.5) / (matched + 0.5))

    def recency(self, days: NDArray[np.int32], today: int) -> NDArray[np.float32]:
        """What is left of each post's score for its age: 2^(-age / half life), 1 where there is no half life. `days`
        (N) and `today` are proleptic ordinals; a post without a date is as old as the oldest."""
        if not self.weights.half_life:
            return np.ones(len(days), np.float32)
        dated = days[days != NO_DAY]
        ages = today - np.where(days == NO_DAY, dated.min(initial=today), days).astype(np.float64)
        return np.exp2(-np.maximum(ages, 0) / self.weights.half_life).astype(np.float32)

    def field_weights(self, posts: int, match: Match) -> Sequence[float]:
        """boost_f * idf * (k1 + 1) for each field (F) of a match, `posts` being the live posts in all."""
        worth = self.idf(posts, match.total) * (self.weights.k1 + 1)
        return [boost * worth for boost in self.boosts]
