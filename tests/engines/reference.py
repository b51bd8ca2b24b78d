"""What the shipped defaults mean, in plain Python over the tokens of each post: no index, no arrays."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from search.analysis import Tokens, alternatives, analyze_post, class_key, fold, splits
from search.engines.whoosh.answering.matching import RARE
from search.engines.whoosh.answering.scoring import Scoring
from search.fields import SEARCHED
from search.models import Post
from search.query.ast import Fuzzy, Phrase, Prefix, Term

Test = Callable[[str, str], bool]  # (term of a post, its language) -> whether it is the word looked for
Way = tuple[Sequence[Test], Sequence[Test], Sequence[int], float]  # class tests, exact tests, offsets, worth


def ways(leaf: Term | Phrase | Prefix | Fuzzy, s: Scoring) -> list[Way]:
    """What a leaf may stand for, best first."""
    if isinstance(leaf, Prefix):
        return [([lambda term, lang: fold(term).startswith(fold(leaf.text))], [], [0], 1.0)]
    first, *others = [way(reading.terms, reading.offsets) for reading in alternatives(leaf.text)]
    found = [first, *map(unspelled, others)]
    if isinstance(leaf, Fuzzy):
        found.append(([lambda term, lang: 0 < distance(term, leaf.text) <= leaf.edits], [], [0], s.weights.fuzzy))
    return found


def way(terms: Sequence[str], offsets: Sequence[int]) -> Way:
    tests = [lambda term, lang, word=word: class_key(term, lang) == class_key(word, lang) for word in terms]
    return tests, [lambda term, lang, word=word: term == word for word in terms], offsets, 1.0


def unspelled(way: Way) -> Way:
    """The same words, not as they were typed: no spelling of them is the exact one."""
    return way[0], [], way[2], way[3]


@cache
def distance(one: str, other: str) -> int:
    """Edits with transpositions, by the recurrence of optimal string alignment."""
    if not one or not other:
        return len(one) + len(other)
    best = min(distance(one[1:], other) + 1, distance(one, other[1:]) + 1)
    best = min(best, distance(one[1:], other[1:]) + (one[0] != other[0]))
    swapped = len(one) > 1 and len(other) > 1 and (one[0], one[1]) == (other[1], other[0])
    return min(best, distance(one[2:], other[2:]) + 1) if swapped else best


def count(tokens: Tokens, lang: str, tests: Sequence[Test], offsets: Sequence[int]) -> int:
    """How often words that pass the tests follow each other."""
    rows = list(zip(tokens.terms, tokens.positions, tokens.spans, strict=True))
    ends = [at + span for term, at, span in rows if tests and tests[0](term, lang)]
    for number, test in enumerate(tests[1:], 1):
        gap = offsets[number] - offsets[number - 1] - 1
        ends = [at + span for end in ends for term, at, span in rows if at == end + gap and test(term, lang)]
    return len(ends)


def reference(posts: Iterable[Post], leaf: Term | Phrase | Prefix | Fuzzy, s: Scoring) -> dict[str, float]:
    """The score of every post that `leaf` matches, by id."""
    read = [(post, analyze_post(post)) for post in posts]
    found = summed(read, ways(leaf, s), s)
    if isinstance(leaf, Term) and len(alternatives(leaf.text)[0].terms) == 1:
        pairs = list(splits(alternatives(leaf.text)[0].terms[0]))
        if len(found) > RARE:
            known = {term for _, fields in read for tokens in fields.values() for term in tokens.terms}
            pairs = [pair for pair in pairs if "-".join(pair) in known]
        halves = [unspelled(way(pair, (0, 1))) for pair in pairs]
        found = summed(read, [*ways(leaf, s), *halves], s)
    idf = math.log(1 + (len(read) - len(found) + 0.5) / (len(found) + 0.5))
    return {post.id: idf * found[post.id] * post.boost for post, _ in read if post.id in found}


def summed(read: Sequence[tuple[Post, dict[str, Tokens]]], ways: Sequence[Way], s: Scoring) -> dict[str, float]:
    """BM25 without idf: in each field of each post, by the first way that matches there."""
    found: dict[str, float] = {}
    k1 = s.weights.k1
    for field, boost, b in zip(SEARCHED, s.boosts, s.b.tolist(), strict=True):
        average = sum(len(tokens[field.name].terms) for _, tokens in read) / max(len(read), 1)
        for post, tokens in read:
            here = tokens[field.name]
            norm = k1 * (1 - b + b * len(here.terms) / max(average, 1e-9))
            for wide, exact, offsets, worth in ways:
                if tf := count(here, post.lang, wide, offsets):
                    typed = count(here, post.lang, exact, offsets)
                    points = tf / (tf + norm) + s.weights.exact * typed / (typed + norm)
                    found[post.id] = found.get(post.id, 0) + boost * worth * (k1 + 1) * points
                    break
    return found
