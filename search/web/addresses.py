"""Addresses: of the service as it was reached, of what is asked for below it, and of the posts on their site."""

import re

from starlette.requests import Request
from starlette.types import Scope

from search.config import SiteSettings

# A Host header may hold anything; what is no name or address with a port is never written into an answer.
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def root_of(scope: Scope) -> str:
    """The path below which the service is shown, without a slash at its end."""
    return str(scope.get("root_path", "")).rstrip("/")


def own_path(scope: Scope) -> str:
    """The path of a request below that of the service."""
    path: str = scope["path"]  # Request.url raises for an address that is no UTF-8
    return path.removeprefix(root_of(scope))


def service_address(request: Request) -> str:
    """Where the service was reached, its sub-path included, without a slash at the end."""
    return _origin(request) + root_of(request.scope)


def post_address(url: str, site: SiteSettings, request: Request) -> str:
    """The whole address of a post (Hit.url): on the site where that is configured, else on the host of the service."""
    return (site.url.rstrip("/") or _origin(request)) + url if url.startswith("/") else url


def _origin(request: Request) -> str:
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"
