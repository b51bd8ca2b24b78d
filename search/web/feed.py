"""A search as a feed to follow: Atom (RFC 4287) of the newest posts that it finds."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from html import unescape
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from search import render
from search.models import Answer, Hit
from search.web.xml import element, to_xml


def feed(
    answer: Answer, *, title: str, author: str, address: str, page: str, whole: Callable[[str], str], built: datetime
) -> bytes:
    """The document: the dated posts of `answer`, which is sorted by date.

    `address` is the feed's own and `page` that of the same search for people; `whole` makes a post's address a whole
    one. `built` (naive UTC) stands for the time of a feed without posts. A post without a date is left out: nobody can
    tell whether it is new.
    """
    dated = [(hit, hit.date) for hit in answer.hits if hit.date]
    parts = [
        element("id", _identity(address)),
        element("title", title),
        element("updated", _midnight(max(day for _, day in dated)) if dated else render.instant(built)),
        element("author", [element("name", author)]),
        element("link", rel="self", type="application/atom+xml", href=address),
        element("link", rel="alternate", type="text/html", href=page),
        *(element("entry", _entry(hit, day, whole(hit.url))) for hit, day in dated),
    ]
    return to_xml(element("feed", parts, xmlns="http://www.w3.org/2005/Atom"))


def _entry(hit: Hit, day: date, address: str) -> Iterator[Element]:
    yield element("id", _identity(address))
    yield element("title", hit.title)
    yield element("published", _midnight(day))
    yield element("updated", _midnight(day))
    yield element("link", rel="alternate", type="text/html", href=address)
    yield element("summary", hit.description or unescape(hit.snippet_html.replace("<mark>", "").replace("</mark>", "")))
    for tag in hit.tags:
        yield element("category", term=tag)


def _identity(address: str) -> str:
    """The same for the same address, for good, and never that of another."""
    return uuid5(NAMESPACE_URL, address.encode(errors="replace").decode()).urn  # a lone surrogate has no bytes


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
