"""What every request passes, whatever becomes of it."""

import json
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from search.config import ServeSettings
from search.web.access import OUTCOME, AccessLog, Outcome
from search.web.edge import Edge
from search.web.headers import POLICY
from search.web.metrics import RequestCounts

KEPT = Response(b"kept", headers={"etag": "x"})


async def found(request: Request) -> Response:
    request.scope[OUTCOME] = Outcome("gen-1", cached=True, total=0)
    return KEPT


async def unchanged(_: Request) -> Response:
    return Response(status_code=304, headers={"etag": '"x"'})


async def refused(_: Request) -> Response:
    raise HTTPException(404)


async def broken(_: Request) -> Response:
    raise ValueError("/secret/place")


class Service:
    """A small application within the edge, what it logged and what it counted."""

    def __init__(self, **settings: object) -> None:
        self._written: list[bytes] = []
        chosen: Callable[..., ServeSettings] = ServeSettings
        serve = chosen(**settings)
        self.log = AccessLog(serve, self._written.append)
        self.counts = RequestCounts()
        routes = [
            *(Route(path, found, methods=["GET", "POST"]) for path in ("/found", "/healthz")),
            Route("/unchanged", unchanged),
            Route("/refused/{id}", refused),
            Route("/broken", broken),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(Edge, serve, self.log, self.counts)])
        self.client = TestClient(app, raise_server_exceptions=False, base_url="http://blog.example")

    def lines(self) -> list[dict[str, object]]:
        self.log.flush()
        return [json.loads(line) for line in b"".join(self._written).splitlines()]


def test_every_answer_has_the_headers_that_keep_a_browser_from_harm() -> None:
    service = Service()
    for path in ("/found", "/refused/1", "/nowhere"):
        answer = service.client.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY


def test_a_304_has_no_more_than_renews_what_a_browser_holds() -> None:
    service = Service(cors_origins=("https://blog.example",), headers=(("expires", "0"),))
    told = service.client.get("/unchanged", headers={"x-request-id": "mine"})
    assert told.status_code == 304
    assert dict(told.headers) == {"etag": '"x"', "vary": "origin", "expires": "0", "x-request-id": "mine"}


def test_headers_can_be_replaced_added_and_left_out() -> None:
    chosen = (("referrer-policy", "no-referrer"), ("x-content-type-options", ""), ("x-robots-tag", "noindex"))
    headers = Service(headers=chosen).client.get("/found").headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
    assert "x-content-type-options" not in headers


def test_an_answer_that_is_sent_again_does_not_gather_headers() -> None:
    service = Service()
    first, second = (service.client.get("/found").headers.multi_items() for _ in range(2))
    assert [name for name, _ in first] == [name for name, _ in second]


def test_a_request_id_is_kept_where_it_is_sane_and_made_where_it_is_not() -> None:
    service = Service()
    asked = ["ab-12.3", "", 'x"', "x" * 129, "a b", "-flag", "{}"]
    told = [service.client.get("/found", headers={"x-request-id": each}).headers["x-request-id"] for each in asked]
    assert told[0] == "ab-12.3"
    assert not set(asked) & set(told[1:])
    assert len(set(told)) == len(told)
    assert [line["request"] for line in service.lines()] == told


def test_a_line_and_a_count_name_the_route_and_never_the_address() -> None:
    service = Service()
    service.client.get("/found?q=secret")
    service.client.get("/refused/secret")
    service.client.get("/secret")
    service.client.request("BREW", "/found")
    assert [(line["method"], line["route"], line["status"], line["bytes"]) for line in service.lines()] == [
        ("GET", "/found", 200, 4),
        ("GET", "/refused/{id}", 404, 9),
        ("GET", None, 404, 9),
        ("OTHER", "/found", 405, 18),
    ]
    shown = service.counts.exposition().decode()
    assert 'blogsearch_requests_total{method="GET",route="/refused/{id}",status="404"} 1.0' in shown
    assert 'blogsearch_requests_total{method="GET",route="none",status="404"} 1.0' in shown
    assert 'blogsearch_request_seconds_count{route="/found"} 2.0' in shown
    assert "secret" not in shown


def test_what_an_answer_was_made_of_is_logged_and_counted() -> None:
    service = Service()
    service.client.get("/found")
    (line,) = service.lines()
    assert (line["generation"], line["cached"]) == ("gen-1", True)
    shown = service.counts.exposition().decode()
    assert 'blogsearch_answers_total{cache="hit"} 1.0' in shown
    assert "blogsearch_empty_answers_total 1.0" in shown


def test_a_request_that_breaks_is_logged_without_an_answer() -> None:
    service = Service()
    assert service.client.get("/broken").status_code == 500
    (line,) = service.lines()
    assert (line["route"], line["status"]) == ("/broken", 0)


def test_lines_that_wait_are_written_when_the_service_ends() -> None:
    service = Service()
    with service.client:
        service.client.get("/found")
        service.client.get("/found")
    assert len(b"".join(service._written).splitlines()) == 2


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("blog.example", True),
        ("BLOG.example:8000", True),
        ("www.blog.example", False),
        ("a.other.example", True),
        ("other.example", False),
        ("evilother.example", False),
        ("[::1]:8000", True),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_only_hosts_that_are_allowed_may_be_asked(asked: str, allowed: bool) -> None:
    service = Service(allowed_hosts=("blog.example", "*.other.example", "[::1]"))
    answer = service.client.get("/found", headers={"host": asked})
    assert answer.status_code == (200 if allowed else 400)
    if not allowed:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-security-policy"] == POLICY
    assert service.client.get("/healthz", headers={"host": asked}).status_code == 200


ELSEWHERE = "https://blog.example"


def test_another_origin_may_read_answers_where_the_settings_say_so() -> None:
    client = Service(cors_origins=(ELSEWHERE,)).client
    mine = client.get("/found", headers={"origin": ELSEWHERE})
    assert mine.headers["access-control-allow-origin"] == ELSEWHERE
    other = client.get("/found", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-origin" not in Service().client.get("/found", headers={"origin": ELSEWHERE}).headers


def test_a_cache_is_told_that_answers_differ_by_origin() -> None:
    client = Service(cors_origins=(ELSEWHERE,)).client
    for headers in ({}, {"origin": ELSEWHERE}, {"origin": "https://other.example"}):
        assert "origin" in client.get("/found", headers=headers).headers["vary"].lower()
    everyone = Service(cors_origins=("*",)).client
    assert everyone.get("/found", headers={"origin": ELSEWHERE}).headers["access-control-allow-origin"] == "*"
    assert "vary" not in everyone.get("/found").headers


def test_another_origin_may_read_but_not_post() -> None:
    client = Service(cors_origins=("*",)).client
    asked = {"origin": ELSEWHERE, "access-control-request-method": "GET"}
    assert client.options("/found", headers=asked).status_code == 200
    assert client.options("/found", headers={**asked, "access-control-request-method": "POST"}).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [{"origin": "https://other.example"}, {"access-control-request-headers": "x-mine"}],
    ids=["origin", "header"],
)
def test_another_origin_is_refused_with_a_problem_as_anybody(asked: dict[str, str]) -> None:
    client = Service(cors_origins=(ELSEWHERE,)).client
    answer = client.options("/found", headers={"origin": ELSEWHERE, "access-control-request-method": "GET", **asked})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["detail"].startswith("Disallowed CORS ")
    assert len(answer.content) == int(answer.headers["content-length"])
    assert "origin" in answer.headers["vary"].lower()
