"""`blogsearch serve`: the HTTP service."""

import click

from search.cli.building import DONE
from search.cli.options import Common
from search.cli.output import say


@click.command()
@click.option("--host", metavar="HOST", help="The address to listen on.  [default: 127.0.0.1]")
@click.option("--port", metavar="N", help="0: any free port.  [default: 8000]")
@click.pass_obj
def serve(common: Common, host: str | None, port: str | None) -> int:
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

    settings = common.settings(**{"serve.host": host, "serve.port": port})
    at = settings.serve
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host=at.host, port=at.port, log_level="warning"))
    say(f"Serving http://{at.host}:{at.port}/api/search. Ctrl-C ends it.")
    server.run()
    return DONE
