"""Ten thousand requests that nobody should send and somebody will: none is an error of the service, and no markup of a
query or a post gets into an answer."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes
from xml.etree import ElementTree as Tree

import pytest

from search.config import Settings
from search.web import files
from search.web.app import create_app
from tests.query.malformed import MALFORMED
from tests.web.asgi import Answered, started
from tests.web.sample import build

REQUESTS = 10_000
LARGEST = 100_000
"""Bytes of an answer from this blog of six posts, apart from what it tells back of the request."""

PIECES = (
    *(
        "stem",
        "cells",
        "cartilage",
        "hip",
        "細胞",
        "<script>",
        "</mark>",
        "<mark>",
        "&lt;",
        "]]>",
        "<!--",
        "%3Cb%3E",
        "../",
    ),
    *(
        "'",
        '"',
        "--",
        ";",
        "OR 1=1",
        "UNION SELECT",
        "..\\",
        "%00",
        "\x00",
        "\r\n",
        "(",
        ")",
        "*",
        "~2",
        "tag:",
        "date:[",
        "-",
    ),
)
ADDRESSES = (
    *(
        "/api/search?q=",
        "/api/search?q=stem&tag=",
        "/api/search?since=",
        "/api/search?page=",
        "/api/search?explain=1&q=",
    ),
    *("/api/search?prefix=last&per_page=100&q=", "/api/search?", "/api/suggest?q=", "/api/suggest?q=s&limit="),
    *("/api/related?id=", "/api/posts/", "/api/tags?q=", "/suggestions?q=", "/feed.atom?q=", "/feed.atom?tag=", "/"),
    *("/?q=", "/?q=stem&tag=", "/?sort="),
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build(tmp_path_factory.mktemp("blog"))


def texts(dice: random.Random) -> Iterator[bytes]:
    """The malformed queries; then, without end, characters of every plane, mixtures, and bytes that are no text."""
    for text in MALFORMED:
        yield text.encode("utf-8", "surrogatepass")
    while True:
        plane = dice.randrange(17) << 16
        characters = [chr(plane + dice.randrange(0x10000)) for _ in range(dice.randrange(1, 30))]
        yield "".join(characters).encode("utf-8", "surrogatepass")
        yield "".join(dice.choices(PIECES, k=dice.randrange(1, 12))).encode()
        yield dice.randbytes(dice.randrange(1, 40))


def requests() -> Iterator[tuple[str, bytes]]:
    """Path and query string of each."""
    dice = random.Random(2026)
    for number, text in zip(range(REQUESTS), texts(dice), strict=False):
        path, _, query = ADDRESSES[number % len(ADDRESSES)].partition("?")
        if query:
            # Some clients send what they have as it is.
            yield path, query.encode() + (quote_from_bytes(text).encode() if dice.random() < 0.9 else text)
        else:
            yield path + text.decode("utf-8", "replace"), b""


def markup_of(value: str) -> tuple[str, list[str]]:
    """The text that a page shows of some HTML, and everything in it that is no text."""
    text, other = [], []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            other.append(f"<{tag}{attrs or ''}>")

        def handle_endtag(self, tag: str) -> None:
            other.append(f"</{tag}>")

        def handle_data(self, data: str) -> None:
            text.append(data)

        def handle_comment(self, data: str) -> None:
            other.append(f"<!--{data}")

        def handle_decl(self, decl: str) -> None:
            other.append(f"<!{decl}")

        def handle_pi(self, data: str) -> None:
            other.append(f"<?{data}")

        def unknown_decl(self, data: str) -> None:
            other.append(f"<![{data}")

    reader = Reader(convert_charrefs=True)
    reader.feed(value)
    reader.close()
    return "".join(text), other


def check_html(value: Any, within: str = "") -> None:
    """Every `*_html` value, however deep, is text with `<mark>` and nothing else; that of a title is the title."""
    if isinstance(value, list):
        for item in value:
            check_html(item, within)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.endswith("_html"):
                text, other = markup_of(item)
                assert other == ["<mark>", "</mark>"] * (len(other) // 2)
                assert not re.search(r"<(?!/?mark>)", item)
                assert key != "title_html" or text == value["title"]
            check_html(item, key)


def check_page(page: str) -> None:
    """Nothing that runs but the one script of ours, nothing styled but by the one sheet, no other place to send to."""
    other = markup_of(page)[1]
    names = Counter(re.match(r"<[/!]?[\w-]*", one)[0] for one in other)  # type: ignore[index]  # each begins so
    assert names["<script"] == names["</script"] == sum("('rel', 'stylesheet')" in one for one in other) == 1
    assert not names.keys() & {"<style", "<iframe", "<img", "<object", "<embed", "<base", "<!"}
    attributes = [found for one in other for found in re.findall(r"[\[ ]\('([\w-]+)', '([^']*)'\)", one)]
    assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]
    assert {value for name, value in attributes if name in ("action", "src")} == {"/", files.href("", "search-box.js")}


def check(path: str, query: bytes, answered: Answered) -> None:
    assert answered.status in (200, 400, 404, 414)
    assert len(answered.body) <= LARGEST + 16 * len(query)  # bytes that are no text are told back in several bytes each
    if answered.kind in ("application/json", "application/problem+json", "application/x-suggestions+json"):
        check_html(answered.json())
    elif answered.kind == "application/atom+xml":
        assert Tree.fromstring(answered.body).tag.endswith("feed")
    elif answered.kind == "text/html":
        check_page(answered.body.decode())
    if path.startswith("/api/"):
        assert answered.kind == ("application/json" if answered.status == 200 else "application/problem+json")


def test_ten_thousand_hostile_requests_cost_no_error_and_no_markup(settings: Settings) -> None:
    statuses: Counter[int] = Counter()

    async def ask_all() -> None:
        async with started(create_app(settings)) as client:
            for path, query in requests():
                answered = await client.ask(path, query)
                check(path, query, answered)
                statuses[answered.status] += 1

    asyncio.run(ask_all())
    assert statuses.total() == REQUESTS
    assert statuses[200] > REQUESTS / 2


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a <mark>b</mark> &lt;i&gt;", ("a b <i>", ["<mark>", "</mark>"])),
        ("<b>x</b>", ("x", ["<b>", "</b>"])),
        ("<mark class='x'>x", ("x", ["<mark[('class', 'x')]>"])),
        ("<!-- x --><!doctype html><?php x>", ("", ["<!-- x ", "<!doctype html", "<?php x"])),
    ],
)
def test_markup_is_seen(value: str, found: tuple[str, list[str]]) -> None:
    assert markup_of(value) == found
