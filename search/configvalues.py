"""What one configured value may be: a reader takes what TOML, the environment or a flag gave, and returns the value.

The environment and flags give text, TOML also numbers, truth values and arrays. What is not allowed raises ValueError
or TypeError; config.py says beside each setting, in words, what is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from search.models import Pin, Synonym

INCLUDABLE = ("draft", "unpublished", "future", "expired", "search: false")
"""The reasons for which a post is left out that `include` can lift (models.LeftOut.reason)."""

MAX_SYNONYMS = 1000
MAX_PINS = 1000
MAX_PINNED = 20

THIS_MACHINE = ("127.0.0.1", "::1")
"""The addresses at which a machine talks to itself."""

URL_PARTS = ("path", "slug", "id", "year", "month", "day")
"""What may stand in braces in the `url` pattern."""


@dataclass(frozen=True, slots=True)
class PostRule:
    """Where the front matter has `key`, only a file with one of `values` there is a post. `key` "": every file is."""

    key: str = "templateKey"
    values: tuple[str, ...] = ("blog-post",)

    def __str__(self) -> str:
        return f"{self.key} = {', '.join(self.values)}" if self.key else ""


def text(value: object) -> str:
    """Text that is not empty, without the blanks around it."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value.strip()


def line(value: object) -> str:
    """One line of text, which may be empty."""
    if value == "":
        return ""
    if not text(value).isprintable():
        raise ValueError
    return text(value)


def lines(value: object) -> tuple[str, ...]:
    """The lines of a text that are not blank, without the blanks around them."""
    if not isinstance(value, str):
        raise ValueError
    return tuple(one.strip() for one in value.split("\n") if one.strip())


def truth(value: object) -> bool:
    """Yes or no, as TOML writes it, in the environment in any case."""
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.strip().lower())
    if not isinstance(value, bool):
        raise ValueError
    return value


def words(value: object) -> tuple[str, ...]:
    """A TOML array of texts, or one text with commas; nothing at all is an empty list."""
    if isinstance(value, str):
        value = [word for word in value.split(",") if word.strip()]
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(text(word) for word in value)


def keys(value: object) -> tuple[str, ...]:
    """Words, at least one."""
    found = words(value)
    if not found:
        raise ValueError
    return found


def whole(low: int, high: int) -> Callable[[object], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        number = int(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return read


def number(low: float, high: float) -> Callable[[object], float]:
    """A reader of numbers from `low` to `high`."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        found = float(value)
        if not low <= found <= high:
            raise ValueError
        return found

    return read


def folder(value: object) -> Path:
    return value if isinstance(value, Path) else Path(text(value)).expanduser()


def file(value: object) -> Path | None:
    """The name of a file, or nothing."""
    return None if value == "" else folder(value)


def language(value: object) -> str:
    code = text(value).lower()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise ValueError
    return code


def post_url(value: object) -> str:
    """The pattern of a post's address, with its URL_PARTS in braces."""
    pattern = text(value)
    names = set(re.findall(r"\{(.*?)\}", pattern))
    if not names & {"path", "slug", "id"} or not names <= set(URL_PARTS) or re.search(r"[\s<>\"]", pattern):
        raise ValueError
    return pattern


def site_url(value: object) -> str:
    """The address of a site, without the slash at its end; or nothing."""
    if value == "":
        return ""
    address = text(value).rstrip("/")
    if not re.fullmatch(r"https?://[^\s<>\"'?#/]+(/[^\s<>\"'?#]*)?", address):
        raise ValueError
    return address


def sub_path(value: object) -> str:
    """Where a service stands below a host, as `/search`; or nothing."""
    if value == "":
        return ""
    path = text(value).rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", path):
        raise ValueError
    return path


def networks(value: object) -> tuple[str, ...]:
    """Addresses and networks, as `10.0.0.0/8`; `*` is every one."""
    found = words(value)
    for network in found:
        if network not in ("*", *THIS_MACHINE):
            from ipaddress import ip_network  # too slow to import for every command

            ip_network(network)
    return found


def origins(value: object) -> tuple[str, ...]:
    """Origins as browsers send them, `https://example.org`; `*` is every one."""
    found = words(value)
    if not all(origin == "*" or re.fullmatch(r"https?://[^\s/?#@*]+", origin) for origin in found):
        raise ValueError
    return found


def hosts(value: object) -> tuple[str, ...]:
    """Names of hosts in lower case; `*.example.org` is every name that ends so."""
    found = tuple(host.lower() for host in words(value))
    if not all(re.fullmatch(r"(\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\]", host) for host in found):
        raise ValueError
    return found


def headers(value: object) -> tuple[tuple[str, str], ...]:
    """Lines `Name: value`; with nothing behind the colon, the header of that name is left out."""
    found = []
    for entry in words(value):
        name, colon, content = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name) or not re.fullmatch(r"[\x20-\x7e]*", content):
            raise ValueError
        found.append((name.lower(), content.strip()))
    return tuple(found)


def include(value: object) -> frozenset[str]:
    reasons = frozenset(words(value))
    if not reasons <= set(INCLUDABLE):
        raise ValueError
    return reasons


def post_rule(value: object) -> PostRule:
    if isinstance(value, str) and not value.strip():
        return PostRule("", ())
    key, equals, values = text(value).partition("=")
    allowed = tuple(word.strip().strip("\"'") for word in values.split(","))
    if not equals or not key.strip() or not all(allowed):
        raise ValueError
    return PostRule(key.strip(), allowed)


def synonyms(value: object) -> tuple[Synonym, ...]:
    """`a = b = c` makes each stand for the others, `a > b` makes b stand for a."""
    found: list[Synonym] = []
    for entry in words(value):
        one_way = ">" in entry
        texts = [part.strip() for part in entry.split(">" if one_way else "=")]
        if len(texts) < 2 or (one_way and len(texts) > 2) or not all(any(map(str.isalnum, part)) for part in texts):
            raise ValueError
        pairs = [(texts[0], texts[1])] if one_way else permutations(texts, 2)
        found += [Synonym(part, other) for part, other in pairs]
    if len(found) > MAX_SYNONYMS:
        raise ValueError
    return tuple(found)


def pins(value: object) -> tuple[Pin, ...]:
    """`query > id > id` puts these posts first."""
    found = []
    for entry in words(value):
        query, *posts = [part.strip() for part in entry.split(">")]
        if not 1 <= len(posts) <= MAX_PINNED or not all(posts) or not any(map(str.isalnum, query)):
            raise ValueError
        found.append(Pin(query, tuple(posts)))
    if len(found) > MAX_PINS:
        raise ValueError
    return tuple(found)
