"""The query string of a request as names and values."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from starlette.requests import Request


def values_of(request: Request) -> dict[str, list[str]]:
    """All values of each name, as they were sent. Bytes that are no UTF-8, escaped or not, become U+FFFD: whoever
    sends them gets an answer for the rest."""
    query: bytes = request.scope["query_string"]
    return parse_qs(query.decode("utf-8", "replace"), keep_blank_values=True)


def last(values: Mapping[str, Sequence[str]], name: str) -> str:
    """The last value of a name, as of a form that holds it twice; "" where there is none."""
    return values.get(name, ("",))[-1]
