"""What whoever runs the service asks of it: whether it is alive, whether it can answer, and what it counted."""

import asyncio
from ipaddress import ip_address, ip_network
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import render, runs
from search.config import Settings
from search.errors import IndexUnavailableError
from search.service import Reader
from search.web.current import Current
from search.web.metrics import CONTENT_TYPE, IndexFacts, RequestCounts

NEVER_KEPT = {"Cache-Control": "no-store"}


def routes(settings: Settings) -> list[BaseRoute]:
    return [
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", Metrics(settings.index, settings.serve.metrics).show),
    ]


async def alive(_: Request) -> Response:
    return Response(b'{"status":"alive"}', headers=NEVER_KEPT, media_type="application/json")


async def ready(request: Request) -> Response:
    """Raises IndexUnavailableError, which becomes 503, where there is no index to answer from."""
    current: Current = request.app.state.current
    body = render.to_json({"status": "ready", "generation": current.reader.generation})
    return Response(body, headers=NEVER_KEPT, media_type="application/json")


class Metrics:
    """/metrics, for those of `networks`; for all others it is not there."""

    def __init__(self, index: Path, networks: tuple[str, ...]) -> None:
        self._index = index
        self._everyone = "*" in networks
        self._networks = [ip_network(network) for network in networks if network != "*"]

    async def show(self, request: Request) -> Response:
        if not self._may_read(request.client.host if request.client else ""):
            raise HTTPException(404)
        counts: RequestCounts = request.app.state.counts
        ended = await asyncio.to_thread(runs.counts, self._index)
        shown = counts.exposition() + IndexFacts(_reader(request.app.state.current), ended).exposition()
        return Response(shown, headers={**NEVER_KEPT, "Content-Type": CONTENT_TYPE})

    def _may_read(self, client: str) -> bool:
        if self._everyone:
            return True
        try:
            address = ip_address(client)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def _reader(current: Current) -> Reader | None:
    try:
        return current.reader
    except IndexUnavailableError:
        return None
