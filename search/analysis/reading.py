"""What a typed word can stand for in the index: compounds whole or in parts, one word for two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from search.analysis.tokens import chunks_of
from search.analysis.words import MAX_TERM, is_unspaced, split

_MIN_HALF: Final = 3
_ELISIONS: Final = re.compile("(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu|all|dall|dell|nell|sull|un)'")
"""What French, Italian and Catalan shorten before a vowel (l'école); whoever types it looks for the word behind it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Terms that stand at `offsets`, positions counted from the first. Where `prefix` is true the (single) term is the
    beginning of a term: one character of a script that the index holds in pairs."""

    terms: tuple[str, ...]
    offsets: tuple[int, ...]
    prefix: bool = False


def alternatives(text: str) -> tuple[Reading, ...]:
    """The ways to read a typed word or phrase, the exact form first; none for a text without a word.

    `meta-analysis` reads as the compound, found in any of its spellings (they share a class), or as `meta` followed by
    `analysis`; `l'école` as itself or as `école`. Several words in `text` read as a
    phrase, with every compound of it whole, then with every one in parts.
    """
    if text.isascii() and text.isalnum():
        return (Reading((text[:MAX_TERM].lower(),), (0,)),)  # as split() reads it: the word that most words are
    whole: list[tuple[str, int]] = []
    parted: list[tuple[str, int]] = []
    position = shift = covered = 0
    article = -1  # where a compound begins with one
    for raw in chunks_of(text):
        chunk = split(raw)
        for part in chunk.parts:
            at = position + part.at
            if part.span > 1:
                whole.append((part.term, at - shift))
                shift, covered = shift + part.span - 1, at + part.span
                article = at if _ELISIONS.match(part.term) else -1
            elif not part.tail:
                if at != article:
                    parted.append((part.term, at))
                if at >= covered:
                    whole.append((part.term, at - shift))
        position += chunk.positions
    if not parted:
        return ()
    single = position == 1 and is_unspaced(parted[0][0][0])
    found = [whole] if whole == parted else [whole, parted]
    return tuple(
        Reading(tuple(term for term, _ in row), tuple(at - row[0][1] for _, at in row), single) for row in found
    )


def splits(term: str) -> Iterator[tuple[str, str]]:
    """The two words that a typed word may be when its author wrote it apart (`metaanalysis`): every cut that leaves
    three characters or more on both sides, and the cuts between letters and digits (`covid19`)."""
    for cut in range(1, len(term)):
        if min(cut, len(term) - cut) >= _MIN_HALF or term[cut - 1].isalpha() != term[cut].isalpha():
            yield term[:cut], term[cut:]
