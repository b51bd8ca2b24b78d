"""Queries that need nobody's judgement: words taken out of a post, which is then what the query looks for.

Each kind is a way in which readers half remember a post. They favour no engine and no blog: any over any posts
can be measured so.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from search.models import Post
from tests.relevance.judged import Judged

MOST = 150
"""Queries of a kind, each from a post of its own."""

Words = list[str]
Cut = Callable[[random.Random, Post], Words]
"""The words of a query for a post, none where it gives none."""


def known_items(posts: Sequence[Post], seed: int, most: int = MOST) -> list[Judged]:
    """At most `most` queries of each kind, the same for the same posts and seed. Posts of one title answer alike."""
    same_title: dict[str, tuple[str, ...]] = {}
    for post in posts:
        same_title[post.title] = (*same_title.get(post.title, ()), post.id)
    found: list[Judged] = []
    for kind, cut in cuts(posts).items():
        random_ = random.Random(f"{seed} {kind}")
        made = ((post, cut(random_, post)) for post in random_.sample(posts, len(posts)))
        asked = [Judged(" ".join(words), same_title[post.title], kind) for post, words in made if words]
        found += asked[:most]
    return found


def cuts(posts: Sequence[Post]) -> Mapping[str, Cut]:
    held = Counter(word for post in posts for word in set(words_of(post.body)))
    few = max(2, len(posts) // 50)  # a word that one post in fifty has at most
    return {
        "title, a word left out": title_less_one,
        "the first half of a title": title_beginning,
        "two rare words of a paragraph": lambda random_, post: rare_pair(random_, post, held, few),
        "three words of a sentence, in any order": lambda random_, post: scattered(random_, post, held),
        "first words of the text": first_words,
        "words of the description": description_words,
        "a heading": heading,
    }


def words_of(text: str) -> Words:
    return re.findall(r"\w+(?:[.'’-]\w+)*", text.lower())


def title_less_one(random_: random.Random, post: Post) -> Words:
    words = words_of(post.title)
    if len(words) < 4:
        return []
    del words[random_.randrange(len(words))]
    return words


def title_beginning(random_: random.Random, post: Post) -> Words:
    words = words_of(post.title)
    return words[: max(2, len(words) // 2)] if len(words) > 3 else []


def rare_pair(random_: random.Random, post: Post, held: Mapping[str, int], few: int) -> Words:
    paragraphs = [
        rare
        for paragraph in post.body.splitlines()
        if len(rare := sorted({word for word in words_of(paragraph) if len(word) > 3 and 1 < held[word] <= few})) > 1
    ]
    return random_.sample(random_.choice(paragraphs), 2) if paragraphs else []


def scattered(random_: random.Random, post: Post, held: Mapping[str, int]) -> Words:
    sentences = [
        words
        for sentence in re.split(r"[.!?\n]+", post.body)
        if len(words := sorted({word for word in words_of(sentence) if len(word) > 4 and held[word] > 1})) > 5
    ]
    return random_.sample(random_.choice(sentences), 3) if sentences else []


def first_words(random_: random.Random, post: Post) -> Words:
    words = words_of(post.body)
    return words[:6] if len(words) > 20 else []


def description_words(random_: random.Random, post: Post) -> Words:
    words = words_of(post.description)
    at = random_.randrange(max(1, len(words) - 3))
    return words[at : at + 4] if len(words) > 7 else []


def heading(random_: random.Random, post: Post) -> Words:
    headings = [words for section in post.sections if 3 <= len(words := words_of(section.heading)) <= 8]
    return random_.choice(headings) if headings else []
