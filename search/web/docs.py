"""The document of openapi.py: `/openapi.json` for programs, and for people `/docs`, a page without scripts and with
nothing from elsewhere."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import render
from search.web.catalogue import HTML, JSON
from search.web.fixed import fixed
from search.web.html import environment
from search.web.openapi import document

_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_LIMITS = (("minimum", " from {}"), ("maximum", " to {}"), ("maxItems", ", at most {}"), ("format", " as {}"))


def routes() -> list[BaseRoute]:
    return [
        Route("/openapi.json", for_programs),
        Route("/docs", for_people),
    ]


async def for_programs(request: Request) -> Response:
    return fixed(request, written(request.scope["root_path"], hook=_takes_deliveries(request)), JSON)


async def for_people(request: Request) -> Response:
    return fixed(request, page(request.scope["root_path"], hook=_takes_deliveries(request)), HTML)


def _takes_deliveries(request: Request) -> bool:
    return any(isinstance(route, Route) and route.path.startswith("/hooks/") for route in request.app.routes)


class Row(NamedTuple):
    """One key of an object. `path` is `facets.tags[].value` for one that lies deeper."""

    path: str
    kind: str
    about: str


@lru_cache(maxsize=8)
def written(root_path: str, *, hook: bool) -> bytes:
    """The document of the service below `root_path`, as JSON; `hook` is whether it takes deliveries."""
    return render.to_bytes(document(root_path, hook=hook))


@lru_cache(maxsize=8)
def page(root_path: str, *, hook: bool) -> bytes:
    """The same as HTML."""
    pages = environment({"prose": prose, "linked": linked, "kind": kind, "rows": lambda schema: list(rows(schema))})
    return pages.get_template("docs.html").render(document=document(root_path, hook=hook), root=root_path).encode()


def prose(text: str) -> Markup:
    """Text with `code` in it, as HTML."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def linked(text: str) -> Markup:
    """The words of a kind, as HTML; the names of schemas, which alone begin with a capital, lead to them."""
    return Markup(re.sub(r"\b([A-Z]\w+)", r'<a href="#\1">\1</a>', str(escape(text))))  # noqa: S704 - escaped


def kind(schema: dict[str, Any]) -> str:
    """What a value is, in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(kind, schema["anyOf"])))
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if isinstance(schema["type"], list):
        return " or ".join(one if one == "null" else kind({**schema, "type": one}) for one in schema["type"])
    what = (
        f"list of {kind(schema['items'])}" if schema["type"] == "array" else _WORDS.get(schema["type"], schema["type"])
    )
    return what + "".join(words.format(schema[key]) for key, words in _LIMITS if key in schema)


def rows(schema: dict[str, Any], above: str = "") -> Iterator[Row]:
    """The keys of an object and of what lies in it; nothing for a schema without keys."""
    for name, value in schema.get("properties", {}).items():
        path = f"{above}{name}"
        yield Row(path, kind(value), value.get("description", ""))
        yield from rows(value, f"{path}.")
        yield from rows(value.get("items", {}), f"{path}[].")
