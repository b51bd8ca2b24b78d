"""Answers that the index has no part in: pages and files of the program, the same until another version of it runs."""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from search.web import coding

ASKED_AGAIN: Final = "public, max-age=0, must-revalidate"
"""Kept, but not shown again before the service was asked whether it still holds: a 304 costs little."""


def fixed(request: Request, body: bytes, media_type: str, keep: str = ASKED_AGAIN) -> Response:
    """The answer with these bytes, or that the client has them; `keep` is its Cache-Control."""
    tag = _tag(body)
    headers = {"ETag": f"W/{tag}", "Cache-Control": keep, "Vary": "accept-encoding"}
    known = ",".join(request.headers.getlist("if-none-match"))
    if tag in known or known == "*":
        return Response(status_code=304, headers=headers)
    accepted = request.headers.get("accept-encoding", "").encode("latin-1")
    wanted = coding.chosen(accepted) if len(body) >= coding.LEAST else coding.PLAIN
    if wanted:
        headers["Content-Encoding"] = wanted
    return Response(_coded(body, wanted), headers=headers, media_type=media_type)


@lru_cache(maxsize=64)
def _tag(body: bytes) -> str:
    """An entity tag without what tells whether it is a weak one."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


@lru_cache(maxsize=64)
def _coded(body: bytes, wanted: str) -> bytes:
    return coding.coded(body, wanted)
