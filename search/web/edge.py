"""What every request passes on its way in and out, whatever becomes of it: the host it may ask, the origin it comes
from, its id, the headers that every answer has, and where it is counted and logged.

One layer instead of six: a repeated answer takes some tens of microseconds in all, and each layer costs two.
"""

import os
import re
import time
from functools import lru_cache
from itertools import count

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.config import ServeSettings
from search.web import headers, problems
from search.web.access import OUTCOME, AccessLog, Exchange
from search.web.addresses import own_path
from search.web.metrics import RequestCounts

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""What is logged and counted by its name; anything else that a client makes up is OTHER."""

RENEWED = frozenset({b"vary", b"cache-control", b"expires"})
"""What a 304 has as well (RFC 9110, 15.4.5); of the rest a browser keeps what the answer had that it holds."""

WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
"""What may be asked at any host: whatever watches the service may know it by its address alone."""

_SANE_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._+/=:@-]{0,127}")


class Edge:
    """`app` with all that around it, as `settings` say; `log` is None where no access log is kept."""

    def __init__(self, app: ASGIApp, settings: ServeSettings, log: AccessLog | None, counts: RequestCounts) -> None:
        self._app = app
        self._for_origins = _for_origins(app, settings.cors_origins)
        self._log = log
        self._counts = counts
        self._headers = headers.of_every_answer(settings.headers)
        if settings.cors_origins and "*" not in settings.cors_origins:
            self._headers.append((b"vary", b"origin"))  # a cache between must not give one origin what another got
        self._of_304 = [header for header in self._headers if header[0] in RENEWED]
        self._hosts = settings.allowed_hosts
        self._may_ask = lru_cache(maxsize=1000)(self._is_allowed)
        self._process = os.urandom(6).hex()
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            try:
                await self._app(scope, receive, send)
            finally:
                if self._log:
                    self._log.flush()  # the end of the lifespan is that of the process
            return
        began = time.perf_counter()
        host, hosts, origin, request_id = b"", 0, False, ""
        for name, value in scope["headers"]:
            if name == b"host":
                host, hosts = value, hosts + 1
            elif name == b"origin":
                origin = True
            elif name == b"x-request-id" and _SANE_ID.fullmatch(value):
                request_id = value.decode("ascii")
        request_id = request_id or f"{self._process}-{next(self._numbers):x}"
        answer = _Answer(send, self._headers, self._of_304, (b"x-request-id", request_id.encode("ascii")))
        app = self._for_origins if origin else self._app
        if hosts > 1:  # a proxy may have meant the other one (RFC 9112, 3.2)
            app = problems.problem(400, "The request names more than one host.", "Send one Host header.")
        elif self._hosts and not self._may_ask(host) and own_path(scope) not in WATCHED:
            app = problems.problem(400, "This host is not answered for.", "Ask at the address of the blog's search.")
        try:
            await app(scope, receive, answer.send)
        finally:
            self._note(scope, request_id, answer, time.perf_counter() - began)

    def _note(self, scope: Scope, request_id: str, answer: "_Answer", seconds: float) -> None:
        method: str = scope["method"]
        exchange = Exchange(
            time.time(),
            request_id,
            method if method in METHODS else "OTHER",
            getattr(scope.get("route"), "path", None),
            answer.status,
            answer.size,
            seconds,
            scope.get(OUTCOME),
            scope,
        )
        self._counts.add(exchange)
        if self._log:
            self._log.add(exchange)

    def _is_allowed(self, host: bytes) -> bool:
        """`host` as a client sends it, perhaps with a port, is one of those allowed."""
        name = re.sub(r":\d*$", "", host.decode("latin-1").lower())
        return any(
            allowed == name or (allowed.startswith("*.") and name.endswith(allowed[1:])) for allowed in self._hosts
        )


class _Answer:
    """The way out of one request: adds headers, and notes status and size."""

    __slots__ = ("_headers", "_of_304", "_own", "_send", "size", "status")

    def __init__(
        self, send: Send, headers: list[headers.Header], of_304: list[headers.Header], own: headers.Header
    ) -> None:
        self._send = send
        self._headers = headers
        self._of_304 = of_304
        self._own = own
        self.status = 0
        self.size = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            ours = self._headers if self.status != 304 else self._of_304
            message = {**message, "headers": [*message["headers"], *ours, self._own]}  # theirs may be sent again
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


def _for_origins(app: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    """`app` for requests that a page of some origin makes: `origins` may read its answers."""
    if not origins:
        return app
    return _Origins(app, allow_origins=origins, allow_methods=("GET", "HEAD"), expose_headers=("ETag", "X-Request-ID"))


class _Origins(CORSMiddleware):
    """Starlette's, whose refusals are plain text, with ours."""

    def preflight_response(self, request_headers: Headers) -> Response:
        told = super().preflight_response(request_headers)
        if told.status_code == 200:
            return told
        kept = {name: value for name, value in told.headers.items() if not name.startswith("content-")}
        remedy = (
            "Pages of the origins in `serve.cors_origins` may ask, by GET and HEAD, with the headers that all may send."
        )
        return problems.problem(told.status_code, f"{bytes(told.body).decode()}.", remedy, kept)
