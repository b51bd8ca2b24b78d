"""Answers as they leave: bytes with an ETag, so that who has them already is told so in a few bytes."""

import time
from collections.abc import Callable, Hashable
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from search import __version__
from search.service import Reader
from search.web.access import OUTCOME, Outcome
from search.web.current import Current

CACHE_CONTROL = "public, max-age=0, must-revalidate"
"""A publication shows at once: whoever keeps an answer asks whether it still holds, which costs a 304."""


def answer(
    request: Request, asked: Hashable, make: Callable[[Reader], bytes], media_type: str = "application/json"
) -> Response:
    """What `make` makes of the current state, for a request that asks for `asked`: two spellings of one request have
    equal `asked`, with equal `repr` in every process. Raises as Current.reader and `make`."""
    current: Current = request.app.state.current
    reader = current.reader
    request.scope[OUTCOME] = Outcome(reader.generation, cached=False)
    etag = _etag(request, reader, asked)
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL}
    if etag in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    began = time.perf_counter()
    body = make(reader)
    headers["Server-Timing"] = f"search;dur={(time.perf_counter() - began) * 1000:.3f}"
    return Response(body, headers=headers, media_type=media_type)


def _etag(request: Request, reader: Reader, asked: Hashable) -> str:
    """Changes with the state of the index, the request, and whatever else makes another answer of both."""
    settings = request.app.state.settings
    known = (__version__, settings.synonyms, settings.site, reader.generation, request.scope["path"], asked)
    return f'W/"{blake2b(repr(known).encode(), digest_size=12).hexdigest()}"'
