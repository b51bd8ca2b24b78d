"""The search page as it is sent: whole without a script, everything in it escaped, errors as pages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search.config import Settings
from search.web.app import create_app
from tests.web.sample import build

VOID = {"meta", "link", "input", "path", "circle"}


class Page(HTMLParser):
    """Elements with their attributes, and the text of a page; every element must be closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def said(self) -> str:
        return " ".join(self.text.split())


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("blog"))


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def page(client: TestClient, address: str, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_without_words_it_shows_the_newest_posts_and_what_narrows_them(client: TestClient) -> None:
    shown = page(client, "/")
    assert "Newest posts" in shown.said
    assert shown.said.index("Ankle") < shown.said.index("Hip cartilage") < shown.said.index("Knee cartilage")
    links = [link["href"] for link in shown.all("a")]
    assert {"/?tag=stem+cells", "/?year=2022", "/?sort=oldest", "/feed.atom", "/docs"} <= set(links)


def test_it_shows_titles_snippets_sections_tags_and_dates(client: TestClient) -> None:
    shown = page(client, "/?q=repair&tag=hip")
    assert "1 post for “repair”" in shown.said
    assert "repair" in shown.said
    assert shown.all("mark")
    links = [link["href"] for link in shown.all("a")]
    assert "https://blog.example/blog/hip/" in links
    assert {"datetime": "2022-05-06"} in shown.all("time")
    assert "6 May 2022" in shown.said


def test_a_section_that_answers_is_linked(client: TestClient) -> None:
    links = [link["href"] for link in page(client, "/?q=repair+rest&tag=hip").all("a")]
    assert [link for link in links if link.startswith("https://blog.example/blog/hip/#")]


def test_what_posts_and_queries_hold_is_text(client: TestClient) -> None:
    hostile = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    for address in ("/", f"/?q={hostile}", f"/?q=stem+{hostile}&tag={hostile}", f"/?q=x&sort={hostile}"):
        answer = client.get(address)
        shown = Page(answer.text)
        assert [sorted(script) for script in shown.all("script")] == [["defer", "src"]]
        assert not {tag for tag, _ in shown.elements} & {"img", "style", "iframe", "i", "b"}
        assert not [name for _, attributes in shown.elements for name in attributes if re.match("on|style", name)]
    assert "<i>" in page(client, "/").text
    assert page(client, f"/?q={hostile}").all("input")[0]["value"] == hostile


def test_a_mistake_is_answered_with_what_was_meant(client: TestClient) -> None:
    shown = page(client, "/?q=cartilege&tag=hip")
    assert "Did you mean cartilage?" in shown.said
    assert "/?q=cartilage&tag=hip" in [link["href"] for link in shown.all("a")]


def test_what_could_not_be_read_and_what_was_relaxed_is_told(client: TestClient) -> None:
    assert "never closed" in page(client, "/?q=(stem").said
    assert "Some of these lack: " in page(client, "/?q=knee+ankle+bones").said


def test_where_nothing_is_found_it_says_how_to_go_on(client: TestClient) -> None:
    shown = page(client, "/?q=zzzzz&tag=hip")
    assert "Nothing found for “zzzzz”" in shown.said
    links = [link["href"] for link in shown.all("a")]
    assert {"/?q=zzzzz", "/", "/?tag=stem+cells"} <= set(links)


def test_past_the_last_page_it_leads_back(client: TestClient) -> None:
    shown = page(client, "/?per_page=2&page=9")
    assert "Page 9 is past the end." in shown.said
    assert "/?page=3&per_page=2" in [link["href"] for link in shown.all("a")]


def test_pages_follow_each_other(client: TestClient) -> None:
    steps = {link["rel"]: link["href"] for link in page(client, "/?per_page=2&page=2").all("a") if "rel" in link}
    assert (steps["prev"], steps["next"]) == ("/?per_page=2", "/?page=3&per_page=2")
    assert [link for link in page(client, "/?per_page=2&page=2").all("a") if link.get("aria-current") == "page"]


def test_the_form_keeps_what_was_chosen(client: TestClient) -> None:
    shown = page(client, "/?q=stem&tag=hip&year=2022&sort=newest&page=2")
    fields = {field["name"]: field["value"] for field in shown.all("input")}
    assert fields == {"q": "stem", "tag": "hip", "year": "2022", "sort": "newest"}
    assert shown.all("form") == [{"role": "search", "action": "/", "method": "get"}]


def test_a_value_that_is_not_allowed_is_a_page_that_keeps_the_words(client: TestClient) -> None:
    shown = page(client, "/?q=stem&sort=up", 400)
    assert "sort: 'up' is not allowed." in shown.said
    assert "Allowed for sort: relevance, newest, oldest." in shown.said
    assert shown.all("input")[0]["value"] == "stem"
    assert "/?q=stem" in [link["href"] for link in shown.all("a")]


def test_without_an_index_it_says_so_and_no_more(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(index=tmp_path / "none"))) as client:
        answer = client.get("/?q=stem")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "not available now" in answer.text
    assert str(tmp_path) not in answer.text


def test_who_has_the_page_is_told_so(client: TestClient) -> None:
    first = client.get("/?q=stem&page=1")
    known = {"If-None-Match": first.headers["etag"]}
    assert client.get("/?page=1&q=stem&unknown=1", headers=known).status_code == 304
    assert client.get("/?q=cell", headers=known).status_code == 200
    assert client.head("/?q=stem").content == b""


def test_below_a_path_every_address_of_the_service_is_below_it(settings: Settings) -> None:
    with TestClient(create_app(settings), root_path="/below") as client:
        shown = page(client, "/below/?q=stem&per_page=2")
    own = [value for _, attributes in shown.elements for name, value in attributes.items() if name in ("src", "action")]
    own += [attributes["href"] for tag in ("a", "link") for attributes in shown.all(tag)]
    inside = [address for address in own if not address.startswith(("#", "https://blog.example"))]
    assert inside
    assert [address for address in inside if not address.startswith("/below/")] == []


def test_every_id_is_there_once(client: TestClient) -> None:
    ids = [attributes["id"] for _, attributes in page(client, "/?q=stem").elements if "id" in attributes]
    assert ids
    assert len(ids) == len(set(ids))
