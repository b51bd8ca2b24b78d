"""Which spellings are one word."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyze, class_key, fold, tag_key
from search.analysis.classes import STEMMERS

FOLDED = {
    "résumé": "resume",
    "naïve": "naive",
    "ærø": "aero",
    "łódź": "lodz",
    "i̇stanbul": "istanbul",
    "ısı": "isi",
    "þór": "thor",
    "ἀθῆναι": "αθηναι",
    "мой": "мой",
    "ёж": "еж",
    "приве\u0301т": "привет",
    "हिन्दी": "हिन्दी",
    "がく": "がく",
    "한국": "한국",
    "meta-analysis": "metaanalysis",
    "state-of-the-art": "stateoftheart",
    "covid-19": "covid19",
    "o'reilly": "oreilly",
    "don't": "dont",
    "п'ять": "пять",
    "пʼять": "пять",
    "u.s": "us",
    "node.js": "nodejs",
    "ph.d": "phd",
    "r&d": "rd",
    "col·lecció": "colleccio",
    "1,000": "1000",
    "3.5": "3.5",
    "v1.2.3": "v1.2.3",
    "10.1186": "10.1186",
    "c++": "c++",
    "c#": "c#",
    ".net": ".net",
    "ـ": "ـ",
}


@pytest.mark.parametrize("term", FOLDED)
def test_fold(term: str) -> None:
    assert fold(term) == FOLDED[term]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["meta-analysis", "metaanalysis", "meta-analyses", "metaanalyses"]),
        ("en", ["running", "runs", "run"]),
        ("en", ["résumé", "resume", "résumés"]),
        ("en", ["hypothesis", "hypotheses"]),
        ("en-GB", ["diagnosis", "diagnoses"]),
        ("en", ["msc", "mscs"]),
        ("en", ["pdf", "pdfs"]),
        ("en", ["u.s", "us"]),
        ("fr", ["cellule", "cellules"]),
        ("de", ["häuser", "haus", "hauser"]),
        ("es", ["canción", "canciones", "cancion"]),
        ("ru", ["ёлка", "елка", "ёлки"]),
        ("ja", ["東京"]),
        ("", ["café", "cafe"]),
    ],
)
def test_one_class(lang: str, words: list[str]) -> None:
    assert len({class_key(word, lang) for word in words}) == 1


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "doses", "dosis"),
        ("en", "c++", "c"),
        ("en", "3.5", "35"),
        ("en", ".net", "net"),
        ("en", "covid19", "covid"),
        ("en", "https", "http"),
        ("en", "css", "cs"),
        ("ru", "йод", "иод"),
        ("eng", "runs", "run"),  # only two-letter codes name a stemmer
        ("xx", "runs", "run"),
    ],
)
def test_different_classes(lang: str, one: str, other: str) -> None:
    assert class_key(one, lang) != class_key(other, lang)


def test_every_language_has_its_stemmer() -> None:
    assert set(STEMMERS.values()) <= set(Stemmer.algorithms())


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing_and_nothing_folds_to_nothing(text: str) -> None:
    for term in analyze(text).terms:
        folded = fold(term)
        assert folded
        assert fold(folded) == folded


@given(st.text(max_size=20), st.sampled_from(["en", "fr", "tr", "el", "ar", "ja"]))
def test_a_term_is_in_the_class_of_its_folded_form(text: str, lang: str) -> None:
    for term in analyze(text).terms:
        assert class_key(term, lang) == class_key(fold(term), lang) != ""


def test_threads_get_the_same_stems() -> None:
    words = [
        f"{stem}{ending}" for stem in ("walk", "analys", "connect", "nation") for ending in ("ing", "ed", "s", "al")
    ]
    expected = [class_key.__wrapped__(word, "en") for word in words]

    def stems(_: int) -> list[str]:
        return [class_key.__wrapped__(word, "en") for _ in range(50) for word in words]

    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected * 50 for found in pool.map(stems, range(8)))


def test_spellings_of_one_tag() -> None:
    assert tag_key("  Stem\u00a0 Cells ") == tag_key("stem cells")
    assert tag_key("ＣＯＶＩＤ") == tag_key("covid")
    assert tag_key("Straße") == tag_key("STRASSE")
    assert tag_key("meta-analysis") != tag_key("meta analysis")
