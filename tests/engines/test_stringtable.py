"""Looking strings up in a table of them."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.columnar.inverting import dictionary
from search.engines.whoosh.columnar.stringtable import PROBES, Dictionary, hash_slots

WORDS = sorted(f"word{number}".encode() for number in range(100))


def table() -> Dictionary:
    return Dictionary(*dictionary("", WORDS).values())


def test_every_string_is_found_at_its_place_and_no_other_is() -> None:
    words = table()
    assert [words.find(word) for word in WORDS] == [*range(100)]
    assert [words.find(word) for word in (b"", b"word", b"word100", b"zebra")] == [-1] * 4


@given(st.lists(st.binary(max_size=3) | st.text("ab", max_size=5).map(str.encode), max_size=150), st.data())
def test_a_string_is_found_where_it_first_is_however_alike_its_neighbours_are(
    found: list[bytes], data: st.DataObject
) -> None:
    strings = sorted(found)
    words = Dictionary(*dictionary("", strings).values())
    for key in [*strings, *data.draw(st.lists(st.text("ab", max_size=5).map(str.encode)))]:
        assert words.find(key) == (strings.index(key) if key in strings else -1)


def test_strings_of_one_hash_are_told_apart_and_cost_few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "crc32", lambda _: 166)  # the last slot: what follows stands in the first ones
    words = table()
    assert [words.find(word) for word in WORDS] == [*range(100)]
    assert words.find(b"zebra") == -1
    assert np.count_nonzero(hash_slots(WORDS)) == PROBES


def test_a_search_ends_where_damage_leaves_no_slot_free() -> None:
    text, starts, slots = dictionary("", WORDS).values()
    assert Dictionary(text, starts, np.ones_like(slots)).find(b"zebra") == -1


@given(st.integers(0, 1000))
def test_nearly_all_strings_have_a_slot_and_two_of_five_are_free(size: int) -> None:
    slots = hash_slots([f"{number}".encode() for number in range(size)])
    held = slots[slots > 0].tolist()
    assert len(set(held)) == len(held) >= 0.95 * size
    assert set(held) <= {*range(1, size + 1)}
    assert 3 * len(slots) - 3 <= 5 * size < 3 * len(slots)
