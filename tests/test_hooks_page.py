"""docs/hooks.md: each recipe can be read by what it is for, and every blogsearch command in it is one."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from search.cli.app import blogsearch
from search.configload import load_settings

PAGE = (Path(__file__).parent.parent / "docs" / "hooks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for written_in, text in BLOCKS if written_in == language]


def test_every_section_has_a_recipe() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert len(sections) == 10
    assert all("```" in section for section in sections)


@pytest.mark.parametrize("text", [text for text in blocks("toml") if text.startswith("# blogsearch.toml")])
def test_settings_are_settings(text: str, tmp_path: Path) -> None:
    (tmp_path / "blogsearch.toml").write_text(text, encoding="utf-8")
    settings = load_settings({}, tmp_path / "blogsearch.toml", env={})
    assert settings.content == tmp_path / tomllib.loads(text)["content"]


def test_data_can_be_read() -> None:
    for text in blocks("toml"):
        assert tomllib.loads(text)
    for text in blocks("yaml"):
        assert yaml.safe_load(text)
    for text in blocks("json"):
        assert json.loads(text)


def commands() -> list[list[str]]:
    """The words after `blogsearch` wherever it is called."""
    quoted = re.findall(r"`blogsearch( [^`]+)`", PAGE)
    called = re.findall(r"(?:^\$ |&& |& |/bin/|run: |command = \")blogsearch( [^\n>&\"]+)", PAGE, re.MULTILINE)
    listed = [
        " " + " ".join(re.findall(r'"([^"]*)"', words)) for words in re.findall(r'"blogsearch", \[([^]]*)\]', PAGE)
    ]
    return [words.split() for words in (*quoted, *called, *listed)]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_commands_are_commands(words: list[str]) -> None:
    command: click.Command = blogsearch
    values = 0
    for word in words:
        known = {name: param for param in command.params for name in param.opts}
        if values:
            values -= 1
        elif word.startswith("-"):
            assert word in known
            option = known[word]
            values = 0 if isinstance(option, click.Option) and option.is_flag else 1
        else:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), word)
            assert found, word
            command = found
    assert len(commands()) > 15


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which reads JavaScript, is not installed")
@pytest.mark.parametrize("text", blocks("js"))
def test_javascript_can_be_read(text: str, tmp_path: Path) -> None:
    path = tmp_path / ("recipe.cjs" if "require(" in text else "recipe.mjs")
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
