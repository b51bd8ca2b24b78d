"""A typed word that hardly any post has -> the words of the posts that may have been meant.

A word of four letters may be one edit off, one of eight two; shorter words, numbers and scripts that put no spaces
between words are taken as typed.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from search.analysis import alternatives
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.columnar.edits import near_terms

ONE_EDIT, TWO_EDITS = 4, 8
"""From so many letters on."""

SLIP = 20.0
"""A letter left out, or swapped with the next, can only be the one that it is; a wrong one, or one too many, may be any
of some twenty-five. So what a word becomes by one of the first is so many times as likely.

Of 600 mistyped queries (docs/relevance.md) 91.0% have the right one proposed without, 93.3% with it and FIRST."""

FIRST = 4.0
"""The first letter is seldom the wrong one."""

CANDIDATES = 64
"""More words so near to one are never looked at."""


class Correction(NamedTuple):
    """A word that may have been meant, `edits` away, in `posts` live posts."""

    word: str
    edits: int
    posts: int


def corrections(collection: Collection, typed: str, most: int = 2) -> list[Correction]:
    """The words, `most` edits away at most, that `typed` (one word) may be a mistyping of: the fewest edits first, then
    the likeliest, as many posts as have it and as likely as it is mistyped so (Kernighan, Church & Gale, A Spelling
    Correction Program Based on a Noisy Channel Model, 1990)."""
    word = _correctable(typed)
    edits = min(0 if len(word) < ONE_EDIT else 1 if len(word) < TWO_EDITS else 2, most)
    near: dict[str, int] = {}
    for columns in collection.segments if edits else ():
        near.update((columns.terms[term].decode(), found) for term, found in near_terms(columns, word, edits).items())
    alike = sorted(near, key=lambda term: (near[term], term[0] != word[0], term))
    found = islice(_living(collection, near, alike), CANDIDATES)
    return sorted(found, key=lambda one: (one.edits, -one.posts * _likelihood(word, one.word), one.word))


def _likelihood(typed: str, word: str) -> float:
    """How likely `word` is mistyped as `typed`, to one of which another letter is wrong and the first is too."""
    slip = len(word) == len(typed) + 1 or sorted(word) == sorted(typed)
    return (SLIP if slip else 1) * (FIRST if word[0] == typed[0] else 1)


def _correctable(typed: str) -> str:
    """The term of `typed`, "" where it is no single word of letters."""
    readings = alternatives(typed)
    if not readings or len(readings[0].terms) != 1 or readings[0].prefix:
        return ""
    word = readings[0].terms[0]
    return "" if any(char.isdigit() for char in word) else word


def _living(collection: Collection, near: dict[str, int], alike: list[str]) -> Iterator[Correction]:
    """The words that live posts have."""
    for word in alike:
        if not any(char.isdigit() for char in word):
            posts = frequency(collection, word)
            if posts:
                yield Correction(word, near[word], posts)


def frequency(collection: Collection, word: str) -> int:
    """The live posts that have a term."""
    holding = collection.mask()
    for offset, columns in zip(collection.offsets, collection.segments, strict=False):
        term = columns.term_list(word)
        if term >= 0:
            holding[offset:][columns.postings(term).posts] = True
    return int(np.count_nonzero(holding & collection.live))
