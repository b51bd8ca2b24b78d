"""Strings, as a URL or the command line gives them, to a SearchRequest: the only place for limits on a request."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from search.errors import UsageError
from search.models import SearchRequest
from search.query import dates

MAX_PER_PAGE = 100
MAX_REACH = 10_000
"""The last hit that a page may reach: page times per_page."""
MAX_VALUES = 50
"""How often `tag` or `year` may be given."""
MAX_YEAR = date.max.year

FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
"""What `explain` may be; capitals do not matter."""

SUGGESTIONS, RELATED = 10, 5
"""How many suggestions and related posts there are at most where `limit` does not say."""

LANGUAGE = "[A-Za-z]{2}([-_][0-9A-Za-z_-]{1,30})?"
"""What `lang` may be; what stands behind the language, as in `en-GB`, does not matter."""

_NUMBER = re.compile(r"[0-9]{1,9}")
_SURROGATES = re.compile("[\ud800-\udfff]")

_Choice = TypeVar("_Choice", bound=StrEnum)


def request_from(params: Mapping[str, Sequence[str]]) -> SearchRequest:
    """The request that `params` (name to the values given for it) ask for.

    Unknown names are ignored, an empty value counts as none (a form sends its empty fields), and of a parameter that
    cannot repeat the last value counts. Raises UsageError that names parameter, value and what is allowed.
    """
    reader = _Reader(params)
    default = SearchRequest("")
    request = SearchRequest(
        query=reader.last("q") or "",
        tags=tuple(dict.fromkeys(reader.all("tag"))),
        tags_match=reader.choice("tags_match", default.tags_match),
        years=tuple(dict.fromkeys(reader.years())),
        since=reader.day("since", last=False),
        until=reader.day("until", last=True),
        lang=reader.language(),
        prefix=reader.choice("prefix", default.prefix),
        sort=reader.choice("sort", default.sort),
        page=reader.number("page", default.page, MAX_REACH),
        per_page=reader.number("per_page", default.per_page, MAX_PER_PAGE),
        explain=reader.flag("explain"),
    )
    if request.page * request.per_page > MAX_REACH:
        raise _refusal("page", str(request.page), f"page times per_page is at most {MAX_REACH}")
    if request.since and request.until and request.since > request.until:
        since, until = _quoted(reader.last("since") or ""), _quoted(reader.last("until") or "")
        raise UsageError(
            f"since: {since} is not allowed: it is after until, which is {until}.",
            remedy="Allowed for since: a date that is not after until.",
        )
    return request


def pairs_of(request: SearchRequest) -> list[tuple[str, str]]:
    """The inverse of request_from: the names and values of all that is not as it is by default."""
    default = SearchRequest("")
    single = ("tags_match", "since", "until", "lang", "prefix", "sort", "page", "per_page")
    chosen = {name: getattr(request, name) for name in single if getattr(request, name) != getattr(default, name)}
    return [
        *([("q", request.query)] if request.query else []),
        *[("tag", tag) for tag in request.tags],
        *[("year", str(year)) for year in request.years],
        *[(name, str(value)) for name, value in chosen.items()],
        *([("explain", "true")] if request.explain else []),
    ]


def limit_from(params: Mapping[str, Sequence[str]], default: int) -> int:
    """How many results `limit` asks for, of suggestions or related posts. Raises UsageError as request_from does."""
    return _Reader(params).number("limit", default, MAX_PER_PAGE)


def _refusal(name: str, value: str, allowed: str) -> UsageError:
    return UsageError(f"{name}: {_quoted(value)} is not allowed.", remedy=f"Allowed for {name}: {allowed}.")


def _quoted(value: str) -> str:
    """What was given, or the beginning of it."""
    return repr(value if len(value) <= 40 else f"{value[:40]}…")


class _Reader:
    """Typed access to the values given."""

    def __init__(self, params: Mapping[str, Sequence[str]]) -> None:
        self._params = params

    def all(self, name: str) -> list[str]:
        """The values that are not empty, without white space around them; halves of surrogate pairs are replaced, so
        that the request can always be written as UTF-8."""
        given = self._params.get(name)
        if not given:
            return []
        values = [_SURROGATES.sub("\ufffd", value).strip() for value in given]
        values = [value for value in values if value]
        if len(values) > MAX_VALUES and name in ("tag", "year"):
            raise _refusal(name, f"{len(values)} values", f"{MAX_VALUES} values at most")
        return values

    def last(self, name: str) -> str | None:
        values = self.all(name)
        return values[-1] if values else None

    def choice(self, name: str, default: _Choice) -> _Choice:
        value = self.last(name)
        options = type(default)
        if value is None:
            return default
        if value not in set(options):
            raise _refusal(name, value, ", ".join(options))
        return options(value)

    def number(self, name: str, default: int, most: int) -> int:
        value = self.last(name)
        return default if value is None else _number(name, value, most)

    def years(self) -> list[int]:
        return [_number("year", value, MAX_YEAR) for value in self.all("year")]

    def day(self, name: str, *, last: bool) -> date | None:
        value = self.last(name)
        if value is None:
            return None
        days = dates.days_of(value)
        if days is None:
            raise _refusal(name, value, f"a date such as {dates.FORMS}")
        return days[1] if last else days[0]

    def language(self) -> str | None:
        value = self.last("lang")
        if value is None:
            return None
        if not re.fullmatch(LANGUAGE, value):
            raise _refusal("lang", value, "a language, such as en or pt-BR")
        return value[:2].lower()

    def flag(self, name: str) -> bool:
        value = self.last(name)
        if value is None:
            return False
        if value.lower() not in FLAGS:
            raise _refusal(name, value, ", ".join(FLAGS))
        return FLAGS[value.lower()]


def _number(name: str, value: str, most: int) -> int:
    if not _NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
        raise _refusal(name, value, f"a whole number from 1 to {most}")
    return int(value)
