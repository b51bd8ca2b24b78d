"""The document that describes the service to programs (OpenAPI 3.1): catalogue.py, parameters.py and schemas.py put
together.

HEAD and OPTIONS are answered at every address and not listed one by one.
"""

from functools import lru_cache

from search import __version__
from search.render import Json
from search.web import parameters
from search.web.bodies import LARGEST as LARGEST_BODY
from search.web.catalogue import HTML, OPERATIONS, Operation, Source
from search.web.errorpage import is_for_programs
from search.web.problems import MAX_ADDRESS, MEDIA_TYPE
from search.web.schemas import SCHEMAS, named
from search.web.signatures import Scheme

_ABOUT = (
    "Full-text search of a blog. Every address answers HEAD as GET, without the body, and OPTIONS. "
    "Parameters that are not listed are ignored, empty values count as not given, and of a parameter that cannot "
    "repeat the last value counts; white space around a value does not. "
    "Errors are problem details (RFC 9457) that say what to do about them; at addresses that are not under `/api` or "
    "`/hooks`, who prefers `text/html` gets a page that says the same."
)

_REFUSALS = {
    400: "A value is not allowed: the answer names the parameter, the value and what is allowed. "
    "Or the host is not one that is answered for.",
    401: "Nothing proves that the sender knows the secret.",
    404: "There is no such post, file or run, or it is not for this client.",
    408: "The body did not come in time.",
    413: f"The body is larger than {LARGEST_BODY} bytes.",
    414: f"The address is longer than {MAX_ADDRESS} bytes.",
    500: "A fault of the service.",
    503: "There is no index to answer from, or too much is asked at once.",
}


def _header(description: str, kind: str = "string") -> Json:
    return {"description": description, "required": True, "schema": {"type": kind}}


_ETAG: Json = {
    "ETag": _header("Changes when the answer does; to be sent back as `If-None-Match`."),
    "Cache-Control": _header("How long it may be kept."),
    "Vary": _header("What else it turns on."),
}
_ANSWERED: dict[Source, Json] = {
    Source.INDEX: _ETAG
    | {"Server-Timing": _header("`search;dur=` and milliseconds; `cache` where it was made before.")},
    Source.PROGRAM: {**_ETAG},
    Source.MOMENT: {"Cache-Control": _header("`no-store`.")},
}
_WITH_STATUS: dict[int, Json] = {
    202: {"Location": _header("The address of the run.")},
    401: {"WWW-Authenticate": _header("How to prove it.")},
    503: {"Retry-After": _header("Seconds after which to try again.", "integer")},
}

_SIGNATURES: dict[str, Json] = {
    scheme.name.lower(): {"type": "apiKey", "in": "header", "name": scheme.value, "description": about}
    for scheme, about in (
        (Scheme.STANDARD, "Standard Webhooks, with `webhook-id` and `webhook-timestamp`; GitLab's signing token."),
        (Scheme.NETLIFY, "Netlify: a JWS of the body's SHA-256."),
        (Scheme.HUB, "GitHub, Gitea, Forgejo: `sha256=` and the HMAC of the body."),
        (Scheme.GITLAB, "GitLab: the secret itself."),
    )
}
_BEARER: Json = {"type": "http", "scheme": "bearer", "description": "The secret itself."}
_PROOFS = _SIGNATURES | {Scheme.BEARER.name.lower(): _BEARER}

# What it says is a hint: content hashes decide what is read. It is signed as it is, whatever its form.
_BODY: Json = {
    "description": "What the sender has to say of the change; the branch is looked for in it.",
    "content": {kind: {"schema": {}} for kind in ("application/json", "application/x-www-form-urlencoded")},
}


@lru_cache(maxsize=8)
def document(root_path: str, *, hook: bool) -> Json:
    """The document of the service below `root_path` ("" where it is at the root of its host); `hook` is whether it
    takes deliveries."""
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        if hook or not operation.secured:
            paths[operation.path] = {operation.method: _described(operation)}
    return {
        "openapi": "3.1.1",
        "info": {"title": "blogsearch", "version": __version__, "description": _ABOUT},
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": _PROOFS if hook else {}},
    }


def _described(operation: Operation) -> Json:
    refused = sorted({*operation.refused, 400, 414, 500, *([503] if operation.source is Source.INDEX else [])})
    answers = {str(status): _answer(operation, status, about) for status, about in operation.answers.items()}
    kept = operation.source is not Source.MOMENT
    if kept:
        answers["304"] = {"description": "The answer that is at hand still holds.", "headers": _ETAG}
    described: Json = {
        "tags": [operation.group],
        "operationId": operation.summary.lower().replace(" ", "-"),
        "summary": operation.summary,
        "parameters": [*operation.takes, *([parameters.IF_NONE_MATCH] if kept else [])],
        "responses": answers | {str(status): _refusal(operation, status) for status in refused},
    }
    if operation.secured:
        described["security"] = [{scheme.name.lower(): []} for scheme in operation.secured]
    if operation.method == "post":
        described["requestBody"] = _BODY
    return described


def _answer(operation: Operation, status: int, about: str) -> Json:
    headers = _ANSWERED[operation.source] | _WITH_STATUS.get(status, {})
    return {"description": about, "headers": headers, "content": {operation.kind: {"schema": operation.schema}}}


def _refusal(operation: Operation, status: int) -> Json:
    content: dict[str, Json] = {MEDIA_TYPE: {"schema": named("Problem")}}
    if status in operation.tells:
        content[operation.kind] = {"schema": operation.schema}
    if not is_for_programs(operation.path):
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": _REFUSALS[status], "headers": _WITH_STATUS.get(status, {}), "content": content}
