"""What a text becomes in the index: golden cases, and the laws of offsets and positions."""

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import MAX_TERM, TAG_GAP, TAG_SEPARATOR, Tokens, analyze, analyze_post
from search.analysis.words import normalise
from search.fields import SEARCHED
from search.models import Post

# Text -> terms; "+" ties the terms that share the position of a compound, so "a-b+a b" is a compound and its two parts.
CASES = {
    "": "",
    " - ' ... 😀 ❤️": "",
    "To be, or not to be": "to be or not to be",
    "The PATIENT'S cells": "the patient cells",
    "patient’s patients' ‘quoted’ “text”": "patient patients quoted text",
    "we'll they've I'm don't can’t": "we they i don't can't",
    "meta-analysis": "meta-analysis+meta analysis",
    "Meta\u2010Analysis meta\u2011analysis meta–analysis": " ".join(["meta-analysis+meta analysis"] * 3),
    "meta analysis": "meta analysis",
    "metaanalysis": "metaanalysis",
    "state-of-the-art": "state-of-the-art+state of the art",
    "COVID-19 covid19": "covid-19+covid 19 covid19",
    "e-mail email E-Mail's": "e-mail+e mail email e-mail+e mail",
    "the U.S. or US, U.S.-based": "the u.s or us u.s based",
    "e.g. i.e. a.m. J.K.Rowling": "e.g i.e a.m j.k.rowling+j.k rowling",
    "Ph.D.": "ph.d+ph d",
    "C++, C# and F#. g++ notepad++": "c++ c# and f# g++ notepad++",
    "C++-like a#b #tag x++y": "c++ like a b tag x y",
    ".NET, ASP.NET and the internet": ".net asp.net+asp net and the internet",
    "the .net.": "the .net",
    "node.js": "node.js+node js",
    "doi 10.1186/s13287-021-02609-x": "doi 10.1186 s13287-021-02609-x+s13287 021 02609 x",
    "3.5% of 1,000 or 1,234,567.89": "3.5 of 1,000 or 1,234,567.89",
    "1,2,3 and 10,20 and 2020,100": "1 2 3 and 10 20 and 2020 100",
    "one,two": "one two",
    "v1.2.3 Python3.11": "v1.2.3 python3.11",
    "2021-05-03 and 10–20": "2021 05 03 and 10 20",
    "½ 1⁄2": "1⁄2 1⁄2",
    "O'Reilly's book": "o'reilly+o reilly book",
    "l'école l’école": "l'école+l école l'école+l école",
    "col·lecció a · b": "col·lecció+col lecció a b",
    "R&D at Q&A": "r&d+r d at q&a+q a",
    "snake_case __init__": "snake_case+snake case init",
    "@handle me@example.org": "handle me example.org+example org",
    "https://example.org/a_b?x=1": "https example.org+example org a_b+a b x 1",
    "and/or word—word one--two": "and or word word one two",
    "co\u00adoperate zero\u200bwidth \ufefffirst": "cooperate zerowidth first",
    "Straße ﬁne ＦＵＬＬ İstanbul": "strasse fine full i̇stanbul",
    "cafe\u0301 café": "café café",
    "Привет, мой ёж": "привет мой ёж",
    "हिन्दी": "हिन्दी",
    "1️⃣ 2⃣": "1 2",
    "東京都の猫": "東京 京都 都の の猫 猫",
    "猫": "猫",
    "iPhone用ケース": "iphone 用ケ ケー ース ス",
    "T-細胞 IL-6が": "t 細胞 胞 il-6+il 6 が",
    "ｶﾞﾗｽ": "ガラ ラス ス",
    "한국어": "한국 국어 어",
    unicodedata.normalize("NFD", "한국어"): "한국 국어 어",
    "สวัสดี": "สวั วัส สดี ดี",
    "\u0e19\u0e49\u0e33 \u0e19\u0e49\u0e4d\u0e32": "\u0e19\u0e49\u0e4d\u0e32 \u0e19\u0e49\u0e4d\u0e32",
}


def described(tokens: Tokens) -> str:
    """The terms in the notation of CASES."""
    joined = ["+" if span > 1 else " " for span in tokens.spans]
    return "".join(term + mark for term, mark in zip(tokens.terms, joined, strict=True)).strip()


@pytest.mark.parametrize("text", CASES)
def test_terms(text: str) -> None:
    assert described(analyze(text)) == CASES[text]


def test_a_compound_stands_at_its_first_part_and_spans_them_all() -> None:
    tokens = analyze("a state-of-the-art U.S. trial")
    rows = list(zip(tokens.terms, tokens.positions, tokens.spans, strict=True))
    assert rows == [
        ("a", 0, 1),
        ("state-of-the-art", 1, 4),
        ("state", 1, 1),
        ("of", 2, 1),
        ("the", 3, 1),
        ("art", 4, 1),
        ("u.s", 5, 1),
        ("trial", 6, 1),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The patient’s e\u00admail", ["The", "patient", "e\u00admail"]),
        ("ﬁne Straße\u200b.", ["ﬁne", "Straße"]),
        ("(.NET) C++!", [".NET", "C++"]),
        ("ｶﾞﾗｽ", ["ｶﾞﾗ", "ﾗｽ", "ｽ"]),
        ("x cafe\u0301y", ["x", "cafe\u0301y"]),
    ],
)
def test_offsets_are_those_of_the_text_as_written(text: str, shown: list[str]) -> None:
    tokens = analyze(text)
    assert [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)] == shown


# Text as hostile as it comes: any character, and more of those that the analyzer treats in ways of their own.
characters = st.one_of(
    st.characters(exclude_characters="ŉĿŀ⅟\u0345ໜໝゟヿ"),  # NFKC makes two letters or more of each, of a kind to be cut
    st.sampled_from("aZ9 .,-'&_+#’–\u00ad\u200b\u0301\ufe0f⁄½ßİﬁé京のカｶﾞ한ส\u1112\u1161\U0001f600"),
)
texts = st.text(characters, max_size=60)


def letters(text: str) -> str:
    """What of a text makes up a term, normalised."""
    return "".join(char for char in normalise(text) if unicodedata.category(char)[0] in "LNM")


@given(texts)
@example("a'" * 40)
@example("x" * 100)
@example("e" + "\u0301" * 300)
@example("1." * 100)
def test_every_token_is_a_normalised_piece_of_the_text(text: str) -> None:
    tokens = analyze(text)
    for term, span, start, end in zip(tokens.terms, tokens.spans, tokens.starts, tokens.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert 0 < len(term) <= MAX_TERM
        assert not any(char.isspace() for char in term)
        assert not any(unicodedata.category(char) == "Cs" for char in term)
        piece = letters(text[start:end])
        if span == 1:
            assert piece.startswith(letters(term))
            assert piece == letters(term) or len(piece) > MAX_TERM - 32
        else:
            rest = iter(piece)
            assert all(char in rest for char in letters(term))  # the letters in order; a clitic may be missing


@given(texts)
def test_tokens_stand_in_text_order_without_holes(text: str) -> None:
    tokens = analyze(text)
    assert tokens.starts == sorted(tokens.starts)
    assert tokens.positions == sorted(tokens.positions)
    words = [position for position, span in zip(tokens.positions, tokens.spans, strict=True) if span == 1]
    assert words == list(range(len(words)))
    for position, span in zip(tokens.positions, tokens.spans, strict=True):
        assert span >= 1
        assert position + span <= len(words)


@given(texts, texts)
def test_texts_apart_do_not_change_each_other(left: str, right: str) -> None:
    both, first, second = analyze(f"{left}\n{right}"), analyze(left), analyze(right)
    assert both.terms == first.terms + second.terms
    assert both.starts == first.starts + [start + len(left) + 1 for start in second.starts]


@given(texts)
def test_a_term_stands_for_itself(text: str) -> None:
    tokens = analyze(text)
    for term in tokens.terms:
        stray_mark = unicodedata.category(term[0])[0] == "M"  # a Thai vowel without a letter, in two by NFKC
        if len(term) < MAX_TERM and not stray_mark:
            assert analyze(term).terms[:1] == [term]


@given(st.text(st.sampled_from("a-'.1 ,&"), max_size=2000))
def test_the_terms_of_a_text_are_never_much_longer_than_the_text(text: str) -> None:
    assert sum(len(term) for term in analyze(text).terms) <= 2 * len(text)


def post(**values: object) -> Post:
    defaults: dict[str, object] = {
        "id": "a", "url": "/a/", "title": "A Title", "description": "What it says", "body": "The body",
        "tags": ("stem cells", "Meta-Analysis"), "instant": datetime(2024, 1, 2), "day": date(2024, 1, 2),  # noqa: DTZ001
        "image": None, "lang": "en", "sections": (), "content_hash": "x",
    }  # fmt: skip
    return Post(**{**defaults, **values})  # type: ignore[arg-type]


def test_a_post_is_analysed_field_by_field() -> None:
    tokens = analyze_post(post())
    assert list(tokens) == [field.name for field in SEARCHED]
    assert tokens["title"] == analyze("A Title")
    assert tokens["body"] == analyze("The body")


def test_no_phrase_crosses_two_tags_and_their_offsets_count_in_the_joined_labels() -> None:
    given_post = post()
    tokens = analyze_post(given_post)["tags"]
    assert tokens.terms == ["stem", "cells", "meta-analysis", "meta", "analysis"]
    assert tokens.positions == [0, 1, 2 + TAG_GAP, 2 + TAG_GAP, 3 + TAG_GAP]
    labels = TAG_SEPARATOR.join(given_post.tags)
    assert [labels[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)] == [
        "stem", "cells", "Meta-Analysis", "Meta", "Analysis",
    ]  # fmt: skip
