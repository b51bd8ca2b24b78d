"""Filters and the counts beside an answer."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import tag_key
from search.engines.whoosh.answering.facets import MOST_TAGS
from search.engines.whoosh.answering.searcher import Searcher
from search.models import Post, SearchRequest, TagsMatch
from tests.engines import generated
from tests.engines.samples import make_post, searcher_of, segment_of

tags = st.lists(st.sampled_from(generated.WORDS), max_size=3, unique=True).map(tuple)
years = st.lists(st.sampled_from((2019, 2020, 1999)), max_size=2, unique=True).map(tuple)


def passes(post: Post, request: SearchRequest, *, by_tags: bool = True, by_years: bool = True) -> bool:
    """The filters of a request, read off one post."""
    chosen = {tag_key(tag) for tag in request.tags}
    own = {tag_key(tag) for tag in post.tags}
    fits = bool(chosen & own) if request.tags_match is TagsMatch.ANY else chosen <= own
    in_year = post.day is not None and post.day.year in request.years
    return (not by_tags or not chosen or fits) and (not by_years or not request.years or in_year)


@given(
    generated.posts(),
    st.builds(SearchRequest, st.just(""), tags=tags, tags_match=st.sampled_from(TagsMatch), years=years),
)
def test_counts_are_taken_under_every_filter_but_their_own(posts: list[Post], request: SearchRequest) -> None:
    answer = searcher_of(*posts).search(request)
    assert answer.total == sum(passes(post, request) for post in posts)
    own_tags = request.tags_match is TagsMatch.ALL
    for tag in answer.facets.tags:
        under = [post for post in posts if passes(post, request, by_tags=own_tags)]
        assert tag.count == sum(tag.value in post.tags for post in under)
        assert tag.selected == (tag.value in request.tags)
    for year in answer.facets.years:
        under = [post for post in posts if passes(post, request, by_years=False)]
        assert year.count == sum(post.day is not None and str(post.day.year) == year.value for post in under)
    assert {year.value for year in answer.facets.years} >= set(map(str, request.years))


def test_of_many_tags_the_frequent_ones_are_listed_and_a_chosen_one_always() -> None:
    posts = [make_post(f"p{number:03}", tags=[f"tag{number:03}", "everywhere"]) for number in range(MOST_TAGS + 9)]
    listed = searcher_of(*posts).search(SearchRequest("", tags=("TAG058",))).facets.tags
    assert len(listed) == MOST_TAGS + 1
    assert (listed[0].value, listed[0].count) == ("everywhere", MOST_TAGS + 9)
    assert [tag.value for tag in listed[1:4]] == ["tag000", "tag001", "tag002"]
    assert listed[-1] == ("tag058", 1, True)


def test_the_first_spelling_of_a_tag_is_shown() -> None:
    searcher = searcher_of(make_post("a", tags=["Stem  Cells", "stem cells"]), make_post("b", tags=["STEM CELLS"]))
    assert searcher.search(SearchRequest("")).facets.tags == (("Stem  Cells", 2, False),)


@given(generated.posts(), st.sampled_from(["en", "de", "fr", "xx", ""]))
def test_a_language_leaves_only_its_own_posts(posts: list[Post], lang: str) -> None:
    answer = searcher_of(*posts).search(SearchRequest("", lang=lang, per_page=100))
    assert {hit.id for hit in answer.hits} == {post.id for post in posts if post.lang == lang}
    assert sum(year.count for year in answer.facets.years) <= answer.total


def test_languages_too_many_for_classes_of_their_own_are_told_apart() -> None:
    posts = [make_post(f"{lang}{number}", lang=lang) for lang in map("x{}".format, "abcdefghijkl") for number in (1, 2)]
    searcher = Searcher([segment_of(posts), segment_of([make_post("more", lang="xl")])])
    for lang in {post.lang for post in posts}:
        hits = searcher.search(SearchRequest("", lang=lang)).hits
        assert {hit.id for hit in hits} == {f"{lang}1", f"{lang}2", *(["more"] if lang == "xl" else [])}


def test_an_undated_post_is_in_no_range_and_no_year() -> None:
    searcher = searcher_of(make_post("undated"), make_post("dated", day=date(2020, 5, 5)))
    for request in (SearchRequest("", since=date(1, 1, 1)), SearchRequest("", until=date(9999, 1, 1))):
        assert [hit.id for hit in searcher.search(request).hits] == ["dated"]
    assert [year.value for year in searcher.search(SearchRequest("")).facets.years] == ["2020"]


@given(st.data())
def test_tags_of_few_posts_are_counted_as_those_of_many(data: st.DataObject) -> None:
    labels = data.draw(st.lists(st.lists(st.sampled_from("abcd"), unique=True), min_size=9, max_size=20))
    blog = searcher_of(*[make_post(f"{number:02}", tags=tags) for number, tags in enumerate(labels)]).collection
    posts = data.draw(st.lists(st.sampled_from(range(len(labels))), unique=True).map(sorted))
    keys = [key for key, _ in blog.tags]
    counts = blog.tag_counts(np.array(posts, np.int64)).tolist()
    assert counts == [sum(key in labels[number] for number in posts) for key in keys]
