"""One word of a query -> the terms of a segment that it may stand for: by prefix and by small typing mistakes.

Both are bounded, whatever a reader types: at most PREFIX_TERMS and FUZZY_TERMS terms of a segment.
"""

import numpy as np

from search.analysis import fold
from search.engines.whoosh.columns import Columns

PREFIX_TERMS = 256
FUZZY_TERMS = 32
"""More words than this are not what a reader had in mind, and would cost more than an answer may."""

_LETTER_BITS = 26
_LENGTH_SHIFT = 26
_MAX_LENGTH = 63


def shape(term: str) -> int:
    """Length (high 6 bits) and set of letters (low 26, by code point modulo 26) of a term, as an uint32. One edit
    changes the length by at most one, takes at most one letter from the set and adds at most one."""
    letters = 0
    for char in term:
        letters |= 1 << ord(char) % _LETTER_BITS
    return min(len(term), _MAX_LENGTH) << _LENGTH_SHIFT | letters


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
    own = np.uint32(shape(word))
    letters = np.uint32((1 << _LENGTH_SHIFT) - 1)
    lacking = np.bitwise_count(own & ~columns.term_shapes & letters)
    foreign = np.bitwise_count(columns.term_shapes & ~own & letters)
    longer = np.abs((columns.term_shapes >> _LENGTH_SHIFT).astype(np.int8) - np.int8(own >> _LENGTH_SHIFT))
    alike = np.flatnonzero((lacking <= edits) & (foreign <= edits) & (longer <= edits))
    near: list[set[int]] = [set() for _ in range(edits + 1)]
    for index in alike.tolist():
        term = columns.terms[index].decode()
        distance = edit_distance(word, term, edits)
        if 0 < distance <= edits and not any(char.isdigit() for char in term):
            near[distance].add(index)
    found: list[int] = []
    for terms in near:
        found += sorted(terms) if len(terms) <= FUZZY_TERMS else _most_frequent(columns, terms, FUZZY_TERMS)
    return sorted(found[:FUZZY_TERMS])


def edit_distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, substitutions and transpositions of neighbours that make `one` into `other`, no part
    edited twice (optimal string alignment); limit + 1 where there are more than `limit`."""
    one, other = _differing(one, other)
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        row = [i]
        for j, target in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (char != target))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == target:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)


def _differing(one: str, other: str) -> tuple[str, str]:
    """The two without the beginning and the end that they share."""
    end = min(len(one), len(other))
    start = 0
    while start < end and one[start] == other[start]:
        start += 1
    stop = 0
    while stop < end - start and one[-1 - stop] == other[-1 - stop]:
        stop += 1
    return one[start : len(one) - stop], other[start : len(other) - stop]


def _most_frequent(columns: Columns, terms: set[int], most: int) -> list[int]:
    numbers = np.array(sorted(terms))
    order = np.argsort(-columns.row_totals(numbers), kind="stable")
    return numbers[order[:most]].tolist()  # type: ignore[no-any-return]  # numpy types tolist as Any
