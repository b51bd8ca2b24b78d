"""Front matter to the fields of a post: whichever key, shape and spelling a generator has for a thing."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from urllib.parse import quote

from search.analysis import tag_key
from search.config import PostRules
from search.dates import FORMS, When, parse_date
from search.errors import PostError
from search.frontmatter import FrontMatter, key_form
from search.markdown import plain_line
from search.models import Problem

MAX_TAGS = 100
MAX_TAG_CHARS = 100

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\"<>\\^`{|}\ud800-\udfff]")
_ENDS_PATH = re.compile("[%?#]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TEMPLATE = re.compile(r"\{\{|\{%|/:[a-z]")  # an address that only the generator can work out
_LIKE_A_DATE = re.compile(r"\d{4}")
_NAMES = ("name", "label", "title", "tag", "value")  # the keys of a mapping that say which tag it is, the first first
_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class Mapped:
    """The fields of one post; `path` names its file in errors. Every method raises PostError for a value that cannot be
    what its field needs, with the line that it stands on."""

    front: FrontMatter
    rules: PostRules
    path: str

    def values(self, field: str) -> Iterator[tuple[str, object]]:
        """The keys of `field` that hold something, with it, in the configured order."""
        for key in getattr(self.rules.fields, field):
            value = self.front.values.get(key_form(key))
            if value not in (None, "", [], {}):
                yield key, value

    def is_post(self) -> bool:
        """Whether the rule of what is a post lets this be one; where its key is missing, it does."""
        rule = self.rules.post_rule
        value = self.front.values.get(key_form(rule.key)) if rule.key else None
        return value is None or _word(value) in rule.values

    def has_page(self) -> bool:
        """Whether the site shows it: with `permalink: false`, Eleventy makes no page of a file."""
        return not any(_word(value).lower() == "false" for _, value in self.values("path"))

    def text(self, field: str) -> str:
        """A line of plain text, "" where there is none."""
        for key, value in self.values(field):
            if isinstance(value, list | dict):
                self.fail(key, field, f"{key} is a list, not a text.", "Write one text.")
            if not isinstance(value, bool) and (line := plain_line(clean(_word(value)))):
                return line
        return ""

    def flag(self, field: str) -> bool | None:
        """True or false, None where the field holds nothing; a guess at anything else could publish a draft.

        `published` may also be a date, which is looked at by `when`, and `search` a mapping, of which Material for
        MkDocs has `exclude: true`.
        """
        for key, value in self.values(field):
            excludes = False
            if field == "search" and isinstance(value, dict):
                excludes, value = True, value.get("exclude")
                if value is None:
                    continue
            word = _word(value).strip().lower()
            if word in _YES or word in _NO:
                return (word in _YES) is not excludes
            if field == "published" and _LIKE_A_DATE.search(word):
                continue
            self.fail(key, field, f"{key} is neither true nor false.", "Write true or false.")
        return None

    def when(self, field: str) -> When | None:
        """The date of a field; `published: true` is none and leaves the question to the next key."""
        for key, value in self.values(field):
            word = _word(value).strip()
            if word.lower() in (*_YES, *_NO):
                continue
            try:
                return parse_date(word if isinstance(value, str | int) else value)
            except ValueError:
                shown = clean(word)[:60]
                self.fail(
                    key, "date", f'{key} "{shown}" is no date that is understood.', f"Write it as one of: {FORMS}."
                )
        return None

    def tags(self) -> tuple[str, ...]:
        """Labels, whatever they were written as: a list, a nested one, a text with commas, a number, `{name: x}`s."""
        for key, value in self.values("tags"):
            labels: dict[str, str] = {}
            if _is_nameless(value):
                message = f"{key} is or holds a mapping that names no tag."
                self.fail(key, "tags", message, "Write a list of tags, or give each mapping a `name`.")
            for label in _labels(value):
                if len(label) > MAX_TAG_CHARS:
                    self.fail(key, "tags", f"a tag is longer than {MAX_TAG_CHARS} characters.", "Shorten it.")
                labels.setdefault(tag_key(label), label)
            if len(labels) > MAX_TAGS:
                self.fail(key, "tags", f"more than {MAX_TAGS} tags.", "Keep those that a reader would choose.")
            if labels:
                return tuple(labels.values())
        return ()

    def image(self) -> str | None:
        """The address of the post's picture; `{src: x}` and the first of a list count."""
        for _, value in self.values("image"):
            if isinstance(value, list):
                value = value[0]
            if isinstance(value, dict):
                value = next((value[name] for name in ("src", "url", "path", "image") if value.get(name)), None)
            if isinstance(value, str) and not _TEMPLATE.search(value) and (address := safe_address(value)):
                return address
        return None

    def lang(self) -> str:
        for _, value in self.values("lang"):
            if match := re.match(r"([A-Za-z]{2})(?:[-_]|$)", _word(value).strip()):
                return match[1].lower()
        return self.rules.language

    def boost(self) -> float:
        for key, value in self.values("boost"):
            try:
                boost = float(_word(value))
            except ValueError:
                boost = 0.0
            if not 0.1 <= boost <= 10:
                self.fail(key, "boost", f"{key} is not a number from 0.1 to 10.", "Write such as 1.5.")
            return boost
        return 1.0

    def url(self, identity: str, stem: str, day: date | None) -> str:
        """The post's address by the pattern; a path that starts with `/` or is a whole address is kept."""
        stem, identity = _in_path(stem), _in_path(identity)
        path = stem
        for _, value in self.values("path"):
            if isinstance(value, str) and not _TEMPLATE.search(value):
                path = clean(value).strip()
                break
        if path.startswith("/") or re.match(r"https?://", path):
            return safe_address(path)
        path = path.strip("/") or stem
        parts = {"path": path, "slug": path.rpartition("/")[2], "id": identity}
        if day:
            parts |= {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        try:
            return safe_address(re.sub(r"\{(\w+)\}", lambda name: parts[name[1]], self.rules.url))
        except KeyError as missing:
            message = f"its address needs a date: {self.rules.url} has {{{missing.args[0]}}}."
            self.fail("date", "url", message, "Give the post a date, or change the `url` setting.")

    def fail(self, key: str, code: str, message: str, remedy: str) -> NoReturn:
        raise PostError(Problem(self.path, self.front.line_of(key), code, message, remedy))


def clean(text: str) -> str:
    """Text without control characters and broken halves of characters, which no index or page can hold."""
    return _CONTROL.sub("", text)


def safe_address(text: str) -> str:
    """An address that can stand in a page: on the site or at http(s), what does not belong in one percent-encoded;
    "" for any other scheme (`javascript:`)."""
    text = re.sub(r"^/{2,}", "/", clean(text).strip())
    if re.match(r"[A-Za-z][\w+.-]*:", text) and not re.match(r"https?://", text):
        return ""
    return _UNSAFE.sub(lambda found: quote(found[0]), text)


def _in_path(name: str) -> str:
    """The name of a file as part of an address, where some characters would end the path or begin an escape."""
    return _ENDS_PATH.sub(lambda found: quote(found[0]), name)


def _word(value: object) -> str:
    """A scalar as its author would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_nameless(value: object) -> bool:
    """Whether a value holds `{a: 1}`, of which nobody can say whether the tag is `a` or `1`."""
    if isinstance(value, dict):
        name = next((name for name in _NAMES if name in value), None)
        return _is_nameless(value[name]) if name else bool(value)
    return isinstance(value, list | tuple) and any(map(_is_nameless, value))


def _labels(value: object) -> Iterator[str]:
    """The tags in a value of any shape, in order."""
    if isinstance(value, dict):
        value = next((value[name] for name in _NAMES if name in value), None)
    if isinstance(value, list | tuple):
        for item in value:
            yield from _labels(item)
    elif value is not None:
        for label in value.split(",") if isinstance(value, str) else [_word(value)]:
            if text := " ".join(clean(unicodedata.normalize("NFC", label)).split()):
                yield text
