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
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.arrayfile import Array
from search.fields import SEARCHED

if TYPE_CHECKING:
    from search.engines.whoosh.matching import Match

_BOOSTS = [field.boost for field in SEARCHED]
_B = np.array([field.b for field in SEARCHED])


@dataclass(frozen=True, slots=True)
class Scoring:
    """The weights that are ours to choose. k1 = 1.2 is the usual value of BM25 (Robertson & Zaragoza, section 3.5)."""

    k1: float = 1.2
    exact: float = 0.25
    fuzzy: float = 0.4
    """What a word that differs from the one typed by edits is worth, to the word as typed."""

    def norms(self, lengths: Array, averages: NDArray[np.float64]) -> NDArray[np.float32]:
        """norm_f of every post: `lengths` (N, F) terms in each field, `averages` (F) their means; the same shape."""
        scale = self.k1 * _B / np.maximum(averages, 1e-9)
        return (self.k1 * (1 - _B) + scale * lengths).astype(np.float32)

    def idf(self, posts: int, matched: int) -> float:
        """The weight of a word that `matched` of `posts` posts have."""
        return math.log(1 + (posts - matched + 0.5) / (matched + 0.5))

    def field_weights(self, posts: int, match: "Match") -> Sequence[float]:
        """boost_f * idf * (k1 + 1) for each field (F) of a match, `posts` being the live posts in all."""
        worth = self.idf(posts, match.total) * (self.k1 + 1)
        return [boost * worth for boost in _BOOSTS]
