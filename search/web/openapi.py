"""What the service answers, declared once for `/openapi.json` and `/docs`: every address, parameter, answer and error.

HEAD and OPTIONS are answered at every address and not listed one by one.
"""

from dataclasses import dataclass
from functools import lru_cache

from search import __version__
from search.query.params import RELATED, SUGGESTIONS
from search.render import Json
from search.web import parameters
from search.web.schemas import SCHEMAS, Schema, named

JSON = "application/json"
PROBLEM = "application/problem+json"
FEED = "application/atom+xml"
OPENSEARCH = "application/opensearchdescription+xml"
SUGGESTIONS_JSON = "application/x-suggestions+json"

_ABOUT = (
    "Full-text search of a blog. Every address answers HEAD as GET, without the body, and OPTIONS. "
    "Parameters that are not listed are ignored, empty values count as not given, and of a parameter that cannot "
    "repeat the last value counts. Errors are problem details (RFC 9457) that say what to do about them."
)

_REFUSALS = {
    400: "A value is not allowed; the answer names the parameter, the value and what is allowed.",
    404: "There is no such post or file, or it is not for this client.",
    414: "The address is longer than 8 KB.",
    500: "A fault of the service.",
    503: "There is no index to answer from.",
}


_HEADERS: dict[str, Json] = {
    "ETag": {
        "description": "Another for every state of the index; to be sent back as `If-None-Match`.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Cache-Control": {"description": "How long it may be kept.", "required": True, "schema": {"type": "string"}},
    "Server-Timing": {
        "description": "`search;dur=` and the milliseconds that it took.",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What GET does at one address. `schema` is that of the answer, whose media type is `kind`; `refused` are the
    statuses of the errors that are its own. Whether it `searches` the index decides on the others."""

    path: str
    group: str
    summary: str
    schema: Schema
    kind: str = JSON
    takes: tuple[Schema, ...] = ()
    refused: tuple[int, ...] = ()
    searches: bool = True


_TEXT: Schema = {"type": "string"}
# `prefixItems` would say which of the four is the text, but schemathesis 4.32 cannot read it in an answer.
_COMPLETIONS: Schema = {
    "type": "array",
    "description": "What was typed, then three lists: completions, a line about each, an address for each.",
    "items": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
    "minItems": 4,
    "maxItems": 4,
}

OPERATIONS: tuple[Operation, ...] = (
    Operation("/api/search", "Search", "Find posts", named("Answer"), takes=parameters.SEARCH, refused=(400,)),
    Operation(
        "/api/suggest",
        "Search",
        "Complete what is being typed",
        named("Suggestions"),
        takes=(parameters.TYPED, parameters.limit(SUGGESTIONS)),
        refused=(400,),
    ),
    Operation(
        "/api/related",
        "Posts",
        "Find posts about the same as one",
        named("RelatedPosts"),
        takes=(parameters.POST_ID, parameters.limit(RELATED)),
        refused=(400, 404),
    ),
    Operation(
        "/api/posts/{id}",
        "Posts",
        "Show one post",
        named("Post"),
        takes=(parameters.POST_PATH,),
        refused=(404,),
    ),
    Operation("/api/tags", "Posts", "List tags", named("Tags"), takes=(parameters.PREFIX,)),
    Operation("/feed.atom", "Discovery", "Follow a search", _TEXT, kind=FEED, takes=parameters.FEED, refused=(400,)),
    Operation(
        "/suggestions",
        "Discovery",
        "Complete what is typed into an address bar",
        _COMPLETIONS,
        kind=SUGGESTIONS_JSON,
        takes=(parameters.TYPED,),
    ),
    Operation(
        "/opensearch.xml", "Discovery", "Describe the search to browsers", _TEXT, kind=OPENSEARCH, searches=False
    ),
    Operation("/openapi.json", "About", "Describe the service to programs", {"type": "object"}, searches=False),
    Operation("/docs", "About", "Describe the service to people", _TEXT, kind="text/html", searches=False),
    Operation(
        "/static/{path}",
        "About",
        "Load a file that pages use",
        _TEXT,
        kind="*/*",
        takes=(parameters.FILE,),
        refused=(404,),
        searches=False,
    ),
    Operation("/healthz", "Operations", "Tell that the service runs", named("Alive"), searches=False),
    Operation("/readyz", "Operations", "Tell that an index is loaded", named("Ready"), refused=(503,), searches=False),
    Operation(
        "/metrics",
        "Operations",
        "Show counts to Prometheus, where `serve.metrics` allows it",
        _TEXT,
        kind="text/plain",
        refused=(404, 503),
        searches=False,
    ),
)


@lru_cache(maxsize=8)
def document(root_path: str) -> Json:
    """The OpenAPI document of the service below `root_path` ("" where it is at the root of its host)."""
    return {
        "openapi": "3.1.1",
        "info": {"title": "blogsearch", "version": __version__, "description": _ABOUT},
        "servers": [{"url": root_path or "/"}],
        "paths": {operation.path: {"get": _get(operation)} for operation in OPERATIONS},
        "components": {"schemas": SCHEMAS},
    }


def _get(operation: Operation) -> Json:
    refused = sorted({*operation.refused, 414, 500, *([503] if operation.searches else [])})
    content = {operation.kind: {"schema": operation.schema}}
    answer: Json = {"description": "The answer.", "content": content}
    unchanged: Json = {}
    if operation.searches:
        answer["headers"] = {name: _HEADERS[name] for name in ("ETag", "Cache-Control", "Server-Timing")}
        kept = {name: _HEADERS[name] for name in ("ETag", "Cache-Control")}
        unchanged = {"304": {"description": "The answer that is at hand still holds.", "headers": kept}}
    return {
        "tags": [operation.group],
        "operationId": operation.summary.lower().replace(" ", "-"),
        "summary": operation.summary,
        "parameters": [*operation.takes, *([parameters.IF_NONE_MATCH] if operation.searches else [])],
        "responses": {"200": answer, **unchanged, **{str(status): _refusal(status) for status in refused}},
    }


def _refusal(status: int) -> Json:
    told: Json = {"description": _REFUSALS[status], "content": {PROBLEM: {"schema": named("Problem")}}}
    return told | ({"headers": {"Retry-After": _HEADERS["Retry-After"]}} if status == 503 else {})
