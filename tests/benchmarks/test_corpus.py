"""The generated corpus: repeatable, in the shape of real posts, with a vocabulary that grows as Heaps' law has it."""

import re
from collections.abc import Sequence

import pytest

from tests.benchmarks.corpus import PIECE_WORDS, GeneratedPost, SourcePost, generate, read_sources
from tests.benchmarks.queries import cut_queries
from tests.corpora import CHECKOUT


@pytest.fixture(scope="module")
def sources() -> list[SourcePost]:
    return read_sources(CHECKOUT / "content")


def words(posts: Sequence[GeneratedPost]) -> list[str]:
    return [word for post in posts for word in re.findall(r"[^\W\d_]{3,}", post.body.lower())]


def test_the_same_seed_gives_the_same_posts_and_another_seed_others(sources: list[SourcePost]) -> None:
    assert list(generate(sources, 60, 1)) == list(generate(sources, 60, 1))
    assert list(generate(sources, 60, 1)) != list(generate(sources, 60, 2))


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(sources: list[SourcePost]) -> None:
    assert list(generate(sources, 80, 1))[:50] == list(generate(sources, 50, 1))


def test_names_are_unique_and_lengths_are_about_the_planned_one(sources: list[SourcePost]) -> None:
    posts = list(generate(sources, 200, 1))
    assert len({post.name for post in posts}) == 200
    lengths = [len(post.body.split()) for post in posts]
    assert PIECE_WORDS / 2 < sum(lengths) / len(lengths) < PIECE_WORDS * 1.3
    assert all(4 <= len(post.title.split()) <= 9 for post in posts)


def test_a_copy_differs_from_its_piece_in_about_a_fifth_of_the_words(sources: list[SourcePost]) -> None:
    [piece, copy] = generate([max(sources, key=lambda source: len(source.body))], 2, 1)
    before, after = words([piece]), words([copy])
    changed = sum(old != new for old, new in zip(before, after, strict=True)) / len(before)
    assert 0.1 < changed < 0.25


def test_vocabulary_grows_more_slowly_than_the_text_and_never_stops(sources: list[SourcePost]) -> None:
    posts = list(generate(sources, 800, 1))
    small, middle, large = (len(set(words(posts[:count]))) for count in (200, 400, 800))
    # With exponent 0.45 twice the text has 1.37 times the words.
    assert 1.2 < middle / small < 1.5
    assert 1.2 < large / middle < 1.5


def test_queries_are_different_and_cut_from_the_titles(sources: list[SourcePost]) -> None:
    titles = [post.title for post in generate(sources, 300, 1)]
    queries = cut_queries(titles, 200, 3)
    assert queries == cut_queries(titles, 200, 3)
    assert len(set(queries)) == 200
    assert {len(query.split()) for query in queries} == {1, 2, 3}
    plain = [" ".join(re.findall(r"[^\W\d_]+", title.lower())) for title in titles]
    assert all(any(query in title for title in plain) for query in queries)


def test_too_few_titles_are_an_error() -> None:
    with pytest.raises(ValueError, match="do not hold"):
        cut_queries(["One title"], 50, 3)
