"""Every address under /api and /hooks answers in one of two forms: JSON that /openapi.json describes, or problem
details with a remedy."""

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from search.config import HookSettings, Settings
from search.web.app import create_app
from tests.web.deliveries import BODY, bearer
from tests.web.sample import build, no_processes

GOOD = {
    "/api/search": "/api/search?q=stem",
    "/api/suggest": "/api/suggest?q=st",
    "/api/related": "/api/related?id=knee",
    "/api/tags": "/api/tags",
    "/api/posts/{id:path}": "/api/posts/2022/hip",
}
REFUSED = {
    "/api/search": [("/api/search?page=none", 400)],
    "/api/suggest": [("/api/suggest?limit=0", 400)],
    "/api/related": [("/api/related", 400), ("/api/related?id=none", 404)],
    "/api/posts/{id:path}": [("/api/posts/none", 404)],
    "/hooks/runs/{id}": [("/hooks/runs/none", 401)],
}
PROBLEM = {"type", "title", "status", "detail", "remedy", "problem"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("blog"))


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with no_processes(), TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def check_success(answer: httpx2.Response, status: int = 200) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"]
    assert isinstance(answer.json(), dict)


def check_problem(answer: httpx2.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == PROBLEM
    assert problem["status"] == status
    assert problem["type"].startswith("urn:blogsearch:error:")
    assert all(problem[key] for key in ("title", "detail", "remedy"))


def test_every_address_answers_in_one_of_two_forms(client: TestClient, settings: Settings) -> None:
    walked = set()
    for route in create_app(settings).routes:
        if not isinstance(route, Route) or not route.path.startswith(("/api", "/hooks")):
            continue
        walked.add(route.path)
        address = GOOD.get(route.path, route.path)
        if route.path == "/hooks/content":
            delivered = client.post(address, headers=bearer(), content=BODY)
            check_success(delivered, 202)
            check_success(client.get(delivered.headers["location"], headers=bearer()))
            check_problem(client.post(address, content=BODY), 401)
        elif not route.path.startswith("/hooks"):
            check_success(client.get(address))
        for refused, status in REFUSED.get(route.path, []):
            check_problem(client.get(refused), status)
        check_problem(client.delete(address), 405)
        check_problem(client.get(f"{address.partition('?')[0]}/none/such"), 404)
    assert walked == {*GOOD, "/hooks/content", "/hooks/runs/{id}"}


@pytest.mark.parametrize("address", GOOD.values())
def test_an_answer_can_be_kept(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert {"etag", "server-timing"} <= set(answer.headers)
    assert client.get(address, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


OTHERS = (
    *("/feed.atom", "/suggestions", "/opensearch.xml", "/openapi.json", "/docs", "/static/docs.css"),
    *("/healthz", "/readyz"),
)


@pytest.mark.parametrize("address", [*GOOD.values(), *OTHERS])
def test_head_and_options_work(client: TestClient, address: str) -> None:
    whole, head = client.get(address), client.head(address)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    same = ("content-type", "etag", "cache-control")
    assert [head.headers.get(name) for name in same] == [whole.headers.get(name) for name in same]
    options = client.options(address)
    assert options.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= {method.strip() for method in options.headers["allow"].split(",")}


@pytest.mark.parametrize("address", ["/hooks/content", "/hooks/runs/a"])
def test_without_a_secret_there_is_no_hook(settings: Settings, address: str) -> None:
    with TestClient(create_app(replace(settings, hook=HookSettings()))) as client:
        check_problem(client.get(address, headers=bearer()), 404)
        check_problem(client.post(address, headers=bearer(), content=BODY), 404)
