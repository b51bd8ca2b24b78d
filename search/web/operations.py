"""What whoever runs the service asks of it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route


def routes() -> list[BaseRoute]:
    return [Route("/healthz", alive)]


async def alive(_: Request) -> Response:
    return Response(b'{"status":"alive"}', media_type="application/json")
