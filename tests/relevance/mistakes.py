"""Typing mistakes, measured: two words from a title, one of them mistyped into a word that no post has.

A mistake is one character inserted, deleted or substituted, or two neighbours swapped, in a word of four letters or
more. It is counted where the two words as they should be find the post in their top ten, and kept if so do the
mistyped ones.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np

from search.engines.whoosh.answering.evaluate import Found, evaluate, telling
from search.engines.whoosh.answering.matching import match_leaf
from search.engines.whoosh.answering.searcher import Searcher, ranked
from search.engines.whoosh.answering.standing import stand
from search.engines.whoosh.answering.tolerant import understand
from search.engines.whoosh.columnar.columns import Segment
from search.engines.whoosh.columnar.compiler import compile_columns
from search.models import Post, SearchRequest, Sort
from search.query.ast import Term
from search.query.parse import parse

KINDS = ("insert", "delete", "substitute", "transpose")
SHORTEST = 4


class Mistyped(NamedTuple):
    """A clean query, the same with a mistake in one word, and the post that both should find."""

    clean: str
    mistyped: str
    post: str
    kind: str


class Kept(NamedTuple):
    """Of how many mistyped queries, by kind, how many keep their post in the top ten, and for how many the clean query
    is proposed."""

    number: Counter[str]
    kept: Counter[str]
    proposed: Counter[str]
    lost: list[Mistyped]


def searcher_over(posts: Sequence[Post]) -> Searcher:
    return Searcher([Segment(compile_columns(posts), np.zeros(0, np.uint32))])


def kept(searcher: Searcher, posts: Sequence[Post], count: int, seed: int) -> Kept:
    """What becomes of `count` mistyped queries, the same for the same posts and seed."""
    found = Kept(Counter(), Counter(), Counter(), [])
    for query in mistyped_queries(searcher, posts, count, seed):
        answer = searcher.search(SearchRequest(query.mistyped))
        keeps = query.post in [hit.id for hit in answer.hits]
        found.number[query.kind] += 1
        found.kept[query.kind] += keeps
        found.proposed[query.kind] += answer.did_you_mean == query.clean
        if not keeps:
            found.lost.append(query)
    return found


def mistyped_queries(searcher: Searcher, posts: Sequence[Post], count: int, seed: int) -> Iterator[Mistyped]:
    random_ = random.Random(seed)
    made = 0
    while made < count:
        post = random_.choice(posts)
        pair = word_pair(random_, post.title)
        place = random_.randrange(2)
        if not pair or len(pair[place]) < SHORTEST or post.id not in top_ten(searcher, " ".join(pair)):
            continue
        kind = random_.choice(KINDS)
        word = mistype(random_, pair[place], kind)
        found = match_leaf(searcher.collection, Term(word), None)
        if found is None or found.total:
            continue
        made += 1
        yield Mistyped(" ".join(pair), " ".join([*pair[:place], word, *pair[place + 1 :]]), post.id, kind)


def word_pair(random_: random.Random, title: str) -> list[str]:
    """Two words that stand next to each other in a title; none where it has one only."""
    words = re.findall(r"[^\W\d_]+", title.lower())
    at = random_.randrange(max(1, len(words) - 1))
    return words[at : at + 2] if len(words) > 1 else []


def mistype(random_: random.Random, word: str, kind: str) -> str:
    at = random_.randrange(len(word) - (kind == "transpose"))
    letter = random_.choice(ascii_lowercase)
    match kind:
        case "insert":
            return word[:at] + letter + word[at:]
        case "delete":
            return word[:at] + word[at + 1 :]
        case "substitute":
            return word[:at] + letter + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def top_ten(searcher: Searcher, query: str) -> list[str]:
    return [hit.id for hit in searcher.search(SearchRequest(query)).hits]


def changed(searcher: Searcher, queries: Sequence[str]) -> list[str]:
    """The queries whose hits, in the order that they have without tolerance, are not the first with it."""
    found = []
    for query in queries:
        tree = parse(query).tree
        without = order(searcher, evaluate(searcher.collection, tree))
        if order(searcher, understand(searcher.collection, tree).found)[: len(without)] != without:
            found.append(query)
    return found


def order(searcher: Searcher, found: Found | None) -> list[int]:
    """All posts that are found, best first."""
    if found is None:
        return []
    posts = np.flatnonzero(found.mask)
    scored = telling(searcher.collection, found.scored)
    scores = stand(searcher.collection, scored, posts, found.mask, "", (), found.held).totals
    ranks = ranked(searcher.collection, posts, scores, Sort.RELEVANCE, len(posts))
    numbers: list[int] = posts[ranks].tolist()
    return numbers
