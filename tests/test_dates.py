"""Dates as authors write them: the instant in UTC, and the author's own calendar day."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.dates import FORMS, parse_date


@pytest.mark.parametrize(
    ("text", "instant", "day"),
    [
        ("2015-03-06", "2015-03-06T00:00:00", "2015-03-06"),
        ("2015/3/6", "2015-03-06T00:00:00", "2015-03-06"),
        ("2022-08-26T11:01:41.234Z", "2022-08-26T11:01:41.234000", "2022-08-26"),
        ("2014-03-12T22:11:00-04:00", "2014-03-13T02:11:00", "2014-03-12"),
        ("2016-03-21 12:00:00 -4", "2016-03-21T16:00:00", "2016-03-21"),
        ("2016-03-21 01:30 +0530", "2016-03-20T20:00:00", "2016-03-21"),
        ("2016-03-21 12:00 UTC", "2016-03-21T12:00:00", "2016-03-21"),
        (" 2016-03-21 ", "2016-03-21T00:00:00", "2016-03-21"),
        ("May 3rd, 2015", "2015-05-03T00:00:00", "2015-05-03"),
        ("Jul 08 2022", "2022-07-08T00:00:00", "2022-07-08"),
        ("3 September 2015 at 10:00", "2015-09-03T10:00:00", "2015-09-03"),
        ("Tue, 22 Nov 2016 23:00:00 -0500", "2016-11-23T04:00:00", "2016-11-22"),
        ("Mon Mar 21 2016 12:00:00 GMT-0400 (Eastern Daylight Time)", "2016-03-21T16:00:00", "2016-03-21"),
    ],
)
def test_dates_in_the_wild(text: str, instant: str, day: str) -> None:
    found = parse_date(text)
    assert (found.instant.isoformat(), found.day.isoformat()) == (instant, day)
    assert found.instant.tzinfo is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024",
        "03/04/2024",
        "2024-02-30",
        "2024-13-01",
        "2024-01-01T25:00",
        "32 May 2024",
        "5 Foo 2024",
        "2024-05-05 10:00 +99:00",
        "0001-01-01T00:00:00+10:00",
        "2024-05-05 and more",
        "٢٠٢٤-05-05x",
        "1" * 5000,
    ],
)
def test_what_is_no_date_or_means_two_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@pytest.mark.parametrize("value", [None, 20240101, ["2024-01-01"]])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a date"):
        parse_date(value)


def test_the_forms_that_messages_name_are_understood() -> None:
    for form in FORMS.replace(" or ", ", ").replace("May 31, 2024", "May 31 2024").split(", "):
        assert parse_date(form).day == date(2024, 5, 31)


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC) | ZONES))  # noqa: DTZ001
def test_iso_text_and_values_mean_the_same(moment: datetime) -> None:
    for written in (moment, moment.isoformat(), moment.isoformat(" ")):
        found = parse_date(written)
        assert found.day == moment.date()
        assert found.instant.replace(tzinfo=UTC) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found = parse_date(text)
    except ValueError:
        return
    assert abs(found.instant.date() - found.day) <= timedelta(days=1)
