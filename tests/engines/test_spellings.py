"""Spellings of one word, end to end: who is found by whom, and who ranks first."""

import pytest

from search.engines.whoosh.answering.matching import RARE
from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of

FAMILIES = [
    ["meta-analysis", "meta analysis", "Meta–Analysis"],
    ["meta-analysis", "metaanalysis", "meta-analyses", "metaanalyses"],
    ["Metaanalysis", "Meta Analysis"],
    ["COVID-19", "covid19", "Covid\u201119"],
    ["covid19", "COVID 19"],
    ["e-mail", "email", "E-Mails"],
    ["the U.S.", "the US"],
    ["node.js", "nodejs"],
    ["well-being", "wellbeing", "well being"],
    ["state-of-the-art", "state of the art"],
    ["1,000", "1000"],
    ["3.5%", "3.5"],
    ["O'Reilly", "O’Reilly", "oreilly"],
    ["patient's", "patients", "patient"],
    ["don't", "don’t", "dont"],
    ["résumé", "resume", "re\u0301sume\u0301"],
    ["naïve", "naive"],
    ["ﬁne", "fine"],
    ["Ph.D.", "PhD"],
    ["R&D", "r&d"],
]

APART = [
    ["C++", "C#", "C"],
    [".NET", "net"],
    ["3.5", "35"],
    ["10–20", "1020"],
    ["猫", "犬"],
]

FILLER = "some other words that make these texts alike"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_spellings_find_each_other_and_the_one_typed_ranks_first(family: list[str]) -> None:
    searcher = searcher_of(*(make_post(text, body=f"{FILLER} {text}.") for text in family), make_post("", body=FILLER))
    for typed in family:
        scores = {hit.id: hit.score for hit in searcher.search(SearchRequest(typed)).hits}
        assert scores.keys() == set(family)
        assert scores[typed] == max(scores.values())


def test_a_common_compound_is_found_where_it_is_written_apart() -> None:
    joined = [make_post(f"p{number}", body=f"{FILLER} meta-analysis") for number in range(RARE + 1)]
    searcher = searcher_of(*joined, make_post("apart", body=f"{FILLER} meta analysis"), make_post("", body=FILLER))
    found = [hit.id for hit in searcher.search(SearchRequest("metaanalysis")).hits]
    assert set(found) == {"apart", *(post.id for post in joined)}


@pytest.mark.parametrize("words", APART, ids=lambda words: words[0])
def test_what_only_looks_alike_stays_apart(words: list[str]) -> None:
    searcher = searcher_of(*(make_post(text, body=f"{FILLER} {text} {FILLER}") for text in words))
    for typed in words:
        assert [hit.id for hit in searcher.search(SearchRequest(typed)).hits] == [typed]


@pytest.mark.parametrize(
    ("body", "typed"),
    [
        ("幹細胞の研究とiPhone用ケース", "研究"),
        ("幹細胞の研究とiPhone用ケース", "幹"),
        ("幹細胞の研究とiPhone用ケース", "スマホ iphone"),
        ("한국어 검색은 어렵다", "검색"),
        ("เซลล์ต้นกำเนิด", "ต้นกำเนิด"),
        ("doi 10.1186/s13287-021-02609-x", "10.1186/s13287-021-02609-x"),
        ("doi 10.1186/s13287-021-02609-x", "s13287-021-02609-x"),
        ("See https://example.org/state-of-the-art today", "example.org"),
        ("Question: to be or not to be", '"to be or not to be"'),
        ("à l’école", "l'école"),
        ("une école", "l’école"),
    ],
)
def test_found(body: str, typed: str) -> None:
    searcher = searcher_of(make_post("a", body=body, lang="fr"), make_post("b", body=FILLER))
    assert [hit.id for hit in searcher.search(SearchRequest(typed)).hits] == ["a"]
