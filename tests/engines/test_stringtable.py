"""Looking strings up in a table of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.whoosh.columnar.inverting import string_table
from search.engines.whoosh.columnar.stringtable import StringTable

WORDS = sorted(f"word{number}".encode() for number in range(100))


def table() -> StringTable:
    return StringTable(*string_table("", WORDS).values())


def test_every_string_is_found_at_its_place_and_no_other_is() -> None:
    words = table()
    assert [words.find(word) for word in WORDS * 2] == [*range(100)] * 2
    assert [words.find(word) for word in (b"", b"word", b"word100", b"zebra") * 2] == [-1] * 8


@given(st.lists(st.binary(max_size=3) | st.text("ab", max_size=5).map(str.encode), max_size=150), st.data())
def test_a_string_is_found_where_it_first_is_however_alike_its_neighbours_are(
    found: list[bytes], data: st.DataObject
) -> None:
    strings = sorted(found)
    words = StringTable(*string_table("", strings).values())
    for key in [*strings, *data.draw(st.lists(st.text("ab", max_size=5).map(str.encode)))]:
        assert words.find(key) == (strings.index(key) if key in strings else -1)


def test_what_was_found_is_remembered_for_a_bounded_number_of_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StringTable, "REMEMBERED", 10)
    words = table()
    for word in WORDS:
        assert words[words.find(word)] == word
        assert len(words._found) <= 10
