"""`blogsearch watch` and `blogsearch hook`: what keeps the index current without being asked."""

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search import render
from search.cli.building import BAD_POSTS, DONE
from search.cli.options import Common, json_option
from search.cli.output import safe, say, sentence, write, write_json
from search.cli.reports import run_page, update_page

if TYPE_CHECKING:
    from search.watch import Update


@click.command()
@json_option
@click.pass_obj
def watch(common: Common, as_json: bool) -> int:
    """Keep the index up to date while posts change, until Ctrl-C.

    Prints a line for each run (one JSON object with --json). It runs, too, when a post comes due or expires by its
    date. Bad posts, another writer and a content folder that goes away do not end it.

    \b
    Examples:
      blogsearch watch
      blogsearch --content site/posts watch --json
    """
    from search import watch

    settings = common.settings()

    def tell(update: "Update") -> None:
        write(_update_json(update) if as_json else update_page(update, settings.content))

    if not as_json:
        folder = safe(str(settings.content))
        there = settings.content.is_dir()
        say(f"{f'Watching {folder}' if there else f'There is no folder {folder} yet: waiting for it'}. Ctrl-C ends it.")
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: _end(stop))
    try:
        watch.run(settings, tell, stop)
    except KeyboardInterrupt:
        if not stop.is_set():
            raise
    finally:
        signal.signal(signal.SIGTERM, before)
    return DONE


def _end(stop: threading.Event) -> None:
    """As Ctrl-C does, at once even in the midst of a long build; but a service that is stopped has not failed."""
    stop.set()
    raise KeyboardInterrupt


def _update_json(update: "Update") -> str:
    value: render.Json = {
        "at": render.instant(update.at.replace(tzinfo=None)),
        "changed": list(update.changed),
        "ms": round(update.seconds * 1000),
        "report": render.run_report(update.report) if update.report else None,
        "error": render.error(update.error) if update.error else None,
    }
    return render.to_json(value) + "\n"


@click.group(invoke_without_command=True)
@click.pass_context
def hook(ctx: click.Context) -> None:
    """Git hooks that keep the index up to date.

    \b
    Examples:
      blogsearch hook install
      blogsearch hook uninstall
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


_repo_option = click.option(
    "--repo", metavar="DIR", type=click.Path(path_type=Path), default=".", help="The repository.  [default: this one]"
)
_branch_option = click.option("--branch", metavar="NAME", help="Bare repository: the branch that holds the posts.")
_folder_option = click.option(
    "--folder", metavar="DIR", default="", help="Bare repository: where in the branch.  [default: all of it]"
)


@hook.command()
@_repo_option
@_branch_option
@_folder_option
@json_option
@click.pass_obj
def install(common: Common, repo: Path, branch: str | None, folder: str, as_json: bool) -> int:
    """Let git run the index after it changed posts.

    It runs in the background and never blocks git. Hooks that stand already stay in force, and core.hooksPath is
    respected. In a bare repository each push brings the posts of --branch into the content folder first.

    \b
    Examples:
      blogsearch hook install
      blogsearch --content /srv/posts --index /srv/index hook install --branch main --folder content
    """
    from search import githooks

    done = githooks.install(repo, common.settings(), config=common.config, branch=branch, folder=folder)
    _print_done(done, as_json)
    return DONE


@hook.command()
@_repo_option
@json_option
def uninstall(repo: Path, as_json: bool) -> int:
    """Take out what `hook install` wrote, and nothing else.

    \b
    Example:
      blogsearch hook uninstall
    """
    from search import githooks

    _print_done(githooks.uninstall(repo) or ["There was nothing to take out."], as_json)
    return DONE


@hook.command("run")
@click.argument("git_dir", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--after", metavar="PID", type=int, default=0, help="Wait for the end of this process first.")
@_branch_option
@_folder_option
@json_option
@click.pass_obj
def run_hook(common: Common, git_dir: Path, after: int, branch: str | None, folder: str, as_json: bool) -> int:
    """Run the index as the hooks do, in turn.

    A burst of them becomes two runs: one works, one waits for it and does what came meanwhile.

    \b
    Example:
      blogsearch hook run .git
    """
    from search import hookrun

    settings = common.settings()
    done = hookrun.run(git_dir, settings, after=after, branch=branch, folder=folder)
    report = None if isinstance(done, str) else done
    if as_json:
        write(render.to_json({"report": render.run_report(report) if report else None}) + "\n")
    else:
        now = datetime.now(UTC)
        did = f"{sentence(done)}\n" if isinstance(done, str) else run_page(done, settings.content)
        write(f"{now:%Y-%m-%d %H:%M:%S} UTC: {did}")
    return BAD_POSTS if report and report.problems else DONE


def _print_done(done: list[str], as_json: bool) -> None:
    if as_json:
        write_json({"done": list(done)})
    else:
        write("".join(f"{sentence(line)}\n" for line in done))
