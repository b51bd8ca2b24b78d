"""What the search page shows, made of a request and its answer: texts, and links to the same search with one thing
changed. Pure; the template only writes it down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from urllib.parse import quote_plus, urlencode, urlsplit

from markupsafe import Markup

from search.analysis import tag_key
from search.config import SiteSettings
from search.models import Answer, FacetValue, Hit, PrefixMatch, SearchRequest, Sort, TagCount, TagsMatch
from search.query.params import MAX_REACH, pairs_of

FACETS_SHOWN = 12
"""Values of a facet that show at once; the others unfold."""

NEIGHBOURS = 1
"""Pages on either side of the current one that have a link of their own."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: where choosing it leads, whether it is chosen already (then `href` takes it back), and how
    many posts it has (None where that is not counted)."""

    label: str
    href: str
    chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """`shown` are the chosen values and those of most posts, `more` the others."""

    title: str
    shown: Sequence[Choice]
    more: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit. `title` and `snippet` are HTML; `href` is None where the post has no address that may be followed."""

    title: Markup
    href: str | None
    day: date | None
    tags: Sequence[Choice]
    snippet: Markup
    section: str
    section_href: str | None


class View:
    """The texts and links of one page; what the template names more than once is made once.

    `request` is as `for_page` makes it, `offered` are tags for who found nothing, `root` is the path below which the
    service answers, without a slash at its end.
    """

    def __init__(
        self, request: SearchRequest, answer: Answer, offered: Sequence[TagCount], site: SiteSettings, root: str
    ) -> None:
        self.request = request
        self.answer = answer
        self._offered = offered
        self._site = site
        self._root = root

    def href(self, **changes: object) -> str:
        """The address of this search with `changes` to the request; any but of the page leads to the first page."""
        return page_address(self._root, replace(self.request, **{"page": 1, **changes}))  # type: ignore[arg-type]

    @cached_property
    def _first(self) -> str:
        """The address of this search's first page. Most links of a page add one value to it."""
        return self.href()

    @cached_property
    def feed(self) -> str:
        """The address of the feed of this search, whose order is its own."""
        return feed_address(self._root, self.request)

    @cached_property
    def heading(self) -> str:
        total, query = self.answer.total, self.answer.query
        if not query and not self.filters:
            return "Newest posts" if self.request.sort is not Sort.OLDEST else "Oldest posts"
        found = {0: "Nothing found", 1: "1 post"}.get(total, f"{total:,} posts")
        return f"{found} for “{query}”" if query else found

    @cached_property
    def filters(self) -> list[Choice]:
        """What narrows the search; each leads to the search without it."""
        request = self.request
        found = [Choice(tag, self._without_tag(tag), chosen=True) for tag in request.tags]
        found += [Choice(str(year), self._without_year(year), chosen=True) for year in request.years]
        if request.since:
            found.append(Choice(f"from {day_text(request.since)}", self.href(since=None), chosen=True))
        if request.until:
            found.append(Choice(f"until {day_text(request.until)}", self.href(until=None), chosen=True))
        if request.lang:
            found.append(Choice(f"language: {request.lang}", self.href(lang=None), chosen=True))
        return found

    @property
    def unfiltered(self) -> str:
        """The address of the same words everywhere."""
        return page_address(self._root, SearchRequest(self.request.query, sort=self.request.sort))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form sends along with the words."""
        return pairs_of(replace(self.request, query="", page=1))

    @cached_property
    def tags_match(self) -> list[Choice]:
        """Any or all of the chosen tags; empty where that is the same."""
        if len(self.request.tags) < 2:
            return []
        chosen = self.request.tags_match
        return [
            Choice(f"{match} of the tags", self.href(tags_match=match), chosen=match is chosen) for match in TagsMatch
        ]

    @property
    def sorts(self) -> list[Choice]:
        """The orders that differ: without words nothing is more relevant, and the newest posts come first."""
        sorts = list(Sort) if self.answer.query else [Sort.NEWEST, Sort.OLDEST]
        current = self.request.sort if self.request.sort in sorts else Sort.NEWEST
        return [Choice(sort.capitalize(), self.href(sort=sort), chosen=sort is current) for sort in sorts]

    @cached_property
    def facets(self) -> list[Facet]:
        """What can be chosen. What is chosen and has no posts is only among the `filters`."""
        tags = [self._tag(value) for value in self.answer.facets.tags if value.count]
        years = [self._year(value) for value in self.answer.facets.years if value.count]
        return [_facet(title, choices) for title, choices in (("Tags", tags), ("Years", years)) if choices]

    @property
    def offered(self) -> list[Choice]:
        """Tags of the whole blog, each for itself."""
        searches = [(one, SearchRequest("", tags=(one.tag,))) for one in self._offered]
        return [Choice(one.tag, page_address(self._root, search), count=one.posts) for one, search in searches]

    @property
    def found(self) -> Iterator[Found]:
        for hit in self.answer.hits:
            yield self._found(hit)

    @cached_property
    def last_page(self) -> int:
        """The last page that can be asked for."""
        return min(self.answer.pages, MAX_REACH // self.request.per_page)

    @cached_property
    def pages(self) -> list[Choice | None]:
        """The first, the last, and those around the current page; None stands for those between. Empty for one page."""
        if self.last_page < 2:
            return []
        numbers = page_numbers(self.request.page, self.last_page)
        return [
            Choice(str(number), self.href(page=number), chosen=number == self.request.page) if number else None
            for number in numbers
        ]

    def _tag(self, value: FacetValue) -> Choice:
        href = self._without_tag(value.value) if value.selected else self._with("tag", value.value)
        return Choice(value.value, href, value.selected, value.count)

    def _year(self, value: FacetValue) -> Choice:
        year = int(value.value)
        href = self._without_year(year) if value.selected else self._with("year", value.value)
        return Choice(value.value, href, value.selected, value.count)

    def _with(self, name: str, value: str) -> str:
        """This search with one more value of a parameter that repeats; its place among the others does not matter."""
        return f"{self._first}{'&' if '?' in self._first else '?'}{name}={quote_plus(value)}"

    def _without_tag(self, tag: str) -> str:
        """Without every spelling of the tag: the answer shows one of them."""
        return self.href(tags=tuple(other for other in self.request.tags if tag_key(other) != tag_key(tag)))

    def _without_year(self, year: int) -> str:
        return self.href(years=tuple(other for other in self.request.years if other != year))

    def _found(self, hit: Hit) -> Found:
        chosen = {tag_key(tag) for tag in self.request.tags}
        return Found(
            title=Markup(hit.title_html),  # noqa: S704 - escaped text and <mark> by contract (models.Hit)
            href=post_href(hit.url, self._site),
            day=hit.date,
            tags=[Choice(tag, self._with("tag", tag)) for tag in hit.tags if tag_key(tag) not in chosen],
            snippet=Markup(hit.snippet_html),  # noqa: S704 - as above
            section=hit.section.title if hit.section else "",
            section_href=post_href(hit.section.url, self._site) if hit.section else None,
        )


def for_page(request: SearchRequest) -> SearchRequest:
    """`request` without what is not for a page: explanations, and a last word that is still being typed."""
    return replace(request, prefix=PrefixMatch.NONE, explain=False)


def page_address(root: str, request: SearchRequest) -> str:
    """The page that shows the answer to `request`."""
    return _address(f"{root}/", request)


def feed_address(root: str, request: SearchRequest) -> str:
    """The feed of all posts that `request` finds, whose order and length are its own."""
    usual = SearchRequest("")
    return _address(f"{root}/feed.atom", replace(request, page=1, per_page=usual.per_page, sort=usual.sort))


def _address(path: str, request: SearchRequest) -> str:
    query = urlencode(pairs_of(request))
    return f"{path}?{query}" if query else path


def post_href(url: str, site: SiteSettings) -> str | None:
    """The address of a post as a link: on the blog's site where it begins with `/` and the site is configured. None for
    what a browser would run or open otherwise (`javascript:`, `data:`)."""
    url = site.url.rstrip("/") + url if url.startswith("/") else url
    try:
        scheme, host = urlsplit(url)[:2]
        return url if scheme in ("http", "https") or (not host and url.startswith("/")) else None
    except ValueError:
        return None


def page_numbers(current: int, last: int) -> list[int | None]:
    """1 to `last` without those far from both ends and from `current`; None stands for two or more left out."""
    shown = {1, last, *range(max(1, current - NEIGHBOURS), min(last, current + NEIGHBOURS) + 1)}
    numbers: list[int | None] = []
    before = 0
    for number in sorted(shown):
        if number - before == 2:
            numbers.append(number - 1)
        elif number - before > 2:
            numbers.append(None)
        numbers.append(number)
        before = number
    return numbers


def day_text(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _facet(title: str, choices: Sequence[Choice]) -> Facet:
    first, rest = choices[:FACETS_SHOWN], choices[FACETS_SHOWN:]
    return Facet(
        title,
        [*first, *(choice for choice in rest if choice.chosen)],
        [choice for choice in rest if not choice.chosen],
    )
