"""docs/search-box.md tells of every attribute, text, variable and class of the box, and of none that it lacks."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "search-box.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / "search" / "web" / "static" / "search-box.js").read_text(encoding="utf-8")


def test_every_attribute_is_there_and_no_other() -> None:
    read = set(re.findall(r'this\.getAttribute\("([\w-]+)"\)', SCRIPT))
    read |= set(re.findall(r'^    "(text-\w+)":', SCRIPT, re.M))
    read |= set(re.findall(r'\[(\w+)="\w+"\] > \.blogsearch', SCRIPT))
    (table,) = re.findall(r"^## Attributes$(.*?)^A site", PAGE, re.M | re.S)
    names = [cell for row in re.findall(r"^\| (`.*?`) \|", table, re.M) for cell in re.findall(r"`([\w-]+)", row)]
    assert sorted(names[1:] if names[0] == "blogsearch-box" else names) == sorted(read)


def test_every_variable_is_there_and_no_other() -> None:
    assert set(re.findall(r"--blogsearch-[\w-]+", PAGE)) == set(re.findall(r"--blogsearch-[\w-]+", SCRIPT))


def test_every_class_that_it_names_is_one() -> None:
    (told,) = re.findall(r"Its parts have classes \((.*?)\)", PAGE, re.S)
    names = {f"blogsearch-{name.removeprefix('blogsearch')[1:]}" for name in re.findall(r"`([\w-]+)`", told)}
    assert names
    assert [name for name in names if not re.search(rf"\.{name}\b", SCRIPT)] == []


def test_what_is_sent_along_and_how_long_it_waits_is_told() -> None:
    (fields,) = re.findall(r"NARROWING = \[(.*?)\]", SCRIPT)
    assert [name for name in re.findall(r'"(\w+)"', fields) if f"`{name}`" not in PAGE] == []
    (wait,) = re.findall(r"WAIT = (\d+)", SCRIPT)
    assert f"{wait} ms after the last key" in PAGE
