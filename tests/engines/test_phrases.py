"""How much is read to find words next to each other."""

from collections.abc import Callable

import pytest

from search.engines.whoosh.columnar.columns import Columns
from search.models import SearchRequest
from tests.engines.samples import make_post, searcher_of


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Ask a query of posts with these bodies; how many occurrences of words were read."""
    occurrences = Columns.occurrences
    sizes: list[int] = []

    def counted(*args: object) -> object:
        found = occurrences(*args)  # type: ignore[arg-type]
        sizes.append(len(found[1]))
        return found

    def ask(query: str, *bodies: str) -> int:
        searcher = searcher_of(*[make_post(f"p{number}", body=body) for number, body in enumerate(bodies)])
        sizes.clear()
        searcher.search(SearchRequest(query))
        return sum(sizes)

    monkeypatch.setattr(Columns, "occurrences", counted)
    return ask


def test_a_frequent_word_repeated_is_read_twice_however_often_it_is_typed(read: Callable[..., int]) -> None:
    bodies = ["the cell " * 100] * 10
    assert read('"the the"', *bodies) == read(f'"{"the " * 20}"', *bodies) == 2 * 1000


def test_frequent_words_are_read_only_where_all_words_of_the_phrase_are(read: Callable[..., int]) -> None:
    assert read('"the cell the knee"', *["the cell " * 100] * 10, "the cell the knee") == 1 + 1 + 2 + 2


def test_a_further_word_is_read_only_in_posts_that_have_those_before_it(read: Callable[..., int]) -> None:
    assert read('"stem cell the"', *["cell stem " + "the " * 100] * 10, "stem cell the") == 11 + 11 + 1
