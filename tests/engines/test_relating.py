"""Related posts: what they share, what is never among them."""

import pytest

from search.engines.whoosh.answering.searcher import Searcher
from search.errors import NotFoundError
from tests.engines.samples import make_post, searcher_of, segment_of

BLOG = (
    make_post("knee", "Cartilage of the knee", "Cartilage repair with cells, measured by MRI.", tags=["knee", "cells"]),
    make_post("hip", "Cartilage of the hip", "Repair of cartilage in the hip; repairing takes long.", tags=["hip"]),
    make_post("scan", "Scanning", "What a scanner sees and what the radiologist says.", tags=["knee"]),
    make_post("rain", "Weather", "It rained the whole week and the roof leaked."),
    make_post("lone", "Axolotl", "Salamander"),
)


def ids(searcher: Searcher, post_id: str, most: int = 10) -> list[str]:
    return [one.id for one in searcher.related(post_id, most)]


def test_posts_that_share_weighty_words_or_tags_are_related() -> None:
    assert ids(searcher_of(*BLOG), "knee")[:2] == ["hip", "scan"]


def test_shared_tags_are_named() -> None:
    shared = {one.id: one.shared for one in searcher_of(*BLOG).related("knee", 10)}
    assert (shared["hip"], shared["scan"]) == ((), ("knee",))


def test_a_post_is_never_related_to_itself_nor_to_one_that_shares_nothing() -> None:
    searcher = searcher_of(*BLOG)
    assert all(post.id not in ids(searcher, post.id) for post in BLOG)
    assert ids(searcher, "lone") == []
    assert "lone" not in ids(searcher, "knee")


def test_another_inflection_is_a_shared_word() -> None:
    posts = [make_post(f"filler-{number}", body=f"words {number}") for number in range(5)]
    searcher = searcher_of(make_post("a", body="trial repairs"), make_post("b", body="it was repaired"), *posts)
    assert ids(searcher, "a") == ["b"]


def test_the_limit_holds_and_the_best_come_first() -> None:
    found = searcher_of(*BLOG).related("knee", 10)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert ids(searcher_of(*BLOG), "knee", 1) == [found[0].id]


def test_segments_and_deleted_posts_do_not_show() -> None:
    gone = make_post("gone", "Cartilage of the knee", "Cartilage repair with cells, measured by MRI.", tags=["knee"])
    many = Searcher([segment_of([gone, BLOG[0], BLOG[1]], deleted=[0]), segment_of(BLOG[2:])])
    assert many.related("knee", 10) == searcher_of(*BLOG).related("knee", 10)
    with pytest.raises(NotFoundError, match="gone"):
        many.related("gone", 10)


def test_words_are_shared_within_a_language_and_tags_across() -> None:
    spanish = make_post("es", "Cartilage", "Cartilage cartilage cartilage.", lang="es")
    tagged = make_post("tagged", "Rodilla", "Nada.", lang="es", tags=["hip"])
    found = ids(searcher_of(*BLOG, spanish, tagged), "hip")
    assert "es" not in found
    assert "tagged" in found
