"""`/static/`: the style sheets, the script and the icon of the pages, read once when the program starts.

A page names a file with its version (`href`), and what is asked for so is kept for good; by its bare name, as other
sites ask for the search box, a file is kept for an hour, then asked about again.
"""

from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search.web.fixed import fixed
from search.web.querystring import last, values_of

FOR_GOOD: Final = "public, max-age=31536000, immutable"
AN_HOUR: Final = "public, max-age=3600"

_KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class File(NamedTuple):
    """`version` changes with the bytes."""

    body: bytes
    media_type: str
    version: str


def _read(path: Path) -> File:
    body = path.read_bytes()
    return File(body, _KINDS[path.suffix], blake2b(body, digest_size=6).hexdigest())


FILES: Final = {path.name: _read(path) for path in sorted((Path(__file__).parent / "static").iterdir())}

VERSIONS: Final = tuple(file.version for file in FILES.values())
"""What a page that names files depends on."""


def routes() -> list[BaseRoute]:
    return [Route("/static/{path}", serve)]


def href(root: str, name: str) -> str:
    """The address of a file for a page of the service below `root`."""
    return f"{root}/static/{name}?v={FILES[name].version}"


async def serve(request: Request) -> Response:
    file = FILES.get(request.path_params["path"])
    if file is None:
        raise HTTPException(404)
    named = last(values_of(request), "v") == file.version
    return fixed(request, file.body, file.media_type, FOR_GOOD if named else AN_HOUR)
