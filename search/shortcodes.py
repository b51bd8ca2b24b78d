"""What stands in a post's source and is no Markdown: template tags, components, HTML, comments, scripts, and code.

Template tags (Liquid, Nunjucks, Hugo shortcodes, kramdown attributes), MDX imports and components, comments, scripts
and styles go; the words that a reader would see of a tag (its alt text, caption, title) stay in its place. Code and
HTML tags are held back, so that the Markdown parser never sees them, and markdown.py meets them again in its tree.

One scan from left to right: every opener is looked at once and its closer is searched in a bounded window.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import TypeAlias

HELD = re.compile("\ue000(\\d+)\ue001")
"""Stands in the source for something held back, by its number."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An HTML tag: its name in lower case, whether it closes, and those attributes that text and sections need."""

    name: str
    closes: bool = False
    id: str = ""
    alt: str = ""


Held: TypeAlias = str | Tag
"""Text (code, as it is shown) or a tag."""

INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q s samp small span"
        " strike strong sub sup td th time tt u var wbr",
    )
)
"""The elements that do not begin a new block of text."""

MAX_LINES = 500
_MAX_TAG = 4_000  # characters: no tag is longer, and an opener without its closer must not cost a scan of the file

_RESERVED = re.compile("[\x02\x03\ue000\ue001]")  # what placeholders are made of, here and in the parser
_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}+|~{3,}+)[^\n`]*\n(?P<code>.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_IMPORT = re.compile(
    r"""^import\s++(?:(?:[^"'\n]|\n(?!\n)){1,500}?\sfrom\s++)?["'][^"'\n]+["'];?[ \t]*$""", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export\s+(?:const|let|var|function|default|async|class|\{|\*).*?(?=\n[ \t]*\n|\Z)", re.MULTILINE | re.DOTALL
)
_KRAMDOWN_ID = re.compile(r"^(#{1,6}[^\n]*)\n\{:?[ ]*(#[\w.:-]++)[^}\n]*+\}[ ]*$", re.MULTILINE)
_OPENERS = r"\\.|`+|<[a-zA-Z/!?]|\{[{%#:]|\{\.(?=[a-zA-Z])|\}\}|%\}"
_OPENER = re.compile(_OPENERS, re.DOTALL)
_MDX_OPENER = re.compile(_OPENERS + r"|<>|\{", re.DOTALL)

_BRACED = r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}"
_EXPRESSION = re.compile(_BRACED)
_FRAGMENT = re.compile(r"</?>")
_COMPONENT = re.compile(
    rf"""</?[A-Z](?=[\w.]*[a-z])[\w.]*+(?:\s++(?:[\w:-]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|{_BRACED}|[^\s"'<>{{}}]++))?+|{_BRACED}))*+\s*+/?>"""
)
_AUTOLINK = re.compile(r"<([A-Za-z][\w+.-]*:[^<>\s]*|[^<>\s@/]+@[^<>\s]+)>")
_HIDDEN = re.compile(r"<(script|style|template)\b", re.IGNORECASE)
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*+)(?P<attributes>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>|<[!?][^<>]*+>"""
)
_ATTRIBUTE = re.compile(r"""\b(id|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_LINE_START = re.compile(r"(?:\n|\A)[ \t]*\Z")
_ATTRIBUTES = re.compile(
    # Possessive: `{.aa=.aa=` could else be cut into classes and values in twice as many ways at every step.
    r"""\{:[^{}\n]*\}|\{(?:\s*+(?:[.#][\w:-]++|[\w-]++=(?:"[^"\n]*+"|[^\s{}"]++)))++\s*+\}"""
)

_ARGUMENT = re.compile(r"""(?:(?<![\w-])([\w-]++)\s*+[=:]\s*+)?\{?(["'`])""")
_ARGUMENT_END = {
    quote: re.compile(quote + r"""(?=\}|\s*+(?:,|/?>|\||$)|\s++(?:["'`]|[\w.-]++\s*+[=:]))""") for quote in "\"'`"
}
_TEXT_NAMES = frozenset(
    ("alt", "caption", "title", "text", "label", "description", "summary", "heading", "attribution")
)
_CODE_NAME = re.compile(
    r"class|style|id$|src|href|url|link|image$|path|file|width|height|rel|target|size|type|lang|layout"
)
_REFERENCE = re.compile(r"(?:\n|\A)[ ]{0,3}\[[^\]\n]+\]:[ ]*\Z")  # `[label]: `, whose address follows
_END_RAW = re.compile(r"\{%-?\s*end(?:raw|verbatim)\s*-?%\}")
_EVALUATED = re.compile(r"""\{\{-?\s*+(?:["']|(?:page|site|post|include|layout|content)\b|[^{}|]*\|)[^{}]*\}\}""")


def take_out(source: str, *, mdx: bool = False) -> tuple[str, list[Held]]:
    """The source without what is no Markdown, and the held texts that HELD stands for in it."""
    source = _RESERVED.sub(" ", source)
    scan = _Scan(source, _MDX_OPENER if mdx else _OPENER)
    if "```" in source or "~~~" in source:
        scan.source = _FENCE.sub(scan.fence, source)
    if "{:" in source or "{#" in source:
        scan.source = _KRAMDOWN_ID.sub(r"\1 {\2}", scan.source)
    if "import " in source:
        scan.source = _IMPORT.sub("", scan.source)
    if mdx:
        scan.source = _EXPORT.sub("", scan.source)
    return _shorten_blocks(scan.run()), scan.held


def _shorten_blocks(source: str) -> str:
    """The source with an empty line after every MAX_LINES of a block: the parser takes their square in time."""
    if source.count("\n") <= MAX_LINES:
        return source
    blocks = source.split("\n\n")
    for number, block in enumerate(blocks):
        if block.count("\n") > MAX_LINES:
            lines = block.split("\n")
            blocks[number] = "\n\n".join(
                "\n".join(lines[start : start + MAX_LINES]) for start in range(0, len(lines), MAX_LINES)
            )
    return "\n\n".join(blocks)


def literal(code: str) -> str:
    """Code as it is shown: what a template engine would act on there goes, the braces of what it shows go."""
    if "{{" not in code and "{%" not in code:
        return code
    code = _EVALUATED.sub(" ", re.sub(r"\{%[^%]*+%\}", " ", code))
    return re.sub(r"\{\{[<%]?|[>%]?\}\}|\{%|%\}", " ", code)


def readable(arguments: str) -> str:
    """The words among a tag's arguments that a reader sees: `{% image "a.png", "A cell" %}` has "A cell"."""
    found = []
    for name, text in _arguments(arguments):
        if name.lower() in _TEXT_NAMES or (not _CODE_NAME.match(name.lower()) and _is_prose(text)):
            found.append(" ".join(text.split()))
    return " ".join(found)


def _arguments(arguments: str) -> Iterator[tuple[str, str]]:
    """The texts in quotes with their names ("" for none). A closing quote is looked for in vain once for each kind."""
    unclosed = set()
    place = 0
    while match := _ARGUMENT.search(arguments, place):
        place = match.end()
        name, quote = match.groups(default="")
        end = None if quote in unclosed else _ARGUMENT_END[quote].search(arguments, place)
        if end:
            yield name, arguments[place : end.start()]
            place = end.end()
        else:
            unclosed.add(quote)


def _is_prose(text: str) -> bool:
    """Words, rather than a path, a name or CSS classes."""
    words = text.split()
    coded = sum(1 for word in words if re.search(r"[/_:@]\w|\w-\w|\.\w|\d", word))
    return "://" not in text and (2 * coded < len(words) if len(words) > 1 else text[:1].isupper() and text.isalpha())


@dataclass(slots=True)
class _Scan:
    """One pass over a source; `held` grows, the rest of the state is the place."""

    source: str
    opener: re.Pattern[str]
    held: list[Held] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)  # patterns that do not occur in the rest of the source
    paragraph: int = -1  # where the paragraph of the last code span ends
    runs: dict[int, list[int]] = field(default_factory=dict)  # where backticks stand in it, by how many there are
    templated: bool = False

    def run(self) -> str:
        self.templated = "{{" in self.source or "{%" in self.source
        parts = []
        done = 0
        match = self.opener.search(self.source)
        while match:
            end, text = self._handle(match)
            parts.append(self.source[done : match.start()])
            parts.append(text)
            done = end
            match = self.opener.search(self.source, done)
        return "".join(parts) + self.source[done:] if parts else self.source

    def hold(self, held: Held) -> str:
        self.held.append(held)
        return f"\ue000{len(self.held) - 1}\ue001"

    def fence(self, match: re.Match[str]) -> str:
        """A fenced block becomes a paragraph of its own at the same depth."""
        code = match["code"]
        if ">" in match["indent"]:
            code = re.sub(r"^[ \t>]+", "", code, flags=re.MULTILINE)
        return f"\n\n{match['indent']}{self.hold(literal(code))}\n\n"

    def _handle(self, match: re.Match[str]) -> tuple[int, str]:
        """Where what begins at `match` ends, and what takes its place."""
        mark = match[0]
        if mark[0] == "\\":  # the Markdown parser knows the escapes of its own marks
            return match.end(), mark[1] if mark[1] in "<~$&@" else mark
        if mark[0] == "`":
            return self._span(match)
        if mark[0] == "<":
            return self._angle(match)
        if mark in ("{{", "{%", "{#"):
            return self._tag(match)
        if mark[0] == "{":
            return self._braces(match)
        return match.end(), " " if self.templated else mark  # a closer without its opener

    def _span(self, match: re.Match[str]) -> tuple[int, str]:
        """A code span ends at a run of as many backticks, in the same paragraph."""
        if self.paragraph < match.end():
            end = self.source.find("\n\n", match.end())
            self.paragraph = end if end >= 0 else len(self.source)
            self.runs = {}
            for run in _BACKTICKS.finditer(self.source, match.end(), self.paragraph):
                self.runs.setdefault(len(run[0]), []).append(run.start())
        runs = self.runs.get(len(match[0]), [])
        following = bisect_left(runs, match.end())
        if following == len(runs):
            return match.end(), match[0]
        closing = runs[following]
        return closing + len(match[0]), self.hold(literal(self.source[match.end() : closing]))

    def _angle(self, match: re.Match[str]) -> tuple[int, str]:
        """A comment, a script or style (unclosed, they hide the rest, as in HTML), an address, a component or a tag;
        anything else is just a `<`."""
        start = match.start()
        if self.source.startswith("<!--", start):
            end = self.source.find("-->", start + 4)
            return (len(self.source), "") if end < 0 else (end + 3, "")
        if hidden := _HIDDEN.match(self.source, start):
            closing = self._find(rf"</{hidden[1]}\s*>", hidden.end())
            return (closing.end() if closing else len(self.source)), " "
        if link := _AUTOLINK.match(self.source, start, start + _MAX_TAG):
            return link.end(), self.hold(link[1])
        if component := _COMPONENT.match(self.source, start, start + _MAX_TAG):
            return component.end(), f" {readable(component[0])} "
        if match[0] in ("<>", "</") and (fragment := _FRAGMENT.match(self.source, start)):
            return fragment.end(), " "
        tag = _TAG.match(self.source, start, start + _MAX_TAG)
        return self._html(tag) if tag else (match.end(), match[0])

    def _html(self, tag: re.Match[str]) -> tuple[int, str]:
        """A tag is held. One of a block that stands at the edge of its line is a paragraph's edge as well."""
        if not tag["name"]:
            return tag.end(), ""  # a declaration or a processing instruction
        if tag["name"].lower() == "pre" and (closing := self._find(r"</pre\s*>", tag.end())):
            code = unescape(_TAG.sub("", self.source[tag.end() : closing.start()]))
            return closing.end(), f"\n\n{self.hold(literal(code))}\n\n"
        values = {name.lower(): "".join(text) for name, *text in _ATTRIBUTE.findall(tag["attributes"])}
        found = Tag(tag["name"].lower(), bool(tag["end"]), unescape(values.get("id", "")), values.get("alt", ""))
        if found.name in INLINE and found.name not in ("td", "th"):
            return tag.end(), self.hold(found)
        text = self.hold(found)
        if not found.closes and _LINE_START.search(self.source, max(0, tag.start() - 80), tag.start()):
            text = f"\n\n{text}"
        if found.closes and self.source.startswith("\n", tag.end()):
            text = f"{text}\n\n"
        return tag.end(), text

    def _braces(self, match: re.Match[str]) -> tuple[int, str]:
        """kramdown and Pandoc attributes (one with an id is the parser's), or an MDX expression."""
        if match[0] == "{":
            expression = _EXPRESSION.match(self.source, match.start(), match.start() + _MAX_TAG)
            return (expression.end(), " ") if expression else (match.end(), "{")
        attributes = _ATTRIBUTES.match(self.source, match.start(), match.start() + _MAX_TAG)
        if not attributes or "#" in attributes[0]:
            return match.end(), match[0]
        return attributes.end(), ""

    def _tag(self, match: re.Match[str]) -> tuple[int, str]:
        """`{{ }}`, `{% %}`, `{# #}`, with what they enclose where that is code, a comment or raw."""
        mark = match[0]
        start = match.end()
        end = self.source.find({"{{": "}}", "{%": "%}", "{#": "#}"}[mark], start, start + _MAX_TAG)
        if end < 0 or "\n\n" in self.source[start:end]:
            return start, mark if mark == "{#" else " "
        inner = self.source[start:end].strip("-<%*>! \t\n")
        end += 2
        name = inner.partition(" ")[0]
        if mark == "{%" or self.source[start] in "<%":  # not a variable of that name
            if name in ("raw", "verbatim"):
                return self._raw(end)
            if name in ("comment", "highlight", "codeblock"):
                return self._paired(name, end)
        before = self.source[max(0, match.start() - 100) : match.start()]
        if mark == "{#" or before.endswith(("](", '="', "='")):
            return end, ""  # a comment; the address of a link, or of an attribute
        return end, "#" if _REFERENCE.search(before) else readable(inner)

    def _paired(self, name: str, start: int) -> tuple[int, str]:
        """What a pair of tags encloses: a comment goes, code is held."""
        closing = self._find(r"\{[{%][-<%]?\s*(?:end|/\s*)" + name + r"\s*[->%]?[%}]\}", start)
        if not closing:
            return start, ""
        inner = self.source[start : closing.start()]
        return closing.end(), "" if name == "comment" else f"\n\n{self.hold(literal(inner))}\n\n"

    def _raw(self, start: int) -> tuple[int, str]:
        """What `raw` encloses is shown as it is; around lines it only switches the template engine off."""
        closing = _END_RAW.search(self.source, start, start + _MAX_TAG)
        inner = self.source[start : closing.start()] if closing else ""
        return (closing.end(), self.hold(literal(inner))) if closing and "\n" not in inner else (start, "")

    def _find(self, pattern: str, start: int) -> re.Match[str] | None:
        """The next match, looked for in the rest of the source no more than once in vain."""
        if pattern in self.absent:
            return None
        found = re.compile(pattern, re.IGNORECASE).search(self.source, start)
        if not found:
            self.absent.add(pattern)
        return found
