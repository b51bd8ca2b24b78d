"""The least that an answer can cost: one route of a bare Starlette application that sends the same bytes, under the
same server.

    python -m tests.benchmarks.web.floor PORT BYTES
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main() -> None:
    port, size = map(int, sys.argv[1:])
    body = b"x" * size

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    app = Starlette(routes=[Route("/api/search", answer)])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", ws="none", log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
