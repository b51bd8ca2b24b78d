"""One word of a query -> the terms of a segment that it may stand for: by prefix and by small typing mistakes.

Both are bounded, whatever a reader types: at most PREFIX_TERMS and FUZZY_TERMS terms of a segment.
"""

import numpy as np

from search.analysis import fold
from search.engines.whoosh.columnar.columns import Columns
from search.engines.whoosh.columnar.edits import near_terms

PREFIX_TERMS = 256
FUZZY_TERMS = 32
"""More words than this are not what a reader had in mind, and would cost more than an answer may."""


def prefix_terms(columns: Columns, prefix: str) -> list[int]:
    """The terms that begin with `prefix` when both are folded: those with most rows where there are too many."""
    folded = fold(prefix).encode()
    found: set[int] = set(columns.terms.prefix_range(folded))
    found.update(int(columns.folded_terms[index]) for index in columns.folded.prefix_range(folded))
    if len(found) <= PREFIX_TERMS:
        return sorted(found)
    return sorted(_most_frequent(columns, found, PREFIX_TERMS))


def fuzzy_terms(columns: Columns, word: str, edits: int) -> list[int]:
    """The terms at most `edits` edits from `word`, other than itself: the nearest, then those with most rows, where
    there are too many. A word with a digit has none: another number is never a typing mistake."""
    if any(char.isdigit() for char in word):
        return []
    near: list[set[int]] = [set() for _ in range(edits + 1)]
    for term, distance in near_terms(columns, word, edits).items():
        if not any(char.isdigit() for char in columns.terms[term].decode()):
            near[distance].add(term)
    found: list[int] = []
    for terms in near:
        found += sorted(terms) if len(terms) <= FUZZY_TERMS else _most_frequent(columns, terms, FUZZY_TERMS)
    return sorted(found[:FUZZY_TERMS])


def _most_frequent(columns: Columns, terms: set[int], most: int) -> list[int]:
    numbers = np.array(sorted(terms))
    order = np.argsort(-columns.row_totals(numbers), kind="stable")
    return numbers[order[:most]].tolist()  # type: ignore[no-any-return]  # numpy types tolist as Any
