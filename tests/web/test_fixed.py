"""What the index has no part in: sent once, coded for who takes it, not sent to who has it."""

import gzip

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from search.web.fixed import ASKED_AGAIN, fixed

LONG, SHORT = b"word " * 1000, b"word"


async def long(request: Request) -> Response:
    return fixed(request, LONG, "text/plain")


async def short(request: Request) -> Response:
    return fixed(request, SHORT, "text/plain", "no-cache")


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/long", long), Route("/short", short)]), headers={"accept-encoding": ""})


def test_the_bytes_are_sent_with_what_is_known_of_them(client: TestClient) -> None:
    answer = client.get("/long")
    assert answer.content == LONG
    assert answer.headers["cache-control"] == ASKED_AGAIN
    assert answer.headers["vary"] == "accept-encoding"
    assert client.get("/short").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("known", ["{}", 'W/"other", {}', "{}, {}", "*"])
def test_who_has_them_is_told_so_and_of_another_tag_gets_them(client: TestClient, known: str) -> None:
    etag = client.get("/long").headers["etag"]
    again = client.get("/long", headers={"if-none-match": known.replace("{}", etag)})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/short", headers={"if-none-match": etag}).status_code == 200
    several = [("if-none-match", '"other"'), ("if-none-match", etag)]
    assert client.get("/long", headers=several).status_code == 304


def test_what_is_long_is_coded_for_who_takes_it(client: TestClient) -> None:
    with client.stream("GET", "/long", headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(packed.iter_raw())) == LONG
    with client.stream("GET", "/long", headers={"accept-encoding": "br, gzip;q=0.5"}) as packed:
        assert packed.headers["content-encoding"] == "br"
        assert brotli.decompress(b"".join(packed.iter_raw())) == LONG
    assert "content-encoding" not in client.get("/short", headers={"accept-encoding": "br"}).headers
