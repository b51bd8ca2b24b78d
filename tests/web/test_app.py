"""The service answers with the JSON of the command line, and refuses in problem details that leak nothing."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search import indexing, render, service
from search.config import Settings
from search.models import SearchRequest
from search.web.app import create_app

POSTS = {
    "knee": "title: Knee cartilage\ntags: [knee, cells]\ndate: 2021-05-06",
    "hip": "title: Hip cartilage\ntags: [hip, cells]\ndate: 2022-05-06",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("served")
    (folder / "content").mkdir()
    for name, head in POSTS.items():
        (folder / "content" / f"{name}.md").write_text(
            f"---\n{head}\n---\nStem cells & <b>bones</b>.\n", encoding="utf-8"
        )
    settings = Settings(content=folder / "content", index=folder / "index")
    indexing.run(settings)
    return settings


@pytest.fixture
def client(settings: Settings) -> TestClient:
    return TestClient(create_app(settings))


def test_a_search_answers_as_the_command_line_does(client: TestClient, settings: Settings) -> None:
    asked = client.get("/api/search", params={"q": "cartilage", "tag": ["hip", "knee"], "sort": "oldest"})
    request = SearchRequest("cartilage", tags=("hip", "knee"))
    expected = render.answer(service.search(settings, request))
    assert asked.status_code == 200
    assert asked.headers["content-type"] == "application/json"
    assert [hit["id"] for hit in asked.json()["hits"]] == ["knee", "hip"]
    assert asked.json().keys() == expected.keys()
    assert asked.json()["facets"] == expected["facets"]


@pytest.mark.parametrize(
    ("address", "key", "first"),
    [
        ("/api/suggest?q=kne", "suggestions", {"text": "knee", "kind": "tag"}),
        ("/api/related?id=knee", "related", {"id": "hip"}),
        ("/api/tags?q=kn", "tags", {"tag": "knee", "posts": 1}),
    ],
)
def test_the_other_addresses_answer_with_their_rows(
    client: TestClient, address: str, key: str, first: dict[str, object]
) -> None:
    rows = client.get(address).json()[key]
    assert first.items() <= rows[0].items()


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("/api/search?per_page=1000", 400, "per_page: '1000' is not allowed."),
        ("/api/search?since=never", 400, "since: 'never' is not allowed."),
        ("/api/suggest?q=a&limit=x", 400, "limit"),
        ("/api/related", 400, "id: a value is missing."),
        ("/api/related?id=none", 404, "none"),
        ("/api/none", 404, "/api/none"),
    ],
)
def test_a_bad_request_is_a_problem_that_names_what_is_wrong(
    client: TestClient, address: str, status: int, named: str
) -> None:
    refused = client.get(address)
    assert refused.status_code == refused.json()["status"] == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert named in refused.json()["detail"]


def test_another_method_is_refused_and_told_which_there_are(client: TestClient) -> None:
    refused = client.post("/api/search")
    assert refused.status_code == refused.json()["status"] == 405
    assert "GET" in refused.headers["allow"]


def test_without_an_index_it_is_alive_and_says_503_without_a_path(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(index=tmp_path / "none")))
    assert client.get("/healthz").json() == {"status": "alive"}
    refused = client.get("/api/search?q=x")
    assert refused.status_code == refused.json()["status"] == 503
    assert str(tmp_path) not in refused.text


def test_a_fault_of_ours_is_500_without_a_word_about_it(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr("search.web.endpoints.request_from", fail)
    refused = client.get("/api/search?q=x")
    assert refused.status_code == refused.json()["status"] == 500
    assert "secret" not in refused.text


def test_an_address_of_more_than_8_kb_is_414(client: TestClient) -> None:
    longest = "/api/search?q=" + "x" * (8192 - len("/api/searchq="))
    assert client.get(longest).status_code == 200
    refused = client.get(longest + "x")
    assert refused.status_code == refused.json()["status"] == 414
    assert "8192" in refused.json()["detail"]
    assert refused.json()["remedy"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_options_tells_what_there_is_and_other_methods_are_refused_with_it(client: TestClient, method: str) -> None:
    asked = client.request(method, "/api/search")
    assert asked.status_code == {"GET": 200, "HEAD": 200, "OPTIONS": 204, "PUT": 405}[method]
    if method in ("OPTIONS", "PUT"):
        assert asked.headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_page_past_the_end_is_empty_with_the_right_total(client: TestClient) -> None:
    page = client.get("/api/search?q=cartilage&page=7").json()
    assert (page["hits"], page["total"], page["pages"], page["page"]) == ([], 2, 1, 7)


def test_text_that_is_no_utf8_is_read_as_far_as_it_is(client: TestClient) -> None:
    assert client.get("/api/search?q=knee%ff%c3").status_code == 200
    assert client.get("/api/suggest?q=%ed%a0%80").json()["query"] == "\ufffd\ufffd\ufffd"
