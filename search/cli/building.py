"""`blogsearch index`, `status` and `check`: build the index, say what it holds, read the posts without writing."""

from datetime import UTC, datetime

import click

from search import render, runs, service
from search.cli.options import Common, json_option
from search.cli.output import write, write_json
from search.cli.progress import progress
from search.cli.reports import check_page, damage_page, run_page, runs_page, status_page
from search.errors import IndexMissingError

RUNS = 5
"""How many runs of the hook are shown."""

DONE, BAD_POSTS, DAMAGED = 0, 3, 4


@click.command()
@click.option("--full", is_flag=True, help="Build everything anew instead of what changed.")
@click.option("--verify", is_flag=True, help="Read every post, also those whose files look unchanged.")
@click.option("--allow-empty", is_flag=True, help="Let an empty content folder empty the index.")
@click.option("--wait", metavar="S", help="Seconds to wait for another writer.  [default: 10]")
@json_option
@click.pass_obj
def index(common: Common, full: bool, verify: bool, allow_empty: bool, wait: str | None, as_json: bool) -> int:
    """Bring the index up to date with the posts.

    A post that cannot be read is reported and stays as it was, unless it may be meant as a draft; all others are
    indexed.

    \b
    Examples:
      blogsearch index
      blogsearch index --full
      blogsearch --content site/posts --index build/index index --json
    """
    settings = common.settings(wait=wait)
    shown = progress(log=not as_json)
    report = service.index(settings, shown, full=full, verify=verify, allow_empty=allow_empty)
    if as_json:
        write_json(render.run_report(report))
    else:
        write(run_page(report, settings.content))
    return BAD_POSTS if report.problems else DONE


@click.command()
@json_option
@click.pass_obj
def status(common: Common, as_json: bool) -> int:
    """Say what the index holds, whether posts changed since, and how the last runs of the web hook went.

    \b
    Example:
      blogsearch status --json
    """
    settings = common.settings()
    last = runs.read(settings.index).runs[: -RUNS - 1 : -1]
    try:
        found, outdated, resettled = service.status(settings)
    except IndexMissingError:
        if not as_json:
            write(runs_page(last, settings.content))  # they say why there is none
        raise
    if as_json:
        write_json(render.index_status(found, outdated=outdated, runs=last))
    else:
        now = datetime.now(UTC).replace(tzinfo=None)
        page = status_page(found, outdated=outdated, resettled=resettled, now=now)
        write(page + runs_page(last, settings.content))
    return DONE


@click.command()
@click.option("--index", "of_index", is_flag=True, help="Read the files of the index instead, against their checksums.")
@json_option
@click.pass_obj
def check(common: Common, of_index: bool, as_json: bool) -> int:
    """Read all posts, report every problem, write nothing.

    \b
    Examples:
      blogsearch --content site/posts check
      blogsearch check --index
    """
    settings = common.settings()
    if of_index:
        damage = service.check_index(settings)
        if as_json:
            write_json({"damage": list(damage)})
        else:
            write(damage_page(damage))
        return DAMAGED if damage else DONE
    report = service.check(settings, progress(log=not as_json))
    if as_json:
        write_json(render.check_report(report))
    else:
        write(check_page(report, settings.content))
    return BAD_POSTS if report.problems else DONE
