"""What a judged query leaves an engine to work with: whether its post has its words at all, and how common they are."""

from collections import Counter
from collections.abc import Sequence

from search.analysis import analyze, analyze_post, class_key
from search.models import Post
from tests.relevance.judged import Outcome

COMMON = 0.1
"""A word is common from this share of the posts on."""

HELD, LACKING = "its post has every word", "its post lacks a word"
VAGUE = "every word is common"


def groups(found: Sequence[Outcome], posts: Sequence[Post]) -> dict[str, list[Outcome]]:
    """The outcomes in four groups, by the words of the first relevant post (as classes) and by their commonness."""
    words = {
        post.id: {class_key(term, post.lang) for tokens in analyze_post(post).values() for term in tokens.terms}
        for post in posts
    }
    counts = Counter(word for held in words.values() for word in held)
    sorted_out: dict[str, list[Outcome]] = {
        f"{holding}, {how}": [] for holding in (HELD, LACKING) for how in (VAGUE, "some are rare")
    }
    lang = {post.id: post.lang for post in posts}
    for outcome in found:
        target = outcome.judged.relevant[0]
        asked = {class_key(term, lang[target]) for term in analyze(outcome.judged.query).terms}
        holding = HELD if asked <= words[target] else LACKING
        vague = all(counts[word] >= COMMON * len(posts) for word in asked)
        sorted_out[f"{holding}, {VAGUE if vague else 'some are rare'}"].append(outcome)
    return sorted_out
