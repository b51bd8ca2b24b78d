"""Front matter to fields: shapes and spellings that generators have."""

from datetime import date

import pytest

from search.config import PostRules
from search.errors import PostError
from search.frontmatter import FrontMatter, key_form
from search.mapping import Mapped, clean, safe_address


def mapped(**values: object) -> Mapped:
    return Mapped(FrontMatter({key_form(key): value for key, value in values.items()}, "", "", 1), PostRules(), "a.md")


@pytest.mark.parametrize(
    ("value", "image"),
    [
        ("/a.png", "/a.png"),
        ("a b.png", "a%20b.png"),
        (["/a.png", "/b.png"], "/a.png"),
        ([{"src": "/a.png"}], "/a.png"),
        ({"url": "https://x.org/a.png"}, "https://x.org/a.png"),
        ({"alt": "x"}, None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("{{ image }}", None),
        (True, None),
        ([[]], None),
    ],
)
def test_the_picture_of_a_post(value: object, image: str | None) -> None:
    assert mapped(image=value).image() == image


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), ("yes", True), ("ON", True), ("1", True), ("False", False), (0, False), ([], None), ("", None)],
)
def test_flags_in_any_spelling(value: object, flag: bool | None) -> None:
    assert mapped(draft=value).flag("draft") is flag


@pytest.mark.parametrize("field", ["draft", "published", "search"])
@pytest.mark.parametrize("value", ["ja", "y", "maybe", "draft", 2, 1.0, [True], ["true"], [{}], {"exclude": "maybe"}])
def test_a_flag_that_says_neither_is_never_guessed(field: str, value: object) -> None:
    with pytest.raises(PostError) as caught:
        mapped(**{field: value}).flag(field)
    assert caught.value.problem.code == field
    assert caught.value.problem.withdraws


@pytest.mark.parametrize("value", ["2020-01-02", "3 May 2020", "2020-13-45", date(2020, 1, 2)])
def test_published_may_be_a_date_and_a_wrong_one_is_a_matter_of_dates(value: object) -> None:
    assert mapped(published=value).flag("published") is None
    with pytest.raises(PostError):
        mapped(draft=value).flag("draft")


@pytest.mark.parametrize(
    ("value", "flag"), [({"exclude": "true"}, False), ({"exclude": False}, True), ({"boost": 2}, None)]
)
def test_search_may_be_the_mapping_of_material_for_mkdocs(value: object, flag: bool | None) -> None:
    assert mapped(search=value).flag("search") is flag


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("/a/b/", "/a/b/"),
        ("///evil.example", "/evil.example"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("JavaScript:x", ""),
        ("java\x01script:x", ""),
        ('/a"onload=x', "/a%22onload=x"),
        ("/ü?q=1#f", "/ü?q=1#f"),
        ("/100%25", "/100%25"),
    ],
)
def test_an_address_can_stand_in_a_page(address: str, safe: str) -> None:
    assert safe_address(address) == safe


def test_control_characters_and_half_characters_go() -> None:
    assert clean("a\x00b\x1b[31mc\ud800d\te") == "ab[31mcd\te"
    assert clean("naïve 🎉 \u200d") == "naïve 🎉 \u200d"


@pytest.mark.parametrize(
    ("stem", "url"), [("what-is-c#", "/blog/what-is-c%23/"), ("why?", "/blog/why%3F/"), ("100%25", "/blog/100%2525/")]
)
def test_the_name_of_a_file_does_not_end_or_change_the_path(stem: str, url: str) -> None:
    assert mapped().url("x", stem, None) == url


def test_an_address_of_the_front_matter_may_have_a_query_and_escapes() -> None:
    assert mapped(path="/a%20b?c#d").url("x", "x", None) == "/a%20b?c#d"
