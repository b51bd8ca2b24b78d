"""Judged cases over content/ beyond ranked answers: proposals, completions, related posts, synonyms."""

import pytest

from search.config import Settings
from search.engines.base import Reader
from search.engines.whoosh.engine import WhooshEngine
from search.indexing import run
from search.models import PrefixMatch, SearchRequest, Synonym
from search.query.synonyms import Synonyms
from tests.corpora import CHECKOUT

SYNONYMS = Synonyms([Synonym("newt", "axolotl"), Synonym("number needed to harm", "risk ratio")])


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    index = tmp_path_factory.mktemp("index")
    run(Settings(content=CHECKOUT / "content", index=index), full=True)
    return WhooshEngine(index, SYNONYMS).open()


@pytest.mark.parametrize(
    ("query", "proposed"),
    [
        ("axolottl", "axolotl"),  # one letter too many
        ("meta-anaylsis", "meta-analysis"),  # inside a compound
        ("placbo controlled", "placebo controlled"),  # the word that is right stays as it was typed
        ("axolotl", None),  # rare, and right
        ("bone marrow", None),  # common, and right
        ("2o21", None),  # a number is no word
        ("qwertyuiop", None),  # nothing is near
    ],
)
def test_what_was_meant_is_proposed(reader: Reader, query: str, proposed: str | None) -> None:
    assert reader.search(SearchRequest(query)).did_you_mean == proposed


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("mesen", "mesenchymal stem cells"),  # the tag
        ("clin", "clinical trials"),  # the most frequent tag
        ("stem ce", "stem cells"),  # a phrase of half of the posts
        ("how to re", "How to read a meta-analysis in ten minutes"),  # one title
    ],
)
def test_what_is_typed_is_completed(reader: Reader, typed: str, text: str) -> None:
    assert text in [one.text for one in reader.suggest(typed, 5)]


@pytest.mark.parametrize(
    ("post", "other"),
    [
        ("rule-of-three", "what-62-trials-say-about-msc-safety"),  # harms in few patients, harms in many
        ("risk-ratios-by-hand", "rule-of-three"),  # both are arithmetic for readers of trials
        ("how-to-read-a-meta-analysis", "publication-bias-and-funnel-plots"),  # what to look for in one
    ],
)
def test_posts_about_the_same_are_related(reader: Reader, post: str, other: str) -> None:
    found = [one.id for one in reader.related(post, 5)]
    assert other in found
    assert post not in found


@pytest.mark.parametrize(
    ("prefix", "first", "posts", "number"),
    [
        ("", "clinical trials", 10, 20),  # equal counts stand in the order of the alphabet
        ("Re", "regulation", 8, 2),  # regulation and regenerative medicine; case is no matter
        ("gene", "gene editing", 1, 1),  # the posts of a tag that a draft has too
    ],
)
def test_tags_are_counted_without_drafts(reader: Reader, prefix: str, first: str, posts: int, number: int) -> None:
    found = reader.tags(prefix)
    assert (found[0].tag, found[0].posts, len(found)) == (first, posts, number)


def test_a_synonym_finds_what_the_posts_call_otherwise(reader: Reader) -> None:
    assert [hit.id for hit in reader.search(SearchRequest("newt")).hits] == ["what-the-axolotl-can-do"]


def test_a_word_being_typed_finds_its_post(reader: Reader) -> None:
    found = reader.search(SearchRequest("what the axol", prefix=PrefixMatch.LAST))
    assert found.hits[0].id == "what-the-axolotl-can-do"
