"""Texts and their tokens -> the pieces of a segment and its places (pieces.py says what they are)."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress, count, pairwise
from operator import sub

import numpy as np
from numpy.typing import NDArray

from search.analysis import Tokens
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.grouping import stretches, tally
from search.engines.whoosh.columnar.inverting import inverse, smallest, string_table
from search.engines.whoosh.columnar.pieces import PLACES_PER_BLOCK, RARE, RARE_BITS, signs_of

_Key = tuple[str, str, int, int]
"""What tells two pieces apart: the term of the word, the text, and how many characters stand before the word and are of
it (more than the text has where the word reaches into the next piece)."""

_NOTHING: _Key = ("", "", 0, 0)


class PieceWriter:
    """Gathers the texts of a segment, in the order of its posts and their fields."""

    def __init__(self) -> None:
        self._numbers: defaultdict[_Key, int] = defaultdict(count().__next__)
        # One entry per word: the number of its piece; and one per text: of what stands before its first word.
        self._words = array("I")
        self._leads = array("I")

    def add(self, text: str, tokens: Tokens) -> None:
        """Append a text; `tokens` is what was analysed of it."""
        plain = [span == 1 for span in tokens.spans]  # the parts of a compound say where it is
        starts, ends = list(compress(tokens.starts, plain)), list(compress(tokens.ends, plain))
        cuts = _cuts(text, starts, ends) if starts else []
        keys = zip(
            compress(tokens.terms, plain),
            [text[cut:following] for cut, following in pairwise(cuts)],
            map(sub, starts, cuts),
            map(sub, ends, starts),
            strict=True,
        )
        self._words.extend(map(self._numbers.__getitem__, keys))
        self._leads.append(self._numbers["", text[: cuts[0]] if cuts else text, 0, 0])

    def arrays(
        self, terms: Sequence[str], words: Iterable[NDArray[np.int64]], leads: NDArray[np.int64], size: int
    ) -> dict[str, Array]:
        """The arrays from piece_text to places. `terms` are those of the segment, sorted; `words` (in stretches) and
        `leads` are the places of all words and of what stands before the texts, in the order of `add`; there are `size`
        places."""
        nothing = self._numbers[_NOTHING]
        pieces = list(self._numbers)
        found = np.frombuffer(self._words, np.uintc)
        # The frequent pieces come first: what texts are made of stays in the processor's caches.
        counts = tally((found[part] for part in stretches(len(found))), len(pieces))
        order = np.argsort(-counts, kind="stable")
        renumbered = inverse(order.tolist()).astype(np.uint32)
        places = np.full(size, renumbered[nothing])
        done = 0
        for part in words:
            places[part] = renumbered[found[done : done + len(part)]]
            done += len(part)
        places[leads] = renumbered[np.frombuffer(self._leads, np.uintc)]
        pieces = [pieces[number] for number in order.tolist()]
        rare = np.flatnonzero(places >= RARE)
        above = places[rare] - RARE
        places[rare] = RARE + (above >> RARE_BITS)
        number_of = {term: number for number, term in enumerate(terms)}
        return {
            **string_table("piece", [text.encode() for _, text, *_ in pieces]),
            "piece_leads": smallest(np.array([lead for *_, lead, _ in pieces])),
            "piece_words": smallest(np.array([word for *_, word in pieces])),
            "piece_signs": np.array([signs_of(text, lead + word) for _, text, lead, word in pieces], np.uint8),
            "piece_terms": np.array([number_of.get(term, len(terms)) for term, *_ in pieces], np.uint32),
            "places": places.astype(np.uint16),
            "rare_blocks": np.searchsorted(rare, np.arange(0, size, PLACES_PER_BLOCK)).astype(np.uint32),
            "rare_pieces": above.astype(np.uint16),
        }


def _cuts(text: str, starts: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Where the pieces of a text begin, and where the last ends: behind the last white space before a word, else with
    the word, the first with the text."""
    between = [
        start if start - end <= 1 or text[start - 1].isspace() else _behind_space(text, end, start, start)
        for end, start in zip(ends, starts[1:], strict=False)
    ]
    return [_behind_space(text, 0, starts[0], 0), *between, len(text)]


def _behind_space(text: str, first: int, last: int, otherwise: int) -> int:
    """The character behind the last white space of those from `first` up to but not including `last`."""
    for at in range(last, first, -1):
        if text[at - 1].isspace():
            return at
    return otherwise
