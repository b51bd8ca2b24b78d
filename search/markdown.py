"""Markdown to the plain text that a reader sees, with the sections that its headings make. Pure.

The text is taken from the parser's element tree: nothing is serialised and parsed again.
Every block is a line of the text, so that words of neighbouring blocks never run together.
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from xml.etree.ElementTree import Element, SubElement

import markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from search.models import Section
from search.shortcodes import HELD, INLINE, Held, take_out

MAX_MARKS = 2_000
"""A paragraph with more characters that could open inline markup is taken as plain text; no author writes one."""
MAX_LINK_WORK = 10_000_000
"""Every `[` may cost a look at the rest of its paragraph. Once a post's brackets times the characters of their
paragraphs come to more than this, what follows is plain text. (The most among 509 real posts is 130,000.)"""
BLOCKS_AT_ONCE = 1_000
"""The parser moves all the blocks still to come at every step, so that many at once cost their square."""

_MARKUP = re.compile(r"[\\*_\[]|~~")
_PLACEHOLDER = re.compile("\x02(?:(?P<amp>amp)|(?P<escaped>\\d+))\x03|" + HELD.pattern)
_FOOTNOTE_SPACE = "\x02qq3936677670287331zz\x03"  # what the footnotes extension puts before the way back to the text

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SPACED = frozenset(("br", "sup", "td", "th"))  # inline, yet their neighbours are other words


@dataclass(frozen=True, slots=True)
class Document:
    """`body` is plain text, one line a block; `sections` lie in it in increasing order of their starts."""

    body: str
    sections: tuple[Section, ...]


def read_markdown(source: str, *, mdx: bool = False) -> Document:
    """The text and the sections of a post's body; `mdx` reads expressions and exports as MDX does.

    Raises RecursionError where the source is nested deeper than the parser can go.
    """
    source, held = take_out(source, mdx=mdx)
    parser = _parser()
    try:
        root = _tree(parser, source)
        text = _Text(held)
        text.walk(root)
    except BaseException:
        del _local.parser  # it may be left in the middle of a list or a quotation
        raise
    text.close()
    return text.document()


def plain_line(text: str) -> str:
    """One line of front matter (a title, a description) without its markup, as a reader sees it."""
    text = " ".join(text.split())
    if not re.search(r"[\\*_\[`<{&~]", text):
        return text
    # The word in front keeps `1. First` or `# 5` from being read as a list or a heading.
    return " ".join(read_markdown(f"x {text}").body.split()).removeprefix("x").strip()


def slug(heading: str) -> str:
    """The anchor that GitHub, and most site generators, make of a heading's text."""
    kept = (c for c in heading.lower() if c.isalnum() or c in " -_" or unicodedata.category(c)[0] == "M")
    return "".join(kept).replace(" ", "-")


class _Paragraph(BlockProcessor):
    """Takes the blocks that can be nothing but a paragraph, most of a post, past a dozen tests of what else they are:
    every line begins with a letter, and there is no `|` of a table."""

    PLAIN = re.compile(r"(?:[^\W\d_][^\n|]*+(?:\n|\Z))++\Z")

    def test(self, parent: Element, block: str) -> bool:
        return self.PLAIN.match(block) is not None and not self.parser.state.isstate("list")

    def run(self, parent: Element, blocks: list[str]) -> None:
        SubElement(parent, "p").text = blocks.pop(0)


class _SkipPlain(Treeprocessor):
    """Keeps from the inline parser the text without markup, which is most, and text with far too much of it."""

    def run(self, root: Element) -> None:
        self.work = 0
        for element in root.iter():
            if element.text and self._settled(element.text):
                element.text = AtomicString(element.text)
            if element.tail and self._settled(element.tail):
                element.tail = AtomicString(element.tail)

    def _settled(self, text: str) -> bool:
        if not _MARKUP.search(text):
            return True
        self.work += text.count("[") * len(text)
        return self.work > MAX_LINK_WORK or (len(text) > MAX_MARKS and len(_MARKUP.findall(text)) > MAX_MARKS)


class _NoteMark(InlineProcessor):
    """Drops the number that refers to a footnote. (The extension's own numbers them, in the square of their number.)"""

    def __init__(self, notes: FootnoteExtension) -> None:
        super().__init__(r"\[\^([^\]]*)\]")
        self.notes = notes

    def handleMatch(  # type: ignore[override]  # noqa: N802  # the parser's name
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        return ("", m.start(), m.end()) if m[1] in self.notes.footnotes else (None, None, None)


_local = threading.local()  # a parser is not safe across threads


def _parser() -> markdown.Markdown:
    """This thread's parser, made once: making one costs more than reading a post."""
    if not hasattr(_local, "parser"):
        notes = FootnoteExtension()
        extensions = [AbbrExtension(), AttrListExtension(), DefListExtension(), notes, TableExtension()]
        parser = markdown.Markdown(extensions=extensions)
        for name in (
            "prettify",
            "unescape",
            "abbr",
            "footnote-reorder",
            "footnote-duplicate",
        ):  # they serve HTML output only
            parser.treeprocessors.deregister(name, strict=False)
        parser.preprocessors.deregister("html_block")  # take_out holds HTML back, and code
        for name in ("backtick", "autolink", "automail", "linebreak", "html", "entity"):
            parser.inlinePatterns.deregister(name)
        parser.inlinePatterns.register(_NoteMark(notes), "footnote", 175)  # as the extension's
        parser.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)(.+?)~~", "del"), "del", 55)
        parser.parser.blockprocessors.register(_Paragraph(parser.parser), "plain_paragraph", 101)  # before all others
        parser.treeprocessors.register(_SkipPlain(parser), "skip_plain", 21)  # just before "inline"
        # `#tag`, `#!/bin/sh` are no headings on any site; `##Heading` is one on some.
        # A run of `#` is taken whole or not at all, so that a long one costs its length and not its square.
        heading = re.compile(r"(?:^|\n)(?P<level>#(?=\s)|#{2,6})(?P<header>(?:\\.|[^\\#]|#++(?=[^#\n]))*?)#*+(?:\n|$)")
        parser.parser.blockprocessors["hashheader"].RE = heading  # type: ignore[attr-defined]
        _local.parser = parser
    made: markdown.Markdown = _local.parser
    made.reset()
    return made


def _tree(parser: markdown.Markdown, source: str) -> Element:
    """The parser's own steps (markdown.Markdown.convert), without serialising and what follows it."""
    lines = source.split("\n")
    for preprocessor in parser.preprocessors:
        lines = preprocessor.run(lines)
    root = parser.parser.root = Element(parser.doc_tag)
    blocks = "\n".join(lines).split("\n\n")
    for start in range(0, len(blocks), BLOCKS_AT_ONCE):
        parser.parser.parseBlocks(root, blocks[start : start + BLOCKS_AT_ONCE])
    for treeprocessor in parser.treeprocessors:
        changed = treeprocessor.run(root)
        root = root if changed is None else changed
    return root


@dataclass(slots=True)
class _Text:
    """The text as it grows: finished `blocks`, the `line` in the making, and the sections so far."""

    held: Sequence[Held]
    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    length: int = 0
    sections: list[Section] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)
    heading: str | None = None  # the id of the heading in the making ("" without one)

    def document(self) -> Document:
        if self.blocks and (not self.sections or self.sections[0].start):
            self.sections.insert(0, Section("", "", 0))
        return Document("\n".join(self.blocks), tuple(self.sections))

    def walk(self, element: Element) -> None:
        """Add all that `element` holds, without its tail."""
        tag = element.tag
        if tag == "a" and element.get("class") == "footnote-backref":
            return
        self.open(tag, element.get("id", ""), element.get("alt", ""))
        if element.text:
            self.add(element.text)
        for child in element:
            self.walk(child)
            if child.tail:
                self.add(child.tail)
        self._end(tag)

    def add(self, text: str) -> None:
        """Add to the line, with entities resolved and what placeholders stand for in their place."""
        if "\x02" not in text and "\ue000" not in text:
            self.line.append(unescape(text) if "&" in text else text)
            return
        done = 0
        for match in _PLACEHOLDER.finditer(text):
            self.line.append(unescape(text[done : match.start()]))
            done = match.end()
            if match["escaped"]:
                self.line.append(chr(int(match["escaped"])))
            elif match["amp"]:
                self.line.append("&")
            else:
                self._put_back(self.held[int(match[3])])
        self.line.append(unescape(text[done:]))

    def _put_back(self, held: Held) -> None:
        if isinstance(held, str):
            self.line.append(held)
        elif held.closes:
            self._end(held.name)
        else:
            self.open(held.name, held.id, held.alt)

    def close(self) -> None:
        """End the line; what it holds becomes a block, and a section's first one if it is a heading's."""
        text = " ".join("".join(self.line).replace(_FOOTNOTE_SPACE, " ").split())
        self.line.clear()
        if text and self.heading is not None:
            self.sections.append(Section(text, self._anchor(text), self.length))
        if text:
            self.blocks.append(text)
            self.length += len(text) + 1

    def open(self, tag: str, identity: str, alt: str) -> None:
        """Begin an element: one of a block ends the line."""
        if tag not in INLINE:
            self.close()
            self.heading = identity if tag in _HEADINGS else None
        elif tag in _SPACED:
            self.line.append(" ")
        if tag == "img":
            self.add(f" {alt} ")

    def _end(self, tag: str) -> None:
        if tag not in INLINE:
            self.close()
            self.heading = None

    def _anchor(self, text: str) -> str:
        """The heading's own id, else its slug, numbered where that stood before."""
        if self.heading:
            self.anchors.setdefault(self.heading, 0)
            return self.heading
        first = anchor = slug(text)
        while anchor in self.anchors:
            self.anchors[first] += 1
            anchor = f"{first}-{self.anchors[first]}"
        self.anchors[anchor] = 0
        return anchor
