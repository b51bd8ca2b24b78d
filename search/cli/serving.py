"""`blogsearch serve`: the HTTP service."""

import click

from search.cli.building import DONE
from search.cli.options import Common
from search.cli.output import say


@click.command()
@click.option("--host", default="127.0.0.1", metavar="HOST", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(0, 65535), show_default=True, help="0: any free port.")
@click.pass_obj
def serve(common: Common, host: str, port: int) -> int:
    """Answer over HTTP, until Ctrl-C.

    GET /api/search takes q, tag, tags_match, year, since, until, sort, page, per_page, prefix and explain, and answers
    with the JSON of `blogsearch query --json`; /api/suggest, /api/related and /api/tags with that of those commands.

    \b
    Examples:
      blogsearch serve
      blogsearch --index build/index serve --host 0.0.0.0 --port 8080
    """
    import uvicorn

    from search.web.app import create_app

    server = uvicorn.Server(uvicorn.Config(create_app(common.settings()), host=host, port=port, log_level="warning"))
    say(f"Serving http://{host}:{port}/api/search. Ctrl-C ends it.")
    server.run()
    return DONE
