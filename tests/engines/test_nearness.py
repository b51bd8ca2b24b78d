"""Neighbouring words near each other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.config import Ranking
from search.engines.whoosh.answering.nearness import SATURATION, WINDOW
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of, segment_of

FAR = "and " * (WINDOW + 1)


def near(query: str, *bodies: str, **weights: float) -> dict[str, float]:
    """What posts with these bodies gain, by body."""
    posts = [make_post(f"p{number}", body=body) for number, body in enumerate(bodies)]
    filler = [make_post(f"filler{number}", body="something else") for number in range(5)]
    searcher = searcher_of(*posts, *filler, scoring=Scoring(Ranking(**weights)))  # type: ignore[arg-type]
    hits = searcher.search(SearchRequest(query, explain=True, per_page=100)).hits
    gained = {hit.id: hit.explain["near"] for hit in hits if hit.explain}
    return {body: gained[f"p{number}"] for number, body in enumerate(bodies) if f"p{number}" in gained}  # type: ignore[misc]


def test_of_posts_with_the_same_words_that_with_the_words_together_comes_first() -> None:
    together, apart = make_post("z", body=f"{FAR} stem cell {FAR}"), make_post("a", body=f"stem {FAR} cell {FAR}")
    assert [hit.id for hit in searcher_of(apart, together).search(SearchRequest("stem cell")).hits] == ["z", "a"]


def test_either_order_and_words_between_count_up_to_the_window() -> None:
    found = near("stem cell", "stem cell", "cell stem", "stem of a cell", f"stem {FAR} cell", "stem", "cell " * 5)
    assert found["stem cell"] == found["cell stem"] == found["stem of a cell"] > 0
    assert found[f"stem {FAR} cell"] == found["stem"] == 0


def test_more_often_is_more_and_never_more_than_the_share_of_the_points() -> None:
    bodies = ["stem cell", "stem cell stem cell", "stem cell " * 100]
    found = near("stem cell", *bodies)
    assert found[bodies[0]] < found[bodies[1]] < found[bodies[2]]
    posts = [make_post(f"p{number}", body=body) for number, body in enumerate(bodies)]
    for hit in searcher_of(*posts).search(SearchRequest("stem cell", explain=True)).hits:
        assert hit.explain is not None
        assert hit.explain["near"] <= Ranking().proximity / (1 + Ranking().proximity) * hit.score * 1.0001  # type: ignore[operator]


def test_fields_and_posts_are_apart() -> None:
    post = make_post("a", "stem", "cell")
    hit = searcher_of(post).search(SearchRequest("stem cell", explain=True)).hits[0]
    assert hit.explain is not None
    assert hit.explain["near"] == 0
    assert near("stem cell", "stem", "cell") == {"stem": 0, "cell": 0}


def test_only_neighbours_in_the_query_count() -> None:
    found = near("stem of bone from cell", "stem cell", "bone cell")
    assert found["bone cell"] > found["stem cell"] == 0


def test_a_weight_of_nothing_and_a_single_word_gain_nothing() -> None:
    assert near("stem cell", "stem cell", proximity=0) == {"stem cell": 0}
    assert near("stem", "stem cell") == {"stem cell": 0}


def test_phrases_and_typed_compounds_are_near_their_neighbours() -> None:
    assert near('"stem cell" therapy', "stem cell therapy")["stem cell therapy"] > 0


@given(st.lists(st.sampled_from(["stem", "cell", "x"]), max_size=30))
def test_it_is_the_formula_over_the_text(words: list[str]) -> None:
    body = " ".join([*words, "stem", "cell"])
    query_words = [(at, word) for at, word in enumerate(body.split()) if word != "x"]
    pairs = pairwise(query_words)
    x = sum(first != second and later - at <= WINDOW for (at, first), (later, second) in pairs)
    posts = [make_post("p", body=body), make_post("q", body="stem cell"), make_post("r", body="x")]
    hits = searcher_of(*posts).search(SearchRequest("stem cell", explain=True)).hits
    hit = next(hit for hit in hits if hit.id == "p")
    assert hit.explain is not None
    near, idf = hit.explain["near"], hit.explain["words"][0]["idf"]  # type: ignore[index]
    weight = Ranking().proximity
    most = weight * (hit.score - near)  # type: ignore[operator]
    assert near == pytest.approx(min(most, weight * 2.2 * idf * x / (x + SATURATION)), rel=1e-4)


def test_segments_do_not_show() -> None:
    posts = [make_post(f"p{number}", body="stem cell " * number + "cell of stems") for number in range(8)]
    request = SearchRequest("stem cell", explain=True)
    whole = searcher_of(*posts).search(request)
    parted = Searcher([segment_of(posts[:3]), segment_of(posts[3:])]).search(request)
    assert [(hit.id, hit.explain) for hit in whole.hits] == [(hit.id, hit.explain) for hit in parted.hits]
