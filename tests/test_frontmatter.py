"""Front matter in its formats: plain values, nothing acted on, errors on the file's own line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import PostError
from search.frontmatter import MAX_ALIASES, MAX_DEPTH, MAX_DIGITS, FrontMatter, parse


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("---\ntitle: T\n---\nbody", {"title": "T"}, "\nbody"),
        ("---yaml\ntitle: T\n...\nbody", {"title": "T"}, "\nbody"),
        ("\n\n--- \ntitle: T\n--- \nbody", {"title": "T"}, "\nbody"),
        ("+++\ntitle = 'T'\nday = 2020-01-02\n+++\nbody", {"title": "T", "day": date(2020, 1, 2)}, "\nbody"),
        ("---toml\ntitle = 'T'\n---\n", {"title": "T"}, "\n"),
        (';;;\n{"title": "T"}\n;;;\nbody', {"title": "T"}, "\nbody"),
        ('---json\n{"n": 1}\n---\nbody', {"n": 1}, "\nbody"),
        ('{"title": "T"}\nbody', {"title": "T"}, "\nbody"),
        ("---\n---\nbody", {}, "\nbody"),
        ("{{< x >}}", {}, "{{< x >}}"),
        ("{ a }", {}, "{ a }"),
        ("----\nx\n----", {}, "----\nx\n----"),
        ("no front matter", {}, "no front matter"),
    ],
)
def test_formats_and_fences(text: str, values: dict[str, object], body: str) -> None:
    front = parse(text, "a.md")
    assert (front.values, front.body) == (values, body)


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("2019", "2019"),
        ("no", "no"),
        ("1.10", "1.10"),
        ("0123", "0123"),
        ("2020-01-01", "2020-01-01"),
        ("1e3", "1e3"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'null'", "null"),
        ("|\n two\n lines", "two\nlines\n"),
    ],
)
def test_yaml_scalars_stay_what_the_author_typed(yaml: str, value: object) -> None:
    assert parse(f"---\nx: {yaml}\n---\n", "a.md").values == {"x": value}


def test_yaml_aliases_stand_for_their_values() -> None:
    front = parse("---\nx: &a [1, {b: 2}]\ny: *a\n---\n", "a.md")
    assert front.values["y"] == ["1", {"b": "2"}]


@pytest.mark.parametrize(
    ("key", "line"), [("title", 3), ("expiryDate", 4), ("expiry_date", 4), ("tags", 5), ("missing", 2)]
)
def test_the_line_of_a_key_is_that_of_the_file(key: str, line: int) -> None:
    assert parse("\n---\ntitle: T\nExpiry-Date: x\n'tags': y\n---\n", "a.md").line_of(key) == line


@pytest.mark.parametrize("written", ["key : x", "key  = x", '{ "key": x', "'key' : x", "  , key: x", "k e y\t: x"])
def test_a_key_is_known_among_blanks_and_quotes(written: str) -> None:
    assert FrontMatter({}, "", f"\n\n{written}", 1).line_of("key") == 3


def test_as_much_as_is_allowed_is_read() -> None:
    aliases = ", ".join(["*a"] * MAX_ALIASES)
    assert len(parse(f"---\nx: &a 1\ny: [{aliases}]\n---\n", "a.md").values["y"]) == MAX_ALIASES  # type: ignore[arg-type]
    nested = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    for text in (f"---\nx: {nested}\n---\n", f"+++\nx = {nested}\n+++\n", f'{{"x": {nested}}}'):
        assert str(parse(text, "a.md").values["x"]) == nested
    number = "9" * MAX_DIGITS
    assert str(parse(f"+++\nx = -{number}\n+++\n", "a.md").values["x"]) == f"-{number}"


@given(
    st.sampled_from(["---\n", "---json\n", "+++\n", "{", ";;;\n"]),
    st.text(max_size=80),
    st.sampled_from(["---", "+++", ";;;"]),
)
def test_any_text_is_front_matter_or_a_problem(opening: str, text: str, closing: str) -> None:
    source = f"{opening}{text}\n{closing}\nbody"
    line = 1
    try:
        front = parse(source, "a.md")
        assert all(isinstance(key, str) for key in front.values)
    except PostError as error:
        line = error.problem.line or 0
    assert 1 <= line <= source.count("\n") + 1
