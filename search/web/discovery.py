"""What browsers and feed readers find the search by: `/opensearch.xml`, `/suggestions`, `/feed.atom`."""

from dataclasses import replace
from textwrap import shorten
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import render
from search.config import SiteSettings
from search.models import SearchRequest, Sort, Suggestion
from search.query.params import SUGGESTIONS, pairs_of, request_from
from search.service import Reader
from search.web import catalogue, feed, opensearch, parameters
from search.web.addresses import post_address, service_address
from search.web.answers import Made, answer
from search.web.fixed import fixed
from search.web.querystring import last, values_of

LONGEST_HEADING = 100
"""Characters of the title of a feed that tell what is followed."""

_FOLLOWED = [parameter["name"] for parameter in parameters.FEED]


def routes() -> list[BaseRoute]:
    return [
        Route("/opensearch.xml", describe),
        Route("/suggestions", complete),
        Route("/feed.atom", follow),
    ]


async def describe(request: Request) -> Response:
    body = opensearch.description(_title(request), service_address(request))
    return fixed(request, body, catalogue.OPENSEARCH)


async def complete(request: Request) -> Response:
    text, base = last(values_of(request), "q"), service_address(request)

    def address(one: Suggestion) -> str:
        if one.url:
            return post_address(one.url, request.app.state.settings.site, request)
        return f"{base}/?q={quote(one.text)}"

    def make(reader: Reader) -> Made:
        return Made(render.to_bytes(render.completions(text, reader.suggest(text, SUGGESTIONS), address)))

    return answer(request, (text, base), make, catalogue.COMPLETIONS)


async def follow(request: Request) -> Response:
    params = {name: values for name, values in values_of(request).items() if name in _FOLLOWED}
    asked = replace(request_from(params), sort=Sort.NEWEST)
    base = service_address(request)

    def make(reader: Reader) -> Made:
        found = reader.search(asked)
        body = feed.feed(
            found,
            title=_heading(_title(request), asked),
            author=_title(request),
            address=f"{base}/feed.atom?{urlencode(pairs_of(replace(asked, sort=Sort.RELEVANCE)))}".removesuffix("?"),
            page=f"{base}/?{urlencode(pairs_of(asked))}",
            whole=lambda url: post_address(url, request.app.state.settings.site, request),
            built=reader.built,
        )
        return Made(body, found.total)

    return answer(request, (asked, base), make, catalogue.FEED)


def _title(request: Request) -> str:
    site: SiteSettings = request.app.state.settings.site
    return site.title or "Blog"


def _heading(title: str, asked: SearchRequest) -> str:
    """The title of a feed: that of the blog, then what is followed."""
    days = f"{asked.since or ''}..{asked.until or ''}" if asked.since or asked.until else ""
    followed = ", ".join(part for part in (asked.query, *asked.tags, *map(str, asked.years), days) if part)
    return f"{title}: {shorten(followed, LONGEST_HEADING)}" if followed else title
