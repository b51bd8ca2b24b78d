"""What was worked out lately is held within bounds, and used."""

from collections.abc import Sequence

import pytest

from search.engines.whoosh.answering import matching, points
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.match import Match, Part, Weighed
from search.engines.whoosh.answering.recent import Recent
from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of


def test_what_was_asked_for_least_lately_goes_first() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep("a", "A", 4)
    recent.keep("b", "B", 4)
    assert recent.get("a") == "A"
    recent.keep("c", "C", 4)
    assert [recent.get(key) for key in "abc"] == ["A", None, "C"]


def test_the_bound_is_of_what_is_held_and_what_is_larger_is_not_held() -> None:
    recent: Recent[int] = Recent(10)
    recent.keep("huge", 1, 11)
    for size in (4, 6, 2, 8):
        recent.keep("same", size, size)
    recent.keep("other", 2, 2)
    assert [recent.get(key) for key in ("huge", "same", "other")] == [None, 8, 2]


def test_words_are_looked_up_and_weighed_once_whatever_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []
    weighed: list[str] = []
    matched, weigh = matching.matched, points._weighed

    def looking(collection: Collection, text: str, parts: list[Part]) -> Match:
        looked_up.append(text)
        return matched(collection, text, parts)

    def weighing(collection: Collection, matches: Sequence[Match]) -> list[Weighed]:
        weighed.extend(match.text for match in matches)
        return weigh(collection, matches)

    monkeypatch.setattr(matching, "matched", looking)
    monkeypatch.setattr(points, "_weighed", weighing)
    searcher = searcher_of(*[make_post(f"p{number}", "stem cells", "of bone and cartilage") for number in range(9)])

    def ask(*queries: str) -> tuple[Sequence[str], Sequence[str]]:
        for query in queries:
            searcher.search(SearchRequest(query))
        found = looked_up.copy(), weighed.copy()
        looked_up.clear()
        weighed.clear()
        return found

    assert ask("bone") == (["bone"], ["bone"])
    assert ask("bone cartilage", "cartilage OR bone", "cartilage bone stem") == (
        ["cartilage", "stem"],
        ["cartilage", "stem"],
    )
    assert ask("title:bone", '"bone"', "-stem bone") == (["bone", "bone"], ["bone"])  # another field, a phrase
    assert ask('"bone"', '"bone" OR "bone"') == ([], [])


def test_a_word_that_is_remembered_answers_as_one_that_is_not() -> None:
    posts = [make_post(f"p{number}", "stem cells" * (number % 3), "bone " * number) for number in range(9)]
    warm = searcher_of(*posts)
    for query in ("bone", "bone stem", "bone OR cells", "title:stem bone", "bone -cells"):
        warm.search(SearchRequest(query))
        again, cold = (one.search(SearchRequest(query, explain=True)) for one in (warm, searcher_of(*posts)))
        assert (again.hits, again.facets, again.total) == (cold.hits, cold.facets, cold.total)
