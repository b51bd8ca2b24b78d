"""What a post is worth that lacks words of a query of which few posts have all."""

import pytest

from search.config import Ranking
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.models import Hit, SearchRequest
from tests.engines.samples import make_post, searcher_of, segment_of

FILLER = "Plain words that fill a page and say nothing of the matter at hand."
BLOG = (
    make_post("full of one", "Animals", "Salamander, salamander, salamander, salamander."),
    make_post("has both", "Notes", f"A salamander. {FILLER * 2} A microscope."),
    make_post("has the other", "Lenses", f"The microscope. {FILLER * 4}"),
    make_post("knee", "Joints", f"The knee. {FILLER * 4}"),
    *(make_post(f"filler {number}", "Page", FILLER) for number in range(20)),
)


def found(query: str, **weights: float) -> list[Hit]:
    scoring = Scoring(Ranking(**weights))  # type: ignore[arg-type]
    return list(searcher_of(*BLOG, scoring=scoring).search(SearchRequest(query, explain=True)).hits)


def held(hits: list[Hit]) -> dict[str, object]:
    return {hit.id: hit.explain["held"] for hit in hits if hit.explain}


def test_a_post_with_every_word_comes_before_one_that_is_full_of_one_of_them() -> None:
    assert found("salamander microscope", held=0)[0].id == "full of one"
    assert found("salamander microscope")[0].id == "has both"
    assert held(found("salamander microscope")) == {
        "has both": 1.0,
        "full of one": pytest.approx(0.5**0.5),
        "has the other": pytest.approx(0.5**0.5),
    }


def test_a_word_that_no_post_has_is_lacked_by_none() -> None:
    assert held(found("salamander microscope xylophonist"))["has both"] == 1.0


def test_a_post_that_another_part_of_the_query_finds_lacks_nothing() -> None:
    assert held(found("salamander microscope OR knee"))["knee"] == 1.0


def test_an_exclusion_leaves_what_is_lacked_as_it_is() -> None:
    assert held(found("salamander microscope -joints"))["full of one"] == pytest.approx(0.5**0.5)


def test_who_asks_for_all_words_gets_no_factor() -> None:
    assert held(found("salamander AND microscope")) == {"has both": 1.0}


def test_what_is_found_as_meant_lacks_what_it_lacks_of_what_was_meant() -> None:
    hits = found("salamander microscpe")
    assert held(hits)["has both"] == 1.0
    assert held(hits)["full of one"] == pytest.approx(0.5**0.5)


def test_how_posts_are_spread_over_segments_does_not_show() -> None:
    spread = Searcher([segment_of(BLOG[:2]), segment_of(BLOG[2:])]).search(SearchRequest("salamander microscope"))
    assert [(hit.id, hit.score) for hit in spread.hits] == [
        (hit.id, hit.score) for hit in found("salamander microscope")
    ]
