"""A tree that is written out with all its parentheses is read back as the same tree."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from search.query.ast import And, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.parse import MAX_OPEN_TERMS, parse

WORDS = st.sampled_from(["stem", "meta-analysis", "C++", ".NET", "10:30", "O'Reilly", "or", "幹細胞", "é"])
PLAIN: st.SearchStrategy[Node] = st.one_of(
    WORDS.map(Term), WORDS.map(Prefix), st.builds(Fuzzy, WORDS, st.integers(1, 2))
)
YEARS = st.integers(1990, 2030)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    PLAIN,
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join).map(Phrase),
    YEARS.map(lambda year: DateRange(date(year, 1, 1), date(year, 12, 31))),
)
FIELDS = st.sampled_from(["title", "description", "body", "tags"])


def _wider(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.filter(lambda children: not any(isinstance(child, And) for child in children)).map(And),
        several.map(Or),
        nodes.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(In, FIELDS, nodes),
    )


STRICT = st.recursive(LEAVES, _wider, max_leaves=8)
RELAXABLE = st.lists(PLAIN, min_size=2, max_size=4).map(tuple).map(Words)
TREES = st.one_of(
    STRICT,
    RELAXABLE,
    st.builds(lambda words, node: Or((words, node)), RELAXABLE, STRICT),
    st.builds(lambda name, words, node: And((In(name, words), Not(node))), FIELDS, RELAXABLE, LEAVES),
)


def _may_all_vary(tree: Node) -> bool:
    """Whether no word with * or ~ is one too many to be read so."""
    text = written(tree)
    return text.count("*") + text.count("~") <= MAX_OPEN_TERMS


@given(TREES.filter(_may_all_vary))
def test_a_written_tree_is_read_back(tree: Node) -> None:
    parsed = parse(written(tree))
    assert parsed.tree == tree
    assert parsed.diagnostics == ()


def written(node: Node) -> str:
    match node:
        case In(field, child):
            return f"{field}:({written(child)})"
        case Not(child):
            return f"NOT ({written(child)})"
        case Words(children):
            return " ".join(map(written, children))
        case And(children):
            return " AND ".join(f"({written(child)})" for child in children)
        case Or(children):
            return " OR ".join(f"({written(child)})" for child in children)
        case _:
            return _written_leaf(node)


def _written_leaf(node: Node) -> str:
    match node:
        case Phrase(text):
            return f'"{text}"'
        case Prefix(text):
            return f"{text}*"
        case Fuzzy(text, edits):
            return f"{text}~{edits}"
        case DateRange(since, until):
            return f"date:{since}..{until}"
        case _:
            assert isinstance(node, Term)
            return node.text
