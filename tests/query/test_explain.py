from hypothesis import given
from hypothesis import strategies as st

from search.query.ast import And, Boost, Node, Not, Or, Term
from search.query.explain import outline
from search.query.parse import parse


def test_groups_of_single_words_take_one_line() -> None:
    assert outline(parse("stem pre* fuz~").tree) == "words: stem, pre*, fuz~1"
    assert outline(parse('stem "two words" -not tag:x *').tree) == (
        'all of: stem, "two words", not not, in tags: x, every post'
    )


def test_each_level_of_the_tree_is_a_level_of_indentation() -> None:
    assert outline(parse("stem cell AND (bone OR tag:(a b)) OR NOT (c OR d e)").tree).splitlines() == [
        "any of:",
        "  all of:",
        "    words: stem, cell",
        "    any of:",
        "      bone",
        "      in tags: words: a, b",
        "  not any of:",
        "    c",
        "    all of: d, e",
    ]


def test_dates_show_both_ends() -> None:
    assert outline(parse("date:2022-05").tree) == "date 2022-05-01..2022-05-31"
    assert outline(parse("before:2022").tree) == "date ..2021-12-31"


def test_a_boost_shows_its_factor() -> None:
    assert outline(Or((Term("a"), Boost(Term("b"), 0.5)))) == "any of: a, weighed 0.5: b"


@given(st.text(max_size=60))
def test_an_outline_holds_no_control_characters(text: str) -> None:
    assert all(char == "\n" or char.isprintable() or char >= "\xa0" for char in outline(parse(text).tree))


def _node(kind: int, children: list[Node]) -> Node:
    return Not(children[0]) if kind == 0 else (And, Or)[kind - 1](tuple(children))


def _leaves(node: Node) -> int:
    match node:
        case Not(child):
            return _leaves(child)
        case And(children) | Or(children):
            return sum(map(_leaves, children))
        case _:
            return 1


@given(
    st.recursive(
        st.just(Term("x")), lambda nodes: st.builds(_node, st.integers(0, 2), st.lists(nodes, min_size=2, max_size=4))
    )
)
def test_an_outline_shows_every_leaf_once(tree: Node) -> None:
    assert outline(tree).split().count("x") + outline(tree).split().count("x,") == _leaves(tree)
