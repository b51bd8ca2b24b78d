"""The parameters that requests take, as OpenAPI describes them. Every limit and choice is that of query/params.py."""

from search.models import SearchRequest
from search.query import params
from search.query.dates import FORMS
from search.web.schemas import Schema, choice, listed, text, whole

_DEFAULT = SearchRequest("")

_DAY: Schema = {
    "anyOf": [
        text(format="date"),
        text(pattern="^(?!0000)[0-9]{4}$"),
        text(pattern="^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$"),
    ]
}


def _query(name: str, description: str, schema: Schema, **more: object) -> Schema:
    """A form sends its empty fields: an empty value is as none, also where it is none that the schema allows."""
    anything = schema.get("items", schema) == text()
    empty = {} if anything else {"allowEmptyValue": True}
    return {"name": name, "in": "query", "description": description, "schema": schema, **more, **empty}


def _post(where: str, description: str) -> Schema:
    """The one parameter that has to be given."""
    schema = text(minLength=1)
    return {"name": "id", "in": where, "description": description, "schema": schema, "required": True}


def _number(name: str, description: str, default: int, most: int) -> Schema:
    return _query(name, description, whole("", 1, maximum=most, default=default))


def limit(default: int) -> Schema:
    return _number("limit", "How many at most.", default, params.MAX_PER_PAGE)


Q = _query(
    "q", "What to look for, as a reader types it; empty: every post, newest first.", text(), example="stem cells"
)
TYPED = _query("q", "What is being typed.", text(), example="mesen")
PREFIX = _query("q", "How the tags begin; empty: all tags.", text(), example="reg")
POST_ID = _post("query", "The post's id; it may hold slashes.")
POST_PATH = _post("path", "The post's id; it may hold slashes, percent-encoded or not.")

_PER_PAGE = _number("per_page", "Posts on a page.", _DEFAULT.per_page, params.MAX_PER_PAGE)

FILTERS: tuple[Schema, ...] = (
    _query(
        "tag",
        "Only posts with this tag; may be repeated.",
        listed(text(), maxItems=params.MAX_VALUES),
        example=["clinical trials"],
    ),
    _query(
        "tags_match",
        "Posts with any of the tags, or with all of them.",
        choice(type(_DEFAULT.tags_match), "", default=_DEFAULT.tags_match),
    ),
    _query(
        "year",
        "Only posts of this year; may be repeated.",
        listed(whole("", 1, maximum=params.MAX_YEAR), maxItems=params.MAX_VALUES),
        example=[2022],
    ),
    _query(
        "since",
        f"Only posts from this day, month or year on, such as {FORMS}. Not after `until`.",
        _DAY,
        example="2021-06",
    ),
    _query("until", f"Only posts up to this day, month or year, such as {FORMS}.", _DAY, example="2022"),
    _query(
        "lang",
        "Only posts in this language; what stands behind it, as in `en-GB`, does not matter.",
        text(pattern=f"^{params.LANGUAGE}$"),
        example="en",
    ),
)

SEARCH: tuple[Schema, ...] = (
    Q,
    *FILTERS,
    _query(
        "sort",
        "The order; by relevance an empty query is in the order of `newest`.",
        choice(type(_DEFAULT.sort), "", default=_DEFAULT.sort),
    ),
    _number(
        "page",
        f"Which page. Times `per_page` it is at most {params.MAX_REACH}; past the end it is empty.",
        _DEFAULT.page,
        params.MAX_REACH,
    ),
    _PER_PAGE,
    _query(
        "prefix",
        "`last` takes the last word for the beginning of one as well, while nothing stands behind it: for a box that "
        "asks while one types.",
        choice(type(_DEFAULT.prefix), "", default=_DEFAULT.prefix),
    ),
    _query("explain", "Say how each score came about.", text(enum=[*params.FLAGS], default="false")),
)

PAGE: tuple[Schema, ...] = tuple(one for one in SEARCH if one["name"] not in ("prefix", "explain"))

FEED: tuple[Schema, ...] = (Q, *FILTERS, _PER_PAGE)

FILE: Schema = {
    "name": "path",
    "in": "path",
    "description": "The name of the file.",
    "schema": text(),
    "required": True,
    "example": "docs.css",
}

RUN: Schema = {
    "name": "id",
    "in": "path",
    "description": "The run, as the answer to a delivery names it.",
    "schema": text(),
    "required": True,
}

EVENT: Schema = {
    "name": "X-GitHub-Event",
    "in": "header",
    "description": "`ping` starts no run.",
    "schema": text(),
}

IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The `ETag` of an answer that is at hand: 304 says that it still holds.",
    "schema": text(),
}
