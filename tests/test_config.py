"""Where a setting comes from, and what is said about one that cannot be used."""

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from search.config import SETTINGS, PostRules, ServeSettings, Settings, SiteSettings
from search.configload import load_settings
from search.configvalues import MAX_PINNED, MAX_PINS, PostRule
from search.errors import UsageError
from search.models import Pin


def write(folder: Path, text: str) -> Path:
    path = folder / "blogsearch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_table_s_defaults_are_those_of_the_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}, env={}) == Settings()


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(tmp_path: Path) -> None:
    config = write(tmp_path, 'wait = 1\nlanguage = "de"\nurl = "/{id}"\n')
    env = {"BLOGSEARCH_WAIT": "2", "BLOGSEARCH_LANGUAGE": "fr"}
    settings = load_settings({"wait": 3, "language": None}, config, env)
    assert settings.wait == 3
    assert settings.rules.language == "fr"
    assert settings.rules.url == "/{id}"
    assert settings.rules.include == frozenset()


def test_the_working_folder_s_file_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "wait = 4")
    monkeypatch.chdir(tmp_path)
    assert load_settings({}, env={}).wait == 4


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, "wait = 5")
    assert load_settings({}, env={"BLOGSEARCH_CONFIG": str(config)}).wait == 5


def test_folders_in_the_file_are_relative_to_it_and_flags_to_the_working_folder(tmp_path: Path) -> None:
    config = write(tmp_path, 'content = "posts"\nindex = "/var/lib/blog"')
    assert load_settings({}, config, {}).content == tmp_path / "posts"
    assert load_settings({}, config, {}).index == Path("/var/lib/blog")
    assert load_settings({"content": "posts"}, config, {}).content == Path("posts")


def test_every_setting_can_be_written_in_the_file_as_its_default_shows(tmp_path: Path) -> None:
    lines = [
        f"{setting.key} = {json.dumps(setting.default)}"
        for setting in SETTINGS
        if setting.key not in ("content", "index") and not setting.secret
    ]
    assert load_settings({}, write(tmp_path, "\n".join(lines)), {}) == Settings()


def test_a_secret_comes_from_the_environment_and_is_shown_nowhere(tmp_path: Path) -> None:
    secret = "It's a Secret to Everybody"
    settings = load_settings({}, write(tmp_path, ""), {"BLOGSEARCH_HOOK_SECRET": f" {secret}\n\nnew \n"})
    assert settings.hook.secret == (secret, "new")
    assert secret not in f"{settings!r} {settings}"
    assert load_settings({}, write(tmp_path, ""), {"BLOGSEARCH_HOOK_SECRET": " \n"}).hook.secret == ()


@pytest.mark.parametrize("value", ['"hunter2"', "12345", '["hunter2"]'])
def test_a_secret_in_the_file_is_refused_without_repeating_it(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match=r"hook\.secret does not belong in this file") as refused:
        load_settings({}, write(tmp_path, f"[hook]\nsecret = {value}"), {})
    assert value.strip('"') not in f"{refused.value}{refused.value.remedy}"
    assert "BLOGSEARCH_HOOK_SECRET" in refused.value.remedy


def test_the_file_of_the_secret_is_named_relative_to_the_configuration(tmp_path: Path) -> None:
    config = write(tmp_path, '[hook]\nsecret_file = "hook.secret"')
    assert load_settings({}, config, {}).hook.secret_file == tmp_path / "hook.secret"


@pytest.mark.parametrize(("written", "truth"), [("true", True), ("false", False), ('"True"', True), ('"FALSE"', False)])
def test_yes_and_no(tmp_path: Path, written: str, truth: bool) -> None:
    assert load_settings({}, write(tmp_path, f"[hook]\npull = {written}"), {}).hook.pull == truth


@pytest.mark.parametrize("written", ["1", '"yes"', "[]"])
def test_nothing_else_is_yes_or_no(tmp_path: Path, written: str) -> None:
    with pytest.raises(UsageError, match=r"hook\.pull = .* is not allowed"):
        load_settings({}, write(tmp_path, f"[hook]\npull = {written}"), {})


def test_lists_come_as_arrays_or_with_commas(tmp_path: Path) -> None:
    config = write(tmp_path, 'include = ["draft", "future"]\n[fields]\ntags = "labels, topics"')
    rules = load_settings({}, config, {"BLOGSEARCH_FIELDS_TITLE": "heading"}).rules
    assert rules.include == {"draft", "future"}
    assert rules.fields.tags == ("labels", "topics")
    assert rules.fields.title == ("heading",)


def test_a_table_of_the_file_fills_the_class_of_that_name(tmp_path: Path) -> None:
    config = write(tmp_path, '[serve]\nport = 80\n[site]\nurl = "https://example.org/"')
    settings = load_settings({"serve.host": "::1"}, config, {"BLOGSEARCH_SITE_TITLE": "A blog"})
    assert settings.serve == replace(ServeSettings(), host="::1", port=80)
    assert settings.site == SiteSettings("https://example.org", "A blog")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "cors_origins = ['https://blog.example', 'http://localhost:8080']",
            ("https://blog.example", "http://localhost:8080"),
        ),
        ("allowed_hosts = ['Blog.example', '*.blog.example', '[::1]']", ("blog.example", "*.blog.example", "[::1]")),
        (
            "headers = ['X-Robots-Tag: noindex', 'Referrer-Policy:']",
            (("x-robots-tag", "noindex"), ("referrer-policy", "")),
        ),
        ("root_path = '/find/'", "/find"),
        ("root_path = '/'", ""),
        ("metrics = '*'", ("*",)),
        ("log_access = false", False),
    ],
)
def test_how_the_service_is_set(tmp_path: Path, text: str, value: object) -> None:
    serve = load_settings({}, write(tmp_path, f"[serve]\n{text}"), {}).serve
    assert getattr(serve, text.partition(" ")[0]) == value


@pytest.mark.parametrize(("key", "flag"), [("wait", "--wait"), ("serve.port", "--port")])
def test_a_flag_is_named_as_the_setting_in_its_table(key: str, flag: str) -> None:
    assert [setting.flag for setting in SETTINGS if setting.key == key] == [flag]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('templateKey = "blog-post"', PostRule("templateKey", ("blog-post",))),
        ("layout=post, article", PostRule("layout", ("post", "article"))),
        ("", PostRule("", ())),
    ],
)
def test_the_rule_of_what_is_a_post(text: str, rule: PostRule) -> None:
    assert load_settings({}, None, {"BLOGSEARCH_POST_RULE": text}).rules.post_rule == rule


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("content", ""),
        ("index", 3),
        ("content", "a\0b"),
        ("wait", "soon"),
        ("wait", -1),
        ("wait", "nan"),
        ("wait", True),
        ("wait", 10**400),
        ("language", "english"),
        ("language", "ж1"),
        ("url", "/blog/"),
        ("url", "/{path}/{category}/"),
        ("url", "/{path} x/"),
        ("include", "drafts"),
        ("include", [1]),
        ("post_rule", "templateKey"),
        ("post_rule", "= x"),
        ("fields.title", []),
        ("fields.title", {"a": "b"}),
        ("site.url", "example.org"),
        ("site.url", "https://example.org/?page"),
        ("site.title", "two\nlines"),
        ("serve.port", 65_536),
        ("serve.port", "http"),
        ("serve.port", True),
        ("serve.workers", 0),
        ("serve.root_path", "search"),
        ("serve.root_path", "/a b"),
        ("serve.proxies", "10.0.0.0/99"),
        ("serve.allowed_hosts", "http://blog.example"),
        ("serve.allowed_hosts", "a*.example"),
        ("serve.cors_origins", "https://blog.example/"),
        ("serve.cors_origins", "blog.example"),
        ("serve.headers", "nosniff"),
        ("serve.headers", ["A: \r\nB: x"]),
        ("serve.headers", ["Ä: x"]),
        ("serve.log_query", "maybe"),
        ("serve.log_query", 1),
    ],
)
def test_a_bad_value_names_where_what_and_what_is_allowed(key: str, value: object) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({key: value}, None, {})
    setting = next(setting for setting in SETTINGS if setting.key == key)
    assert f"{setting.flag} = " in str(caught.value)
    assert caught.value.remedy == f"Allowed: {setting.allowed}."


def test_a_bad_value_in_the_environment_names_the_variable() -> None:
    with pytest.raises(UsageError, match='BLOGSEARCH_WAIT = "soon" is not allowed'):
        load_settings({}, None, {"BLOGSEARCH_WAIT": "soon"})


def test_a_bad_value_in_the_file_names_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, 'wait = "soon"')
    with pytest.raises(UsageError) as caught:
        load_settings({}, config, {})
    assert str(config) in str(caught.value)
    assert 'wait = "soon"' in str(caught.value)


@pytest.mark.parametrize(
    ("text", "unknown", "closest"),
    [("contents = 1", "contents", "content"), ("[fields]\ntitel = 'x'", "fields.titel", "fields.title")],
)
def test_an_unknown_key_names_the_closest_known_one(tmp_path: Path, text: str, unknown: str, closest: str) -> None:
    with pytest.raises(UsageError, match=f"no setting {unknown}") as caught:
        load_settings({}, write(tmp_path, text), {})
    assert caught.value.remedy == f"Did you mean {closest}?"


@pytest.mark.parametrize("data", [b"wait = ", b"\xff\xfe", b"a = " + b"[" * 100_000])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, data: bytes) -> None:
    config = tmp_path / "blogsearch.toml"
    config.write_bytes(data)
    with pytest.raises(UsageError, match="is not valid TOML"):
        load_settings({}, config, {})


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings({}, tmp_path / "none.toml", {})


def test_rules_travel_to_worker_processes_and_are_told_apart_by_their_stamp() -> None:
    rules = load_settings({"include": "draft, future"}, None, {}).rules
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert rules.stamp == load_settings({"include": "future, draft"}, None, {}).rules.stamp
    assert rules.stamp != PostRules().stamp
    assert PostRules(url="/{id}/").stamp != PostRules().stamp


def test_importing_it_costs_no_parser() -> None:
    heavy = ("tomllib", "yaml", "markdown", "whoosh")
    program = f"import sys, search.configload; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_synonyms_go_one_way_or_all_ways(tmp_path: Path) -> None:
    config = write(tmp_path, 'synonyms = ["MSC = mesenchymal stem cell", "joint > knee", "a = b = c"]')
    pairs = [(one.text, one.other) for one in load_settings({}, config, {}).synonyms]
    assert pairs[:3] == [("MSC", "mesenchymal stem cell"), ("mesenchymal stem cell", "MSC"), ("joint", "knee")]
    assert set(pairs[3:]) == {("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")}


@pytest.mark.parametrize("text", ["MSC", "a =", "= a", "a > b > c", "a = !", "a = b = " + " = ".join(["x"] * 40)])
def test_synonyms_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="synonyms"):
        load_settings({}, write(tmp_path, f'synonyms = ["{text}"]'), {})


def test_pins_name_the_posts_that_stand_first_for_a_query(tmp_path: Path) -> None:
    config = write(tmp_path, 'pins = ["knee pain > a > b/c", "hip > a"]')
    assert load_settings({}, config, {}).pins == (Pin("knee pain", ("a", "b/c")), Pin("hip", ("a",)))


@pytest.mark.parametrize("text", ["knee pain", "knee >", "> a", "?! > a", "knee" + " > a" * (MAX_PINNED + 1)])
def test_pins_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="pins"):
        load_settings({}, write(tmp_path, f'pins = ["{text}"]'), {})


def test_too_many_pins_are_refused() -> None:
    with pytest.raises(UsageError, match="pins"):
        load_settings({"pins": [f"query {number} > a" for number in range(MAX_PINS + 1)]}, None, {})


@pytest.mark.parametrize(
    ("key", "value"),
    [("ranking.title", -1), ("ranking.b", 1.5), ("ranking.enough", 0), ("ranking.half_life", "nan")],
)
def test_weights_have_bounds(key: str, value: object) -> None:
    with pytest.raises(UsageError, match="is not allowed"):
        load_settings({key: value}, None, {})
