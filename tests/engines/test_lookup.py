"""One post by its id: all that is shown of it comes out of the columns as it went in."""

from dataclasses import replace
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


@pytest.mark.parametrize("post_id", ["nope", "kne", "knee ", "\0", "\ud800", "x" * 10_000])
def test_an_unknown_id_is_said(post_id: str) -> None:
    for searcher in (searcher_of(make_post("knee")), Searcher([]), Searcher([segment_of([make_post("a")], [0])])):
        with pytest.raises(NotFoundError, match="no post"):
            searcher.post(post_id)


def remedy(searcher: Searcher, post_id: str) -> str:
    with pytest.raises(NotFoundError) as refusal:
        searcher.post(post_id)
    with pytest.raises(NotFoundError) as same:
        searcher.related(post_id, 5)
    assert (str(same.value), same.value.remedy) == (str(refusal.value), refusal.value.remedy)
    return refusal.value.remedy


BLOG = searcher_of(
    make_post("rule-of-three"),
    make_post("2021/Deep"),
    replace(make_post("elsewhere"), url="/notes/far/"),
    replace(make_post("moved"), url="https://other.example/kept"),
    make_post("grün"),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("content/rule-of-three.md", "rule-of-three"),
        ("./content/rule-of-three.mdx", "rule-of-three"),
        ("/srv/blog/content/rule-of-three/index.md", "rule-of-three"),
        ("rule-of-three.markdown", "rule-of-three"),
        ("Rule-of-Three", "rule-of-three"),
        ("RULE-OF-THREE.MD", "rule-of-three"),
        ("/blog/rule-of-three/", "rule-of-three"),
        ("https://blog.example/blog/rule-of-three/?q=x#why", "rule-of-three"),
        ("2021/Deep/index", "2021/Deep"),
        ("2021/deep", "2021/Deep"),
        ("/notes/far", "elsewhere"),
        ("https://blog.example/notes/far/#end", "elsewhere"),
        ("https://other.example/kept", "moved"),
        ("gru\u0308n", "grün"),
    ],
)
def test_a_path_an_address_and_other_capitals_lead_to_the_id(typed: str, meant: str) -> None:
    assert remedy(BLOG, typed) == f"Did you mean {meant}?"


@pytest.mark.parametrize("typed", ["three", "content", "", "/", "://", ".md", "a/" * 5000, "?", "rule-of-three.md.d/x"])
def test_what_leads_to_no_post_is_told_what_an_id_is(typed: str) -> None:
    assert remedy(BLOG, typed).startswith("A post's id is its file's path")


def test_a_deleted_post_is_not_proposed() -> None:
    assert "Did you mean" not in remedy(Searcher([segment_of([make_post("a")], deleted=[0])]), "a.md")


def test_an_id_is_quoted_and_a_missing_one_is_called_so() -> None:
    with pytest.raises(NotFoundError, match='there is no post "no such" in the index'):
        BLOG.post("no such")
    with pytest.raises(NotFoundError, match="the id of a post is missing"):
        BLOG.post("")


def test_a_large_blog_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.whoosh.answering.lookup.SCANNED", 4)
    assert remedy(BLOG, "rule-of-three.md") == "Did you mean rule-of-three?"
    assert "Did you mean" not in remedy(BLOG, "/notes/far/")
