"""`/`: the search as a page for people, which needs no script."""

import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search.errors import BlogsearchError, IndexUnavailableError, UsageError
from search.models import SearchRequest
from search.query.params import request_from
from search.service import Reader
from search.web import errorpage, files
from search.web.addresses import root_of
from search.web.answers import Made, answer
from search.web.html import environment
from search.web.problems import RETRY_AFTER
from search.web.querystring import values_of
from search.web.view import View, day_text, for_page, page_address

TAGS_OFFERED: Final = 12
"""Tags that are shown to who found nothing."""

_PAGES: Final = environment({"day": day_text})

_log = logging.getLogger(__name__)


def routes() -> list[BaseRoute]:
    return [Route("/", page)]


async def page(request: Request) -> Response:
    """The page of the search that the address asks for; an error is a page as well."""
    try:
        asked = for_page(request_from(values_of(request)))
        return answer(
            request, (asked, files.VERSIONS), lambda reader: found(request, asked, reader), errorpage.MEDIA_TYPE
        )
    except UsageError as error:
        return _refusal(request, error, 400)
    except IndexUnavailableError as error:
        _log.warning("GET /: %s", error)
        told = BlogsearchError("The search is not available now.", remedy=f"Try again in {RETRY_AFTER} seconds.")
        refused = _refusal(request, told, 503)
        refused.headers["Retry-After"] = str(RETRY_AFTER)
        return refused


def found(request: Request, asked: SearchRequest, reader: Reader) -> Made:
    """The page that shows what `asked` finds; where that is nothing, with tags to go on from."""
    reply = reader.search(asked)
    offered = () if reply.total else reader.tags("")[:TAGS_OFFERED]
    site = request.app.state.settings.site
    root = root_of(request.scope)
    view = View(asked, reply, offered, site, root)
    body = _PAGES.get_template("search.html").render(view=view, site=site, root=root).encode()
    return Made(body, reply.total)


def _refusal(request: Request, error: BlogsearchError, status: int) -> Response:
    """The page that says what is wrong and what to do; the words stay in the field. What was asked wrongly can be asked
    again without all but the words."""
    words = request_from({"q": values_of(request).get("q", ())})
    again = page_address(root_of(request.scope), words) if status == 400 else None
    return errorpage.page(request, status, str(error), error.remedy, query=words.query, again=again)
