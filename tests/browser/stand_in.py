"""A service that answers when and what a test wants; its script is the real one."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search.web import files
from tests.browser.hosting import hosted


def hit(url: str, title_html: str, snippet_html: str = "") -> dict[str, object]:
    """What the box reads of a hit."""
    return {"url": url, "title_html": title_html, "snippet_html": snippet_html, "section": None}


class StandIn:
    """Answers any query with one hit that has the query as its title, and `more` that are not on the page, unless a
    test sets other `hits` or a whole `body`. `asked` are the query strings."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[str] = []
        self.hits: list[dict[str, object]] | None = None
        self.more = 0
        self.body: str | None = None
        self._held: dict[str, threading.Event] = {}
        self._came: dict[str, threading.Event] = {}

    def hold(self, query: str) -> None:
        """Answers this query only after `release`."""
        self._held[query], self._came[query] = threading.Event(), threading.Event()

    def wait_for(self, query: str) -> None:
        """Returns when the query that is held has come."""
        assert self._came[query].wait(30)

    def release(self, query: str) -> None:
        self._held[query].set()

    async def search(self, request: Request) -> Response:
        self.asked.append(request.url.query)
        query = request.query_params["q"]
        if query in self._held:
            self._came[query].set()
            await asyncio.to_thread(self._held[query].wait, 30)
        hits = [hit("/a/", query)] if self.hits is None else self.hits
        found = {"total": len(hits) + self.more, "did_you_mean": None, "hits": hits}
        return Response(self.body or json.dumps(found), headers={"Access-Control-Allow-Origin": "*"})


@contextmanager
def standing_in() -> Iterator[StandIn]:
    stand_in = StandIn()
    routes = [Route("/api/search", stand_in.search), *files.routes()]
    with hosted(Starlette(routes=routes)) as stand_in.address:
        yield stand_in
