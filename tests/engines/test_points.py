"""What raises or lowers a score beyond the sum of its words, and that an explanation adds up to it."""

from datetime import date

import pytest

from search.config import Ranking
from search.engines.whoosh.answering import explain as explaining
from search.engines.whoosh.answering.collection import Collection, Mask
from search.engines.whoosh.answering.evaluate import Scored
from search.engines.whoosh.answering.scoring import Scoring
from search.engines.whoosh.answering.searcher import Searcher
from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of, segment_of

BLOG = (
    make_post("short", "The knee", "A word on joints.", day=date(2020, 1, 1)),
    make_post("long", "The knee, the hip, the wrist and more", "A word on the knee.", day=date(2024, 1, 1), boost=1.5),
    make_post("body", "Joints", "The knee bends, the knee hurts.", tags=["knee"], day=date(2022, 1, 1)),
    make_post("none", "Bones", "A word on the hip.", day=date(2023, 1, 1)),
)


def asked(query: str, built: date | None = None, **weights: float) -> list[tuple[str, float]]:
    searcher = Searcher([segment_of(BLOG[:2]), segment_of(BLOG[2:])], Scoring(Ranking(**weights)), built=built)  # type: ignore[arg-type]
    return [(hit.id, hit.score) for hit in searcher.search(SearchRequest(query)).hits]


def test_a_post_gains_by_the_share_of_its_title_that_the_query_covers() -> None:
    plain = dict(asked("knee", coverage=0, titled=0))
    raised = dict(asked("knee", coverage=0.5, titled=0))
    assert raised["short"] == pytest.approx(plain["short"] * (1 + 0.5 * 1 / 2), rel=1e-5)
    assert raised["long"] == pytest.approx(plain["long"] * (1 + 0.5 * 1 / 8), rel=1e-5)
    assert raised["body"] == pytest.approx(plain["body"], rel=1e-5)


def test_a_title_is_covered_once_at_most() -> None:
    posts = [make_post("a", "Knee knee", "x"), make_post("b", "y", "z")]
    hit = Searcher([segment_of(posts)]).search(SearchRequest("knee knees", explain=True)).hits[0]
    assert hit.explain is not None
    assert hit.explain["title"] == {"share": 1.0, "factor": 1.9}


def factors(query: str, **weights: float) -> dict[str, float]:
    scoring = Scoring(Ranking(coverage=0, **weights))  # type: ignore[arg-type]
    searcher = Searcher([segment_of(BLOG[:2]), segment_of(BLOG[2:])], scoring)
    hits = searcher.search(SearchRequest(query, explain=True)).hits
    return {hit.id: hit.explain["title"]["factor"] for hit in hits if hit.explain}  # type: ignore[index]


def test_a_post_gains_if_its_title_has_every_word_of_the_query() -> None:
    assert factors("hip knee") == {"long": 1.5, "none": 1.0}
    assert factors("knees", titled=2.0) == {"long": 3.0, "short": 3.0, "body": 1.0}
    assert factors("hip knee", titled=0) == {"long": 1.0, "none": 1.0}


def test_words_that_no_post_has_or_that_stand_for_others_are_no_matter_to_a_title() -> None:
    assert factors("hip knee xylophonist")["long"] == 1.5
    assert factors("hipp knee")["long"] == 1.5


def test_the_beginning_of_a_title_comes_before_longer_texts_on_its_words() -> None:
    often = make_post("often", "Sunny hours", "A day in the sun. " * 9, tags=["day"])
    wanted = make_post("title", "A day in the life of a cat", "We asked.")
    fillers = [make_post(f"filler {number}", "Nights", "In the night.") for number in range(5)]
    first = {}
    for titled in (0, 0.5):
        searcher = searcher_of(often, wanted, *fillers, scoring=Scoring(Ranking(titled=titled)))
        first[titled] = searcher.search(SearchRequest("a day in the")).hits[0].id
    assert first == {0: "often", 0.5: "title"}


def test_age_halves_a_score_by_the_half_life_from_the_day_of_the_build() -> None:
    plain = dict(asked("knee"))
    aged = dict(asked("knee", date(2024, 1, 1), half_life=366))
    assert aged["long"] == pytest.approx(plain["long"], rel=1e-5)
    assert aged["short"] == pytest.approx(plain["short"] * 2 ** (-1461 / 366), rel=1e-4)
    assert dict(asked("knee", date(2030, 1, 1))) == plain


def test_what_is_dated_ahead_is_new_and_what_has_no_date_as_old_as_the_oldest() -> None:
    posts = [
        make_post("ahead", "", "knee", day=date(2030, 1, 1)),
        make_post("old", "", "knee", day=date(2020, 1, 1)),
        make_post("undated", "", "knee"),
    ]
    searcher = Searcher([segment_of(posts)], Scoring(Ranking(half_life=365)), built=date(2021, 1, 1))
    scores = {hit.id: hit.score for hit in searcher.search(SearchRequest("knee")).hits}
    assert scores["undated"] == scores["old"]
    assert scores["ahead"] > 1.9 * scores["old"]


def test_a_weight_of_nothing_takes_a_field_out_of_the_score() -> None:
    scores = dict(asked("hip", title=0.0, tags=0.0, body=0.0, description=0.0))
    assert set(scores.values()) == {0.0}


@pytest.mark.parametrize("query", ["knee", "the knee 2024", "knee hip joints", "knees january", "The knee"])
def test_an_explanation_adds_up_to_the_score(query: str) -> None:
    scoring = Scoring(Ranking(half_life=1000))
    searcher = Searcher([segment_of(BLOG[:2]), segment_of(BLOG[2:])], scoring, built=date(2025, 1, 1))
    for hit in searcher.search(SearchRequest(query, explain=True)).hits:
        parts: dict[str, object] = dict(hit.explain or {})
        words, title, first = parts["words"], parts["title"], parts["first"]
        assert isinstance(words, list)
        assert isinstance(title, dict)
        total = sum(field["score"] for word in words for field in word["fields"].values())
        lead = first["points"] if isinstance(first, dict) else 0
        assert hit.score == pytest.approx(
            total * title["factor"] * parts["held"] * parts["boost"] * parts["recency"] + parts["near"] + lead, rel=1e-5
        )


def test_explaining_a_page_costs_each_match_once_however_many_posts_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred posts of a query with a hundred matches were the slowest question that could be asked."""
    looked_at = []
    fields_of = explaining._fields

    def looked(collection: Collection, one: Scored, wanted: Mask) -> dict[int, dict[str, dict[str, float]]]:
        looked_at.append(one.match.text)
        return fields_of(collection, one, wanted)

    monkeypatch.setattr(explaining, "_fields", looked)
    searcher = Searcher([segment_of(BLOG[:2]), segment_of(BLOG[2:])])
    hits = searcher.search(SearchRequest("knee OR hip", explain=True)).hits
    assert len(hits) == 4
    assert sorted(looked_at) == ["hip", "knee"]
    words = {hit.id: [word["word"] for word in hit.explain["words"]] for hit in hits if hit.explain}  # type: ignore[attr-defined]
    assert words == {"short": ["knee"], "long": ["knee", "hip"], "body": ["knee"], "none": ["hip"]}


def test_an_explanation_counts_in_whole_numbers() -> None:
    posts = [
        make_post("a", "Knees", "on the knee " * 3 + "on the kneecap"),
        make_post("b", "May", "x", day=date(2020, 5, 1)),
    ]
    for hit in Searcher([segment_of(posts)]).search(SearchRequest("kne* OR 2020-05", explain=True)).hits:
        assert hit.explain is not None
        counts = [field["count"] for word in hit.explain["words"] for field in word["fields"].values()]  # type: ignore[attr-defined]
        assert counts
        assert all(type(count) is int for count in counts)
