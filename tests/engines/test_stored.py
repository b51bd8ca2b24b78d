"""A post comes back out of the index as it went in."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.storage.stored import post_from_text, post_to_text
from search.models import Post, Section

TEXT = st.text(max_size=40)
POSTS = st.builds(
    Post,
    id=TEXT,
    url=TEXT,
    title=TEXT,
    description=TEXT,
    body=TEXT,
    tags=st.lists(TEXT, max_size=3).map(tuple),
    instant=st.none() | st.datetimes(),
    day=st.none() | st.dates(),
    image=st.none() | TEXT,
    lang=TEXT,
    sections=st.lists(st.builds(Section, TEXT, TEXT, st.integers(0, 10**9)), max_size=3).map(tuple),
    content_hash=TEXT,
    boost=st.floats(0.1, 10),
    expires=st.none() | st.datetimes(),
)


@given(POSTS)
def test_what_is_stored_is_the_whole_post(post: Post) -> None:
    assert post_from_text(post_to_text(post)) == post


def test_dates_keep_their_type() -> None:
    post = Post("a", "/a/", "A", "", "", (), datetime(2026, 1, 2), date(2026, 1, 2), None, "en", (), "")  # noqa: DTZ001
    back = post_from_text(post_to_text(post))
    assert (type(back.instant), type(back.day)) == (datetime, date)


def test_text_that_is_no_unicode_is_refused_before_anything_is_written() -> None:
    post = Post("a", "/a/", "\ud800", "", "", (), None, None, None, "en", (), "")
    with pytest.raises(UnicodeEncodeError):
        post_to_text(post)
