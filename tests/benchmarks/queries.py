"""Queries as readers type them: one to three words next to each other in a title."""

import random
import re
from collections.abc import Sequence


def cut_queries(titles: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` different queries, the same ones for the same arguments; each has a word of four letters or more.

    Raises ValueError where the titles do not hold so many.
    """
    random_ = random.Random(seed)
    chosen: dict[str, None] = {}
    for _ in range(count * 100):
        words = re.findall(r"[^\W\d_]+", random_.choice(titles).lower())
        size = random_.randint(1, 3)
        at = random_.randrange(max(1, len(words) - size + 1))
        cut = words[at : at + size]
        if any(len(word) >= 4 for word in cut):
            chosen[" ".join(cut)] = None
        if len(chosen) == count:
            return list(chosen)
    raise ValueError(f"{len(titles)} titles do not hold {count} different queries")
