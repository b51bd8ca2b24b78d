"""What one word, phrase, prefix or fuzzy word of a query matches.

A Match is made of parts: postings of one segment and what an occurrence in them is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.answering.phrases import NOWHERE, Spots
from search.engines.whoosh.columnar.arrayfile import Array
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


class Rows(NamedTuple):
    """The rows of all parts of a match end to end: of each its post, by its number in the collection (`posts`, R), and
    how often the word stands there (`counts`, R). Those of part k in field f end at ends[k * F + f]; the first `told`
    parts tell where."""

    posts: NDArray[np.intp]
    counts: Array
    ends: NDArray[np.int64]
    told: int


NO_ROWS = Rows(np.zeros(0, np.intp), np.zeros(0, np.uint8), np.zeros(0, np.int64), 0)


@dataclass(slots=True, eq=False)
class Match:
    """The live posts (`mask`, `total` of them) that match one leaf of the query tree; `text` as typed. `compounds` says
    whether any of its words covers several positions."""

    text: str
    mask: NDArray[np.bool_]
    total: int
    parts: Sequence[Part]
    rows: Rows
    compounds: bool = False

    @property
    def size(self) -> int:
        """Bytes that it takes; arrays that lie in the columns take none."""
        arrays = [array for part in self.parts for array in part.postings[:2] if array.flags.owndata]
        arrays += [array for part in self.parts for spots in part.spots for array in spots]
        return self.mask.nbytes + sum(array.nbytes for array in [*arrays, *self.rows[:3]])
