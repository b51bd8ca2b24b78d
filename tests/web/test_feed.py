"""A search as an Atom feed: what feed readers need, and nothing that a post can break."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from xml.etree import ElementTree as Tree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.models import Answer, Facets, Hit
from search.web.feed import feed

ATOM = "{http://www.w3.org/2005/Atom}"
BUILT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).replace(tzinfo=None)
DAY = date(2021, 3, 4)
ANY = st.text(st.characters(exclude_categories=[]), max_size=20)


def hit(post_id: str, title: str = "T", day: date | None = DAY, description: str = "", snippet_html: str = "") -> Hit:
    return Hit(post_id, f"/blog/{post_id}/", title, title, description, snippet_html, None, ("a", "b"), day, None, 0.0)


def written(*hits: Hit, title: str = "Blog", whole: Callable[[str], str] = "https://blog.example{}".format) -> bytes:
    answer = Answer("stem", len(hits), 1, 1, 10, None, False, (), None, (), hits, Facets((), ()))
    address = "https://s.example/feed.atom?q=stem"
    return feed(
        answer,
        title=title,
        author="Author",
        address=address,
        page="https://s.example/?q=stem",
        whole=whole,
        built=BUILT,
    )


def test_a_feed_reader_finds_what_it_shows() -> None:
    newest = hit("b", "Stem <cells> & bones", date(2022, 5, 6), description="About <b>")
    read = feedparser.parse(written(newest, hit("a", snippet_html="one <mark>stem</mark> &amp; more")))
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.author) == ("atom10", "Blog", "Author")
    assert (read.feed.updated, read.feed.link) == ("2022-05-06T00:00:00Z", "https://s.example/?q=stem")
    assert next((link.rel, link.href) for link in read.feed.links) == ("self", "https://s.example/feed.atom?q=stem")
    first, second = read.entries
    assert (first.title, first.link) == ("Stem <cells> & bones", "https://blog.example/blog/b/")
    assert (first.updated, first.published) == ("2022-05-06T00:00:00Z", "2022-05-06T00:00:00Z")
    assert [tag.term for tag in first.tags] == ["a", "b"]
    assert (first.summary, second.summary) == ("About <b>", "one stem & more")


def test_titles_and_summaries_are_plain_text_for_a_reader() -> None:
    entry = Tree.fromstring(written(hit("a", "<script>", description="<img src=x>"))).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "<script>"
    assert "type" not in entry.find(f"{ATOM}title").attrib  # type: ignore[union-attr]  # text, unless it says otherwise
    assert entry.findtext(f"{ATOM}summary") == "<img src=x>"


def ids(document: bytes) -> list[str]:
    return [found.text or "" for found in Tree.fromstring(document).iter(f"{ATOM}id")]


def test_ids_stay_and_no_two_are_the_same() -> None:
    first = ids(written(hit("a"), hit("b")))
    assert len(set(first)) == 3
    assert all(identity.startswith("urn:uuid:") for identity in first)
    later = ids(written(hit("c"), hit("a", "Another title", date(2023, 1, 1)), hit("b"), title="Renamed"))
    assert [identity for identity in later if identity in first] == [first[0], first[1], first[2]]


def test_posts_without_a_date_are_left_out_and_an_empty_feed_has_the_time_of_the_index() -> None:
    read = feedparser.parse(written(hit("a", day=None)))
    assert not read.bozo
    assert (read.entries, read.feed.updated) == ([], "2026-01-02T03:04:05Z")


@given(ANY, ANY, ANY, st.dates())
def test_whatever_a_post_holds_the_feed_can_be_read(title: str, about: str, tag: str, day: date) -> None:
    shown = Hit("a", f"/{title}", title, "", about, "", None, (tag,), day, None, 0.0)
    entry = Tree.fromstring(written(shown, title=about)).find(f"{ATOM}entry")
    assert entry is not None
    kept = [text for text in (title,) if text.isprintable()]
    assert [entry.findtext(f"{ATOM}title")] * len(kept) == kept


@pytest.mark.parametrize("element", ["id", "title", "updated", "author/{http://www.w3.org/2005/Atom}name"])
def test_what_rfc_4287_asks_of_a_feed_is_there(element: str) -> None:
    assert Tree.fromstring(written()).findtext(f"{ATOM}{element}")
