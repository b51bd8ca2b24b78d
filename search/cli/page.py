"""An answer as a page for people: the hits with their matches highlighted, then the facets.

Where the console has no colours (a pipe, a dumb terminal, NO_COLOR), matches stand between asterisks.
"""

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from search.cli.output import count, safe
from search.models import Answer, FacetValue, Hit, SearchRequest

WIDEST = 100
"""Columns. Longer lines are hard to read, so the right of a wider terminal stays empty."""

FACETS_SHOWN = 12
"""Values of a facet; the rest is counted."""

_LEADS = {"title": "the query is its title", "pinned": "pinned to the query"}

_USUAL = 80
"""Columns where the environment names none that text could stand in."""

_QUERY_WIDTH = 100
_MARK = "bold red"
_INDENT = "    "


def answer_page(answer: Answer, *, terminal: bool, read_as: str = "", filters: str = "") -> str:
    """The page as one text, fitted to the width of the terminal and styled as far as it can show styles.

    `terminal` says whether the page goes to one; the environment has its say as well (TERM, COLUMNS, NO_COLOR,
    FORCE_COLOR). `read_as` are lines that say how the query was understood; they stand above the hits. `filters` is
    a line about what may have left no post.
    """
    page = io.StringIO()
    console = Console(file=page, force_terminal=terminal or None)
    if console.width < 1:  # COLUMNS=0, as some programs set it: rich would take it at its word and print nothing
        console.width = _USUAL
    console.print(Text("\n").join(_lines(console, answer, read_as, filters)), soft_wrap=True)
    return page.getvalue()


def marked(value: str, *, plain: bool) -> Text:
    """Escaped text with `<mark>` (Hit.title_html, Hit.snippet_html) as styled text, or with asterisks if `plain`."""
    text = Text()
    for number, part in enumerate(re.split(r"<mark>(.*?)</mark>", value, flags=re.DOTALL)):
        words = safe(html.unescape(part))
        if number % 2:
            text.append(f"*{words}*" if plain else words, style=_MARK)
        else:
            text.append(words)
    return text


def filters_of(request: SearchRequest) -> str:
    """What narrows a search, in words; "" where nothing does."""
    tags = ", ".join(request.tags)
    which = f"{request.tags_match} of the tags" if len(request.tags) > 1 else "tag"
    years = ", ".join(map(str, request.years))
    filters = [
        f"{which} {tags}" if tags else "",
        f"{'years' if len(request.years) > 1 else 'year'} {years}" if years else "",
        f"from {request.since} on" if request.since else "",
        f"until {request.until}" if request.until else "",
        f"language {request.lang}" if request.lang else "",
    ]
    return "; ".join(filter(None, filters))


def _lines(console: Console, answer: Answer, read_as: str, filters: str) -> Iterator[Text]:
    yield from _heading(console, answer)
    if filters:
        yield from _wrapped(console, Text(safe(filters)))
    if read_as:
        yield Text("Read as:", style="dim")
    for line in read_as.splitlines():
        depth = len(line) - len(line.lstrip(" "))
        yield Text(_INDENT + " " * depth + safe(line.strip()), style="dim")
    for number, hit in enumerate(answer.hits, (answer.page - 1) * answer.per_page + 1):
        yield Text()
        yield from _hit(console, number, hit)
    if answer.facets.tags or answer.facets.years:
        yield Text()
        if not answer.total:  # facets count what their own filter leaves out, so that one can choose again
            yield Text("With other tags or years:", style="dim")
        yield from _facet(console, "Tags", answer.facets.tags)
        yield from _facet(console, "Years", answer.facets.years)
    if answer.page < answer.pages:
        yield Text()
        yield Text(f"Page {answer.page} of {answer.pages}. Next: --page {answer.page + 1}", style="dim")


def _heading(console: Console, answer: Answer) -> Iterator[Text]:
    found = {0: "Nothing found", 1: "1 post"}.get(answer.total, f"{answer.total:,} posts")
    query = Text(safe(answer.query.strip()))
    query.truncate(_QUERY_WIDTH, overflow="ellipsis")
    what = f" for “{query}”" if query else ""
    took = "" if answer.took_ms is None else f" ({answer.took_ms:.1f} ms)"
    yield from _wrapped(console, Text.assemble((found + what, "bold"), (took, "dim")))
    if answer.did_you_mean:
        yield from _wrapped(console, Text.assemble("Did you mean “", (safe(answer.did_you_mean), "bold"), "”?"))
    if answer.relaxed and answer.hits:
        dropped = ", ".join(safe(word) for word in answer.dropped)
        yield from _wrapped(console, Text(f"Few posts hold every word. Some of these lack: {dropped}", style="dim"))
    for diagnostic in answer.diagnostics:
        yield from _wrapped(console, Text(f"Note: {safe(diagnostic.message)}", style="dim"))
    if answer.total and not answer.hits:
        yield Text(f"Page {answer.page} is past the end; the last page is {answer.pages}.")


def _hit(console: Console, number: int, hit: Hit) -> Iterator[Text]:
    plain = console.color_system is None or console.no_color  # a title is bold anyway
    title = marked(hit.title_html, plain=plain)
    title.stylize_before("bold")
    yield from _wrapped(console, title, first=f"{number}. ".rjust(len(_INDENT)), rest=_INDENT)
    about = [part for part in (hit.date and hit.date.isoformat(), ", ".join(map(safe, hit.tags))) if part]
    if about:
        yield from _wrapped(console, Text(" · ".join(about), style="cyan"), first=_INDENT, rest=_INDENT)
    if hit.snippet_html:
        yield from _wrapped(console, marked(hit.snippet_html, plain=plain), first=_INDENT, rest=_INDENT)
    if hit.section and hit.section.title:
        section = Text(f"Section: {safe(hit.section.title)}", style="dim")
        yield from _wrapped(console, section, first=_INDENT, rest=_INDENT)
    # An address is never broken: what is copied must work.
    yield Text(_INDENT + safe(hit.section.url if hit.section else hit.url), style="blue")
    if hit.explain is not None:
        for line in _explanation(hit.score, hit.explain):
            yield from _wrapped(console, Text(line, style="dim"), first=_INDENT, rest=_INDENT * 2)


def _explanation(score: float, parts: Mapping[str, Any]) -> Iterator[str]:
    """What the score of a post is made of, a line for each word (Hit.explain as the engine's explain.py makes it)."""
    total = sum(field["score"] for word in parts["words"] for field in word["fields"].values())
    factors = [
        ("title", parts["title"]["factor"]),
        ("words held", parts["held"]),
        ("boost", parts["boost"]),
        ("recency", parts["recency"]),
    ]
    shown = "".join(f" × {name} {factor:.3g}" for name, factor in factors if factor != 1)
    first = parts["first"]
    lead = f" + {first['points']:.3f} ({_LEADS[first['why']]})" if first else ""
    near = f" + {parts['near']:.3f} (words near each other)" if parts["near"] else ""
    yield f"Score {score:.3f} = {total:.3f}{shown}{near}{lead}"
    for word in parts["words"]:
        fields = word["fields"].items()
        total = sum(field["score"] for _, field in fields)
        sources = " + ".join(f"{name} {field['score']:.3f} ({field['count']}×)" for name, field in fields)
        yield f"  {safe(word['word'])} {total:.3f} = {sources}; {count(word['posts'], 'post')}, idf {word['idf']:.2f}"


def _facet(console: Console, label: str, values: tuple[FacetValue, ...]) -> Iterator[Text]:
    """The chosen values always, then those with most posts."""
    if not values:
        return
    shown = [value for place, value in enumerate(values) if place < FACETS_SHOWN or value.selected]
    items = [_facet_value(value) for value in shown]
    if len(shown) < len(values):
        items.append(Text(f"{len(values) - len(shown)} more", style="dim"))
    yield from _filled(console, items, first=label.ljust(7), rest=" " * 7)


def _facet_value(value: FacetValue) -> Text:
    name = (f"✓ {safe(value.value)}", "bold") if value.selected else (safe(value.value), "cyan")
    return Text.assemble(name, f" {value.count:,}")


def _filled(console: Console, items: Sequence[Text], first: str, rest: str) -> Iterator[Text]:
    """`items` side by side in as many lines as they need; none is broken."""
    line = Text(first)
    empty = True
    for item in items:
        if not empty and line.cell_len + 3 + item.cell_len > _width(console):
            yield line
            line, empty = Text(rest), True
        line.append("" if empty else " · ").append_text(item)
        empty = False
    yield line


def _wrapped(console: Console, text: Text, first: str = "", rest: str = "") -> Iterator[Text]:
    """`text` in lines no wider than the console, the first begun with `first`, the others with `rest`."""
    for number, line in enumerate(text.wrap(console, max(_width(console) - len(rest), 10))):
        line.rstrip()
        yield Text(rest if number else first).append_text(line)


def _width(console: Console) -> int:
    return min(console.width, WIDEST)
