"""README's section on searching is true: every query in it is read as it says, and every operator has an example."""

import re
from pathlib import Path

import pytest

from search.fields import PREFIXES
from search.query.ast import All, And, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.explain import outline
from search.query.lex import CLOSERS, NAMES
from search.query.parse import MAX_CHARACTERS, MAX_DEPTH, MAX_OPEN_TERMS, MAX_TERMS, parse

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Searching\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| `(.+?)` \| .* \| `(.+?)` \|$", SECTION, re.MULTILINE)
BLOCKS = re.findall(r"^```text\n> (.+)\n((?:.+\n)+)```$", SECTION, re.MULTILINE)
EXAMPLES = [*ROWS, *((query, reading.rstrip("\n")) for query, reading in BLOCKS)]


@pytest.mark.parametrize(("query", "reading"), EXAMPLES)
def test_an_example_is_read_as_the_readme_says(query: str, reading: str) -> None:
    parsed = parse(query)
    assert parsed.diagnostics == ()
    assert outline(parsed.tree) == reading


def test_every_row_and_block_of_the_section_is_an_example() -> None:
    rows = [line for line in SECTION.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(rows) - 2
    assert len(BLOCKS) == SECTION.count("```text") >= 1


def test_every_kind_of_node_has_an_example() -> None:
    kinds = {type(node) for query, _ in EXAMPLES for node in _nodes(parse(query).tree)}
    assert kinds == {All, And, DateRange, Fuzzy, In, Not, Or, Phrase, Prefix, Term, Words}


def test_every_prefix_quote_and_limit_is_named() -> None:
    for name in NAMES.keys() | PREFIXES.keys():
        assert f"{name}:" in SECTION
    for quote in '"“«「':
        assert quote in CLOSERS
        assert quote in SECTION
    for limit in (MAX_CHARACTERS, MAX_TERMS, MAX_OPEN_TERMS, MAX_DEPTH):
        assert re.search(rf"\b{limit}\b", SECTION)


def _nodes(node: Node) -> list[Node]:
    match node:
        case Words(children) | And(children) | Or(children):
            return [node, *(inner for child in children for inner in _nodes(child))]
        case Not(child) | In(_, child):
            return [node, *_nodes(child)]
        case _:
            return [node]
