"""Strategies: small blogs over few words, so that words meet, and trees of queries over the same words."""

from datetime import date

from hypothesis import strategies as st

from search.fields import SEARCHED
from search.models import Post
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term
from tests.engines.samples import make_post

WORDS = ("ant", "anteater", "bee", "beetle", "cat", "cart", "carts", "dog", "dogma", "elk")
DAYS = (None, date(2019, 12, 31), date(2020, 1, 1), date(2021, 6, 15))

words = st.sampled_from(WORDS)


@st.composite
def posts(
    draw: st.DrawFn, vocabulary: tuple[str, ...] = WORDS, languages: tuple[str, ...] = ("xx",), most_tags: int = 2
) -> list[Post]:
    """Posts of few words, with ids that are not in row order."""
    words = st.sampled_from(vocabulary)
    texts = st.lists(words, max_size=12).map(" ".join)
    count = draw(st.integers(0, 8))
    return [
        make_post(
            post_id,
            draw(texts),
            draw(texts),
            description=draw(texts),
            tags=draw(st.lists(words, max_size=most_tags, unique=True)),
            day=draw(st.sampled_from(DAYS)),
            lang=draw(st.sampled_from(languages)),
            boost=draw(st.sampled_from((1.0, 1.0, 0.5))) if len(languages) > 1 else 1.0,
        )
        for post_id in draw(st.permutations([f"p{number}" for number in range(count)]))
    ]


def in_groups(posts: list[Post], size: int) -> list[list[Post]]:
    """The posts `size` at a time: a segment each."""
    return [posts[start : start + size] for start in range(0, len(posts), size)] or [[]]


terms = words.map(Term)
phrases = st.lists(words, min_size=2, max_size=3).map(lambda row: Phrase(" ".join(row)))
prefixes = st.sampled_from(("a", "be", "cart", "dog", "z")).map(Prefix)
fuzzies = st.builds(Fuzzy, words, st.sampled_from((1, 2)))
ranges = st.builds(DateRange, st.sampled_from(DAYS), st.sampled_from(DAYS))


def trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Trees over `leaves` with every inner node that is not relaxed."""

    def grown(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        some = st.lists(children, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            some.map(And),
            some.map(Or),
            children.map(Not),
            st.builds(In, st.sampled_from([spec.name for spec in SEARCHED]), children),
            st.builds(Boost, children, st.sampled_from((0.5, 2.0))),
        )

    return st.recursive(leaves, grown, max_leaves=6)


every_node = trees(st.one_of(terms, phrases, prefixes, fuzzies, ranges, st.just(All())))
scored_alike = trees(st.one_of(terms, ranges, st.just(All())))
