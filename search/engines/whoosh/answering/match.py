"""What one word, phrase, prefix or fuzzy word of a query matches.

A Match is made of parts: postings of one segment and what an occurrence in them is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.phrases import NOWHERE, Spots
from search.engines.whoosh.columnar.columns import FIELD_COUNT, Postings

BY_DATE: Sequence[Spots] = (NOWHERE,) * FIELD_COUNT
"""The `spots` of posts that match by their date: there is nothing in the text to mark."""


class Part(NamedTuple):
    """Postings of one segment. `weight` is what an occurrence is worth. Where they stand is told by `lists`, or by
    `spots` (of each field) for a phrase; a part that only adds weight to another (the exact spelling) has neither."""

    segment: int
    postings: Postings
    weight: float
    lists: Sequence[int] = ()
    spots: Sequence[Spots] = ()

    @property
    def tells_where(self) -> bool:
        return bool(self.lists or self.spots)


class Weighed(NamedTuple):
    """What a match is worth in every post of the collection (size), and how many words of its title it is (None: no
    title has it)."""

    impacts: NDArray[np.float32]
    titled: NDArray[np.uint8] | None


@dataclass(slots=True, eq=False)
class Match:
    """The live posts (`mask`, `total` of them) that match one leaf of the query tree; `text` as typed. `compounds` says
    whether any of its words covers several positions. What it is worth is worked out when it is first asked for
    (points.py)."""

    text: str
    mask: NDArray[np.bool_]
    total: int
    parts: list[Part]
    compounds: bool = False
    weighed: Weighed | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes at most, once it is weighed; arrays that lie in the columns take none."""
        arrays = [array for part in self.parts for array in part.postings[:2] if array.flags.owndata]
        arrays += [array for part in self.parts for spots in part.spots for array in spots]
        return 6 * len(self.mask) + sum(array.nbytes for array in arrays)
