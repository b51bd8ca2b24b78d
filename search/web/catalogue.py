"""What the service does at each address, declared once: openapi.py makes documents of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from search.query.params import RELATED, SUGGESTIONS
from search.web import parameters
from search.web.schemas import Schema, named
from search.web.signatures import Scheme

JSON = "application/json"
FEED = "application/atom+xml"
HTML = "text/html"
OPENSEARCH = "application/opensearchdescription+xml"
COMPLETIONS = "application/x-suggestions+json"


class Source(Enum):
    """What an answer is made of, and so how long it holds: until the index changes, until another version of the
    program runs, or for the moment, so that nobody may keep it."""

    INDEX = "index"
    PROGRAM = "program"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does at one address. `answers` tells what each status of success means; their bodies have the
    shape `schema` and the media type `kind`. `refused` are the statuses of the errors that not every address may have.
    `secured` are the proofs of which one has to come. Errors with the statuses that it `tells` itself are of its own
    media type."""

    path: str
    group: str
    summary: str
    schema: Schema
    kind: str = JSON
    method: str = "get"
    takes: tuple[Schema, ...] = ()
    answers: Mapping[int, str] = field(default_factory=lambda: {200: "The answer."})
    refused: tuple[int, ...] = ()
    secured: tuple[Scheme, ...] = ()
    source: Source = Source.INDEX
    tells: tuple[int, ...] = ()


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
    Operation("/api/search", "Search", "Find posts", named("Answer"), takes=parameters.SEARCH),
    Operation(
        "/api/suggest",
        "Search",
        "Complete what is being typed",
        named("Suggestions"),
        takes=(parameters.TYPED, parameters.limit(SUGGESTIONS)),
    ),
    Operation(
        "/api/related",
        "Posts",
        "Find posts about the same as one",
        named("RelatedPosts"),
        takes=(parameters.POST_ID, parameters.limit(RELATED)),
        refused=(404,),
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
    Operation("/feed.atom", "Discovery", "Follow a search", _TEXT, kind=FEED, takes=parameters.FEED),
    Operation(
        "/suggestions",
        "Discovery",
        "Complete what is typed into an address bar",
        _COMPLETIONS,
        kind=COMPLETIONS,
        takes=(parameters.TYPED,),
    ),
    Operation(
        "/opensearch.xml", "Discovery", "Describe the search to browsers", _TEXT, kind=OPENSEARCH, source=Source.PROGRAM
    ),
    Operation(
        "/",
        "Discovery",
        "Search on a page",
        _TEXT,
        kind=HTML,
        takes=parameters.PAGE,
        tells=(400, 503),
    ),
    Operation("/openapi.json", "About", "Describe the service to programs", {"type": "object"}, source=Source.PROGRAM),
    Operation("/docs", "About", "Describe the service to people", _TEXT, kind=HTML, source=Source.PROGRAM),
    Operation(
        "/static/{path}",
        "About",
        "Load a file that pages use",
        _TEXT,
        kind="*/*",
        takes=(parameters.FILE,),
        refused=(404,),
        source=Source.PROGRAM,
    ),
    Operation("/healthz", "Operations", "Tell that the service runs", named("Alive"), source=Source.MOMENT),
    Operation(
        "/readyz", "Operations", "Tell that an index is loaded", named("Ready"), refused=(503,), source=Source.MOMENT
    ),
    Operation(
        "/metrics",
        "Operations",
        "Show counts to Prometheus, where `serve.metrics` allows it",
        _TEXT,
        kind="text/plain",
        refused=(404, 503),
        source=Source.MOMENT,
    ),
    Operation(
        "/hooks/content",
        "Hook",
        "Say that the content changed",
        named("Delivery"),
        method="post",
        takes=(parameters.EVENT,),
        answers={
            200: "There is nothing to do: a ping, or another branch.",
            202: "The run that follows is in the queue; `Location` is its address.",
        },
        refused=(401, 408, 413, 503),
        secured=tuple(Scheme),
        source=Source.MOMENT,
    ),
    Operation(
        "/hooks/runs/{id}",
        "Hook",
        "Tell what came of a run",
        named("Run"),
        takes=(parameters.RUN,),
        refused=(401, 404, 503),
        secured=(Scheme.BEARER,),
        source=Source.MOMENT,
    ),
)
