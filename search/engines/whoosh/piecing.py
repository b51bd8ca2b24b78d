"""Texts and their tokens -> the pieces of a segment and its places (pieces.py says what they are)."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from itertools import compress, count, pairwise
from operator import sub

import numpy as np
from numpy.typing import NDArray

from search.analysis import Tokens
from search.engines.whoosh.arrayfile import Array
from search.engines.whoosh.inverting import inverse, smallest, string_table

_Key = tuple[str, str, int, str, int]
"""What tells two pieces apart: the term of the word, the text, how many characters the word has (more than the text
where it reaches into the next piece, as pairs of an unspaced script do), the term of the compound that begins here and
how many positions that covers."""

_NOTHING: _Key = ("", "", 0, "", 1)


class PieceWriter:
    """Gathers the texts of a segment, in the order of its posts and their fields."""

    def __init__(self) -> None:
        self._numbers: defaultdict[_Key, int] = defaultdict(count().__next__)
        # One entry per word: the number of its piece; and one per text: of what stands before its first word.
        self._words = array("I")
        self._leads = array("I")

    def add(self, text: str, tokens: Tokens) -> None:
        """Append a text; `tokens` is what was analysed of it."""
        plain = [span == 1 for span in tokens.spans]
        terms = list(compress(tokens.terms, plain))
        starts, ends = list(compress(tokens.starts, plain)), list(compress(tokens.ends, plain))
        compounds, spans = [""] * len(terms), [1] * len(terms)
        for before, index in enumerate([index for index, single in enumerate(plain) if not single]):
            compounds[index - before], spans[index - before] = tokens.terms[index], tokens.spans[index]
        texts = [text[start:end] for start, end in pairwise([*starts, len(text)])]
        keys = zip(terms, texts, map(sub, ends, starts), compounds, spans, strict=True)
        self._words.extend(map(self._numbers.__getitem__, keys))
        lead = text[: starts[0]] if starts else text
        self._leads.append(self._numbers["", lead, 0, "", 1])

    def arrays(
        self, terms: Sequence[str], words: NDArray[np.int64], leads: NDArray[np.int64], size: int
    ) -> dict[str, Array]:
        """The arrays from piece_text to places. `terms` are those of the segment, sorted; `words` and `leads` are the
        places of all words and of what stands before the texts, in the order of `add`; there are `size` places."""
        nothing = self._numbers[_NOTHING]
        pieces = list(self._numbers)
        found = np.array(self._words, np.int64)
        # The frequent pieces come first: what texts are made of stays in the processor's caches.
        order = np.argsort(-np.bincount(found, minlength=len(pieces)), kind="stable")
        renumbered = inverse(order.tolist())
        places = np.full(size, renumbered[nothing])
        places[words] = renumbered[found]
        places[leads] = renumbered[np.array(self._leads, np.int64)]
        pieces = [pieces[number] for number in order.tolist()]
        number_of = {term: number for number, term in enumerate(terms)}
        owners = np.array([number_of.get(term, len(terms)) for term, *_ in pieces])
        by_term = np.argsort(owners, kind="stable")
        begun = sorted((number_of[piece[3]], number) for number, piece in enumerate(pieces) if piece[3])
        return {
            **string_table("piece", [text.encode() for _, text, *_ in pieces]),
            "piece_characters": smallest(np.array([len(text) for _, text, *_ in pieces])),
            "piece_words": smallest(np.array([size for _, _, size, *_ in pieces])),
            "piece_spans": np.array([span for *_, span in pieces], np.uint8),
            "term_piece_starts": np.searchsorted(owners[by_term], np.arange(len(terms) + 1)).astype(np.uint32),
            "term_pieces": by_term.astype(np.uint32),
            "compound_terms": np.array([term for term, _ in begun], np.uint32),
            "compound_pieces": np.array([number for _, number in begun], np.uint32),
            "places": smallest(places),
        }
