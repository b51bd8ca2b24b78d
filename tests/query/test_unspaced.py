"""Runs of characters in scripts without spaces, in pairs."""

import pytest

from search.query.ast import Node, Term, Words
from search.query.parse import parse
from search.query.unspaced import MOST, in_pairs


def pairs(query: str, unknown: str = "") -> Node:
    return in_pairs(parse(query).tree, lambda text: text in unknown.split() or not unknown)


def words(text: str) -> Node:
    return Words(tuple(map(Term, text.split())))


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("東京の雨", "東京 京の の雨"),
        ("全文引擎", "全文 文引 引擎"),
        ("한국어검색", "한국 국어 어검 검색"),
        ("雨 東京の", "雨 東京 京の"),
        ("東京2020大会", "東京 2020 大会"),
    ],
)
def test_a_run_is_words_side_by_side(query: str, read: str) -> None:
    assert pairs(query) == words(read)


@pytest.mark.parametrize(
    "query",
    ["東京", "雨", "tokyo", "élève", "ёлка", '"東京の雨"', "title:東京の雨", "東京の雨 OR x", "-東京の雨", "東京の雨*"],
)
def test_what_is_one_pair_another_script_or_meant_as_it_stands_stays(query: str) -> None:
    assert pairs(query) == parse(query).tree


def test_a_run_that_posts_have_stays() -> None:
    assert pairs("東京の 天気予報", unknown="天気予報") == words("東京の 天気 気予 予報")


def test_a_long_run_has_an_end() -> None:
    long = pairs("".join(map(chr, range(0x4E00, 0x4F00))))
    assert isinstance(long, Words)
    assert len(long.children) == MOST
