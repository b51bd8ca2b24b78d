"""The OpenSearch description: what browsers ask of it, whatever the blog is called and wherever it is reached."""

from xml.etree import ElementTree as Tree

import pytest

from search.web.opensearch import description

NS = "{http://a9.com/-/spec/opensearch/1.1/}"


def read(title: str = "Cells", address: str = "https://s.example/blog") -> Tree.Element:
    root = Tree.fromstring(description(title, address))
    assert root.tag == f"{NS}OpenSearchDescription"
    return root


def test_pages_suggestions_and_feed_have_whole_addresses_with_the_words() -> None:
    found = {url.attrib["type"]: url.attrib["template"] for url in read().iter(f"{NS}Url")}
    assert found == {
        "text/html": "https://s.example/blog/?q={searchTerms}",
        "application/x-suggestions+json": "https://s.example/blog/suggestions?q={searchTerms}",
        "application/atom+xml": "https://s.example/blog/feed.atom?q={searchTerms}",
        "application/opensearchdescription+xml": "https://s.example/blog/opensearch.xml",
    }


@pytest.mark.parametrize("title", ["Cells", "A blog with a long name " * 100, "<b>&\"'\x00\ud800", "細胞" * 20])
def test_names_keep_to_the_lengths_of_the_format(title: str) -> None:
    root = read(title)
    name, about = root.findtext(f"{NS}ShortName"), root.findtext(f"{NS}Description")
    assert name
    assert title.startswith(name) or "\x00" in title
    assert len(name) <= 16
    assert about
    assert len(about) <= 1024


@pytest.mark.parametrize("address", ["https://s.example/{count}", 'https://s.example/"><x>', "http://[::1]:8000"])
def test_an_address_adds_no_parameter_and_no_markup(address: str) -> None:
    templates = [url.attrib["template"] for url in read(address=address).iter(f"{NS}Url")]
    assert all(template.count("{") == template.count("{searchTerms}") for template in templates)
    assert all(template.startswith(address.partition("{")[0].partition('"')[0]) for template in templates)
