"""Query text to tree and diagnostics; never raises, whatever the text is.

    or      = and { "OR" and }
    and     = run { "AND" run }
    run     = operand { operand }
    operand = [ "NOT" ] [ "-" ] [ field ":" ] ( word | phrase | "(" or ")" )

Of a run, only the plain words make a Words node, which an engine may relax: phrases, fields, dates, exclusions and
groups are asked for on purpose and stand beside it in an And. Beneath a negation nothing is relaxed, for there it would
leave out more than was asked.

The loop keeps its own stack of open parentheses, so nesting costs no recursion, and every token is looked at once.
What does not fit is taken as a word, or left out where it holds none; a diagnostic says which.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from search.models import Diagnostic
from search.query.ast import All, And, Fuzzy, In, Node, Not, Or, Phrase, Prefix, Term, Words
from search.query.lex import DATE_NAMES, Kind, Lexer, Token, one_line
from search.query.operands import read_dates, read_word

MAX_CHARACTERS = 512
MAX_TERMS = 32
MAX_OPEN_TERMS = 8
"""Prefixes and fuzzy words; each stands for up to hundreds of words of the index, so they cost most of all."""

MAX_DEPTH = 16
"""Parentheses inside parentheses; deeper ones are ignored, so an engine may walk the tree by recursion."""

_PLAIN = (Term, Prefix, Fuzzy)
_LAST_WORD = re.compile(r"(?<=\s)\S+\Z")


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a query, and what could not be understood; offsets are characters of the text as typed."""

    tree: Node
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str) -> Parsed:
    """Read what a person typed. A text that holds nothing to look for is read as everything."""
    kept = _cut(text)
    lexer = Lexer(kept)
    parser = _Parser(lexer.tokens())
    tree = parser.tree()
    diagnostics = [*lexer.diagnostics, *parser.diagnostics]
    if len(kept) < len(text):
        message = f"Only the first {len(kept)} characters were read; a query may have {MAX_CHARACTERS}."
        diagnostics.append(Diagnostic("cut", message, len(kept), len(text)))
    if tree is None and kept.strip():
        message = "There is no word to look for in this, so every post is shown."
        diagnostics.append(Diagnostic("nothing", message, 0, len(text)))
    return Parsed(tree or All(), _said_once(diagnostics))


def _said_once(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """In text order; the same message is said once, at the first place that it is true of."""
    first: dict[str, Diagnostic] = {}
    for one in sorted(diagnostics, key=lambda one: (one.start, one.end)):
        first.setdefault(one.message, one)
    return tuple(first.values())


def _cut(text: str) -> str:
    """At most MAX_CHARACTERS of `text`, without a half word at the end where it has white space to cut at."""
    if len(text) <= MAX_CHARACTERS:
        return text
    kept = text[:MAX_CHARACTERS]
    last = _LAST_WORD.search(kept)
    return kept[: last.start()] if last and not text[MAX_CHARACTERS].isspace() else kept


@dataclass(slots=True)
class _Group:
    """What stands between one pair of parentheses, so far: runs of operands in conjunctions in alternatives.

    `strict` is true beneath a negation, `date_name` is the date prefix in force for its operands.
    """

    opener: Token
    negated: bool = False
    strict: bool = False
    date_name: str | None = None
    alternatives: list[list[list[Node]]] = field(default_factory=lambda: [[[]]])

    @property
    def run(self) -> list[Node]:
        return self.alternatives[-1][-1]

    def add(self, node: Node | None) -> None:
        """Put an operand beside the others; words in bare parentheses are words beside the others."""
        if isinstance(node, Words):
            self.run.extend(node.children)
        elif node is not None:
            self.run.append(node)

    def node(self) -> Node | None:
        """The group as a node; None where it is empty."""
        conjunctions = (_joined(And, map(self._run_node, conjunction)) for conjunction in self.alternatives)
        return _joined(Or, conjunctions)

    def _run_node(self, run: list[Node]) -> Node | None:
        words = [node for node in run if isinstance(node, _PLAIN)]
        others = [node for node in run if not isinstance(node, _PLAIN)]
        return _joined(And, [_joined(And if self.strict else Words, words), *others])


def _joined(kind: type[Words] | type[And] | type[Or], children: Iterable[Node | None]) -> Node | None:
    """One node over those children that are there, an And in an And as its children; none for none, the child itself
    for one."""
    there: list[Node] = []
    for child in children:
        if kind is And and isinstance(child, And):
            there += child.children
        elif child is not None:
            there.append(child)
    return kind(tuple(there)) if len(there) > 1 else next(iter(there), None)


def _signed(node: Node | None, name: str | None, negated: bool) -> Node | None:
    """`node` with the field and the negation that were written in front of it."""
    if node is None:
        return None
    if name is not None and name not in DATE_NAMES and not isinstance(node, All):
        node = In(name, node)
    if not negated:
        return node
    return node.child if isinstance(node, Not) else Not(node)


class _Parser:
    """Makes one tree of one list of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._groups = [_Group(Token(Kind.OPEN, "", 0, 0, 0))]
        self._ignored = 0  # open parentheses that were too deep to count
        self._too_deep = False
        self._negated = False  # an odd number of NOTs stands before the next operand
        self._room = MAX_TERMS
        self._open_room = MAX_OPEN_TERMS
        self._held: list[Token] = []  # words with * or ~ that there was no room for
        self.diagnostics: list[Diagnostic] = []

    def tree(self) -> Node | None:
        """The whole tree; None where the tokens hold nothing to look for."""
        for token, following in zip(self._tokens, [*self._tokens[1:], None], strict=False):
            if self._room == 0 and token.kind is not Kind.CLOSE:
                self._note_too_many(token.front, self._tokens[-1].end)
                break
            self._take(token, following)
        else:
            self._report_unclosed()
        while len(self._groups) > 1:
            self._close_group()
        self._report_held()
        return self._groups[0].node()

    def _take(self, token: Token, following: Token | None) -> None:
        match token.kind:
            case Kind.OPEN | Kind.QUOTE:
                self._open(token)
            case Kind.CLOSE:
                self._close(token)
            case Kind.AND | Kind.OR | Kind.NOT if self._acts(token, following):
                self._operate(token.kind)
            case _:
                self._operand(token)

    def _acts(self, token: Token, following: Token | None) -> bool:
        """Whether an operator word has what it needs at its sides; without, it is a word."""
        right = following is not None and following.kind not in (Kind.AND, Kind.OR, Kind.CLOSE)
        acts = right and (token.kind is Kind.NOT or bool(self._groups[-1].run))
        if not acts:
            message = f"{token.text} has nothing {'before' if right else 'after'} it, so it was read as a word."
            self._note("operator-alone", message, token.start, token.end)
        return acts

    def _operate(self, kind: Kind) -> None:
        alternatives = self._groups[-1].alternatives
        if kind is Kind.NOT:
            self._negated = not self._negated
        elif kind is Kind.AND:
            alternatives[-1].append([])
        else:
            alternatives.append([[]])

    def _open(self, token: Token) -> None:
        negated = self._take_negation(token)
        if len(self._groups) > MAX_DEPTH:
            if not self._too_deep:
                message = f"Parentheses more than {MAX_DEPTH} deep were ignored."
                self._note("too-deep", message, token.start, token.end)
            self._too_deep = True
            self._ignored += token.kind is Kind.OPEN
            self._negated = negated
        else:
            strict = negated or self._groups[-1].strict
            self._groups.append(_Group(token, negated, strict, self._date_name(token)))

    def _close(self, token: Token) -> None:
        """Close the last parenthesis, with the unclosed quotes inside it."""
        if self._ignored:
            self._ignored -= 1
        elif any(group.opener.kind is Kind.OPEN for group in self._groups[1:]):
            while self._close_group() is not Kind.OPEN:
                pass
        else:
            message = "This parenthesis was never opened, so it was ignored."
            self._note("unopened-parenthesis", message, token.start, token.end)

    def _close_group(self) -> Kind:
        group = self._groups.pop()
        name = group.opener.name
        self._groups[-1].add(_signed(group.node(), None if name in DATE_NAMES else name, group.negated))
        return group.opener.kind

    def _report_unclosed(self) -> None:
        for group in self._groups[1:]:
            if group.opener.kind is Kind.OPEN:
                message = "This parenthesis is never closed, so it was read as reaching to the end."
                self._note("unclosed-parenthesis", message, group.opener.start, group.opener.end)

    def _report_held(self) -> None:
        if self._held:
            words = dict.fromkeys(f"“{one_line(token.text)}”" for token in self._held)
            read = "was read as it stands" if len(words) == 1 else "were read as they stand"
            message = f"Only the first {MAX_OPEN_TERMS} words with * or ~ may vary, so {', '.join(words)} {read}."
            self._note("too-many-open", message, self._held[0].start, self._held[-1].end)

    def _operand(self, token: Token) -> None:
        date_name = self._date_name(token)
        node: Node | None = None
        if date_name is not None and token.text.strip("*"):
            node = read_dates(token, date_name, self.diagnostics)
        if node is None:
            node = self._phrase(token) if token.kind is Kind.PHRASE else self._word(token)
        if not isinstance(node, Phrase):
            self._room -= 1
        self._groups[-1].add(_signed(node, None if date_name else token.name, self._take_negation(token)))

    def _date_name(self, token: Token) -> str | None:
        """The date prefix in force for an operand: its own, else that of the parentheses around it."""
        if token.name is not None:
            return token.name if token.name in DATE_NAMES else None
        return self._groups[-1].date_name

    def _word(self, token: Token) -> Node:
        node = read_word(token, self.diagnostics)
        if isinstance(node, Prefix | Fuzzy):
            self._open_room -= 1
            if self._open_room < 0:
                self._held.append(token)
                return Term(node.text, node.start, node.start + len(node.text))
        return node

    def _phrase(self, token: Token) -> Phrase:
        """The phrase, cut where there is no room for all of its words."""
        parts = token.text.split(maxsplit=self._room)
        text = token.text
        if len(parts) > self._room:
            text = text.removesuffix(parts.pop()).rstrip()
            self._note_too_many(token.start, token.end)
        self._room -= len(parts)
        if "*" in text:
            self._note("star", "A star means nothing inside quotes, so it was ignored.", token.start, token.end)
        return Phrase(text, token.start, token.end)

    def _take_negation(self, token: Token) -> bool:
        negated = self._negated != token.negated
        self._negated = False
        return negated

    def _note_too_many(self, start: int, end: int) -> None:
        self._note("too-many-words", f"Only the first {MAX_TERMS} words of this were looked for.", start, end)

    def _note(self, code: str, message: str, start: int, end: int) -> None:
        self.diagnostics.append(Diagnostic(code, message, start, end))
