"""Generated parts of a page: what is between the markers changes, and nothing else does."""

from pathlib import Path

import pytest

from tests.marked import replace_part, table


def test_only_the_named_part_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("By hand.\n<!-- a -->\nold\n<!-- /a -->\nBetween.\n<!-- b -->\nkept\n<!-- /b -->\nAfter.\n")
    replace_part(page, "a", "new\nlines")
    assert page.read_text() == (
        "By hand.\n<!-- a -->\n\nnew\nlines\n\n<!-- /a -->\nBetween.\n<!-- b -->\nkept\n<!-- /b -->\nAfter.\n"
    )


def test_replacing_twice_is_replacing_once(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- a -->\n<!-- /a -->\n")
    replace_part(page, "a", "text")
    once = page.read_text()
    replace_part(page, "a", "text")
    assert page.read_text() == once


@pytest.mark.parametrize("text", ["", "<!-- a -->\n", "<!-- /a -->\n<!-- a -->\n"])
def test_a_page_without_both_markers_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match="no part between"):
        replace_part(page, "a", "new")
    assert page.read_text() == text


def test_a_table_has_its_numbers_to_the_right() -> None:
    assert table(["who", "ms"], [["a", "1"], ["b", "2"]]) == "| who | ms |\n| --- | ---: |\n| a | 1 |\n| b | 2 |"
