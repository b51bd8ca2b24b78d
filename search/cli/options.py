"""What the commands share: the options before any command, `--json`, and the settings that come of them."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from search.config import Settings
from search.configload import load_settings

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Common:
    """The options before the command; None where not given."""

    content: str | None = None
    index: str | None = None
    config: Path | None = None

    def settings(self, **flags: object) -> Settings:
        """The settings with these options and `flags` on top. Raises UsageError for a value that is not allowed."""
        return load_settings({"content": self.content, "index": self.index, **flags}, self.config)

    def command_line(self, command: str) -> str:
        """How to call another command with the same options before it."""
        given = {"--content": self.content, "--index": self.index, "--config": self.config}
        options = [word for name, value in given.items() if value is not None for word in (name, str(value))]
        return " ".join(["blogsearch", *map(shlex.quote, options), command])


json_option: Callable[[Command], Command] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON; an error is JSON too, on stderr."
)


def limit_option(default: int) -> Callable[[Command], Command]:
    """`--limit N` of a command that shows at most `default` results without it."""
    return click.option("--limit", metavar="N", help=f"How many at most.  [default: {default}]")
