"""The use cases as addresses under /api, with the JSON of the command line."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import render
from search.errors import UsageError
from search.query.params import RELATED, SUGGESTIONS, limit_from, request_from
from search.web.answers import answer


def routes() -> list[BaseRoute]:
    return [
        Route("/api/search", search),
        Route("/api/suggest", suggest),
        Route("/api/related", related),
        Route("/api/tags", tags),
        Route("/api/posts/{id:path}", post),
    ]


async def search(request: Request) -> Response:
    """`took_ms` is null, so that equal answers are equal bytes; the time stands in Server-Timing."""
    asked = request_from(_lists(request))
    return answer(request, asked, lambda reader: _bytes(render.answer(replace(reader.search(asked), took_ms=None))))


async def suggest(request: Request) -> Response:
    text, most = request.query_params.get("q", ""), limit_from(_lists(request), SUGGESTIONS)
    return answer(request, (text, most), lambda reader: _bytes(render.suggestions(text, reader.suggest(text, most))))


async def related(request: Request) -> Response:
    post_id, most = request.query_params.get("id"), limit_from(_lists(request), RELATED)
    if not post_id:
        raise UsageError("id: a value is missing.", remedy="Name a post: /api/related?id=ID.")
    return answer(
        request, (post_id, most), lambda reader: _bytes(render.related(post_id, reader.related(post_id, most)))
    )


async def tags(request: Request) -> Response:
    prefix = request.query_params.get("q", "")
    return answer(request, prefix, lambda reader: _bytes(render.tags(reader.tags(prefix))))


async def post(request: Request) -> Response:
    post_id: str = request.path_params["id"]
    return answer(request, post_id, lambda reader: _bytes(render.post(reader.post(post_id))))


def _bytes(value: render.Json) -> bytes:
    return render.to_json(value).encode()


def _lists(request: Request) -> dict[str, list[str]]:
    """All values of each parameter."""
    params = request.query_params
    return {name: params.getlist(name) for name in params}
