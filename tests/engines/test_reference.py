"""The shipped defaults against their meaning in plain Python, and against themselves in other segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.models import Post, SearchRequest, Sort
from search.query.ast import Fuzzy, Phrase, Prefix, Term
from tests.engines import generated
from tests.engines.reference import reference
from tests.engines.samples import scores_of, segment_of

# Inflections, a compound in three spellings, diacritics, words one edit apart.
WORDS = ("meta", "analysis", "meta-analysis", "metaanalysis", "run", "running", "runs", "rung", "résumé", "resume")
words = st.sampled_from(WORDS)
plain = st.sampled_from([word for word in WORDS if word.isalpha()])
blogs = generated.posts(WORDS, ("en", "de", "xx"))
leaves = st.one_of(
    words.map(Term),
    st.lists(words, min_size=1, max_size=3).map(lambda row: Phrase(" ".join(row))),
    st.sampled_from(("m", "meta", "run", "rés", "res", "z")).map(Prefix),
    st.builds(Fuzzy, plain, st.sampled_from((1, 2))),
)


@given(blogs, leaves, st.integers(1, 8))
def test_a_leaf_scores_what_the_reference_says(
    posts: list[Post], leaf: Term | Phrase | Prefix | Fuzzy, size: int
) -> None:
    found = scores_of(generated.in_groups(posts, size), leaf, Scoring())
    assert found == pytest.approx(reference(posts, leaf, Scoring()), rel=1e-5)


mistyped = st.sampled_from(("analisys", "runnning", "resmue"))
queries = st.lists(st.one_of(words, mistyped), max_size=3).map(" ".join)
requests = st.builds(
    SearchRequest,
    st.one_of(queries, queries.map('"{}"'.format), queries.map("{} -run".format), queries.map("title:run {}".format)),
    tags=st.lists(words, max_size=2, unique=True).map(tuple),
    years=st.lists(st.sampled_from((2019, 2020)), max_size=2, unique=True).map(tuple),
    sort=st.sampled_from(Sort),
    page=st.sampled_from((1, 2)),
    per_page=st.sampled_from((1, 3, 10)),
)


@given(blogs, requests, st.integers(1, 8), st.sets(st.integers(0, 7)))
def test_segments_and_deletions_do_not_show(
    posts: list[Post], request: SearchRequest, size: int, gone: set[int]
) -> None:
    deleted = {posts[number].id for number in gone if number < len(posts)}
    groups = generated.in_groups(posts, size)
    many = Searcher(
        [segment_of(group, [row for row, post in enumerate(group) if post.id in deleted]) for group in groups]
    )
    fresh = Searcher([segment_of([post for post in posts if post.id not in deleted])])
    one, other = many.search(request), fresh.search(request)
    assert one.hits == other.hits
    assert (one.total, one.pages, one.relaxed, one.dropped) == (other.total, other.pages, other.relaxed, other.dropped)
    assert [(tag.value, tag.count) for tag in one.facets.tags if tag.count] == [
        (tag.value, tag.count) for tag in other.facets.tags if tag.count
    ]
    assert one.facets.years == other.facets.years
