"""Kept answers are found by name and by spelling, and take no more memory than they may."""

from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

from search.web.access import Outcome
from search.web.kept import OVERHEAD, SPELLED, Address, Kept, Shelf

ROOM = 20_000
OUTCOME = Outcome("gen-1", cached=True)
ROUTE = Route("/api/search", lambda request: None)


def kept(name: str, size: int = 0) -> Kept:
    return Kept(name.encode(), b"application/json", b"x" * size, ((b"etag", name.encode()),), OUTCOME, ROUTE)


def at(query: str) -> Address:
    return ("/api/search", query.encode(), b"localhost", "http")


def test_an_answer_is_found_by_each_address_it_was_asked_at() -> None:
    shelf = Shelf(ROOM)
    one = kept("one")
    for query in ("q=a", "q=a&page=1"):
        shelf.keep(one, at(query))
    assert shelf.spelled(at("q=a")) is shelf.spelled(at("q=a&page=1")) is shelf.named(b"one") is one
    assert shelf.spelled(at("q=b")) is None
    assert shelf.named(b"two") is None


def test_the_same_address_at_another_host_is_another() -> None:
    shelf = Shelf(ROOM)
    shelf.keep(kept("one"), at("q=a"))
    path, query, _, scheme = at("q=a")
    assert shelf.spelled((path, query, b"elsewhere", scheme)) is None
    assert shelf.spelled((path, query, b"localhost", "https")) is None


def test_what_was_asked_for_least_lately_goes_first() -> None:
    shelf = Shelf(3 * OVERHEAD)
    for name in "abc":
        shelf.keep(kept(name), at(name))
    assert shelf.spelled(at("a"))
    shelf.keep(kept("d"), at("d"))
    assert [name for name in "abcd" if shelf.named(name.encode())] == ["a", "c", "d"]
    assert shelf.spelled(at("b")) is None


def test_a_coded_form_counts_once_it_is_there() -> None:
    shelf = Shelf(3 * OVERHEAD + 4000)
    large = Kept(b"large", b"application/json", bytes(range(250)) * 8, (), OUTCOME, ROUTE)
    shelf.keep(large, at("large"))
    shelf.keep(kept("small"), at("small"))
    plain = large.size
    assert large.form(b"gzip").headers[-1] == (b"content-encoding", b"gzip")
    assert large.size == plain + len(large.form(b"gzip").body)
    assert large.form(b"gzip") is large.form(b"gzip")
    shelf.keep(kept("another", 2000), at("another"))
    assert shelf.named(b"large")
    shelf.keep(large, at("large"))
    assert len(shelf) == 2


def test_an_answer_larger_than_the_room_is_not_kept() -> None:
    shelf = Shelf(0)
    shelf.keep(kept("one"), at("one"))
    assert len(shelf) == 0
    assert shelf.spelled(at("one")) is None


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6000), st.integers(0, 3))))
def test_no_sequence_of_answers_takes_more_than_the_room(asked: list[tuple[int, int, int]]) -> None:
    shelf = Shelf(ROOM)
    for number, size, spelling in asked:
        shelf.keep(kept(f"{number}", size), at("q" * spelling * SPELLED + f"{number}"))
        held = [shelf.named(f"{n}".encode()) for n in range(31)]
        assert sum(one.size for one in held if one) <= ROOM
        assert len(shelf) == sum(one is not None for one in held)
        assert len(shelf._spellings) <= ROOM // OVERHEAD
