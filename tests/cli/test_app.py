"""One command line in, an exit code out; what goes wrong is told once, on stderr, as a sentence or as JSON."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from search import cli, service
from search.cli.app import COMMANDS, blogsearch, run
from search.errors import (
    BlogsearchError,
    EmptyContentError,
    IndexFormatError,
    IndexLockedError,
    StorageError,
    UsageError,
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("bad"), 2),
        (IndexLockedError("held"), 4),
        (IndexFormatError("newer"), 4),
        (EmptyContentError("empty"), 4),
        (StorageError("full"), 4),
        (PermissionError(13, "Permission denied", "x"), 4),
        (ZeroDivisionError("division by zero"), 4),
        (RecursionError(), 4),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_error_has_its_exit_code(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "status", raising(error))
    assert run(["status"]) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err


def test_an_error_says_what_and_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(service, "status", raising(IndexLockedError("process 1 is writing", remedy="wait for it")))
    run(["status"])
    assert capsys.readouterr().err == "Error: process 1 is writing.\nWait for it.\n"


def test_with_json_an_error_is_one_line_of_json_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "status", raising(IndexLockedError("process 1 is writing", remedy="wait for it")))
    assert run(["status", "--json"]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert json.loads(told.err)["type"] == "urn:blogsearch:error:index-locked"


def test_a_mistyped_option_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--jsn", "--json"]) == 2
    assert "--jsn" in json.loads(capsys.readouterr().err)["detail"]


def test_an_unexpected_error_asks_for_a_report_and_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "status", raising(ZeroDivisionError("division\x1b[2J by zero")))
    assert run(["status"]) == 4
    told = capsys.readouterr().err
    assert told.startswith("Error: This should not happen: ZeroDivisionError: division�[2J by zero.\nPlease report it")
    assert run(["--debug", "status"]) == 4
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["nonsense"], "nonsense"),
        (["status", "--nonsense"], "--nonsense"),
        (["query", "x", "--tagz", "y"], "--tag"),
        (["query", "x", "--sort", "sideways"], "newest"),
        (["query", "x", "--page", "0"], "page"),
        (["query", "x", "--since", "yesterday-ish"], "since"),
        (["--config", "gone.toml", "status"], "gone.toml"),
        (["index", "--wait", "long"], "wait"),
        (["--content"], "--content"),
    ],
)
def test_bad_usage_names_the_culprit(args: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(args) == 2
    err = capsys.readouterr().err
    assert err.startswith("Error: ")
    assert told in err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("query --index built stem", "--index stands before the command.\nWrite `blogsearch --index DIR query ...`."),
        (
            "query stem --content=posts",
            "--content stands before the command.\nWrite `blogsearch --content DIR query ...`.",
        ),
        ("status --config x", "--config stands before the command.\nWrite `blogsearch --config FILE status ...`."),
        ("query stem --debug", "--debug stands before the command.\nWrite `blogsearch --debug query ...`."),
        (
            "hook install --index built",
            "--index stands before the command.\nWrite `blogsearch --index DIR hook install ...`.",
        ),
        ("--tag query query stem", "--tag stands behind the command.\nWrite `blogsearch query ... --tag T`."),
        ("--full index", "--full stands behind the command.\nWrite `blogsearch index ... --full`."),
        (
            "--index built --branch main hook install",
            "--branch stands behind the command.\nWrite `blogsearch hook install ... --branch NAME`.",
        ),
    ],
)
def test_an_option_on_the_wrong_side_of_the_command_is_told_where_it_belongs(
    line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line.split()) == 2
    assert capsys.readouterr().err == f"Error: {told}\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [("--json query stem", "blogsearch query ... --json"), ("--json", "blogsearch COMMAND ... --json")],
)
def test_json_before_the_command_is_told_in_json(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    refusal = json.loads(capsys.readouterr().err)
    assert refusal["detail"] == "--json stands behind the command."
    assert refusal["remedy"] == f"Write `{told}`."


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("query stem --tag", "blogsearch query"),
        ("--index built hook install --branch", "blogsearch hook install"),
        ("hook --nonsense", "blogsearch hook"),
        ("--nonsense query stem", "blogsearch"),
        ("--index", "blogsearch"),
        ("-- query --tag", "blogsearch query"),
    ],
)
def test_the_help_of_the_command_at_fault_is_named(line: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    assert capsys.readouterr().err.endswith(f"\n`{command} --help` shows what there is.\n")


@pytest.mark.parametrize("command", ["status", "tags", "show x", "related x", "suggest x", "check --index"])
def test_a_missing_index_is_to_be_built_with_the_same_folders(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--content", "my posts", "--index=built"]
    assert run([*folders, *command.split()]) == 4
    assert "Run `blogsearch --content 'my posts' --index built index`.\n" in capsys.readouterr().err
    assert run(command.split()) == 4
    assert "Run `blogsearch index`.\n" in capsys.readouterr().err


def test_a_configuration_that_is_not_there_is_told_by_what_named_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BLOGSEARCH_CONFIG", "gone.toml")
    assert run(["status"]) == 2
    assert capsys.readouterr().err.endswith("\nGive BLOGSEARCH_CONFIG the name of a readable TOML file.\n")
    assert run(["--config", "lost.toml", "status"]) == 2
    assert capsys.readouterr().err.endswith("\nGive --config the name of a readable TOML file.\n")


def test_what_the_system_does_not_permit_has_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "status", raising(PermissionError(13, "Permission denied", "x")))
    assert run(["status"]) == 4
    assert capsys.readouterr().err == "Error: Permission denied: x.\nGive this user the right to it.\n"


def test_a_bad_configuration_is_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "blogsearch.toml").write_text('contnt = "posts"\n', encoding="utf-8")
    assert run(["status"]) == 2
    assert "Did you mean content?" in capsys.readouterr().err


def test_without_a_command_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert 'blogsearch query "meta-analysis"' in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"  blogsearch {name}" in out or f" {name}" in out.partition("Example")[2]


def test_every_option_says_what_it_is_for() -> None:
    commands: list[click.Command] = [blogsearch, *map(command, COMMANDS)]
    options = [option for command in commands for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_every_command_that_reports_can_do_so_in_json() -> None:
    lacking = [name for name in ("index", "status", "check", "query") if not _has_json(command(name))]
    assert lacking == []


def command(name: str) -> click.Command:
    found = blogsearch.get_command(click.Context(blogsearch), name)
    assert found
    return found


def _has_json(command: click.Command) -> bool:
    return any("--json" in param.opts for param in command.params)


def test_ctrl_c_before_the_commands_are_loaded_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["blogsearch"])
    monkeypatch.setattr("search.cli.app.run", raising(KeyboardInterrupt()))
    assert cli.main() == 130


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("blogsearch 0.")


def test_errors_of_our_own_are_told_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service, "status", raising(BlogsearchError("odd")))
    assert run(["status"]) == 4
    assert capsys.readouterr().err == "Error: odd.\n"
