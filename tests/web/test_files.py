"""The files of the pages: kept for good by their version, asked about again by their name."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from search.web import files


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=files.routes()))


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_a_file_is_kept_for_good_where_a_page_names_it(client: TestClient, name: str) -> None:
    answer = client.get(files.href("", name))
    assert answer.content == files.FILES[name].body
    assert answer.headers["cache-control"] == files.FOR_GOOD
    assert answer.headers["content-type"].partition(";")[0] == files.FILES[name].media_type


@pytest.mark.parametrize("query", ["", "?v=other"])
def test_by_its_name_or_another_version_it_is_asked_about_again(client: TestClient, query: str) -> None:
    answer = client.get(f"/static/search-box.js{query}")
    assert answer.headers["cache-control"] == files.AN_HOUR
    again = client.get("/static/search-box.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/static/search-box.js", headers={"If-None-Match": '"old"'}).status_code == 200


@pytest.mark.parametrize("name", ["none.js", "..%2Fpage.py", "../page.py", "%2e%2e/page.py", ""])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_an_address_is_below_the_path_of_the_service() -> None:
    assert files.href("/below", "page.css").startswith("/below/static/page.css?v=")
