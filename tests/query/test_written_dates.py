"""Dates that are written out among the words of a query."""

import pytest

from search.query.ast import And, Boost, Dated, Node, Or, Term, Words
from search.query.parse import parse
from search.query.written_dates import with_dates


def dated(words: str, date: str) -> tuple[Node, ...]:
    """Words of a date, each of which may be replaced by it at its share."""
    return tuple(Or((Term(word), Boost(Dated(date), 1 / len(words.split())))) for word in words.split())


@pytest.mark.parametrize(
    ("query", "date"),
    [
        ("March 2015", "2015-03"),
        ("2015 march", "2015-03"),
        ("mar, 2015", "2015-03"),
        ("Sept. 2015", "2015-09"),
        ("14 March 2022", "2022-03-14"),
        ("March 14, 2022", "2022-03-14"),
        ("1st of June 2022", "2022-06-01"),
        ("July 4th, 2022", "2022-07-04"),
    ],
)
def test_words_of_a_date_may_be_the_posts_of_that_date(query: str, date: str) -> None:
    assert with_dates(parse(query).tree) == Words(dated(query, date))


@pytest.mark.parametrize(
    "query",
    [
        *("march", "2015", "march 15", "ma 2015", "marching 2015", "st may", "30th 2015", "of march", "x of march 2"),
        *('"march 2015"', "-(march 2015)", "title:(march 2015)", "march* 2015", "march x 2015", "2015-03"),
    ],
)
def test_all_else_stays_as_it_is(query: str) -> None:
    tree = parse(query).tree
    assert with_dates(tree) == tree


def test_the_longest_date_counts_and_words_beside_it_stay() -> None:
    tree = with_dates(parse("trials of 14 March 2022 OR (hiring 30 february 2015)").tree)
    assert isinstance(tree, Or)
    assert tree.children == (
        Words((Term("trials"), Term("of"), *dated("14 March 2022", "2022-03-14"))),
        Words((Term("hiring"), Term("30"), *dated("february 2015", "2015-02"))),
    )


def test_dates_within_a_conjunction_are_found() -> None:
    tree = with_dates(parse("foo AND may 2015").tree)
    assert tree == And((Term("foo"), Words(dated("may 2015", "2015-05"))))
