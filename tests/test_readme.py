"""README.md is held to the program: every command, option, setting, key and exit code, and the JSON contract."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import click
import pytest

from search import errors, render
from search.cli.app import INTERRUPTED, blogsearch
from search.cli.building import BAD_POSTS, DONE
from search.cli.query import FOUND, NOTHING_FOUND
from search.config import SETTINGS, FieldKeys, PostRules, Setting
from search.engines.whoosh.answering.facets import MOST_TAGS
from search.models import CheckReport, IndexedPost, IndexStatus, Problem, RunReport
from tests.test_render import ANSWER, conforms

NOW = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - naive UTC by contract
PROBLEM = Problem("a.md", 1, "c", "m")
RUN = render.run_report(RunReport(0, 0, 0, {}, (), "g", 0.0, False, ""))
CHECK = render.check_report(CheckReport(0, {}, ()))
POST = render.post(IndexedPost("a", "/", "t", "", (), None, None, "en", (), ""))
STATUS = render.index_status(IndexStatus(0, 0, 0, "g", NOW, 0, 0), outdated=False, runs=())
README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text under one heading, up to the next of its level or above."""
    found = re.search(rf"^(#+) {re.escape(title)}$(.*?)(?=^#{{1,2}} |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"README has no section {title}"
    return found[2]


def rows(title: str) -> dict[str, str]:
    """The table rows of a section, by the text of their first cell."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return {line.split(" | ")[0].strip("| `"): line for line in lines}


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its words, those of groups included."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command
        yield f"{above}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} ")


COMMANDS = dict(commands(blogsearch))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there(name: str) -> None:
    assert f"`blogsearch {name}" in section("Commands")


@pytest.mark.parametrize("name", ["", *sorted(COMMANDS)])
def test_every_option_is_there_with_its_command(name: str) -> None:
    command = COMMANDS[name] if name else blogsearch
    with click.Context(command) as ctx:
        options = [option for param in command.get_params(ctx) for option in param.opts if option.startswith("--")]
    lines = [line for line in section("Commands").splitlines() if not name or told_of(name, line)]
    missing = [option for option in options if not any(re.search(rf"`{option}\b", line) for line in lines)]
    assert missing == []


def told_of(name: str, line: str) -> bool:
    """A row of the table of options is about this command."""
    return line.startswith("| all") or f"`{name}`" in line.split(" | ")[0]


@pytest.mark.parametrize("setting", [s for s in SETTINGS if not s.key.startswith("fields.")], ids=lambda s: s.key)
def test_every_setting_is_there_with_its_environment_and_default(setting: Setting) -> None:
    row = rows("Configuration")[setting.key]
    assert f"`{setting.env}`" in row
    assert f"`{json.dumps(setting.default)}`" in row
    assert setting.help in row


@pytest.mark.parametrize("field", fields(FieldKeys), ids=lambda field: field.name)
def test_every_front_matter_key_is_there(field: object) -> None:
    name, keys, help_ = field.name, field.default, field.metadata["help"]  # type: ignore[attr-defined]
    row = rows("Front matter")[f"fields.{name}"]
    assert ", ".join(f"`{key}`" for key in keys) in row
    assert help_ in row


def test_no_setting_is_there_that_the_program_lacks() -> None:
    named = {key for key in (*rows("Configuration"), *rows("Front matter")) if key not in ("Setting", "---")}
    assert named == {setting.key for setting in SETTINGS}


def test_the_settings_that_ask_for_a_new_run_are_those_of_how_posts_are_read() -> None:
    named = re.search(r"After a change of how posts are read \((.*?)\)", section("Configuration"), re.DOTALL)
    assert named
    assert re.findall(r"`(.+?)`", named[1]) == sorted({row.name for row in fields(PostRules)}, key=named[1].index)


def test_every_exit_code_is_there() -> None:
    codes = {kind.exit_code for kind in vars(errors).values() if hasattr(kind, "exit_code")}
    codes |= {DONE, BAD_POSTS, FOUND, NOTHING_FOUND, INTERRUPTED}
    assert {int(code) for code in rows("Exit codes") if code.isdigit()} == codes


def test_the_json_example_says_how_long_the_facets_are_that_it_cuts() -> None:
    assert f"up to {MOST_TAGS} tags" in section("JSON")


def test_the_json_example_has_exactly_the_keys_of_the_contract() -> None:
    example = re.search(r"```json\n(.*?)```", section("JSON"), re.DOTALL)
    assert example
    assert conforms(json.loads(example[1]), ANSWER)


@pytest.mark.parametrize(
    "written", [RUN, CHECK, POST, STATUS, render.problem(PROBLEM)], ids=["index", "check", "show", "status", ""]
)
def test_every_key_of_the_other_objects_is_there(written: dict[str, object]) -> None:
    assert [key for key in written if f"`{key}`" not in section("JSON")] == []
