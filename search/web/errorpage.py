"""Errors as pages for people: who follows a link in a browser shall not meet JSON.

A page is for whoever prefers HTML, at every address but those under /api and /hooks, which are for programs alone.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from search.config import Settings
from search.web.addresses import own_path, root_of
from search.web.html import environment

MEDIA_TYPE: Final = "text/html; charset=utf-8"

LONGEST_PATH: Final = 200
"""Characters of a path that are shown."""

_PAGES: Final = environment({})
_FOR_PROGRAMS: Final = re.compile(r"/(?:api|hooks)(?:/|\Z)")
_JSON: Final = ("application/problem+json", "application/json")
_PART: Final = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;(.*))?")
_WEIGHT: Final = re.compile(r"(?:^|;)\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?=;|$)")
_NUMBERS: Final = {"year": r"\d{4}", "month": r"\d\d", "day": r"\d\d"}


class Told(Response):
    """Problem details, of which `dressed` can make a page: it says `detail` and `remedy`."""

    media_type = "application/problem+json"

    def __init__(self, body: str, status: int, headers: Mapping[str, str] | None, detail: str, remedy: str) -> None:
        super().__init__(body, status, headers)
        self.detail = detail
        self.remedy = remedy


def dressed(request: Request, told: Told) -> Response:
    """`told` as a page, if that is what this client wants at this address; same status, same headers."""
    path = own_path(request.scope)
    if is_for_programs(path):
        return told
    if prefers_html(",".join(request.headers.getlist("accept"))):
        again = f"{root_of(request.scope)}/" if told.status_code < 500 else None
        if told.status_code == 404:
            answer = _nowhere(request, path, again)
        else:
            answer = page(request, told.status_code, told.detail, told.remedy, again=again)
        for name, value in told.headers.items():
            if name not in ("content-type", "content-length"):
                answer.headers[name] = value
    else:
        answer = told
    answer.headers.add_vary_header("accept")
    return answer


def is_for_programs(path: str) -> bool:
    """Whether no error at this path of the service is a page."""
    return _FOR_PROGRAMS.match(path) is not None


def page(
    request: Request,
    status: int,
    message: str,
    remedy: str,
    *,
    query: str = "",
    again: str | None = None,
    on_the_blog: str = "",
) -> Response:
    """The page that says what is wrong and what to do, with the words of `query` in its field. `again` leads to the
    search without what was wrong, `on_the_blog` to what may have been meant there."""
    body = _PAGES.get_template("error.html").render(
        message=message,
        remedy=remedy,
        query=query,
        again=again,
        on_the_blog=on_the_blog,
        site=_settings(request).site,
        root=root_of(request.scope),
    )
    return Response(body.encode("utf-8", "replace"), status, media_type=MEDIA_TYPE)  # a path may hold broken halves


def prefers_html(accept: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) asks for HTML rather than JSON. Programs that take anything get JSON;
    of equal weights, the one that is named wins."""
    weights: dict[str, float] = {}
    for part in accept[:1000].lower().split(","):
        if match := _PART.fullmatch(part):
            weight = _WEIGHT.search(match[2] or "")
            weights[match[1]] = float(weight[1]) if weight else 1.0
    html = _weight(weights, "text/html")
    return html[0] > 0 and html > max(_weight(weights, kind) for kind in _JSON)


def _weight(weights: dict[str, float], kind: str) -> tuple[float, int]:
    """The weight of a media type by the most specific range that it is in, and how specific that is."""
    ranges = ("*/*", f"{kind.partition('/')[0]}/*", kind)
    return max(((place, weights[name]) for place, name in enumerate(ranges) if name in weights), default=(0, 0.0))[::-1]


def _nowhere(request: Request, path: str, again: str | None) -> Response:
    """The page for an address that there is not. Hits lead to the host of the service itself where nothing says where
    the blog is, so what is missing may be a post."""
    settings = _settings(request)
    remedy, on_the_blog = "Look for it with words that it holds.", ""
    if _like_post(path, settings.rules.url):
        if settings.site.url:
            remedy = "This is the search; the posts are on the blog itself."
            on_the_blog = settings.site.url.rstrip("/") + quote(path, safe="/", errors="replace")
        else:
            remedy = (
                "This is the search; the posts are on the blog itself. Links lead there when whoever runs the search "
                "names the blog's address in the setting `site.url`."
            )
    shown = path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"
    return page(request, 404, f"Not found: {shown}", remedy, again=again, on_the_blog=on_the_blog)


def _like_post(path: str, pattern: str) -> bool:
    """Whether the address of a post, or of what lies below one, may be `path`; `pattern` is the setting `url`."""
    if not pattern.startswith("/"):
        return False  # a whole address: links of hits do not lead here
    parts = re.split(r"\{(\w+)\}", pattern.rstrip("/"))
    expression = "".join(
        _NUMBERS.get(part, "[^/]+") if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    return re.match(rf"{expression}(?:/|\Z)", path[:LONGEST_PATH]) is not None


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
