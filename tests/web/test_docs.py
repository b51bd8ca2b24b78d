"""The page about the service: all of the document is on it, as HTML that loads nothing from elsewhere."""

from html.parser import HTMLParser
from typing import Any

import pytest

from search.web import docs
from search.web.openapi import document

VOID = {"meta", "link"}


class Page(HTMLParser):
    """What is in a page: elements, ids, addresses, and whether every element is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [value for name, value in self.attributes if name == attribute]


PAGE = Page(docs.page("/below", hook=True).decode())


def test_the_page_is_whole_and_every_id_is_there_once() -> None:
    assert PAGE.open == []
    assert len(PAGE.values("id")) == len(set(PAGE.values("id")))


def test_every_link_within_the_page_leads_somewhere() -> None:
    links = [value[1:] for value in PAGE.values("href") if value.startswith("#")]
    assert links
    assert set(links) <= set(PAGE.values("id"))


def test_it_runs_nothing_and_loads_only_what_the_service_has() -> None:
    assert not PAGE.names & {"script", "style", "iframe", "img", "object"}
    assert not [name for name, _ in PAGE.attributes if name == "style" or name.startswith("on")]
    assert all(value.startswith(("#", "/below/")) for value in PAGE.values("href") + PAGE.values("src"))


def test_every_address_parameter_and_key_is_on_it() -> None:
    told: dict[str, Any] = document("/below", hook=True)
    paths, schemas = told["paths"], told["components"]["schemas"]
    missing = [path for path in paths if f" {path}" not in PAGE.text]
    operations = [operation for path in paths.values() for operation in path.values()]
    missing += [one["name"] for each in operations for one in each["parameters"] if one["name"] not in PAGE.text]
    missing += [key for schema in schemas.values() for key in schema["properties"] if key not in PAGE.text]
    assert missing == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "integer", "minimum": 1, "maximum": 9}, "whole number from 1 to 9"),
        ({"type": ["integer", "null"], "minimum": 0}, "whole number from 0 or null"),
        ({"type": "string", "enum": ["a", "b"]}, "one of a, b"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Hit"}, "maxItems": 3}, "list of Hit, at most 3"),
        ({"anyOf": [{"$ref": "#/components/schemas/Hit"}, {"type": "null"}]}, "Hit or null"),
        ({"type": "string", "format": "date"}, "text as date"),
    ],
)
def test_a_value_in_words(schema: dict[str, object], words: str) -> None:
    assert docs.kind(schema) == words


def test_text_of_the_document_is_escaped() -> None:
    assert docs.prose("<b> `<i>` &") == "&lt;b&gt; <code>&lt;i&gt;</code> &amp;"
    assert docs.linked("list of Hit or <b>") == 'list of <a href="#Hit">Hit</a> or &lt;b&gt;'
