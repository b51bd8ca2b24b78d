from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import analyze
from search.models import Diagnostic
from search.query.ast import All, And, Boost, DateRange, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.parse import MAX_CHARACTERS, MAX_DEPTH, MAX_OPEN_TERMS, MAX_TERMS, parse
from tests.query.malformed import HUGE, MALFORMED
from tests.query.steps import lines_run

A, B, C, D, E = (Term(letter) for letter in "abcde")
YEAR_2022 = DateRange(date(2022, 1, 1), date(2022, 12, 31))

READINGS: list[tuple[str, Node]] = [
    # Nothing and everything.
    ("", All()),
    ("*", All()),
    ("**", All()),
    ("a *", And((A, All()))),
    # Words reach the analyzer whole.
    ("a", A),
    ("a b", Words((A, B))),
    ("\ta\u3000b\x00\u200b", Words((A, B))),
    ("rock & roll", Words((Term("rock"), Term("roll")))),
    ("C++ C# .NET", Words((Term("C++"), Term("C#"), Term(".NET")))),
    ("meta-analysis e-mail COVID-19", Words((Term("meta-analysis"), Term("e-mail"), Term("COVID-19")))),
    ("10.1186/s13287 U.S. O'Reilly", Words((Term("10.1186/s13287"), Term("U.S."), Term("O'Reilly")))),
    ("😀 a ①", Words((A, Term("①")))),
    ("a and or not b", Words((A, Term("and"), Term("or"), Term("not"), B))),
    # Phrases.
    ('"a b"', Phrase("a b")),
    ("“a b”", Phrase("a b")),
    ("„a b“", Phrase("a b")),
    ("«a b»", Phrase("a b")),
    ("« a b »", Phrase("a b")),
    ("»a b«", Phrase("a b")),
    ("「幹細胞」", Phrase("幹細胞")),
    ('“a b" c', And((C, Phrase("a b")))),
    ('"a b"c', And((C, Phrase("a b")))),
    ('a"b c"', And((A, Phrase("b c")))),
    ('"a OR (b -c"', Phrase("a OR (b -c")),
    ('a "" b', Words((A, B))),
    ('12" vinyl and 10" a', Words((Term('12"'), Term("vinyl"), Term("and"), Term('10"'), A))),
    ('O"Reilly a', Words((Term('O"Reilly'), A))),
    # Unclosed quotes.
    ('"a b', Words((A, B))),
    ('a "b c', Words((A, B, C))),
    ('a OR "b c', Or((A, Words((B, C))))),
    ('-"a b', Not(And((A, B)))),
    ('tag:"a b', In("tags", Words((A, B)))),
    ('("a b) OR c', Or((Words((A, B)), C))),
    ('"a «b', Words((A, B))),
    # Negation.
    ("-a", Not(A)),
    ("−a", Not(A)),
    ("NOT a", Not(A)),
    ("a -b", And((A, Not(B)))),
    ("a NOT b", And((A, Not(B)))),
    ("-a -b", And((Not(A), Not(B)))),
    ('-"a b"', Not(Phrase("a b"))),
    ("-(a b)", Not(And((A, B)))),
    ("-(a (b OR c d))", Not(And((A, Or((B, And((C, D)))))))),
    ("-(-(a b))", And((A, B))),
    ("-tag:(a b)", Not(In("tags", And((A, B))))),
    ("a b -c tag:d e", And((Words((A, B, E)), Not(C), In("tags", D)))),
    ("NOT (a OR b)", Not(Or((A, B)))),
    ("NOT NOT a", A),
    ("NOT -a", A),
    ("-(-a)", A),
    ("-a*", Not(Prefix("a"))),
    ("-tag:a", Not(In("tags", A))),
    ("tag:-a", Not(In("tags", A))),
    ("-date:2022", Not(YEAR_2022)),
    ("a - b", Words((A, B))),
    ("--help", Term("--help")),
    ('"a b"-c', And((Term("-c"), Phrase("a b")))),
    ("(a)-b", Words((A, Term("-b")))),
    ("(-a b)", And((B, Not(A)))),
    ("\u200f-a", Not(A)),
    ("-()", All()),
    ("-& a", A),
    # Operators: NOT before words side by side, before AND, before OR.
    ("a AND b", And((A, B))),
    ("a OR b", Or((A, B))),
    ("a AND b AND c", And((A, B, C))),
    ("a OR b AND c", Or((A, And((B, C))))),
    ("a AND b OR c", Or((And((A, B)), C))),
    ("a b OR c d", Or((Words((A, B)), Words((C, D))))),
    ("a b AND c d", And((Words((A, B)), Words((C, D))))),
    ("a AND NOT b OR c", Or((And((A, Not(B))), C))),
    ("(a OR b) c", And((C, Or((A, B))))),
    ("(a OR b) AND c", And((Or((A, B)), C))),
    ("(a AND b) AND c -d", And((A, B, C, Not(D)))),
    ("(a b) c", Words((A, B, C))),
    ("((((a))))", A),
    ("a(b)c", Words((A, B, C))),
    # Fields.
    ("tag:a", In("tags", A)),
    ("tags:a", In("tags", A)),
    ("TAG:a", In("tags", A)),
    ('tag:"a b"', In("tags", Phrase("a b"))),
    ("title:(a b)", In("title", Words((A, B)))),
    ("body:(a OR b) c", And((C, In("body", Or((A, B)))))),
    ("description:a*", In("description", Prefix("a"))),
    ("title:a~", In("title", Fuzzy("a", 1))),
    ("tag:title:a", In("tags", Term("title:a"))),
    ("tag:(a title:b)", In("tags", And((A, In("title", B))))),
    ("title:OR", In("title", Term("OR"))),
    ("tag:(a)b", And((B, In("tags", A)))),
    ("foo:bar", Term("foo:bar")),
    ("id:a", Term("id:a")),
    ("http://x.org/a 10:30", Words((Term("http://x.org/a"), Term("10:30")))),
    # Dates.
    ("date:2022", YEAR_2022),
    ("DATE:2022", YEAR_2022),
    ("date:2022-05", DateRange(date(2022, 5, 1), date(2022, 5, 31))),
    ("date:2022-05-17", DateRange(date(2022, 5, 17), date(2022, 5, 17))),
    ("date:2021..2022", DateRange(date(2021, 1, 1), date(2022, 12, 31))),
    ("date:2021..", DateRange(date(2021, 1, 1), None)),
    ("date:..2021", DateRange(None, date(2021, 12, 31))),
    ("date:[2021 TO 2022]", DateRange(date(2021, 1, 1), date(2022, 12, 31))),
    ("date:[* TO 2022] a", And((A, DateRange(None, date(2022, 12, 31))))),
    ('date:"2022"', YEAR_2022),
    ('date:"2022', YEAR_2022),
    ("date:(2022 OR a)", Or((YEAR_2022, A))),
    ("date:((2022) tag:a)", And((YEAR_2022, In("tags", A)))),
    ("tag:(a date:2022)", In("tags", And((A, YEAR_2022)))),
    ("tag:(a before:2022)", In("tags", And((A, DateRange(None, date(2021, 12, 31)))))),
    ("before:2022-05", DateRange(None, date(2022, 4, 30))),
    ("after:2022-05-17", DateRange(date(2022, 5, 18), None)),
    ("after:2021 before:2023", And((DateRange(date(2022, 1, 1), None), DateRange(None, date(2022, 12, 31))))),
    # Prefixes and fuzzy words.
    ("stem*", Prefix("stem")),
    ("stem**", Prefix("stem")),
    ("meta-an*", Prefix("meta-an")),
    ("a~", Fuzzy("a", 1)),
    ("a~1", Fuzzy("a", 1)),
    ("a~2", Fuzzy("a", 2)),
    ("a~0", A),
    ("a~b", Term("a~b")),
    ("meta-analysis~2", Fuzzy("meta-analysis", 2)),
]

MISREAD: list[tuple[str, Node, list[tuple[str, int, int]]]] = [
    ("a AND", Words((A, Term("AND"))), [("operator-alone", 2, 5)]),
    ("OR a", Words((Term("OR"), A)), [("operator-alone", 0, 2)]),
    ("NOT", Term("NOT"), [("operator-alone", 0, 3)]),
    ("a AND AND b", And((Words((A, Term("AND"))), B)), [("operator-alone", 2, 5)]),
    ("(a OR) b", Words((A, Term("OR"), B)), [("operator-alone", 3, 5)]),
    ("(a b", Words((A, B)), [("unclosed-parenthesis", 0, 1)]),
    ("a -(b OR c", And((A, Not(Or((B, C))))), [("unclosed-parenthesis", 3, 4)]),
    ("a) b", Words((A, B)), [("unopened-parenthesis", 1, 2)]),
    ('a "b', Words((A, B)), [("unclosed-quote", 2, 3)]),
    ("tag: a", Words((Term("tag:"), A)), [("field-alone", 0, 4)]),
    ("-tag: a", And((A, Not(Term("tag:")))), [("field-alone", 1, 5)]),
    ("date:soon", Term("soon"), [("date", 5, 9)]),
    ("-date:soon", Not(Term("soon")), [("date", 6, 10)]),
    ("date:[2021 TO x]", Words((Term("[2021"), Term("TO"), Term("x]"))), [("date", 5, 10)]),
    ("before:0001", Term("0001"), [("date", 7, 11)]),
    ("tag:*", All(), [("star", 0, 5)]),
    ("*stem", Term("*stem"), [("star", 0, 5)]),
    ("st*em*", Prefix("st*em"), [("star", 0, 6)]),
    ('"a b*"', Phrase("a b*"), [("star", 0, 6)]),
    ('"a b"~3', Phrase("a b"), [("suffix", 5, 7)]),
    ("(a OR b)^2.5 c", And((C, Or((A, B)))), [("suffix", 8, 12)]),
    ("~3 a", Words((Term("~3"), A)), []),
    ("a~3", Fuzzy("a", 2), [("edits", 0, 3)]),
    ("a~0.5", Term("a~0.5"), []),
    ("-", All(), [("nothing", 0, 1)]),
    (" () ?! ", All(), [("nothing", 0, 7)]),
]


@pytest.mark.parametrize(("text", "tree"), READINGS)
def test_a_query_is_read_as(text: str, tree: Node) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize(("text", "tree", "expected"), MISREAD)
def test_what_does_not_fit_is_taken_as_words_and_said(
    text: str, tree: Node, expected: list[tuple[str, int, int]]
) -> None:
    parsed = parse(text)
    assert parsed.tree == tree
    assert [(one.code, one.start, one.end) for one in parsed.diagnostics] == expected
    assert all(one.message.endswith(".") for one in parsed.diagnostics)


def test_a_query_that_fits_has_no_diagnostics() -> None:
    clean = [text for text, _ in READINGS if parse(text).diagnostics == ()]
    assert '"a b"' in clean
    assert "a b OR c d" in clean
    assert "date:[2021 TO 2022]" in clean
    assert "" in clean


def test_a_long_text_is_cut_between_words() -> None:
    for text, cut in [("abcdefg " * 80, 512), ("a" + "abcdefg " * 80, 512), ("ab" + "abcdefg " * 80, 506)]:
        assert (parse(text).diagnostics[-1].code, parse(text).diagnostics[-1].start) == ("cut", cut)
        assert parse(text).diagnostics[-1].end == len(text)
    kept = parse("x" * (MAX_CHARACTERS + 1))
    assert kept.tree == Term("x" * MAX_CHARACTERS)
    assert kept.diagnostics[0].start == MAX_CHARACTERS
    assert parse("x" * MAX_CHARACTERS).diagnostics == ()


def test_words_beyond_the_limit_are_left_out_and_said() -> None:
    words = [f"w{number}" for number in range(MAX_TERMS + 1)]
    assert parse(" ".join(words[:-1])) == parse(" ".join(words[:-1]) + " ")
    parsed = parse(" ".join(words))
    assert parsed.tree == Words(tuple(map(Term, words[:-1])))
    assert [one.code for one in parsed.diagnostics] == ["too-many-words"]
    assert parsed.diagnostics[0].start == " ".join(words).index(words[-1])


def test_the_words_of_a_phrase_count() -> None:
    words = [f"w{number}" for number in range(MAX_TERMS)]
    parsed = parse(f'a (b OR "{" ".join(words)}" c')
    assert parsed.tree == And((A, Or((B, Phrase(" ".join(words[:-2]))))))
    assert [one.code for one in parsed.diagnostics] == ["too-many-words"]
    assert parse(f'"{" ".join(words)}"').diagnostics == ()


def test_prefixes_and_fuzzy_words_beyond_the_limit_are_plain_words() -> None:
    signs = ["a*", "b~"] * (MAX_OPEN_TERMS // 2)
    assert parse(" ".join(signs)).diagnostics == ()
    parsed = parse(" ".join([*signs, "c*", "d~2", "e"]))
    assert isinstance(parsed.tree, Words)
    assert parsed.tree.children == (*[Prefix("a"), Fuzzy("b")] * (MAX_OPEN_TERMS // 2), C, D, E)
    (told,) = parsed.diagnostics
    assert told.code == "too-many-open"
    assert told.message.endswith("may vary, so “c*”, “d~2” were read as they stand.")
    assert (told.start, told.end) == (3 * MAX_OPEN_TERMS, 3 * MAX_OPEN_TERMS + 6)
    (one,) = parse(" ".join([*signs, "c*", "c*"])).diagnostics
    assert one.message.endswith("may vary, so “c*” was read as it stands.")


def test_parentheses_beyond_the_depth_are_ignored_and_said_once() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH).diagnostics == ()
    deep = MAX_DEPTH + 5
    nested = "".join(f"(w{level} OR " for level in range(deep)) + "x" + ")" * deep + " y"
    parsed = parse(nested)
    assert [one.code for one in parsed.diagnostics] == ["too-deep"]
    assert isinstance(parsed.tree, And)
    assert parsed.tree.children[0] == Term("y")
    assert parse("-(" * MAX_DEPTH + "-(a)" + ")" * MAX_DEPTH).tree == Not(A)


TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Pi", "Pf", "Ps", "Pe", "Zs"]), max_size=40),
    st.lists(
        st.sampled_from(
            [
                *'()"“”«»-*~: ab',
                "AND ",
                " OR ",
                " NOT ",
                "tag:",
                "date:",
                "before:",
                "[2021 TO 2022]",
                "2022",
                "..",
                "stem",
            ]
        ),
        max_size=60,
    ).map("".join),
)


@given(TEXTS)
def test_any_text_keeps_the_laws(text: str) -> None:
    _check_laws(text)


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_malformed_text_keeps_the_laws(number: int) -> None:
    _check_laws(MALFORMED[number])


def _check_laws(text: str) -> None:
    parsed = parse(text)
    for one in parsed.diagnostics:
        assert 0 <= one.start <= one.end <= len(text)
    leaves = _leaves(parsed.tree)
    for leaf in leaves:
        if isinstance(leaf, Term | Phrase | Prefix | Fuzzy):
            assert analyze(leaf.text).terms
    assert len(leaves) <= MAX_TERMS
    assert _depth(parsed.tree) <= 5 * (MAX_DEPTH + 1)
    for leaf in leaves:
        if isinstance(leaf, Term):
            assert text[leaf.start : leaf.end] == leaf.text
        elif isinstance(leaf, Phrase):
            assert leaf.text in text[leaf.start + 1 : leaf.end - 1]
        elif isinstance(leaf, Prefix | Fuzzy):
            assert text[leaf.start : leaf.end].startswith(leaf.text)
            assert leaf.text
    starts = [leaf.start for leaf in leaves if isinstance(leaf, Term | Phrase | Prefix | Fuzzy)]
    assert len(starts) == len(set(starts))


@given(TEXTS)
def test_only_plain_words_may_be_relaxed_and_never_beneath_a_negation(text: str) -> None:
    def check(node: Node, negated: bool) -> None:
        if isinstance(node, Words):
            assert not negated
            assert all(isinstance(child, Term | Prefix | Fuzzy) for child in node.children)
        for child in _children(node):
            check(child, negated or isinstance(node, Not))

    check(parse(text).tree, negated=False)


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Words(children) | And(children) | Or(children):
            assert len(children) > 1
            return children
        case Not(child) | In(_, child) | Boost(child, _):
            return (child,)
        case _:
            return ()


def _leaves(node: Node) -> list[Node]:
    children = _children(node)
    return [leaf for child in children for leaf in _leaves(child)] if children else [node]


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, _children(node)), default=0)


PLAIN = st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=12).filter(
    lambda word: word not in ("AND", "OR", "NOT")
)


@given(st.lists(PLAIN, min_size=1, max_size=MAX_TERMS))
@example(["to", "be", "or", "not", "to", "be"])
def test_plain_words_are_read_as_exactly_those_words(words: list[str]) -> None:
    parsed = parse(" ".join(words))
    assert parsed.diagnostics == ()
    assert parsed.tree == (Words(tuple(map(Term, words))) if len(words) > 1 else Term(words[0]))


@given(st.lists(PLAIN, min_size=1, max_size=10).map(" ".join), st.sampled_from(["tag:", "title:", "-", "-body:"]))
def test_a_sign_before_a_phrase_holds_for_the_phrase(words: str, sign: str) -> None:
    node: Node = Phrase(words)
    name = {"tag:": "tags", "title:": "title", "-body:": "body"}.get(sign)
    node = In(name, node) if name else node
    assert parse(f'{sign}"{words}"').tree == (Not(node) if sign.startswith("-") else node)


@given(TEXTS, TEXTS)
def test_negating_a_group_twice_changes_nothing(left: str, right: str) -> None:
    def no_signs(text: str) -> str:
        return "".join(char for char in text if char.isalnum() or char == " ").upper().lower()

    inner = f"({no_signs(left)} OR {no_signs(right)})"
    assert parse(f"NOT NOT {inner}").tree == parse(inner).tree


@pytest.mark.parametrize("number", range(len(HUGE)))
def test_work_grows_with_the_text_read_and_no_faster(number: int) -> None:
    """Counted in lines of the package run: so many a character at most, and none for what is cut off."""
    text = HUGE[number]
    for length in (64, 128, 256, 512):
        assert lines_run(lambda: parse(text[:length])) <= 300 + 100 * length  # noqa: B023
    assert lines_run(lambda: parse(text)) <= 300 + 100 * MAX_CHARACTERS


def test_diagnostics_come_in_text_order() -> None:
    found = parse('a) "b tag: date:x c~9 AND').diagnostics
    assert [one.code for one in found] == [
        "unopened-parenthesis",
        "unclosed-quote",
        "field-alone",
        "date",
        "edits",
        "operator-alone",
    ]
    assert all(isinstance(one, Diagnostic) for one in found)


def test_the_same_is_said_once_however_often_it_is_true() -> None:
    assert [(one.code, one.start) for one in parse("a (b (c (").diagnostics] == [("unclosed-parenthesis", 2)]
    assert [(one.code, one.start) for one in parse("tag: tag: title:").diagnostics] == [
        ("field-alone", 0),
        ("field-alone", 10),
    ]
    assert len(parse("tag: " * 100).diagnostics) <= 3
