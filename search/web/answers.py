"""Answers as they leave: made once for each state of the index, then sent as bytes, or not at all to who has them.

An endpoint says what is asked and how to make the answer (`answer`); `Repeats`, around the routes, sends what was asked
before at the same address without asking an endpoint. What an answer is made of may be the address, the host and scheme
that it was asked at, the settings and the index, and nothing else of the request.
"""

import re
import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from search.service import Reader
from search.web.access import OUTCOME, Outcome
from search.web.current import Current
from search.web.kept import Header, Kept

CACHE_CONTROL = (b"cache-control", b"public, max-age=0, must-revalidate")
"""A publication shows at once: whoever keeps an answer asks whether it still holds, which costs a 304."""

_FACTS = "blogsearch.facts"
"""Where a request's scope has what `Repeats` read of it."""

_VARY = (b"vary", b"accept-encoding")
_REPEATED = (b"server-timing", b'cache;desc="repeated"')
_TAG = re.compile(rb'(?:W/)?("[^"]*")')


class Made(NamedTuple):
    """A new answer; `total` is how many posts a search found (None: it was no search)."""

    body: bytes
    total: int | None = None


def answer(
    request: Request, asked: Hashable, make: Callable[[Reader], Made], media_type: str = "application/json"
) -> Response:
    """The answer to what is `asked` of the current state, from `make` unless it was made before. Two spellings of one
    request have equal `asked`, with equal `repr` in every process. Raises as Current.reader and `make`."""
    scope = request.scope
    current: Current = request.app.state.current
    reader, shelf = current.reader, current.shelf
    facts: _Facts = scope[_FACTS]
    etag = shelf.etag(scope["path"], asked)
    kept, timing = shelf.named(etag), _REPEATED
    if kept is not None:
        scope[OUTCOME] = kept.outcome
    else:
        if facts.has(etag):
            scope[OUTCOME] = Outcome(reader.generation, cached=True)
            return _response(304, [(b"etag", etag), CACHE_CONTROL, _VARY], b"")
        began = time.perf_counter()
        made = make(reader)
        timing = (b"server-timing", b"search;dur=%.3f" % ((time.perf_counter() - began) * 1000))
        common = ((b"etag", etag), CACHE_CONTROL, _VARY)
        scope[OUTCOME] = Outcome(reader.generation, cached=False, total=made.total)
        again = Outcome(reader.generation, cached=True, total=made.total)
        kept = Kept(etag, media_type.encode(), made.body, common, again, scope["route"])
    status, headers, body = facts.reply(kept, timing)
    shelf.keep(kept, facts.address)
    return _response(status, headers, body)


class Repeats:
    """`app`, asked only for what was not asked before at the same address."""

    def __init__(self, app: ASGIApp, current: Current) -> None:
        self._app = app
        self._current = current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        facts, shelf = _Facts(scope), self._current.shelf
        scope[_FACTS] = facts
        kept = shelf.spelled(facts.address)
        if kept is None:
            await self._app(scope, receive, send)
            return
        forms = len(kept.forms)
        status, headers, body = facts.reply(kept, _REPEATED)
        if len(kept.forms) > forms:
            shelf.keep(kept, facts.address)
        scope["route"], scope[OUTCOME] = kept.route, kept.outcome
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _Facts:
    """What an answer turns on of a request, read from its headers in one pass."""

    __slots__ = ("_accepted", "_known", "address", "head")

    def __init__(self, scope: Scope) -> None:
        host = self._accepted = self._known = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"accept-encoding":
                self._accepted = value
            elif name == b"if-none-match":
                self._known = self._known + b"," + value if self._known else value
        self.address = (scope["path"], scope["query_string"], host, scope["scheme"])
        self.head = scope["method"] == "HEAD"

    def has(self, etag: bytes) -> bool:
        """Whether the client names this answer: by the weak comparison of RFC 9110, 8.8.3.2."""
        known = self._known
        return known == etag or (bool(known) and etag.removeprefix(b"W/") in _TAG.findall(known))

    def reply(self, kept: Kept, timing: Header) -> tuple[int, list[Header], bytes]:
        """Status, headers and body for an answer, which who sends `*` has whichever it is (RFC 9110, 13.1.2)."""
        if self._known and (self._known == b"*" or self.has(kept.etag)):
            return 304, list(kept.common), b""
        form = kept.form(self._accepted)
        return 200, [*form.headers, timing], b"" if self.head else form.body


def _response(status: int, headers: list[Header], body: bytes) -> Response:
    response = Response(body, status)
    response.raw_headers = headers
    return response
