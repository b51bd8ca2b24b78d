"""Days as readers write them: `2022`, `2022-05`, `2022-05-17` (also with slashes), and ranges of them."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

FORMS = "2022, 2022-05 or 2022-05-17"

_DAY = re.compile(r"([0-9]{4})(?:[-/]([0-9]{1,2})(?:[-/]([0-9]{1,2}))?)?")
_DOTS = re.compile(r"([^.\s]*)\.\.([^.\s]*)")
_BRACKETS = re.compile(r"\[\s*(?:([^\s\[\]]+)\s+)?TO(?:\s+([^\s\[\]]+))?\s*\]", re.IGNORECASE)


_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_IN_SHORT = {name[:end]: number for number, name in enumerate(_MONTHS, 1) for end in range(3, len(name) + 1)}


class Span(NamedTuple):
    """The days `first` to `last`, both inclusive; None leaves that side open."""

    first: date | None
    last: date | None


def days_of(text: str) -> tuple[date, date] | None:
    """The first and last day of a written year, month or day; None where it is none of them."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    last_month = month or 12
    return first, date(first.year, last_month, monthrange(first.year, last_month)[1])


def month_of(text: str) -> int | None:
    """The number of the month that `text` names in English; None where it names none."""
    name = text.lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else None


def month_in_short(text: str) -> int | None:
    """The number of the month whose name begins with `text`, of three letters or more (`mar`, `sept`). For words that a
    year stands beside: by themselves they are words of many meanings."""
    return _IN_SHORT.get(text.lower())


def range_of(text: str) -> Span | None:
    """The days meant by the value of `date:`: one span, `a..b` or `[a TO b]`, open ends allowed (nothing or `*`).

    A range written backwards is turned round. None where the text is not a date or a range.
    """
    single = days_of(text)
    if single is not None:
        return Span(*single)
    match = _DOTS.fullmatch(text) or _BRACKETS.fullmatch(text)
    if match is None:
        return None
    ends = [None if end in (None, "", "*") else end for end in match.groups()]
    spans = [None if end is None else days_of(end) for end in ends]
    if any(end is not None and span is None for end, span in zip(ends, spans, strict=True)):
        return None
    return _between(spans[0], spans[1])


def _between(low: tuple[date, date] | None, high: tuple[date, date] | None) -> Span | None:
    if low is None and high is None:
        return None
    if low is not None and high is not None and high < low:
        low, high = high, low
    return Span(low[0] if low else None, high[1] if high else None)


def before(text: str) -> Span | None:
    """The days before the first day of `text`; None where it is not a date or there is no such day."""
    days = days_of(text)
    return None if days is None or days[0] == date.min else Span(None, days[0] - timedelta(days=1))


def after(text: str) -> Span | None:
    """The days after the last day of `text`; None where it is not a date or there is no such day."""
    days = days_of(text)
    return None if days is None or days[1] == date.max else Span(days[1] + timedelta(days=1), None)
