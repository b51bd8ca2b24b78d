"""What synonyms make of a query tree."""

import pytest

from search.models import Synonym
from search.query.ast import And, Boost, In, Node, Not, Or, Phrase, Term, Words
from search.query.parse import parse
from search.query.synonyms import MOST, WORTH, Synonyms

PAIRS = (
    Synonym("MSC", "mesenchymal stem cell"),
    Synonym("mesenchymal stem cell", "MSC"),
    Synonym("joint", "knee"),
    Synonym("meta-analysis", "pooled trials"),
)


def expanded(query: str) -> Node:
    return Synonyms(PAIRS).expand(parse(query).tree)


def either(word: str, other: str, worth: float = WORTH) -> Node:
    return Or((Term(word), Boost(Phrase(other), worth)))


def test_a_word_is_looked_for_as_its_synonym_as_well() -> None:
    assert expanded("msc") == either("msc", "mesenchymal stem cell")
    assert expanded("joint pain") == Words((either("joint", "knee"), Term("pain")))
    assert expanded("title:joint OR pain") == Or((In("title", either("joint", "knee")), Term("pain")))


def test_each_of_several_words_shares_the_synonym() -> None:
    third = [either(word, "MSC", WORTH / 3) for word in ("mesenchymal", "stem", "cells")]
    assert expanded("mesenchymal stem cells knee") == Words((*third, Term("knee")))


def test_inflections_and_compounds_are_the_same_words() -> None:
    assert expanded("joints") == either("joints", "knee")
    assert expanded("meta-analyses") == either("meta-analyses", "pooled trials")
    shared = [either(word, "pooled trials", WORTH / 2) for word in ("meta", "analysis")]
    assert expanded("meta analysis") == Words(tuple(shared))


@pytest.mark.parametrize(
    "query", ["knee", '"msc"', "pain -joint", "stem cell", "mesenchymal AND stem AND cell", "joint*", "joint~", ""]
)
def test_one_way_quoted_negated_and_partial_words_stay(query: str) -> None:
    assert expanded(query) == parse(query).tree


def test_a_negation_stays_beside_what_is_expanded() -> None:
    assert expanded("msc -joint") == And((either("msc", "mesenchymal stem cell"), Not(Term("joint"))))


def test_a_word_has_a_bounded_number_of_synonyms() -> None:
    many = Synonyms(Synonym("a", f"b{number}") for number in range(MOST + 5))
    tree = many.expand(Term("a"))
    assert isinstance(tree, Or)
    assert len(tree.children) == 1 + MOST


def test_synonyms_are_compared_in_the_language_of_the_blog() -> None:
    pairs = [Synonym("Gelenke", "Knie")]
    assert Synonyms(pairs, "de").expand(Term("gelenk")) != Term("gelenk")
    assert Synonyms(pairs, "xx").expand(Term("gelenk")) == Term("gelenk")
