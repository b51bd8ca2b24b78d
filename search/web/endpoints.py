"""The use cases as addresses under /api, with the JSON of the command line."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import render
from search.errors import UsageError
from search.models import SearchRequest
from search.query.params import RELATED, SUGGESTIONS, limit_from, request_from
from search.service import Reader
from search.web.answers import Made, answer
from search.web.querystring import last, values_of


def routes() -> list[BaseRoute]:
    return [
        Route("/api/search", search),
        Route("/api/suggest", suggest),
        Route("/api/related", related),
        Route("/api/tags", tags),
        Route("/api/posts/{id:path}", post),
    ]


async def search(request: Request) -> Response:
    asked = request_from(values_of(request))
    return answer(request, asked, lambda reader: found(reader, asked))


def found(reader: Reader, asked: SearchRequest) -> Made:
    """`took_ms` is null, so that equal answers are equal bytes; the time stands in Server-Timing."""
    made = reader.search(asked)
    return Made(render.to_bytes(render.answer(made) | {"took_ms": None}), made.total)


async def suggest(request: Request) -> Response:
    values = values_of(request)
    text, most = last(values, "q"), limit_from(values, SUGGESTIONS)
    return answer(request, (text, most), lambda reader: _made(render.suggestions(text, reader.suggest(text, most))))


async def related(request: Request) -> Response:
    values = values_of(request)
    post_id, most = last(values, "id"), limit_from(values, RELATED)
    if not post_id:
        raise UsageError("id: a value is missing.", remedy="Name a post: /api/related?id=ID.")
    return answer(
        request, (post_id, most), lambda reader: _made(render.related(post_id, reader.related(post_id, most)))
    )


async def tags(request: Request) -> Response:
    prefix = last(values_of(request), "q")
    return answer(request, prefix, lambda reader: _made(render.tags(reader.tags(prefix))))


async def post(request: Request) -> Response:
    post_id: str = request.path_params["id"]
    return answer(request, post_id, lambda reader: _made(render.post(reader.post(post_id))))


def _made(value: render.Json) -> Made:
    return Made(render.to_bytes(value))
