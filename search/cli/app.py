"""The commands put together, and the way from an error to a message and an exit code."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from search import __version__, render
from search.cli.options import Common
from search.cli.output import say, sentence
from search.errors import BlogsearchError, IndexMissingError, StorageError, UsageError

INTERRUPTED = 130
"""As shells report a process that Ctrl-C ended."""


COMMANDS = {
    "query": "query",
    **dict.fromkeys(("suggest", "related", "show", "tags"), "exploring"),
    **dict.fromkeys(("index", "status", "check"), "building"),
    **dict.fromkeys(("watch", "hook"), "triggers"),
    "serve": "serving",
}
"""The module of `search.cli` that has each command."""


class Commands(click.Group):
    """Imports a command when it is asked for: what all others import takes a fiftieth of the time of a query."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"search.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """An index that is missing is to be built by a command line with the folders that this one named."""
        try:
            return super().invoke(ctx)
        except IndexMissingError as error:
            common: Common = ctx.obj
            error.remedy = f"Run `{common.command_line('index')}`."
            raise


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"max_content_width": 100},
    epilog="\b\nExit codes: 0 done or found, 1 nothing found, 2 bad usage or configuration,\n"
    "3 done but some posts are bad, 4 could not answer or build, 130 on Ctrl-C.",
)
@click.option("--content", metavar="DIR", help="The posts.  [default: content]")
@click.option("--index", metavar="DIR", help="The built index.  [default: index]")
@click.option(
    "--config", metavar="FILE", type=click.Path(path_type=Path), help="Settings.  [default: blogsearch.toml, if there]"
)
@click.option("--debug", is_flag=True, help="Print the traceback of an error that should not happen.")
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def blogsearch(ctx: click.Context, content: str | None, index: str | None, config: Path | None, debug: bool) -> None:
    """Full-text search for a blog kept as Markdown.

    \b
    Examples:
      blogsearch query "meta-analysis"
      blogsearch query cartilage --tag osteoarthritis --since 2023
      blogsearch --content site/posts --index build/index index
    """
    ctx.obj = Common(content, index, config)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(args: Sequence[str]) -> int:
    """Run one command line; returns the exit code. Whatever goes wrong is told on stderr and never raised."""
    options = list(args[: args.index("--")] if "--" in args else args)  # an error may come before click reads them
    try:
        return blogsearch.main(list(args), prog_name="blogsearch", standalone_mode=False) or 0
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # the last stop: a person gets a sentence, never a traceback
        if "--debug" in options and not isinstance(error, click.UsageError):
            import traceback

            say(traceback.format_exc())
        known = _known(error, args)
        say(render.to_json(render.error(known)) if "--json" in options else _message(known))
        return known.exit_code


def _known(error: Exception, args: Sequence[str]) -> BlogsearchError:
    """`error`, that the command line `args` ended with, as one of our own."""
    match error:
        case BlogsearchError():
            return error
        case click.UsageError():
            from search.cli.usage import usage_error

            return usage_error(error, blogsearch, args)
        case click.ClickException():
            return UsageError(error.format_message())
        case OSError(strerror=str(reason)):
            where = f": {error.filename}" if error.filename else ""
            rights = "Give this user the right to it." if isinstance(error, PermissionError) else ""
            return StorageError(f"{reason}{where}", remedy=rights)
    return BlogsearchError(
        f"This should not happen: {type(error).__name__}: {error}",
        remedy="Please report it, with the command and what `blogsearch --debug ...` prints.",
    )


def _message(error: BlogsearchError) -> str:
    return "\n".join(sentence(text) for text in (f"Error: {error}", error.remedy) if text)
