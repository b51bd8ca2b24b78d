"""Errors in a browser: pages that say what to do, for people alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from search.config import Settings, SiteSettings
from search.web.app import create_app
from search.web.errorpage import LONGEST_PATH, prefers_html
from search.web.headers import POLICY
from search.web.problems import MAX_ADDRESS
from tests.web.asgi import Client
from tests.web.test_page import Page

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"}
REFUSED = [
    ("GET", "/none/such", 404),
    ("GET", "/static/none.css", 404),
    ("GET", "/metrics", 404),
    ("GET", "/apis", 404),
    ("POST", "/", 405),
    ("DELETE", "/feed.atom", 405),
    ("GET", "/feed.atom?since=never", 400),
    ("GET", f"/docs?{'x' * MAX_ADDRESS}", 414),
]


@pytest.fixture(scope="module")
def client(built: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(built), raise_server_exceptions=False) as client:
        yield client


def shown(client: TestClient, address: str, status: int = 404) -> Page:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


@pytest.mark.parametrize(("method", "address", "status"), REFUSED)
def test_who_prefers_html_gets_a_page_and_everyone_else_a_problem(
    client: TestClient, method: str, address: str, status: int
) -> None:
    seen, read = (client.request(method, address, headers=headers) for headers in (BROWSER, {}))
    assert (seen.status_code, read.status_code) == (status, status)
    assert seen.headers["content-type"] == "text/html; charset=utf-8"
    assert read.headers["content-type"] == "application/problem+json"
    assert seen.headers["vary"] == read.headers["vary"] == "accept"
    assert seen.headers.get("allow") == read.headers.get("allow")
    assert seen.headers["content-security-policy"] == POLICY
    page = Page(seen.text)
    assert page.all("form") == [{"role": "search", "action": "/", "method": "get"}]
    assert status == 404 or (read.json()["detail"] in page.said and read.json()["remedy"] in page.said)


@pytest.mark.parametrize("address", ["/api/none", "/api", "/api/search?page=none", "/hooks/none", "/hooks"])
def test_what_is_for_programs_is_never_a_page(client: TestClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "vary" not in answer.headers


def test_head_is_as_get_without_the_body(client: TestClient) -> None:
    whole, head = (client.request(method, "/none", headers=BROWSER) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (404, b"")
    same = ("content-type", "content-length", "vary")
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]


def test_options_is_no_error(client: TestClient) -> None:
    answer = client.options("/", headers=BROWSER)
    assert (answer.status_code, answer.content) == (204, b"")


def test_where_a_post_would_be_it_says_that_links_lead_to_the_blog(client: TestClient) -> None:
    for address in ("/blog/rule-of-three/", "/blog/rule-of-three", "/blog/2020/cells/picture.png"):
        page = shown(client, address)
        assert f"Not found: {address}" in page.said
        assert "the posts are on the blog itself" in page.said
        assert "site.url" in page.said
    assert "site.url" not in shown(client, "/blog/").said
    assert "site.url" not in shown(client, "/none/such").said


@pytest.mark.parametrize(
    ("pattern", "address", "like"),
    [
        ("/{year}/{month}/{slug}/", "/2020/05/cells/", True),
        ("/{year}/{month}/{slug}/", "/none/such/cells/", False),
        ("/posts/{path}.html", "/posts/cells.html", True),
        ("/posts/{path}.html", "/posts/cells", False),
        ("https://blog.example/{path}/", "/cells/", False),
    ],
)
def test_what_looks_like_a_post_is_by_the_pattern(built: Settings, pattern: str, address: str, like: bool) -> None:
    settings = replace(built, rules=replace(built.rules, url=pattern))
    with TestClient(create_app(settings)) as client:
        assert ("site.url" in shown(client, address).said) is like


def test_where_the_blog_is_known_it_leads_there(built: Settings) -> None:
    settings = replace(built, site=SiteSettings(url="https://blog.example"))
    with TestClient(create_app(settings), root_path="/below") as client:
        page = shown(client, "/below/blog/k%22%3E%3Cb/")
        assert 'Not found: /blog/k"><b/' in page.said
        assert "https://blog.example/blog/k%22%3E%3Cb/" in [link["href"] for link in page.all("a")]
        assert page.all("form")[0]["action"] == "/below/"
        assert "site.url" not in page.said
        assert client.get("/below/api/none", headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_what_an_address_holds_is_text(client: TestClient) -> None:
    page = shown(client, "/blog/<script>alert(1)</script><img src=x>")
    assert [sorted(script) for script in page.all("script")] == [["defer", "src"]]
    assert not page.all("img")
    long = shown(client, f"/{'x' * 5000}")
    assert f"/{'x' * (LONGEST_PATH - 1)}…" in long.said
    assert "x" * (LONGEST_PATH + 1) not in long.said


async def _ask(settings: Settings, path: str) -> tuple[int, bytes]:
    answered = await Client(create_app(settings)).ask(path, headers=[(b"accept", b"text/html")])
    return answered.status, answered.body


def test_an_address_that_is_no_unicode_is_not_found(built: Settings) -> None:
    status, body = asyncio.run(_ask(built, "/blog/\udcff\x00\u202e/"))
    assert status == 404
    assert "Not found" in body.decode()


def test_what_should_not_happen_is_a_page_that_tells_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("/secret/place")

    monkeypatch.setattr("search.web.page.request_from", fail)
    told = shown(client, "/?q=x", 500)
    assert "The service met an error of its own." in told.said
    assert "secret" not in told.said


@pytest.mark.parametrize(
    ("accept", "prefers"),
    [
        (BROWSER["accept"], True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("text/*", True),
        ("text/html, */*", True),
        ("text/html;level=1;q=0.9, application/json;q=0.8", True),
        ("text/html, text/*;q=0.5, image/*, application/*", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("text/html, application/json", False),
        ("text/html;q=0.5, application/problem+json", False),
        ("text/html;q=0.5, */*", False),
        ("text/html;q=0", False),
        ("image/avif,image/webp,*/*;q=0.8", False),
        ("text/css,*/*;q=0.1", False),
        ("no accept; at all,,;q=x", False),
    ],
)
def test_who_prefers_html(accept: str, prefers: bool) -> None:
    assert prefers_html(accept) is prefers
