"""The HTTP service: the use cases of service.py under /api, with the JSON of the command line.

Every answer is made from the index as it is published at that moment, so a new state needs no restart. Errors are
problem details (RFC 9457); what the index folder has to do with them is for the log, never for a reader.
"""

import logging
from collections.abc import Callable, Mapping

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from search import render, service
from search.config import Settings
from search.errors import BlogsearchError, NotFoundError, UsageError
from search.query.params import RELATED, SUGGESTIONS, limit_from, request_from

_log = logging.getLogger(__name__)

Endpoint = Callable[[Settings, QueryParams], render.Json]


def create_app(settings: Settings) -> Starlette:
    """The application over the index folder of `settings`, which need not be built yet: until then it answers 503."""

    def route(path: str, endpoint: Endpoint) -> Route:
        def handle(request: Request) -> Response:
            return _json(endpoint(settings, request.query_params))

        return Route(path, handle, methods=["GET"])

    routes = [
        route("/api/search", _search),
        route("/api/suggest", _suggest),
        route("/api/related", _related),
        route("/api/tags", _tags),
        route("/healthz", lambda *_: {"status": "alive"}),
    ]
    return Starlette(routes=routes, exception_handlers={BlogsearchError: _refuse, HTTPException: _refuse, 500: _refuse})


def _search(settings: Settings, params: QueryParams) -> render.Json:
    return render.answer(service.search(settings, request_from(_lists(params))))


def _suggest(settings: Settings, params: QueryParams) -> render.Json:
    text = params.get("q", "")
    return render.suggestions(text, service.suggest(settings, text, limit_from(_lists(params), SUGGESTIONS)))


def _related(settings: Settings, params: QueryParams) -> render.Json:
    post_id = params.get("id")
    if not post_id:
        raise UsageError("id: a value is missing.", remedy="Name a post: /api/related?id=ID.")
    return render.related(post_id, service.related(settings, post_id, limit_from(_lists(params), RELATED)))


def _tags(settings: Settings, params: QueryParams) -> render.Json:
    return render.tags(service.tags(settings, params.get("q", "")))


def _lists(params: QueryParams) -> dict[str, list[str]]:
    """All values of each parameter."""
    return {name: params.getlist(name) for name in params}


def _refuse(request: Request, error: Exception) -> Response:
    """An error as a reader may see it: what was asked wrongly in full, what is wrong here only in so many words."""
    match error:
        case UsageError() | NotFoundError():
            return _json(render.error(error), error.http_status)
        case HTTPException():
            known = BlogsearchError(f"{request.method} {request.url.path}: {error.detail}.")
            return _json(render.error(known) | {"status": error.status_code}, error.status_code, error.headers)
        case BlogsearchError():
            status = error.http_status
        case _:
            status = 500
    _log.error("%s %s: %s", request.method, request.url.path, error)
    known = BlogsearchError("the search is not available now", remedy="Try again later.")
    return _json(render.error(known) | {"status": status}, status)


def _json(value: render.Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    kind = "application/json" if status == 200 else "application/problem+json"
    return Response(render.to_json(value), status, headers, media_type=kind)
