"""`blogsearch serve`: the HTTP service."""

import click

from search.cli.building import DONE
from search.cli.options import Common
from search.cli.output import say


@click.command()
@click.option("--host", metavar="HOST", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", metavar="N", help="0: any free port.  [default: 8000]")
@click.option("--workers", metavar="N", help="How many processes answer.  [default: 1]")
@click.option("--root-path", metavar="PATH", help="The path below which a proxy shows the service.")
@click.pass_obj
def serve(common: Common, /, **flags: str | None) -> int:
    """Answer over HTTP, until Ctrl-C.

    GET /api/search takes q, tag, tags_match, year, since, until, sort, page, per_page, prefix and explain, and answers
    with the JSON of `blogsearch query --json`; /api/suggest, /api/related and /api/tags with that of those commands.

    \b
    Examples:
      blogsearch serve
      blogsearch --index build/index serve --host 0.0.0.0 --port 8080 --workers 2
    """
    from search.web import server

    server.serve(common.settings(**{f"serve.{name}": value for name, value in flags.items()}), say)
    return DONE
