"""What browsers and feed readers get of a real blog, below whatever address the service was reached at."""

from collections.abc import Iterator
from xml.etree import ElementTree as Tree

import feedparser
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from search.config import Settings
from search.web.app import create_app
from tests.web.sample import build

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    return create_app(build(tmp_path_factory.mktemp("blog")))


@pytest.fixture(scope="module")
def client(app: Starlette) -> Iterator[TestClient]:
    with TestClient(app, base_url="https://s.example", raise_server_exceptions=False) as client:
        yield client


def test_the_newest_posts_of_a_search_come_first_with_whole_addresses(client: TestClient) -> None:
    answer = client.get("/feed.atom?q=stem&tag=stem+cells")
    assert answer.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert (read.feed.title, read.feed.author) == ("Cells & <bones>: stem, stem cells", "Cells & <bones>")
    assert [entry.link for entry in read.entries] == [
        "https://blog.example/blog/über%20knöchel%20&%20co/",
        "https://blog.example/blog/hip/",
        "https://blog.example/blog/knee/",
    ]
    assert [entry.updated for entry in read.entries] == sorted((one.updated for one in read.entries), reverse=True)
    links = {link.rel: link.href for link in read.feed.links}
    assert links["self"] == "https://s.example/feed.atom?q=stem&tag=stem+cells"
    assert links["alternate"] == "https://s.example/?q=stem&tag=stem+cells&sort=newest"


@pytest.mark.parametrize("address", ["/feed.atom", "/feed.atom?q=stem", "/feed.atom?tag=hip&per_page=5"])
def test_a_feed_says_where_it_is(client: TestClient, address: str) -> None:
    links = {link.rel: link.href for link in feedparser.parse(client.get(address).content).feed.links}
    assert links["self"] == f"https://s.example{address}"


def test_a_feed_takes_filters_and_ignores_what_is_for_pages_only(client: TestClient) -> None:
    found = feedparser.parse(client.get("/feed.atom?until=2021&per_page=1&sort=oldest&page=7&explain=x").content)
    assert [entry.title for entry in found.entries] == ["Knee cartilage"]
    assert client.get("/feed.atom?since=never").status_code == 400


def test_a_feed_that_is_known_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/feed.atom?q=stem").headers["etag"]
    again = client.get("/feed.atom?q=stem", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/feed.atom?q=hip", headers={"if-none-match": etag}).status_code == 200


def test_suggestions_have_the_form_that_browsers_read(client: TestClient) -> None:
    answer = client.get("/suggestions?q=st")
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    typed, completions, about, addresses = answer.json()
    assert typed == "st"
    assert (completions[0], about[0]) == ("stem cells", "3 posts")
    assert addresses[0] == "https://s.example/?q=stem%20cells"
    assert "https://blog.example/blog/undated/" in addresses
    assert len(completions) == len(about) == len(addresses)
    assert client.get("/suggestions").json() == ["", [], [], []]


def test_the_description_leads_to_the_service(client: TestClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    templates = [url.attrib["template"] for url in Tree.fromstring(answer.content) if "template" in url.attrib]
    assert templates[0] == "https://s.example/?q={searchTerms}"
    for template in templates[1:]:
        assert client.get(template.format(searchTerms="stem")).status_code == 200


@pytest.mark.parametrize("path", ["/opensearch.xml", "/suggestions?q=st", "/feed.atom?q=stem"])
@pytest.mark.parametrize(
    "host", ["evil/x", 'e"><script>', "a@b", "a b", "{count}", "e%2f", "x:99999999", "x" * 300, "[::1", "ñ"]
)
def test_a_host_that_is_none_is_never_written(client: TestClient, path: str, host: str) -> None:
    answer = client.get(path, headers={b"host": host.encode()})
    assert answer.status_code == 200
    assert b"://s.example" in answer.content
    assert host.encode() not in answer.content


@pytest.mark.parametrize("host", ["search.example", "search.example:8443", "[2001:db8::1]:80", "localhost"])
def test_a_host_that_is_one_is_taken(client: TestClient, host: str) -> None:
    assert f"https://{host}/?q=".encode() in client.get("/opensearch.xml", headers={"host": host}).content


def test_two_hosts_in_one_request_are_refused_and_spoil_no_answer_for_others(client: TestClient) -> None:
    for first, last in (("evil.example", "a.example"), ("a.example", "evil.example"), ("", "a.example")):
        answer = client.get("/feed.atom?q=two", headers=[("host", first), ("host", last)])
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert b"evil.example" not in client.get("/feed.atom?q=two", headers={"host": "a.example"}).content


def test_two_hosts_have_two_answers(client: TestClient) -> None:
    etags = [client.get("/feed.atom", headers={"host": host}).headers["etag"] for host in ("a.example", "b.example")]
    assert etags[0] != etags[1]


def test_below_a_sub_path_every_address_of_the_service_has_it(app: Starlette) -> None:
    with TestClient(app, base_url="https://s.example", root_path="/find") as client:
        for path in ("/opensearch.xml", "/suggestions?q=stem", "/feed.atom?q=stem", "/docs", "/openapi.json"):
            text = client.get(f"/find{path}").text
            assert "/find" in text
            assert "https://s.example/" not in text.replace("https://s.example/find/", "")


def test_without_a_site_posts_are_at_the_host_of_the_service(app: Starlette) -> None:
    settings: Settings = app.state.settings
    with TestClient(
        create_app(Settings(index=settings.index)), base_url="https://s.example", root_path="/find"
    ) as client:
        read = feedparser.parse(client.get("/find/feed.atom?q=stem&tag=hip").content)
    assert read.feed.title == "Blog: stem, hip"
    assert [entry.link for entry in read.entries] == ["https://s.example/blog/hip/"]


def test_without_an_index_there_is_a_description_and_no_feed(app: Starlette) -> None:
    with TestClient(create_app(Settings(index=app.state.settings.index / "none"))) as client:
        assert client.get("/opensearch.xml").status_code == 200
        assert client.get("/feed.atom").status_code == 503
        assert client.get("/suggestions?q=a").status_code == 503
