"""Every operator of the query language, from the typed text to the posts that a real index finds."""

import pytest

from tests.query.blog import ask

EVERYTHING = {"knee", "hip", "meta", "mouse", "plain", "hostile", "empty"}

FOUND: list[tuple[str, set[str]]] = [
    ("cartilage", {"knee", "hip"}),
    ('"stem cells"', {"knee", "hip"}),
    ('"cell of the stem"', {"hip"}),
    ("“mesenchymal stem” cells", {"knee"}),
    ("cartilage -hip", {"knee"}),
    ("cartilage NOT hip", {"knee"}),
    ("-cartilage", EVERYTHING - {"knee", "hip"}),
    ("-cartilage -mouse", EVERYTHING - {"knee", "hip", "mouse"}),
    ('-"stem cells"', EVERYTHING - {"knee", "hip"}),
    ("cartilage AND hip", {"hip"}),
    ("cartilage OR trials", {"knee", "hip", "meta"}),
    ("mouse AND hip OR trials", {"mouse", "meta"}),
    ("hip AND (mouse OR trials)", {"mouse"}),
    ("trials OR -(knee OR hip OR safety)", {"meta", "hostile", "empty"}),
    ("title:knee", {"knee"}),
    ("body:knee", {"mouse"}),
    ("tag:knee", {"knee", "mouse"}),
    ("tags:knee -title:knee", {"mouse"}),
    ('tag:"stem cells"', {"hip"}),
    ('tag:"knee animals"', set()),
    ("tag:(methods OR hip)", {"hip", "meta"}),
    ("description:risk", {"plain"}),
    ("title:(hip OR meta-analysis)", {"hip", "meta"}),
    ("date:2022", {"hip", "meta"}),
    ("date:2022-05", {"hip"}),
    ("date:2022-05-17", {"hip"}),
    ("date:2021..2022", {"knee", "hip", "meta"}),
    ("date:[2021 TO 2022]", {"knee", "hip", "meta"}),
    ("date:2022..", {"hip", "meta", "mouse"}),
    ("date:..2021", {"knee", "hostile", "empty"}),
    ("before:2022", {"knee", "hostile", "empty"}),
    ("after:2022", {"mouse"}),
    ("after:2021 before:2023", {"hip", "meta"}),
    ("-date:2022", EVERYTHING - {"hip", "meta"}),
    ("cartilage date:2022", {"hip"}),
    ("mesench*", {"knee"}),
    ("title:mi*", {"mouse"}),
    ("mesenchimal~", {"knee"}),
    ("mesenkymal~2", {"knee"}),
    ("mesenkymal~1", set()),
    ("metaanalysis", {"meta"}),
    ("meta analysis", {"meta"}),
    ("C++", {"meta"}),
    ("10:30", {"hip"}),
    ("10.1186/s13287", {"mouse"}),
    ("O'Reilly", {"meta"}),
    ("*", EVERYTHING),
    ("", EVERYTHING),
    ("???", EVERYTHING),
    ("-*", set()),
    ("foo:bar", set()),
]


@pytest.mark.parametrize(("query", "ids"), FOUND)
def test_a_query_finds(query: str, ids: set[str]) -> None:
    assert {hit.id for hit in ask(query).hits} == ids


@pytest.mark.parametrize(
    "query",
    [
        "cartilage tag:unheard",
        "mesenchymal cartilage tag:methods",
        "mesenchymal cartilage title:meta-analysis",
        'cartilage "stem trials"',
        "cartilage (mouse OR trials)",
        "knee date:2019",
        "cartilage mesenchymal -cells",
    ],
)
def test_what_was_asked_with_a_sign_is_never_given_up(query: str) -> None:
    """Plain words are relaxed where too few posts have all of them; a field, a phrase or a date is meant."""
    assert ask(query).hits == ()


def test_plain_words_are_relaxed_beside_what_is_not() -> None:
    answer = ask("cartilage mesenchymal unheard tag:knee")
    assert answer.relaxed
    assert answer.dropped == ("unheard",)
    assert [hit.id for hit in answer.hits] == ["knee"]


def test_an_exclusion_is_never_relaxed() -> None:
    """Relaxed, it would leave out every post with one of the words."""
    assert {hit.id for hit in ask("cartilage -(mesenchymal stem unheard)").hits} == {"knee", "hip"}
    assert {hit.id for hit in ask("cartilage -(mesenchymal stem)").hits} == {"hip"}


def test_without_words_to_rank_by_the_newest_post_comes_first() -> None:
    days = [hit.date for hit in ask("-mouse").hits]
    dated = [day for day in days if day is not None]
    assert dated == sorted(dated, reverse=True)
    assert days[: len(dated)] == dated


def test_diagnostics_arrive_in_the_answer() -> None:
    assert [one.code for one in ask("cartilage AND").diagnostics] == ["operator-alone"]
