"""The words and short phrases that several posts of a segment share: what a search box proposes while someone types.

Phrases grow word by word: one of n + 1 words can only be frequent where its first n and its last n words are (Agrawal &
Srikant, Fast Algorithms for Mining Association Rules, 1994, section 2.1), so that few are ever counted. Left out are
those that nearly always go on in the same way (`mesenchymal stem`, where `cells` follows), and those that end in a
function word: without a list for each language, a word of up to four letters that most posts have.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import fold
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT
from search.engines.whoosh.columnar.inverting import Occurrences, string_table

LONGEST = 4
"""Words."""

POSTS = 3
"""How many posts must share a phrase."""

MOST = 10_000
"""Phrases that are kept of a segment, the most frequent."""

_GOES_ON = 0.8
_FUNCTION_LETTERS, _FUNCTION_POSTS = 4, 0.7
_SEPARATOR = "\t"


class _Grams(NamedTuple):
    """Phrases of one length: at which token each stands (`at`, ascending) and which it is there (`numbers`, parallel);
    by number its posts and a token where it stands."""

    at: NDArray[np.int64]
    numbers: NDArray[np.int64]
    posts: NDArray[np.int64]
    example: NDArray[np.int64]


def collocation_arrays(tokens: Occurrences, names: Sequence[str]) -> dict[str, Array]:
    """phrase_text, phrase_starts and phrase_posts. `tokens` are in text order, their lists indexes in `names`."""
    tokens = tokens.take(np.flatnonzero(tokens.spans == 1))
    post_count = int(tokens.runs[-1]) // FIELD_COUNT + 1 if len(tokens.runs) else 0
    posts = tokens.runs // FIELD_COUNT
    grams = _counted(np.arange(len(posts)), tokens.lists.astype(np.int64), posts)
    word_posts = np.zeros(len(names), np.int64)
    word_posts[tokens.lists[grams.example]] = grams.posts
    functional = word_posts >= max(_FUNCTION_POSTS * post_count, POSTS)
    functional &= np.array([len(name) for name in names], np.int64) <= _FUNCTION_LETTERS if names else False
    grams = _frequent(grams)
    found: list[tuple[int, str]] = []
    for length in range(1, LONGEST + 1):
        longer = _frequent(_longer(grams, tokens, posts, length))
        shown = longer.posts * ~functional[tokens.lists[longer.example + length]]
        for number in _kept(grams, longer, shown if length < LONGEST else 0 * shown).tolist():
            words = tokens.lists[grams.example[number] : grams.example[number] + length].tolist()
            if not functional[words[-1]]:
                found.append((int(grams.posts[number]), " ".join(names[word] for word in words)))
        grams = longer
    found.sort(key=lambda one: (-one[0], one[1]))
    return _table(found[:MOST])


def _table(found: Sequence[tuple[int, str]]) -> dict[str, Array]:
    rows = sorted((phrase_key(text), posts) for posts, text in found)
    table = string_table("phrase", [key.encode() for key, _ in rows])
    return {**table, "phrase_posts": np.array([posts for _, posts in rows], np.uint32)}


def phrase_key(text: str) -> str:
    """How a phrase is kept: folded, and where that differs, the phrase itself behind a tab."""
    folded = " ".join(fold(word) for word in text.split(" "))
    return folded if folded == text else folded + _SEPARATOR + text


def phrase_text(key: str) -> str:
    """The phrase that is kept as `key`."""
    return key.rpartition(_SEPARATOR)[2]


def _counted(at: NDArray[np.int64], keys: NDArray[np.int64], posts: NDArray[np.int32]) -> _Grams:
    """The phrases that stand at the tokens `at`, told apart by `keys`; `posts` is the post of every token."""
    order = np.argsort(keys, kind="stable")
    ordered, holders = keys[order], posts[at[order]]
    new = np.ones(len(keys), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    first = new.copy()
    first[1:] |= holders[1:] != holders[:-1]
    numbers = np.cumsum(new) - 1
    numbers_at = np.empty(len(keys), np.int64)
    numbers_at[order] = numbers
    counts = np.bincount(numbers[first], minlength=int(new.sum()))
    return _Grams(at, numbers_at, counts, at[order[new]])


def _frequent(grams: _Grams) -> _Grams:
    """Those of enough posts, numbered anew."""
    frequent = grams.posts >= POSTS
    renumbered = np.cumsum(frequent) - 1
    here = frequent[grams.numbers]
    return _Grams(grams.at[here], renumbered[grams.numbers[here]], grams.posts[frequent], grams.example[frequent])


def _longer(grams: _Grams, tokens: Occurrences, posts: NDArray[np.int32], length: int) -> _Grams:
    """The phrases of one word more: a frequent one of `length` words that another follows a word later."""
    nexts = np.flatnonzero(grams.at[1:] == grams.at[:-1] + 1)
    last = grams.at[nexts] + length
    together = (tokens.runs[last] == tokens.runs[last - 1]) & (tokens.positions[last] == tokens.positions[last - 1] + 1)
    nexts = nexts[together]
    keys = grams.numbers[nexts] * (len(grams.posts) + 1) + grams.numbers[nexts + 1]
    return _counted(grams.at[nexts], keys, posts)


def _kept(grams: _Grams, longer: _Grams, shown: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the phrases that do not nearly always go on in the same way; `shown` are the posts of the `longer`
    ones, 0 for those that are not shown themselves."""
    on = np.zeros(len(grams.posts), np.int64)
    if len(longer.posts):
        number_at = np.full(int(grams.at[-1]) + 1, -1)
        number_at[grams.at] = grams.numbers
        np.maximum.at(on, number_at[longer.example], shown)
    return np.flatnonzero(on < _GOES_ON * grams.posts)
