"""The words and short phrases that several posts of a segment share: what a search box proposes while someone types.

Phrases grow word by word: one of n + 1 words can only be frequent where its first n and its last n words are (Agrawal &
Srikant, Fast Algorithms for Mining Association Rules, 1994, section 2.1), so that few are ever counted. Left out are
those that nearly always go on in the same way (`mesenchymal stem`, where `cells` follows), and those that end in a
function word: without a list for each language, a word of up to four letters that most posts have.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.analysis import fold
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT
from search.engines.whoosh.columnar.grouping import changes, gathered, stable_order
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


class _Words(NamedTuple):
    """The words of a segment in text order, of compounds only the parts. Parallel arrays (W): the term, the post, and
    whether the word stands right behind the one before."""

    terms: NDArray[np.uintc]
    posts: NDArray[np.int32]
    follows: NDArray[np.bool_]


class _Phrases(NamedTuple):
    """Phrases of one length that posts enough share: which begins at each word (W, int32; -1: none), and by number
    the posts of each and a word at which it begins."""

    numbers: NDArray[np.int32]
    posts: NDArray[np.int64]
    examples: NDArray[np.int64]


_Candidates: TypeAlias = Iterable[tuple[Array, NDArray[np.int64]]]
"""Phrases of one length, some at a time: keys that tell them apart and, parallel, at which word each begins, ascending.
No phrase is in two parts."""


def collocation_arrays(tokens: Occurrences, names: Sequence[str]) -> dict[str, Array]:
    """phrase_text, phrase_starts and phrase_posts. `tokens.terms` are indexes in `names`."""
    words = _words(tokens)
    phrases = _counted(words, ((words.terms[at] - first, at) for first, _, at in gathered(words.terms, len(names))))
    functional = _functional(words, phrases, names)
    found = []
    for length in range(1, LONGEST + 1):
        kept = np.arange(len(phrases.posts))
        if length < LONGEST:
            longer = _counted(words, _longer(words, phrases, length))
            shown = longer.posts * ~functional[words.terms[longer.examples + length]]
            kept = _kept(phrases, longer, shown)
        kept = kept[~functional[words.terms[phrases.examples[kept] + length - 1]]]
        found.append(np.stack([phrases.posts[kept], phrases.examples[kept], np.full(len(kept), length)], axis=1))
        phrases = longer
    return _table(_texts(words, np.concatenate(found), names))


def _texts(words: _Words, found: NDArray[np.int64], names: Sequence[str]) -> list[tuple[int, str]]:
    """Posts and text of the phrases to keep. Rows of `found` are posts, the first word, words. There can be a hundred
    times as many, so only those that may be among the most frequent become text."""
    least = np.sort(found[:, 0])[-MOST:][:1]
    texts = []
    for posts, start, length in found[found[:, 0] >= least].tolist():
        texts.append((posts, " ".join([names[term] for term in words.terms[start : start + length].tolist()])))
    texts.sort(key=lambda one: (-one[0], one[1]))
    return texts[:MOST]


def _words(tokens: Occurrences) -> _Words:
    single = tokens.spans == 1
    runs, positions = tokens.runs[single], tokens.positions[single]
    follows = np.zeros(len(runs), np.bool_)
    follows[1:] = (runs[1:] == runs[:-1]) & (positions[1:] == positions[:-1] + 1)
    return _Words(tokens.terms[single], runs // FIELD_COUNT, follows)


def _functional(words: _Words, single: _Phrases, names: Sequence[str]) -> NDArray[np.bool_]:
    """Which terms are function words."""
    posts = np.zeros(len(names), np.int64)
    posts[words.terms[single.examples]] = single.posts
    all_posts = int(words.posts[-1]) + 1 if len(words.posts) else 0
    letters = np.array([len(name) for name in names], np.int64)
    functional: NDArray[np.bool_] = (letters <= _FUNCTION_LETTERS) & (posts >= max(_FUNCTION_POSTS * all_posts, POSTS))
    return functional


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


def _counted(words: _Words, candidates: _Candidates) -> _Phrases:
    """Those of the candidates that posts enough share."""
    numbers = np.full(len(words.posts), -1, np.int32)
    posts, examples = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    count = 0
    for keys, at in candidates:
        order = stable_order(keys)
        keys, at = keys[order], at[order]
        new = changes(keys)
        starts = np.flatnonzero(new)
        shares = np.add.reduceat(changes(keys, words.posts[at]), starts, dtype=np.int64)
        frequent = shares >= POSTS
        numbered = np.where(frequent, count + np.cumsum(frequent) - 1, -1).astype(np.int32)
        numbers[at] = numbered[np.cumsum(new) - 1]
        posts.append(shares[frequent])
        examples.append(at[starts[frequent]])
        count += len(posts[-1])
    return _Phrases(numbers, np.concatenate(posts), np.concatenate(examples))


def _longer(words: _Words, phrases: _Phrases, length: int) -> _Candidates:
    """The phrases of one word more: a frequent one of `length` words that another follows a word later."""
    count = len(phrases.posts)
    for first, _, at in gathered(phrases.numbers, count):
        at = at[at < len(words.follows) - length]
        nexts = phrases.numbers[at + 1]
        together = (nexts >= 0) & words.follows[at + length]
        at, nexts = at[together], nexts[together]
        yield (phrases.numbers[at] - first).astype(np.int64) * count + nexts, at


def _kept(phrases: _Phrases, longer: _Phrases, shown: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the phrases that do not nearly always go on in the same way; `shown` are the posts of the `longer`
    ones, 0 for those that are not shown themselves."""
    on = np.zeros(len(phrases.posts), np.int64)
    np.maximum.at(on, phrases.numbers[longer.examples], shown)
    return np.flatnonzero(on < _GOES_ON * phrases.posts)
