"""/openapi.json is held to the service: every route, limit, answer and error, and nothing that is not there."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient

from search import render
from search.config import HookSettings, Settings
from search.models import Problem, RunReport
from search.runlog import DIED, Run, RunState
from search.web.app import create_app
from search.web.openapi import document
from search.web.problems import MAX_ADDRESS
from search.web.schemas import SCHEMAS
from tests.web.deliveries import BODY, bearer
from tests.web.sample import POSTS, build, no_processes

DOCUMENT: dict[str, Any] = document("", hook=True)
PATHS: dict[str, dict[str, Any]] = DOCUMENT["paths"]

ASKED = [
    "/api/search",
    "/api/search?q=stem+cells&explain=1&per_page=2",
    "/api/search?q=stem&lang=de-CH",
    "/api/search?q=cartilige&tag=hip&tag=knee&tags_match=all&year=2022&since=2021-05&until=2022&sort=oldest&prefix=last",
    "/api/search?q=Hip+cartilage&explain=on",
    "/api/search?q=%22open+AND+(&page=7",
    "/api/suggest?q=st",
    "/api/suggest?q=Hip&limit=1",
    "/api/related?id=knee",
    "/api/tags",
    "/api/tags?q=st",
    *[f"/api/posts/{quote(post_id, safe=safe)}" for post_id in POSTS for safe in ("/", "")],
    "/openapi.json",
    "/suggestions?q=st",
    *("/feed.atom?q=stem", "/opensearch.xml", "/docs", "/static/docs.css"),
    "/healthz",
    "/readyz",
]
REFUSED = [
    (f"/api/search?q={'x' * MAX_ADDRESS}", 414),
    (f"/docs?{'x' * MAX_ADDRESS}", 414),
    ("/api/search?page=0", 400),
    ("/api/search?page=200&per_page=100", 400),
    ("/api/search?since=2022&until=2021", 400),
    ("/api/suggest?limit=101", 400),
    ("/api/related", 400),
    ("/api/related?id=none", 404),
    ("/api/posts/none", 404),
    ("/api/posts/", 404),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("blog"))


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with no_processes(), TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def templates(routes: list[BaseRoute]) -> Iterator[str]:
    for route in routes:
        assert isinstance(route, Route)
        yield route.path.replace(":path}", "}")


def check(answer: httpx2.Response, status: int) -> None:
    """An answer has the status, the headers and a body of the shape that the document tells."""
    assert answer.status_code == status
    method, path = answer.request.method.lower(), answer.request.url.path
    (told,) = [methods for template, methods in PATHS.items() if fits(template, path)]
    response = told[method]["responses"][str(status)]
    assert [name for name in response["headers"] if name not in answer.headers] == []
    kind = answer.headers["content-type"].partition(";")[0]
    schema = response["content"].get(kind, response["content"].get("*/*"))["schema"]
    assert errors_in(answer.json() if "json" in kind else answer.text, schema) == []


def fits(template: str, path: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\{\w+\\}", ".*", re.escape(template)), path))


def errors_in(value: object, schema: dict[str, object]) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    whole = {**schema, "components": {"schemas": SCHEMAS}}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_it_is_what_its_specification_says() -> None:
    validate(document("/below", hook=True))
    validate(document("", hook=False))
    identities = [operation["operationId"] for methods in PATHS.values() for operation in methods.values()]
    assert len(set(identities)) == len(identities)


def test_every_route_is_in_it_and_it_tells_of_no_other(settings: Settings) -> None:
    assert sorted(templates(create_app(settings).routes)) == sorted(PATHS)
    without = create_app(replace(settings, hook=HookSettings()))
    assert sorted(templates(without.routes)) == sorted(document("", hook=False)["paths"])  # type: ignore[call-overload]


def test_it_tells_of_the_hook_where_there_is_one(settings: Settings, client: TestClient) -> None:
    assert "/hooks/content" in client.get("/openapi.json").json()["paths"]
    with TestClient(create_app(replace(settings, hook=HookSettings()))) as without:
        assert not [path for path in without.get("/openapi.json").json()["paths"] if "hooks" in path]


def test_every_schema_is_used() -> None:
    text = str(DOCUMENT)
    assert [name for name in SCHEMAS if f"'#/components/schemas/{name}'" not in text] == []


@pytest.mark.parametrize("address", ASKED)
def test_an_answer_is_what_the_document_says(client: TestClient, address: str) -> None:
    check(client.get(address), 200)


@pytest.mark.parametrize(("address", "status"), REFUSED)
def test_an_error_is_what_the_document_says(client: TestClient, address: str, status: int) -> None:
    check(client.get(address), status)


def test_a_host_that_is_not_answered_for_is_what_the_document_says(settings: Settings) -> None:
    strict = replace(settings, serve=replace(settings.serve, allowed_hosts=("blog.example",)))
    with TestClient(create_app(strict), raise_server_exceptions=False) as client:
        for path in ("/api/search", "/docs", "/openapi.json", "/feed.atom"):
            check(client.get(path), 400)


def test_without_an_index_the_error_is_what_the_document_says(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(index=tmp_path / "none")), raise_server_exceptions=False) as client:
        for path in (
            "/api/search",
            "/api/suggest",
            "/api/related?id=a",
            "/api/tags",
            "/api/posts/a",
            "/feed.atom",
            "/readyz",
        ):
            check(client.get(path), 503)


def test_deliveries_and_runs_are_what_the_document_says(client: TestClient, settings: Settings) -> None:
    accepted = client.post("/hooks/content", headers=bearer(), content=BODY)
    check(accepted, 202)
    check(client.post("/hooks/content", headers={**bearer(), "x-github-event": "ping"}), 200)
    check(client.post("/hooks/content"), 401)
    check(client.post("/hooks/content", headers={**bearer(), "content-length": "99999999"}), 413)
    run = accepted.headers["location"]
    check(client.get(run, headers=bearer()), 200)
    check(client.get(run), 401)
    check(client.get("/hooks/runs/none", headers=bearer()), 404)


def test_every_run_is_what_the_document_says() -> None:
    problem = Problem("a.md", None, "yaml", "no closing quote")
    report = RunReport(1, 0, 2, {"draft": 1}, (problem,), "gen", 0.1, True, "anew", next_due=datetime(2030, 1, 2))  # noqa: DTZ001 - naive UTC by contract
    for run in (
        Run("a", RunState.QUEUED, 1.5),
        Run("a", RunState.RUNNING, 1.5, 2.5, deliveries=2),
        Run("a", RunState.DONE, 1.5, 2.5, 3.5, report=report, problems=1),
        Run("a", RunState.FAILED, 1.5, 2.5, 3.5, failure=DIED),
    ):
        told = json.loads(render.to_json(render.run(run, for_owner=False)))
        assert errors_in(told, {"$ref": "#/components/schemas/Run"}) == []


def limited() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Path and name of each parameter with a limit, with values that are just allowed and values that just are not."""
    for path, methods in PATHS.items():
        for parameter in methods.get("get", {"parameters": ()})["parameters"]:
            schema = parameter["schema"]
            schema = schema["items"] if schema.get("type") == "array" else schema
            if "maximum" in schema:
                low, high = schema["minimum"], schema["maximum"]
                yield path, parameter["name"], [str(low), str(high)], [str(low - 1), str(high + 1)]
            elif "enum" in schema:
                yield path, parameter["name"], schema["enum"], ["none-such"]


@pytest.mark.parametrize(("path", "name", "allowed", "refused"), list(limited()))
def test_a_limit_is_where_the_document_says(
    client: TestClient, path: str, name: str, allowed: list[str], refused: list[str]
) -> None:
    others = {"id": "knee", "per_page": "1"}
    statuses = [client.get(f"{path}?{urlencode({**others, name: value})}").status_code for value in allowed]
    assert statuses == [200] * len(allowed)
    for value in refused:
        answer = client.get(f"{path}?{urlencode({**others, name: value})}")
        assert answer.status_code == 400
        assert f"{name}: '{value}'" in unescape(answer.text)


@pytest.mark.parametrize("name", ["tag", "year"])
def test_a_parameter_repeats_as_often_as_the_document_says(client: TestClient, name: str) -> None:
    (found,) = [one for one in PATHS["/api/search"]["get"]["parameters"] if one["name"] == name]
    most = found["schema"]["maxItems"]
    values = [(name, str(number)) for number in range(1, most + 2)]
    assert client.get(f"/api/search?{urlencode(values[:most])}").status_code == 200
    assert client.get(f"/api/search?{urlencode(values)}").status_code == 400
