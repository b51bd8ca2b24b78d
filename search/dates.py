"""Dates as authors write them, to an instant (naive UTC, for sorting) and the author's calendar day (for display)."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple


class When(NamedTuple):
    """`instant` is naive UTC; `day` is the calendar day as written, in the author's own zone."""

    instant: datetime
    day: date


FORMS = "2024-05-31, 2024-05-31 14:30, 2024-05-31T14:30:00+02:00, 31 May 2024 or May 31, 2024"
"""Examples of what is understood, for messages."""

_NUMERIC = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:[Tt]|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_DAY_FIRST = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<name>[A-Za-z]{3,9})\.?,?\s+(?P<year>\d{4})"
)
_MONTH_FIRST = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?(?P<name>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
)
_CLOCK = re.compile(
    r"(?:,?\s+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\([^()]*\))?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_date(value: object) -> When:
    """The date that `value` (text, or a date of TOML) means; a time without a zone is UTC, a day alone its midnight.

    Raises ValueError where it is none, or one that does not exist. Days and months are never guessed: 03/04/2024 is
    refused, since it means two days.
    """
    if isinstance(value, datetime):
        return _when(value)
    if isinstance(value, date):
        return When(datetime.combine(value, time()), value)
    if not isinstance(value, str) or len(value) > 80:
        raise ValueError("not a date")
    text = value.strip()
    if match := _NUMERIC.fullmatch(text):
        return _from_parts(match.groupdict(), int(match["month"]))
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        if match := pattern.match(text):
            clock = _CLOCK.fullmatch(text, match.end())
            if clock and match["name"][:3].lower() in _MONTHS:
                return _from_parts(
                    {**match.groupdict(), **clock.groupdict()}, _MONTHS.index(match["name"][:3].lower()) + 1
                )
    raise ValueError("not a date")


def _from_parts(parts: dict[str, str | None], month: int) -> When:
    year, day, hour, minute, second = (int(parts[name] or 0) for name in ("year", "day", "hour", "minute", "second"))
    fraction = (parts.get("fraction") or "").ljust(6, "0")[:6]
    return _when(datetime(year, month, day, hour, minute, second, int(fraction), _zone(parts["zone"])))


def _zone(text: str | None) -> timezone | None:
    """The zone of `Z`, `UTC`, `+02:00`, `-4`, `GMT-0400`; None where none is written."""
    if not text:
        return None
    offset = re.sub(r"[A-Za-z:]", "", text)
    if not offset:
        return UTC
    digits = offset[1:]
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    return timezone((1 if offset[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _when(value: datetime) -> When:
    try:
        instant = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    except OverflowError as error:
        raise ValueError("not a date") from error
    return When(instant, value.date())
