"""Which files are posts, what one file says, and what is said about a file that cannot be one."""

import contextlib
import json
import os
import pickle
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.config import FieldKeys, PostRules, Settings
from search.configvalues import PostRule
from search.errors import PostError, UsageError
from search.models import LeftOut, Post, Problem
from search.posts import MAX_BYTES, SourceFile, find_posts, post_id, read_post, url_collisions

NOW = datetime(2026, 1, 1)  # noqa: DTZ001  # instants are naive UTC
RULES = PostRules()


def read(folder: Path, data: str | bytes, name: str = "a.md", rules: PostRules = RULES) -> Post | LeftOut:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_post(SourceFile(path, name.rpartition(".")[0], name), rules, NOW)


def post(folder: Path, data: str, name: str = "a.md", rules: PostRules = RULES) -> Post:
    found = read(folder, data, name, rules)
    assert isinstance(found, Post)
    return found


def problem(folder: Path, data: str | bytes, name: str = "a.md") -> Problem:
    with pytest.raises(PostError) as caught:
        read(folder, data, name)
    assert caught.value.problem.path == name
    assert caught.value.problem.message.endswith(".")
    assert caught.value.remedy
    return caught.value.problem


def front(**keys: str) -> str:
    return "".join(["---\n", "title: T\n", *(f"{key}: {value}\n" for key, value in keys.items()), "---\nbody\n"])


# Front matter in the wild


NETLIFY = """---
templateKey: blog-post
path: cells
title: Cells & tissue
date: 2022-08-26T11:01:41.234Z
description: About *cells*
featuredpost: false
featuredimage: /img/cells.jpg
tags:
  - safety
  - 2019
---

First words.

## What are they?

They are small.
"""


def test_a_post_of_netlify_cms_and_gatsby(tmp_path: Path) -> None:
    found = post(tmp_path, NETLIFY)
    assert found.id == "a"
    assert found.url == "/blog/cells/"
    assert found.title == "Cells & tissue"
    assert found.description == "About cells"
    assert found.tags == ("safety", "2019")
    assert found.instant == datetime(2022, 8, 26, 11, 1, 41, 234000)  # noqa: DTZ001
    assert found.day == date(2022, 8, 26)
    assert found.image == "/img/cells.jpg"
    assert found.lang == "en"
    assert found.body == "First words.\nWhat are they?\nThey are small."
    assert [(section.heading, section.anchor, section.start) for section in found.sections] == [
        ("", "", 0),
        ("What are they?", "what-are-they", 13),
    ]


def test_a_post_of_jekyll(tmp_path: Path) -> None:
    text = "---\ntitle: T\nexcerpt: E\nlayout: post\ncategories: [a, b]\nimage: {path: /x.png}\n---\nHi\n"
    found = post(tmp_path, text, "_posts/2014-03-12-coming-soon.md")
    assert found.url == "/blog/coming-soon/"
    assert found.day == date(2014, 3, 12)
    assert found.description == "E"
    assert found.tags == ("a", "b")
    assert found.image == "/x.png"
    assert post(tmp_path, front(permalink="/2014/soon.html")).url == "/2014/soon.html"


def test_a_post_of_hugo(tmp_path: Path) -> None:
    text = '+++\ntitle = "T"\nslug = "s"\ndate = 2020-05-01T22:00:00-07:00\nsummary = "S"\ntags = ["x"]\n'
    text += 'images = ["/i"]\n+++\nHi'
    found = post(tmp_path, text, "posts/t/index.md")
    assert found.url == "/blog/s/"
    assert (found.instant, found.day) == (datetime(2020, 5, 2, 5), date(2020, 5, 1))  # noqa: DTZ001
    assert (found.description, found.tags, found.image) == ("S", ("x",), "/i")
    assert read(tmp_path, "+++\ntitle = 'T'\n+++\n", "posts/_index.md") == LeftOut("not a post")


def test_a_post_of_eleventy_and_of_astro(tmp_path: Path) -> None:
    found = post(tmp_path, '---json\n{"title": "T", "tags": "one, two", "permalink": "/{{ slug }}/"}\n---\nHi')
    assert (found.tags, found.url) == (("one", "two"), "/blog/a/")
    astro = post(
        tmp_path, "---\ntitle: T\npubDate: 'Jul 08 2022'\nheroImage: /h.jpg\n---\nimport X from './x';\n\nHi", "b.mdx"
    )
    assert (astro.day, astro.image, astro.body) == (date(2022, 7, 8), "/h.jpg", "Hi")


def test_a_json_object_without_fences(tmp_path: Path) -> None:
    found = post(tmp_path, '{\n "title": "T",\n "date": "2020-01-02"\n}\n\nHi')
    assert (found.title, found.day, found.body) == ("T", date(2020, 1, 2), "Hi")


@pytest.mark.parametrize("key", ["expirydate", "expiryDate", "expiry_date", "Expiry-Date"])
def test_keys_count_in_any_spelling(tmp_path: Path, key: str) -> None:
    assert read(tmp_path, front(**{key: "2020-01-01"})) == LeftOut("expired")


def test_the_mapping_is_configuration(tmp_path: Path) -> None:
    rules = replace(RULES, fields=FieldKeys(title=("heading",), tags=("labels",)))
    found = post(tmp_path, "---\ntitle: T\nheading: H\nlabels: x\n---\n", rules=rules)
    assert (found.title, found.tags) == ("H", ("x",))


# Which posts are left out


@pytest.mark.parametrize(
    ("keys", "left_out"),
    [
        ({"draft": "true"}, LeftOut("draft")),
        ({"draft": "yes"}, LeftOut("draft")),
        ({"published": "false"}, LeftOut("unpublished")),
        ({"permalink": "false"}, LeftOut("unpublished")),
        ({"search": "false"}, LeftOut("search: false")),
        ({"expiryDate": "2025-12-31"}, LeftOut("expired")),
        ({"date": "2026-02-01"}, LeftOut("future", datetime(2026, 2, 1))),  # noqa: DTZ001
        ({"date": "2020-01-01", "publishDate": "2026-02-01"}, LeftOut("future", datetime(2026, 2, 1))),  # noqa: DTZ001
        ({"templateKey": "about-page"}, LeftOut("not a post")),
    ],
)
def test_a_rule_keeps_a_post_out_unless_asked_for(tmp_path: Path, keys: dict[str, str], left_out: LeftOut) -> None:
    assert read(tmp_path, front(**keys)) == left_out
    if left_out.reason != "not a post":
        asked = replace(RULES, include=frozenset((left_out.reason,)))
        assert isinstance(read(tmp_path, front(**keys), rules=asked), Post)


@pytest.mark.parametrize(
    "keys",
    [
        {"draft": "false"},
        {"published": "true"},
        {"published": "2020-01-01"},
        {"templateKey": "blog-post"},
        {"search": "true"},
    ],
)
def test_what_no_rule_keeps_out_is_in(tmp_path: Path, keys: dict[str, str]) -> None:
    assert isinstance(read(tmp_path, front(**keys)), Post)


@pytest.mark.parametrize(
    "keys", [{"draft": "ja"}, {"draft": "[true]"}, {"search": "nope"}, {"published": "nope"}], ids=str
)
def test_a_post_that_may_be_meant_to_be_hidden_is_a_problem_with_its_line(tmp_path: Path, keys: dict[str, str]) -> None:
    (key,) = keys
    found = problem(tmp_path, front(**keys))
    assert (found.code, found.line, found.message) == (key, 3, f"{key} is neither true nor false.")


def test_a_rule_that_is_set_aside_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    asked = replace(RULES, include=frozenset({"draft"}))
    assert isinstance(read(tmp_path, front(draft="ja"), rules=asked), Post)


def test_the_rule_of_what_is_a_post_is_configuration(tmp_path: Path) -> None:
    rules = replace(RULES, post_rule=PostRule("layout", ("post", "article")))
    assert isinstance(read(tmp_path, front(layout="article", templateKey="x"), rules=rules), Post)
    assert read(tmp_path, front(layout="page"), rules=rules) == LeftOut("not a post")
    everything = replace(RULES, post_rule=PostRule("", ()))
    assert isinstance(read(tmp_path, front(templateKey="x"), rules=everything), Post)


def test_when_a_post_goes_out_is_kept(tmp_path: Path) -> None:
    assert post(tmp_path, front(expiryDate="2027-01-01")).expires == datetime(2027, 1, 1)  # noqa: DTZ001


# Addresses


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("x", "/2024/x/"),
        ("x/y/", "/2024/x/y/"),
        ("/kept", "/kept"),
        ("//evil.example/x", "/evil.example/x"),
        ("https://blog.example/x", "https://blog.example/x"),
        ("javascript:alert(1)", "/2024/javascript:alert(1)/"),
        ("a b<c>", "/2024/a%20b%3Cc%3E/"),
        ("zürich", "/2024/zürich/"),
        ("{{ title }}", "/2024/a/"),
        ("/:categories/:title/", "/2024/a/"),
    ],
)
def test_the_address_of_a_post(tmp_path: Path, path: str, url: str) -> None:
    rules = replace(RULES, url="/{year}/{path}/")
    assert post(tmp_path, front(date="2024-05-06", path=f"'{path}'"), rules=rules).url == url


def test_every_part_of_an_address_pattern(tmp_path: Path) -> None:
    rules = replace(RULES, url="/{year}/{month}/{day}/{slug}/{id}")
    assert post(tmp_path, front(path="x/y"), "p/2024-05-06-z.md", rules).url == "/2024/05/06/y/p/2024-05-06-z"


def test_an_address_that_needs_a_date_is_refused_without_one(tmp_path: Path) -> None:
    with pytest.raises(PostError, match="needs a date"):
        post(tmp_path, front(), rules=replace(RULES, url="/{year}/{path}/"))


def test_two_posts_with_one_address_are_told_apart_by_id(tmp_path: Path) -> None:
    sources = [SourceFile(tmp_path / name, name, f"{name}.md") for name in ("b", "a", "c")]
    found = url_collisions(zip(sources, ["/x/", "/x", "/y"], strict=True))
    assert list(found) == ["b"]
    assert found["b"].path == "b.md"
    assert "a.md" in found["b"].message


@pytest.mark.parametrize(
    ("first", "second", "parts"),
    [
        ("2015-01-02-x", "2016-03-04-x", "{year}"),
        ("a/2015-01-02-x", "b/2015-03-02-x", "{year} and {month}"),
        ("2015-01-02-x", "2015-01-04-x/index", "{year}, {month} and {day}"),
        ("2015-01-02-x", "2015-01-02-y", ""),
        ("2015-01-02-x", "x", ""),
        ("a/x", "b/x", ""),
    ],
)
def test_where_dates_in_names_differ_the_setting_can_tell_them_apart(first: str, second: str, parts: str) -> None:
    sources = [SourceFile(Path(), post_id(f"{name}.md"), f"{name}.md") for name in (first, second)]
    (found,) = url_collisions((source, "/blog/x/") for source in sources).values()
    if parts:
        remedy = (
            f"Give one of the two another path, or put {parts} into the setting `url`: the dates in their names differ."
        )
        assert found.remedy == remedy
    else:
        assert found.remedy == "Give one of the two another path."


def test_what_the_remedy_for_one_address_says_gives_two(tmp_path: Path) -> None:
    for pattern, addresses in (("/blog/{path}/", 1), ("/blog/{year}/{path}/", 2)):
        rules = replace(RULES, url=pattern)
        names = ("2015-01-02-x.md", "2016-03-04-x.md")
        assert len({post(tmp_path, front(), name, rules).url for name in names}) == addresses


# Tags of any shape


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("safety", ("safety",)),
        ("stem cells, safety", ("stem cells", "safety")),
        ("2019", ("2019",)),
        ("null", ()),
        ("~", ()),
        ("[]", ()),
        ("no", ("no",)),
        ("1.10", ("1.10",)),
        ("[a, [b, [c]], 3]", ("a", "b", "c", "3")),
        ("[Safety, safety, ' SAFETY ']", ("Safety",)),
        ("[{name: x, slug: y}, {tag: z}]", ("x", "z")),
        ("[a, null, '', {}, {name: }]", ("a",)),
        ("{name: [a, b]}", ("a", "b")),
    ],
)
def test_tags_may_have_any_shape(tmp_path: Path, written: str, tags: tuple[str, ...]) -> None:
    assert post(tmp_path, front(tags=written)).tags == tags


@pytest.mark.parametrize("written", ["{a: 1}", "[x, {slug: y}]", "[{name: {a: 1}}]", "{a: {name: x}}"])
def test_a_mapping_that_names_no_tag_is_a_problem(tmp_path: Path, written: str) -> None:
    found = problem(tmp_path, front(tags=written))
    assert (found.code, found.line, found.withdraws) == ("tags", 3, False)


def test_an_empty_key_leaves_the_question_to_the_next(tmp_path: Path) -> None:
    assert post(tmp_path, front(tags="", topics="x")).tags == ("x",)


# Languages, boosts, hashes


@pytest.mark.parametrize(("lang", "code"), [("es", "es"), ("pt-BR", "pt"), ("EN_us", "en"), ("klingon", "en")])
def test_the_language_of_a_post(tmp_path: Path, lang: str, code: str) -> None:
    assert post(tmp_path, front(lang=lang)).lang == code


def test_the_boost_of_a_post(tmp_path: Path) -> None:
    assert post(tmp_path, front(boost="1.5")).boost == 1.5
    assert problem(tmp_path, front(boost="lots")).line == 3
    assert problem(tmp_path, front(boost="nan")).code == "boost"


@pytest.mark.parametrize(
    "change",
    [("T", "U"), ("body", "Body"), ("x", "y"), ("2020", "2021"), ("lang: en", "lang: de"), ("/i", "/j"), ("D", "E")],
)
def test_the_hash_changes_with_anything_that_the_index_keeps(tmp_path: Path, change: tuple[str, str]) -> None:
    text = front(tags="x", date="2020-01-01", lang="en", image="/i", description="D")
    first = post(tmp_path, text).content_hash
    assert post(tmp_path, text.replace(*change)).content_hash != first
    assert post(tmp_path, text.replace("lang: en\n", "lang: en\nauthor: me\n")).content_hash == first


def test_what_a_worker_gets_and_gives_can_be_pickled(tmp_path: Path) -> None:
    found = post(tmp_path, NETLIFY)
    assert pickle.loads(pickle.dumps((found, RULES))) == (found, RULES)


# Bad input


BOMB = "---\ntitle: T\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def nested(item: str) -> str:
    return "[" * 15 + item + "]" * 15


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("---\ntitle: a: b\n---\n", "yaml", 2),
        ("---\ntitle: T\ntags: [a, b\n---\n", "yaml", 4),
        ("---\ntitle: T\nx:\n\ty: z\n---\n", "yaml", 4),
        (BOMB + "---\n", "yaml", 7),
        ("---\nx: &x [1]\ny: [" + "*x," * 60 + "]\ntitle: T\n---\n", "yaml", 3),
        ("---\na: &a [*a]\n---\n", "yaml", 2),
        ("---\na: " + "[" * 5000 + "\n---\n", "yaml", 2),
        ("---\na: \x01\n---\n", "yaml", 2),
        ("---\n- a\n---\n", "front matter", 1),
        ("---\ntitle: T\n", "front matter", 1),
        ("+++\ntitle = 'T'\ndate = \n+++\n", "toml", 3),
        ("+++\ntitle = 'T'\nx = [\n", "front matter", 1),
        ('{"title": "T",\n"date" 3}\n', "json", 2),
        ('{"a": ' + "[" * 100_000, "front matter", 1),
        ("+++\ndate = 2020-01-01\ntitle = 0x" + "f" * 8_000 + "\n+++\n", "front matter", 3),
        ("+++\ntitle = 'T'\ntags = [1, -1" + "0" * 100 + "]\n+++\n", "front matter", 3),
        ('{"title": "T",\n"tags": [1' + "0" * 100 + "]}\n", "front matter", 2),
        ("+++\ntitle = 'T'\ntags." + "a." * 90 + "a = 1\n+++\n", "front matter", 1),
        ("+++\ntitle = 'T'\ntags = " + "[" * 90 + "]" * 90 + "\n+++\n", "front matter", 3),
        ('{"title": "T",\n"tags": ' + "[" * 900 + "]" * 900 + "}\n", "front matter", 2),
        ("---\ntitle: T\na: &a " + nested("x") + "\nb: &b " + nested("*a") + "\ntags: *b\n---\n", "front matter", 4),
        ("---\nx: " + "y" * 200_000 + "\n---\n", "front matter", 1),
        ("title: T\n".encode("utf-16"), "encoding", 1),
        ("---\ntitle: T\n---\n\nCafé\n".encode("latin-1"), "encoding", 5),
        (b"---\ntitle: T\n---\n\na\0b", "nul", 5),
        (b"", "empty", 1),
        (b"\xef\xbb\xbf \n\n", "empty", 1),
        ("Just words.\n", "front matter", None),
        ("---\ndate: 2020-01-01\n---\nx\n", "title", 1),
        ("---\ntitle: ''\n---\nx\n", "title", 1),
        ("---\ntitle: [a]\n---\nx\n", "title", 2),
        ("---\ntitle: T\n\ndate: tomorrow\n---\n", "date", 4),
        ("---\ntitle: T\ndate: 2024-02-30\n---\n", "date", 3),
        ("\n\n---\ntitle: T\ndate: 03/04/2024\n---\n", "date", 5),
        ("+++\ntitle = 'T'\ndate = 'soon'\n+++\n", "date", 3),
        ("---\ntitle: T\nexpiryDate: never\n---\n", "date", 3),
        ("---\ntitle: T\ntags: [" + "x" * 101 + "]\n---\n", "tags", 3),
        ("---\ntitle: T\ntags: [" + ", ".join(map(str, range(101))) + "]\n---\n", "tags", 3),
    ],
)
def test_bad_input_is_a_problem_with_the_line_of_the_file(
    tmp_path: Path, data: str | bytes, code: str, line: int | None
) -> None:
    found = problem(tmp_path, data)
    assert (found.code, found.line) == (code, line)


def test_a_tab_in_yaml_is_called_a_tab(tmp_path: Path) -> None:
    assert "tab" in problem(tmp_path, "---\ntitle: T\nx:\n\ty: z\n---\n").message


def test_a_tag_of_python_is_never_acted_on(tmp_path: Path) -> None:
    assert post(tmp_path, "---\ntitle: !!python/object/apply:os.getcwd T\n---\n").title == "T"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(PostError) as caught:
        read_post(SourceFile(path, "a", "a.md"), RULES, NOW)
    assert caught.value.problem.code == "size"
    assert isinstance(read(tmp_path, front() + "x\n" * 10_000), Post)
    assert MAX_BYTES < 50_000_000


def test_a_file_that_vanishes_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(PostError) as caught:
        read_post(SourceFile(tmp_path / "a.md", "a", "a.md"), RULES, NOW)
    assert caught.value.problem.code == "vanished"


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    for path in (tmp_path / "a.md", tmp_path):
        with pytest.raises(PostError) as caught:
            read_post(SourceFile(path, "a", "a.md"), RULES, NOW)
        assert caught.value.problem.code == "unreadable"


def test_line_ends_of_any_kind_count_the_same(tmp_path: Path) -> None:
    for end in ("\r\n", "\r"):
        assert problem(tmp_path, "---\ntitle: T\ndate: x\n---\n".replace("\n", end)).line == 3
        assert post(tmp_path, NETLIFY.replace("\n", end)) == post(tmp_path, NETLIFY)


# The content folder


def find(folder: Path) -> tuple[list[str], list[Problem]]:
    sources, problems = find_posts(Settings(content=folder))
    return [source.id for source in sources], problems


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front(), encoding="utf-8")


def test_posts_are_found_by_ending_sorted_by_id_without_the_hidden(tmp_path: Path) -> None:
    touch(tmp_path, "b.md", "a.markdown", "c/index.mdx", "c/d.MD", "x.txt", ".hidden.md", ".git/x.md", "index.md")
    assert find(tmp_path) == (["a", "b", "c", "c/d", "index"], [])


def test_of_two_files_with_one_id_the_first_by_name_wins(tmp_path: Path) -> None:
    touch(tmp_path, "x.md", "x/index.md", "x.markdown")
    ids, problems = find(tmp_path)
    assert ids == ["x"]
    assert [(found.path, found.code) for found in problems] == [("x.md", "id"), ("x/index.md", "id")]
    assert "x.markdown" in problems[0].message


def test_links_are_followed_to_files_inside_and_reported_when_they_lead_out(tmp_path: Path) -> None:
    content = tmp_path / "content"
    touch(content, "a.md", "folder/b.md")
    touch(tmp_path, "secret.md", "outside/c.md")
    (content / "link.md").symlink_to("a.md")
    (content / "out.md").symlink_to("../secret.md")
    (content / "out").symlink_to("../outside")
    (content / "gone.md").symlink_to("nowhere.md")
    (content / "again").symlink_to("folder")
    (content / "loop").symlink_to(".")
    (content / "round.md").symlink_to("round.md")
    ids, problems = find(content)
    assert ids == ["a", "folder/b", "link"]
    assert [(found.path, found.code) for found in problems] == [
        (name, "link") for name in ("gone.md", "out", "out.md", "round.md")
    ]


def test_folders_may_be_nested_deeper_than_calls(tmp_path: Path) -> None:
    deep = tmp_path
    try:
        for _ in range(1200):
            deep /= "d"
            deep.mkdir()
        touch(deep, "a.md")
        assert find(tmp_path) == (["d/" * 1200 + "a"], [])
    finally:  # what clears temporary folders goes by calls
        (deep / "a.md").unlink(missing_ok=True)
        while deep != tmp_path:
            deep.rmdir()
            deep = deep.parent


@pytest.mark.parametrize(("name", "shown"), [(b"caf\xe9.md", "caf\ufffd.md"), (b"a\x1b[31m.md", "a\ufffd[31m.md")])
def test_a_name_that_cannot_be_printed_is_reported(tmp_path: Path, name: bytes, shown: str) -> None:
    (tmp_path / os.fsdecode(name)).write_text(front(), encoding="utf-8")
    ids, problems = find(tmp_path)
    assert ids == []
    assert [(found.path, found.code) for found in problems] == [(shown, "name")]


def test_a_content_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no content folder"):
        find(tmp_path / "none")


# Laws


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_a_post_left_out_or_a_problem(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    with contextlib.suppress(PostError):
        assert isinstance(read(tmp_path_factory.getbasetemp(), data), Post | LeftOut)


KEYS = [key for row in fields(FieldKeys) for key in getattr(FieldKeys(), row.name)]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.lists(st.text(max_size=5)),
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.text(max_size=50))
@settings(max_examples=200)
def test_any_front_matter_is_a_post_left_out_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object], body: str
) -> None:
    text = json.dumps({"title": "T", **values}, default=str) + "\n" + body
    with contextlib.suppress(PostError):
        found = read(tmp_path_factory.getbasetemp(), text.encode("utf-8", "replace"))
        if isinstance(found, Post):
            assert found.title
            assert repr(found).encode()  # no broken half of a character
            assert all(0 <= section.start < len(found.body) for section in found.sections)


# Real posts


def test_every_real_post_is_read(corpora: Path) -> None:
    for folder in ("seed", "18f/posts"):
        sources, problems = find_posts(Settings(content=corpora / folder))
        assert sources
        assert not problems
        for source in sources:
            found = read_post(source, RULES, NOW)
            assert isinstance(found, Post)
            assert found.body
            text = " ".join((found.title, found.description, found.body))
            for mark in ("{{", "}}", "{%", "%}", "endraw", "image_with_class", "team_photo", "site.baseurl", "| url"):
                assert mark not in text, (source.relative, mark)
