"""The front matter of a post: YAML, TOML or JSON to plain values, safely, with errors that name the file's own line.

python-frontmatter finds the format and splits; the loaders are ours. Values are text, numbers, dates (TOML), None,
lists and dicts. YAML scalars stay the text that the author typed (a tag `2019`, `no` or `1.10` is that word, a date is
read in dates.py), and YAML tags such as `!!python/object` are never acted on.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NoReturn

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from search.errors import PostError
from search.models import Problem

MAX_CHARS = 100_000
"""Front matter longer than this is refused: it is data, not a post's header."""
MAX_ALIASES = 50
MAX_NODES = 10_000
"""How many values front matter may hold, each alias counted with all that it stands for."""
MAX_DEPTH = 20
"""How deep lists and mappings may lie in each other, the mapping of all keys counted."""
MAX_KEY_DOTS = 100
MAX_DIGITS = 100
"""A longer number is refused; one of some thousands of digits has no text in Python."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`values` by normalised key (`key_form`), `body` is what follows. `text` begins on line `line` of the file."""

    values: Mapping[str, object]
    body: str
    text: str
    line: int

    def line_of(self, key: str) -> int:
        """The file's line on which `key` stands, in any spelling of it; else the line of the front matter."""
        for number, line in enumerate(self.text.split("\n")):
            # Possessive, for blanks fit everywhere. Those behind the key stay in the group: its form has none.
            match = re.match(r"""[\s{,]*+["']?([\w .-]++)["']?\s*+[:=]""", line)
            if match and key_form(match[1]) == key_form(key):
                return self.line + number
        return self.line


def key_form(key: str) -> str:
    """`expiryDate`, `expiry_date` and `expirydate` are one key: generators differ, and so do authors."""
    return re.sub(r"[\s_-]", "", key).casefold()


def parse(text: str, path: str) -> FrontMatter:
    """Split `text` (with "\\n" line ends) into front matter and body; no front matter is no values.

    Raises PostError, naming `path`, where it is opened but cannot be read.
    """
    line = 1 + text[: len(text) - len(text.lstrip())].count("\n")
    text = text.lstrip()
    handler = frontmatter.detect_format(text, _HANDLERS)
    if handler is None:
        return FrontMatter({}, text, "", line)
    try:
        head, body = handler.split(text)
        if len(head) > MAX_CHARS:
            raise _RefusedError(f"the front matter is longer than {MAX_CHARS:,} characters", 1, "Move data out of it.")
        values = handler.load(head)
        if values is None:
            values = {}
        if not isinstance(values, dict):
            raise _RefusedError(
                "the front matter is not a list of keys with values", 1, "Write it as `key: value` lines."
            )
    except _RefusedError as refused:
        _fail(path, line + refused.line - 1, refused)
    except RecursionError:
        _fail(path, line, _too_deep())
    front = FrontMatter({key_form(str(key)): value for key, value in values.items()}, body, head, line)
    for key, value in values.items():
        if excess := _excess(value):
            _fail(path, front.line_of(str(key)), excess)
    return front


def _excess(value: object) -> "_RefusedError | None":
    """What makes the value of a key too much for whoever reads it. The loaders of TOML and JSON know no bounds, and the
    aliases of YAML can lead deeper than its own."""
    level = [value]
    for _ in range(MAX_DEPTH):
        if any(isinstance(item, int) and abs(item) >= 10**MAX_DIGITS for item in level):
            return _RefusedError(f"a number has more than {MAX_DIGITS} digits", 1, "Shorten it, or make it a text.")
        within = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list)]
        level = list(chain.from_iterable(within))
    return _too_deep() if level else None


class _RefusedError(Exception):
    """What is wrong with front matter; `line` counts from 1 at its opening fence."""

    def __init__(self, message: str, line: int, remedy: str, code: str = "front matter") -> None:
        super().__init__(message)
        self.line = line
        self.remedy = remedy
        self.code = code


def _too_deep(line: int = 1, code: str = "front matter") -> _RefusedError:
    return _RefusedError("the front matter is nested too deeply", line, "Flatten it.", code)


def _fail(path: str, line: int, refused: _RefusedError) -> NoReturn:
    raise PostError(Problem(path, line, refused.code, f"{refused}.", refused.remedy)) from None


class _Fenced(BaseHandler):
    """Front matter between two fences; a subclass reads what is between them."""

    FM_BOUNDARY: re.Pattern[str]
    CLOSING: re.Pattern[str]

    def split(self, text: str) -> tuple[str, str]:
        """The text from the opening fence's line end on, so that its first line is the fence's; and the body."""
        start = self.FM_BOUNDARY.match(text).end()  # type: ignore[union-attr]  # detect() has matched it
        closing = self.CLOSING.search(text, start)
        if closing is None:
            raise _RefusedError(
                "the front matter is opened here and never closed",
                1,
                "Put the same fence on a line of its own after it.",
            )
        return text[start : closing.start()], text[closing.end() :]


class _Yaml(_Fenced):
    FM_BOUNDARY = re.compile(r"---(?:ya?ml)?[ \t]*(?=\n|\Z)")
    CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        try:
            return _YamlValues(fm).document()
        except yaml.YAMLError as error:
            raise _refused_yaml(fm, error) from error


class _Toml(_Fenced):
    FM_BOUNDARY = re.compile(r"(?:\+\+\+|---toml)[ \t]*(?=\n|\Z)")
    CLOSING = re.compile(r"^(?:\+\+\+|---)[ \t]*$", re.MULTILINE)
    LONG_KEY = re.compile(
        rf"""(?<![\w\\-])(?:(?:[\w-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MAX_KEY_DOTS}}}"""
    )

    def load(self, fm: str) -> Any:
        if found := self.LONG_KEY.search(fm):  # tomllib takes the square of a key's parts in time
            line = 1 + fm.count("\n", 0, found.start())
            raise _RefusedError(f"a key has {MAX_KEY_DOTS} dots or more", line, "Flatten it.", "toml")
        try:
            return tomllib.loads(fm)
        except (tomllib.TOMLDecodeError, ValueError) as error:
            place = re.search(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)", str(error))
            line = int(place[1]) if place and place[1] else 1 + fm.rstrip().count("\n")
            reason = str(error)[: place.start()] if place else str(error)
            raise _RefusedError(f"the TOML cannot be read: {reason[:200]}", line, "Mend this line.", "toml") from error


class _JsonFenced(_Fenced):
    FM_BOUNDARY = re.compile(r"(?:;;;|---json)[ \t]*(?=\n|\Z)")
    CLOSING = re.compile(r"^(?:;;;|---)[ \t]*$", re.MULTILINE)

    def load(self, fm: str) -> Any:
        return _json_object(fm)[0]


class _Json(BaseHandler):
    """A JSON object that begins the file, without fences. Template tags begin with a brace as well: `{{`, `{%`."""

    FM_BOUNDARY = re.compile(r"\{\s*[\"}]")

    def split(self, text: str) -> tuple[str, str]:
        end = _json_object(text)[1]
        return text[:end], text[end:]

    def load(self, fm: str) -> Any:
        return _json_object(fm)[0]


_HANDLERS = (_Yaml(), _Toml(), _JsonFenced(), _Json())


def _json_object(text: str) -> tuple[object, int]:
    """The JSON value at the head of `text` and where it ends."""
    try:
        return json.JSONDecoder().raw_decode(text, len(text) - len(text.lstrip()))
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "not valid"
        raise _RefusedError(f"the JSON cannot be read: {reason}", line, "Mend this line.", "json") from error


class _YamlValues:
    """Plain values from the parser's events, so that no tag is acted on and every alias is counted."""

    NULLS = frozenset(("", "~", "null", "Null", "NULL"))

    def __init__(self, text: str) -> None:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=loader))
        self.anchors: dict[str, tuple[object, int]] = {}
        self.aliases = 0
        self.nodes = 0

    def document(self) -> object:
        for event in self.events:
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                return None if isinstance(event, yaml.StreamEndEvent) else self._value(event, 0)
        return None

    def _value(self, event: Any, depth: int) -> object:
        before = self.nodes
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = None if not event.style and event.value in self.NULLS else event.value
        elif depth >= MAX_DEPTH:
            raise _too_deep(event.start_mark.line + 1, "yaml")
        elif isinstance(event, yaml.SequenceStartEvent):
            value = [self._value(item, depth + 1) for item in self._until(yaml.SequenceEndEvent)]
        else:
            keys = self._until(yaml.MappingEndEvent)
            value = {self._key(key, depth + 1): self._value(next(self.events), depth + 1) for key in keys}
        if event.anchor:
            self.anchors[event.anchor] = value, self.nodes - before
        self._check_size(event)
        return value

    def _key(self, event: Any, depth: int) -> str:
        """A key as text; that of a list or a mapping (`x: {{ page.x }}` has one) is empty, for no field has such a key.
        Its Python form can be far longer than its YAML: one in the key of another has its backslashes doubled at each
        level."""
        key = self._value(event, depth)
        return "" if isinstance(key, list | dict) else str(key)

    def _until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def _alias(self, event: Any) -> object:
        line = event.start_mark.line + 1
        if event.anchor not in self.anchors:
            raise _RefusedError(
                f"*{event.anchor} refers to nothing that is complete", line, f"Define &{event.anchor}.", "yaml"
            )
        value, size = self.anchors[event.anchor]
        self.aliases += 1
        self.nodes += size
        if self.aliases > MAX_ALIASES:
            raise _RefusedError(
                f"there are more than {MAX_ALIASES} aliases (*name)", line, "Write the values out.", "yaml"
            )
        self._check_size(event)
        return value

    def _check_size(self, event: Any) -> None:
        if self.nodes > MAX_NODES:
            line = event.start_mark.line + 1
            raise _RefusedError(
                f"the front matter stands for more than {MAX_NODES:,} values", line, "Make it smaller.", "yaml"
            )


def _refused_yaml(text: str, error: yaml.YAMLError) -> _RefusedError:
    if isinstance(error, yaml.reader.ReaderError):
        bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
        number = text.count("\n", 0, bad.start()) if bad else 0
        return _RefusedError("a control character stands in the YAML", number + 1, "Delete it.", "yaml")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    number = min(mark.line if mark else 0, text.count("\n"))
    line = text.split("\n")[number]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _RefusedError(
            "a tab indents this line, and YAML allows spaces only", number + 1, "Replace the tab by spaces.", "yaml"
        )
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not valid"
    remedy = "Put quotes around the value." if ": " in line.partition(":")[2] else "Mend this line, or the one before."
    return _RefusedError(f"the YAML cannot be read: {reason}", number + 1, remedy, "yaml")
