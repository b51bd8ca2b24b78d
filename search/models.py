"""The values that travel between the modules: posts on the way in, requests and answers on the way out. All frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one file of the content folder.

    `path` is relative to the content folder, `line` counts from 1 in the file itself (None: the file as a whole),
    `code` is a stable word for programs ("yaml", "encoding", "date", ...), `remedy` says what to do.
    """

    path: str
    line: int | None
    code: str
    message: str
    remedy: str = ""

    @property
    def withdraws(self) -> bool:
        """Whether an earlier version of the post leaves the index, where of any other bad post it stays: this one may
        have been meant to be hidden, and doubt must not keep it public."""
        return self.code in ("draft", "published", "search")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a body under one heading.

    `start` is the character offset in the body's text where it begins (the heading's own words come first),
    `anchor` the fragment that the site gives the heading ("" for the part before the first heading).
    """

    heading: str
    anchor: str
    start: int


@dataclass(frozen=True, slots=True)
class Post:
    """One post, ready to be indexed.

    `body` is plain text, as a reader sees it. `instant` is naive UTC, for sorting; `day` is the author's calendar day,
    for display, ranges and years. `lang` is an ISO 639-1 code. `boost` multiplies the post's score (1.0: no change).
    `content_hash` changes whenever anything of the post that the index keeps changes. `expires` is naive UTC.
    """

    id: str
    url: str
    title: str
    description: str
    body: str
    tags: tuple[str, ...]
    instant: datetime | None
    day: date | None
    image: str | None
    lang: str
    sections: tuple[Section, ...]
    content_hash: str
    boost: float = 1.0
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A post that a rule keeps out of the index: `reason` is one of "draft", "unpublished", "expired", "future",
    "search: false", "not a post"; `until` is the instant (naive UTC) from which it may come in, where there is one."""

    reason: str
    until: datetime | None = None


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class TagsMatch(StrEnum):
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Who asks for `text` is shown posts with `other` as well. Both are one or several words."""

    text: str
    other: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Who asks for `query` is shown the posts with these ids first, in this order."""

    query: str
    posts: tuple[str, ...]


class PrefixMatch(StrEnum):
    """Which word of a query is the beginning of a word as well: `last` is for a box that asks while one types."""

    NONE = "none"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question, already checked against the limits (query/params.py). `since` and `until` are inclusive days,
    `lang` is an ISO 639-1 code in small letters; None: no such filter."""

    query: str
    tags: tuple[str, ...] = ()
    tags_match: TagsMatch = TagsMatch.ANY
    years: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    lang: str | None = None
    prefix: PrefixMatch = PrefixMatch.NONE
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = 10
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What could not be understood in a query: characters `start` to `end` of the text as typed."""

    code: str
    message: str
    start: int
    end: int


class SectionLink(NamedTuple):
    title: str
    url: str


class Hit(NamedTuple):
    """One post of an answer. The `*_html` values are escaped text plus `<mark>` and nothing else. A tuple is made in a
    third of the time."""

    id: str
    url: str
    title: str
    title_html: str
    description: str
    snippet_html: str
    section: SectionLink | None
    tags: tuple[str, ...]
    date: date | None
    image: str | None
    score: float
    explain: Mapping[str, object] | None = None


class FacetValue(NamedTuple):
    """One line of a facet. Made by the dozen for every answer, and a tuple is made in a third of the time."""

    value: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which a facet value has no use for
    selected: bool


@dataclass(frozen=True, slots=True)
class Facets:
    tags: tuple[FacetValue, ...]
    years: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a SearchRequest; the JSON contract of the command line and of the service is made of it.

    `relaxed` is true where not every word of the query had to match; `dropped` are the words that some hits lack.
    `took_ms` is milliseconds, None where the time is told elsewhere.
    """

    query: str
    total: int
    page: int
    pages: int
    per_page: int
    took_ms: float | None
    relaxed: bool
    dropped: tuple[str, ...]
    did_you_mean: str | None
    diagnostics: tuple[Diagnostic, ...]
    hits: tuple[Hit, ...]
    facets: Facets


class SuggestionKind(StrEnum):
    TAG = "tag"
    PHRASE = "phrase"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the words being typed may become: a tag, a word or phrase of several posts, or the title of one.

    `posts` is in how many posts it is; a title has the `url` of its post.
    """

    text: str
    kind: SuggestionKind
    posts: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedPost:
    """A post that is about the same as another; the higher the `score`, the more they share. `shared` are the tags
    that both have."""

    id: str
    url: str
    title: str
    description: str
    tags: tuple[str, ...]
    shared: tuple[str, ...]
    date: date | None
    image: str | None
    score: float


@dataclass(frozen=True, slots=True)
class IndexedPost:
    """All that the index can show of one post. `body` is plain text, one line a block; `sections` are the parts of it
    that have a heading, in order; `lang` is an ISO 639-1 code."""

    id: str
    url: str
    title: str
    description: str
    tags: tuple[str, ...]
    date: date | None
    image: str | None
    lang: str
    sections: tuple[SectionLink, ...]
    body: str


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag as it is shown, and how many posts have it."""

    tag: str
    posts: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes one set of posts into another: ids to write (new or altered) and ids to delete, each sorted."""

    write: tuple[str, ...]
    delete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The published state of an index. `size` is bytes on disk, `built` an instant (naive UTC), `rules` marks the
    settings that the posts were read with (PostRules.stamp)."""

    posts: int
    tags: int
    size: int
    generation: str
    built: datetime
    segments: int
    deleted: int
    rules: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What an index run did: how many posts it wrote, deleted and found unchanged, how many it left out by reason
    (LeftOut.reason), and the problems it met. `why_full` says why all was built anew ("" where it was not). `next_due`
    is the next instant (naive UTC) at which an unchanged post comes in or goes out by its date (None: none will).
    `changes` names the posts that it wrote and deleted."""

    written: int
    deleted: int
    unchanged: int
    left_out: Mapping[str, int]
    problems: tuple[Problem, ...]
    generation: str
    seconds: float
    full: bool
    why_full: str
    next_due: datetime | None = None
    changes: Changes = Changes((), ())


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What reading all posts found: how many can be indexed, how many are left out by reason, and every problem."""

    posts: int
    left_out: Mapping[str, int]
    problems: tuple[Problem, ...]
