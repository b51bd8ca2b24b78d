"""Errors to answers: problem details (RFC 9457) that say what to do, and nothing about the inside of the service.

What was asked wrongly is told in full. What is wrong here goes to the log with its reason, to the reader only in so
many words: no answer holds a path, a traceback or the text of an unexpected error.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search import render
from search.errors import BlogsearchError, BusyError, IndexUnavailableError, NotFoundError, UsageError
from search.web.errorpage import Told, dressed

MEDIA_TYPE = Told.media_type

RETRY_AFTER = 5
"""Seconds after which who met a 503 may try again."""

MAX_ADDRESS = 8_192
"""Bytes of path and query string."""

REMEDIES = {
    404: "See /openapi.json for the addresses that there are.",
    413: "Send less.",
    414: "Ask for less: the query string is too long.",
}

_ASKS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": str(RETRY_AFTER)}}

_log = logging.getLogger(__name__)


def problem(status: int, detail: str, remedy: str, headers: Mapping[str, str] | None = None) -> Told:
    """The answer for an error that has no class of its own; its type and title are those of the status."""
    known = BlogsearchError(detail, remedy=remedy)
    phrase = HTTPStatus(status).phrase
    kind = phrase.lower().replace(" ", "-")
    details = {"type": f"urn:blogsearch:error:{kind}", "title": phrase, "status": status}
    return Told(render.to_json(render.error(known) | details), status, headers, detail, remedy)


async def refuse(request: Request, error: Exception) -> Response:
    """The answer for `error`, a page for people in a browser; OPTIONS of an address that exists is no error, and is
    told what there is."""
    told = _told(request, error)
    return dressed(request, told) if isinstance(told, Told) else told


def _told(request: Request, error: Exception) -> Response:
    path = request.scope["path"]  # request.url raises for an address that is no UTF-8
    match error:
        case UsageError() | NotFoundError() | BusyError():
            headers = _ASKS.get(error.http_status)
            body = render.to_json(render.error(error))
            return Told(body, error.http_status, headers, str(error), error.remedy)
        case HTTPException(status_code=405):
            methods = {*(error.headers or {})["Allow"].split(", "), "OPTIONS"}
            allow = {"Allow": ", ".join(sorted(methods))}  # the same from every worker
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=allow)
            return problem(405, f"{request.method} {path}: no such method.", f"Use {allow['Allow']}.", allow)
        case HTTPException():
            detail = f"{request.method} {path}: {error.detail}."
            return problem(error.status_code, detail, REMEDIES.get(error.status_code, ""), error.headers)
        case IndexUnavailableError():
            _log.warning("%s %r: %s", request.method, path, error)
            retry = {"Retry-After": str(RETRY_AFTER)}
            return problem(503, "The search is not available now.", f"Try again in {RETRY_AFTER} seconds.", retry)
    _log.error("%s %r", request.method, path, exc_info=error)
    return problem(500, "The service met an error of its own.", "Try again later, or tell whoever runs it.")


HANDLERS = {BlogsearchError: refuse, HTTPException: refuse}


class Guard:
    """Refuses addresses that are too long, and is the last stop of an error that should not happen; within the other
    middleware, so that its answers are logged, counted and have their headers like any other."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope["raw_path"]) + len(scope["query_string"]) > MAX_ADDRESS:
            told = problem(414, f"The address is longer than {MAX_ADDRESS} bytes.", REMEDIES[414])
            await dressed(Request(scope), told)(scope, receive, send)
            return
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as error:
            if started:
                raise
            await (await refuse(Request(scope), error))(scope, receive, send)
