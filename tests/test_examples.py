"""What --help and README.md give as examples finds something in the posts that come with the program."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.cli.app import blogsearch, run
from tests.test_readme import COMMANDS, section

CONTENT = Path(__file__).parent.parent / "content"
ASKING = ("query", "suggest", "related", "show", "tags")
"""The commands that end with 0 where they found something; the others have no question."""


def examples() -> Iterator[str]:
    """The command lines of every --help that ask for something."""
    for command in (blogsearch, *COMMANDS.values()):
        for line in re.findall(r"^ +blogsearch (.*)$", command.help or "", re.MULTILINE):
            if line.split()[0] in ASKING:
                yield line


def queries() -> list[str]:
    """The first column of README's table of queries."""
    return re.findall(r"^\| `(.+?)` \| .* \| `.*` \|$", section("Searching"), re.MULTILINE)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "index"
    assert run(["--content", str(CONTENT), "--index", str(folder), "index"]) == 0
    return folder


@pytest.mark.parametrize("line", sorted(set(examples())))
def test_every_example_of_help_finds_something(line: str, index: Path) -> None:
    assert run(["--index", str(index), *shlex.split(line)]) == 0


@pytest.mark.parametrize("query", queries())
def test_every_query_of_the_readme_finds_posts(query: str, index: Path) -> None:
    assert run(["--index", str(index), "query", "--", query]) == 0


def test_no_example_is_overlooked() -> None:
    assert len(set(examples())) >= 2 * len(ASKING)
    assert len(queries()) == len([line for line in section("Searching").splitlines() if line.startswith("| `")])
