"""Looking strings up in a table of them."""

import pytest

from search.engines.whoosh.columnar.inverting import string_table
from search.engines.whoosh.columnar.stringtable import StringTable

WORDS = sorted(f"word{number}".encode() for number in range(100))


def table() -> StringTable:
    return StringTable(*string_table("", WORDS).values())


def test_every_string_is_found_at_its_place_and_no_other_is() -> None:
    words = table()
    assert [words.find(word) for word in WORDS * 2] == [*range(100)] * 2
    assert [words.find(word) for word in (b"", b"word", b"word100", b"zebra") * 2] == [-1] * 8


def test_what_was_found_is_remembered_for_a_bounded_number_of_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StringTable, "REMEMBERED", 10)
    words = table()
    for word in WORDS:
        assert words[words.find(word)] == word
        assert len(words._found) <= 10
