"""One post by its id: all that is shown of it comes out of the columns as it went in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.answering.searcher import Searcher
from search.errors import NotFoundError
from search.models import IndexedPost, Section, SectionLink
from tests.engines.samples import make_post, searcher_of, segment_of

PARTS = (Section("", "", 0), Section("Cells", "cells", 6), Section("No anchor", "", 12))


def test_every_field_comes_back() -> None:
    post = make_post(
        "2021/knee",
        "Knee & cells",
        "Words. Cells 細胞. No anchor here.",
        description="About",
        tags=["knee", "Cells"],
        day=date(2021, 5, 6),
        lang="de",
        sections=PARTS,
    )
    assert searcher_of(make_post("other"), post).post("2021/knee") == IndexedPost(
        id="2021/knee",
        url="/blog/2021/knee/",
        title="Knee & cells",
        description="About",
        tags=("knee", "Cells"),
        date=date(2021, 5, 6),
        image=None,
        lang="de",
        sections=(SectionLink("Cells", "/blog/2021/knee/#cells"), SectionLink("No anchor", "/blog/2021/knee/")),
        body="Words. Cells 細胞. No anchor here.",
    )


NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8
)  # as of files


@given(st.sets(NAMES, min_size=1, max_size=8))
def test_each_post_is_found_by_its_id_and_by_no_other(names: set[str]) -> None:
    *posts, last = [make_post(name, title=name) for name in names]
    searcher = Searcher([segment_of(posts), segment_of([last])])
    assert [searcher.post(name).title for name in names] == list(names)
    for other in {name + "x" for name in names} - names:
        with pytest.raises(NotFoundError):
            searcher.post(other)


def test_a_post_written_again_is_found_as_it_is_now() -> None:
    old, new = make_post("a", "Old"), make_post("a", "New")
    assert Searcher([segment_of([old], deleted=[0]), segment_of([new])]).post("a").title == "New"


@pytest.mark.parametrize("post_id", ["", "nope", "kne", "knee ", "\0", "\ud800", "x" * 10_000])
def test_an_unknown_id_is_said(post_id: str) -> None:
    for searcher in (searcher_of(make_post("knee")), Searcher([]), Searcher([segment_of([make_post("a")], [0])])):
        with pytest.raises(NotFoundError, match="no post"):
            searcher.post(post_id)
