"""Replacing words of a tree."""

import pytest

from search.models import PrefixMatch, SearchRequest
from search.query.ast import And, Boost, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.parse import parse
from search.query.rewrite import BEGINS, as_asked, terms, with_terms

TREE = Or((Words((Term("a"), In("title", Term("b")))), And((Boost(Term("c"), 2.0), Not(Term("d")), Phrase("e f")))))


def test_the_words_of_a_tree_are_those_that_may_be_replaced() -> None:
    assert [term.text for term in terms(TREE)] == ["a", "b", "c"]
    upper = with_terms(TREE, lambda term: Term(term.text.upper()))
    assert [term.text for term in terms(upper)] == ["A", "B", "C"]


def test_what_is_negated_or_quoted_stays() -> None:
    changed = with_terms(TREE, lambda term: Phrase(term.text))
    assert changed == Or(
        (Words((Phrase("a"), In("title", Phrase("b")))), And((Boost(Phrase("c"), 2.0), Not(Term("d")), Phrase("e f"))))
    )


def asked(query: str, prefix: PrefixMatch = PrefixMatch.LAST) -> Node:
    return as_asked(parse(query).tree, SearchRequest(query, prefix=prefix))


def test_the_last_word_is_the_beginning_of_a_word_as_well() -> None:
    either = Or((Term("ce"), Boost(Prefix("ce"), BEGINS)))
    assert asked("ce") == either
    assert asked("ce stem ce") == Words((Term("ce"), Term("stem"), either))
    assert asked("title:ce") == In("title", either)
    assert asked("title:stem ce") == And((either, In("title", Term("stem"))))  # the tree has free words first


@pytest.mark.parametrize("query", ["", "stem ", "stem -ce", 'stem "ce"', "ce*", "(stem ce)", "ce date:2020", "ce~"])
def test_a_query_that_does_not_end_in_a_plain_word_stays(query: str) -> None:
    assert asked(query) == parse(query).tree


def test_nothing_is_a_beginning_unless_the_request_says_so() -> None:
    assert asked("stem ce", PrefixMatch.NONE) == parse("stem ce").tree
