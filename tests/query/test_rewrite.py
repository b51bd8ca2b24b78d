"""Replacing words of a tree."""

from search.query.ast import And, Boost, In, Not, Or, Phrase, Term, Words
from search.query.rewrite import terms, with_terms

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
