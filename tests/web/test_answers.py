"""Answers are made once, named by what was asked and of which state, and not sent to who has them."""

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from search import indexing
from search.config import ServeSettings, Settings, SiteSettings
from search.engines.whoosh.answering.searcher import Searcher
from search.models import Answer, SearchRequest, Synonym
from search.web.access import OUTCOME, Outcome
from search.web.app import create_app

PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def client(built: Settings) -> TestClient:
    return TestClient(create_app(built), headers=PLAIN)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[SearchRequest]:
    """The requests that reach the engine."""
    asked: list[SearchRequest] = []
    search = Searcher.search

    def note(self: Searcher, request: SearchRequest) -> Answer:
        asked.append(request)
        return search(self, request)

    monkeypatch.setattr(Searcher, "search", note)
    return asked


def test_what_was_asked_before_is_sent_again_and_not_made_again(
    client: TestClient, searches: list[SearchRequest]
) -> None:
    first, *others = [client.get("/api/search?q=cartilage") for _ in range(3)]
    assert len(searches) == 1
    assert re.fullmatch(r"search;dur=\d+\.\d{3}", first.headers["server-timing"])
    for other in others:
        assert other.content == first.content
        assert other.headers["etag"] == first.headers["etag"]
        assert other.headers["server-timing"] == 'cache;desc="repeated"'
        assert other.headers["content-type"] == "application/json"
    assert json.loads(first.content)["took_ms"] is None


@pytest.mark.parametrize(
    "other",
    [
        "/api/search?q=knee+cells&page=1",
        "/api/search?per_page=10&q=knee%20cells",
        "/api/search?q=knee%20cells&tag=&unknown=1",
        "/api/search?q=nothing&q=%20knee%20cells",
    ],
)
def test_two_spellings_of_a_request_share_an_answer(
    client: TestClient, searches: list[SearchRequest], other: str
) -> None:
    one = client.get("/api/search?q=knee+cells")
    two = client.get(other)
    assert one.headers["etag"] == two.headers["etag"]
    assert one.content == two.content
    assert len(searches) == 1


def test_different_requests_have_different_tags(client: TestClient) -> None:
    addresses = ["/api/search", "/api/search?q=a", "/api/search?q=a&page=2", "/api/tags", "/api/suggest?q=a"]
    assert len({client.get(address).headers["etag"] for address in addresses}) == len(addresses)


@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.parametrize("form", ["{}", '"other", {}', 'W/"other",{} , "more"', "{strong}"])
def test_who_has_the_answer_gets_304(built: Settings, searches: list[SearchRequest], form: str, *, warm: bool) -> None:
    etag = TestClient(create_app(built)).get("/api/search?q=knee").headers["etag"]
    client = TestClient(create_app(built))
    if warm:
        client.get("/api/search?q=knee")
    searches.clear()
    known = form.format(etag, strong=etag.removeprefix("W/"))
    same = client.get("/api/search?q=knee", headers={"If-None-Match": known})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == etag
    assert same.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert same.headers["vary"] == "accept-encoding"
    assert searches == []


@pytest.mark.parametrize("known", ['"other"', "nonsense", "", '"*"'])
def test_who_has_another_answer_gets_this_one(client: TestClient, known: str) -> None:
    for _ in range(2):
        assert client.get("/api/search?q=knee", headers={"If-None-Match": known}).status_code == 200


def test_who_has_any_answer_is_sent_none_and_told_of_an_error_as_ever(client: TestClient) -> None:
    for _ in range(2):
        assert client.get("/api/search?q=knee", headers={"If-None-Match": "*"}).status_code == 304
        assert client.get("/api/posts/none", headers={"If-None-Match": "*"}).status_code == 404


def test_tags_may_come_in_several_headers(client: TestClient) -> None:
    etag = client.get("/api/tags").headers["etag"]
    for path in ("/api/tags", "/api/tags?unknown=1"):
        several = [("If-None-Match", '"other"'), ("If-None-Match", etag), ("If-None-Match", '"another"')]
        assert client.get(path, headers=several).status_code == 304


def test_the_tag_changes_with_the_state_of_the_index(built: Settings) -> None:
    before = TestClient(create_app(built)).get("/api/tags").headers["etag"]
    assert TestClient(create_app(built)).get("/api/tags").headers["etag"] == before
    indexing.run(built, full=True)
    assert TestClient(create_app(built)).get("/api/tags").headers["etag"] != before


def test_each_client_gets_the_coding_it_asks_for(client: TestClient) -> None:
    plain = client.get("/api/search?q=cartilage&explain=true")
    assert len(plain.content) > 1000
    assert "content-encoding" not in plain.headers
    for coding in ("br", "gzip", "br"):
        coded = client.get("/api/search?q=cartilage&explain=true", headers={"Accept-Encoding": coding})
        assert coded.headers["content-encoding"] == coding
        assert int(coded.headers["content-length"]) < len(plain.content)
        assert coded.content == plain.content  # decoded by the client
        assert coded.headers["etag"] == plain.headers["etag"]
        assert coded.headers["vary"] == "accept-encoding"
    with client.stream("GET", "/api/search?q=cartilage&explain=true", headers={"Accept-Encoding": "gzip"}) as raw:
        assert gzip.decompress(b"".join(raw.iter_raw())) == plain.content


def test_small_answers_are_sent_plain(client: TestClient) -> None:
    small = client.get("/api/tags", headers={"Accept-Encoding": "br"})
    assert len(small.content) < 1000
    assert "content-encoding" not in small.headers


def test_head_has_the_headers_and_no_body(client: TestClient) -> None:
    for _ in range(2):
        head = client.head("/api/search?q=hip")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(client.get("/api/search?q=hip").content))


def test_without_room_every_answer_is_made(built: Settings, searches: list[SearchRequest]) -> None:
    client = TestClient(create_app(Settings(index=built.index, serve=ServeSettings(cache=0))))
    searches.clear()
    assert [client.get("/api/search?q=hip").status_code for _ in range(3)] == [200] * 3
    assert len(searches) == 3


def test_an_error_is_not_kept(client: TestClient) -> None:
    for _ in range(2):
        refused = client.get("/api/search?page=0")
        assert refused.status_code == 400
        assert "etag" not in refused.headers


def test_the_log_is_told_what_was_kept_and_what_was_found(built: Settings) -> None:
    app = create_app(built)
    told: list[tuple[object, object]] = []

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        told.append((scope["route"].path, scope[OUTCOME]))

    client = TestClient(around)
    etag = client.get("/api/search?q=hip").headers["etag"]
    client.get("/api/search?q=hip")
    client.get("/api/search?q=hip&page=1")
    client.get("/api/search?q=hip", headers={"If-None-Match": etag})
    client.get("/api/tags")
    generation = app.state.current.reader.generation
    hit = ("/api/search", Outcome(generation, cached=True, total=1))
    assert told[0] == ("/api/search", Outcome(generation, cached=False, total=1))
    assert told[1:4] == [hit] * 3
    assert told[4] == ("/api/tags", Outcome(generation, cached=False))


@pytest.mark.parametrize(
    "changed", [{"synonyms": (Synonym("knee", "hip"),)}, {"site": SiteSettings(url="https://blog.example")}]
)
def test_other_settings_make_another_answer(built: Settings, changed: dict[str, Any]) -> None:
    one, two = (TestClient(create_app(settings)).get("/api/tags") for settings in (built, replace(built, **changed)))
    assert one.headers["etag"] != two.headers["etag"]
