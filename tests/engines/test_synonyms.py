"""Synonyms in answers: what is found, how it ranks, what is marked."""

from search.engines.whoosh.answering.searcher import Searcher
from search.models import Answer, SearchRequest, Synonym
from search.query.synonyms import Synonyms
from tests.engines.samples import make_post, segment_of

PAIRS = [
    Synonym("MSC", "mesenchymal stem cell"),
    Synonym("mesenchymal stem cell", "MSC"),
    Synonym("mesenchymal stem cell", "stromal cell"),
    Synonym("joint", "knee"),
]
BLOG = (
    make_post("short", "An MSC", "The MSC is one cell of many in marrow."),
    make_post("long", "A study", "A mesenchymal stem cell is one of many in marrow."),
    make_post("knee", "A knee", "The knee bends."),
    make_post("joint", "A joint", "The joint bends."),
    make_post("stem", "A stem", "The stem of a plant has cells."),
)


def ask(query: str, pairs: list[Synonym] = PAIRS) -> Answer:
    return Searcher([segment_of(BLOG)], synonyms=Synonyms(pairs)).search(SearchRequest(query))


def ids(answer: Answer) -> list[str]:
    return [hit.id for hit in answer.hits]


def test_a_synonym_is_found_after_the_word_itself_and_marked() -> None:
    answer = ask("joint")
    assert ids(answer) == ["joint", "knee"]
    assert "<mark>knee</mark>" in answer.hits[1].title_html
    assert answer.hits[1].snippet_html == "The <mark>knee</mark> bends."
    assert ids(ask("knee")) == ["knee"]
    assert ids(ask("joint", [])) == ["joint"]


def test_a_synonym_of_several_words_is_found_as_a_phrase_both_ways() -> None:
    assert ids(ask("msc")) == ["short", "long"]
    assert "<mark>mesenchymal stem cell</mark>" in ask("msc").hits[1].snippet_html
    assert {"short", "long"} <= set(ids(ask("mesenchymal stem cells")))
    assert "short" not in ids(ask("mesenchymal stem cells", []))


def test_a_post_with_the_synonym_stands_before_one_with_fewer_of_the_words() -> None:
    order = ids(ask("mesenchymal stem cells"))
    assert order.index("short") < order.index("stem")


def test_a_word_that_is_only_known_as_a_synonym_leads_to_no_proposal() -> None:
    answer = ask("joints")
    assert answer.did_you_mean is None
    assert ask("msc knee").did_you_mean is None
