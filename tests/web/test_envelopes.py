"""Every address under /api and /hooks answers in one of two forms: JSON that /openapi.json describes, or problem
details with a remedy."""

from collections.abc import Iterator

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from search.config import Settings
from search.web.app import create_app
from tests.web.sample import build

GOOD = {
    "/api/search": "/api/search?q=stem",
    "/api/suggest": "/api/suggest?q=st",
    "/api/related": "/api/related?id=knee",
    "/api/tags": "/api/tags",
    "/api/posts/{id:path}": "/api/posts/2022/hip",
}
BAD = {
    "/api/search": ("/api/search?page=none", 400),
    "/api/suggest": ("/api/suggest?limit=0", 400),
    "/api/related": ("/api/related?id=none", 404),
    "/api/posts/{id:path}": ("/api/posts/none", 404),
}
PROBLEM = {"type", "title", "status", "detail", "remedy", "problem"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = build(tmp_path_factory.mktemp("blog"))
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def walked() -> list[str]:
    """The addresses under /api and /hooks, as the application has them."""
    paths = [route.path for route in create_app(Settings()).routes if isinstance(route, Route)]
    return sorted(path for path in paths if path.startswith(("/api", "/hooks")))


def check_problem(client: TestClient, method: str, address: str, status: int) -> None:
    answer = client.request(method, address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == PROBLEM
    assert problem["status"] == status
    assert problem["type"].startswith("urn:blogsearch:error:")
    assert all(problem[key] for key in ("title", "detail", "remedy"))


@pytest.mark.parametrize("path", walked())
def test_success_is_a_json_object_that_can_be_kept(client: TestClient, path: str) -> None:
    answer = client.get(GOOD[path])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), dict)
    assert {"etag", "cache-control", "server-timing"} <= set(answer.headers)
    assert client.get(GOOD[path], headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", walked())
def test_an_error_is_problem_details_with_a_remedy(client: TestClient, path: str) -> None:
    address = GOOD[path]
    check_problem(client, "DELETE", address, 405)
    check_problem(client, "GET", path.partition("{")[0] + "none/such/%00", 404)
    if path in BAD:
        check_problem(client, "GET", *BAD[path])


@pytest.mark.parametrize("path", walked())
def test_head_and_options_work(client: TestClient, path: str) -> None:
    whole, head = client.get(GOOD[path]), client.head(GOOD[path])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == whole.headers["etag"]
    options = client.options(GOOD[path])
    assert options.status_code == 204
    assert {"GET", "HEAD", "OPTIONS"} <= {method.strip() for method in options.headers["allow"].split(",")}
