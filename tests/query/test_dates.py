from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.dates import Span, after, before, days_of, range_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2022-05", date(2022, 5, 1), date(2022, 5, 31)),
        ("2024-2", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-12", date(2022, 12, 1), date(2022, 12, 31)),
        ("2022-05-17", date(2022, 5, 17), date(2022, 5, 17)),
        ("2022/5/7", date(2022, 5, 7), date(2022, 5, 7)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_year_a_month_or_a_day_is_its_first_and_last_day(text: str, first: date, last: date) -> None:
    assert days_of(text) == (first, last)


@pytest.mark.parametrize("text", ["", "22", "20222", "0000", "2022-13", "2022-02-30", "2022-", "-2022", "٢٠٢٢", "may"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert days_of(text) is None
    assert range_of(text) is None
    assert before(text) is None
    assert after(text) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2021..2022", Span(date(2021, 1, 1), date(2022, 12, 31))),
        ("2021-03..2021-04-02", Span(date(2021, 3, 1), date(2021, 4, 2))),
        ("2022..2021", Span(date(2021, 1, 1), date(2022, 12, 31))),
        ("2021..", Span(date(2021, 1, 1), None)),
        ("..2022", Span(None, date(2022, 12, 31))),
        ("*..2022", Span(None, date(2022, 12, 31))),
        ("[2021 TO 2022]", Span(date(2021, 1, 1), date(2022, 12, 31))),
        ("[ 2021-05 to 2022 ]", Span(date(2021, 5, 1), date(2022, 12, 31))),
        ("[* TO 2022]", Span(None, date(2022, 12, 31))),
        ("[2021 TO]", Span(date(2021, 1, 1), None)),
        ("[TO 2022]", Span(None, date(2022, 12, 31))),
    ],
)
def test_ranges_include_both_ends(text: str, span: Span) -> None:
    assert range_of(text) == span


@pytest.mark.parametrize("text", ["..", "*..*", "[TO]", "[* TO *]", "2021..x", "[a TO 2022]", "2021...2022", "[2021]"])
def test_what_is_no_range_is_none(text: str) -> None:
    assert range_of(text) is None


@given(st.dates(min_value=date(1, 1, 2), max_value=date(9999, 12, 30)))
def test_before_a_day_and_after_a_day_leave_out_that_day_only(day: date) -> None:
    one = timedelta(days=1)
    assert before(day.isoformat()) == Span(None, day - one)
    assert after(day.isoformat()) == Span(day + one, None)


def test_before_and_after_leave_out_the_whole_year() -> None:
    assert before("2022") == Span(None, date(2021, 12, 31))
    assert after("2022") == Span(date(2023, 1, 1), None)


def test_the_ends_of_the_calendar_have_no_day_beyond() -> None:
    assert before("0001") is None
    assert after("9999") is None


@given(st.text(max_size=30))
def test_any_text_is_a_span_in_order_or_none(text: str) -> None:
    span = range_of(text)
    assert span is None or span.first is None or span.last is None or span.first <= span.last
