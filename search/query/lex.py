"""Query text to tokens, left to right, each character looked at a bounded number of times; never raises.

A token is one operand with the signs glued to its front (`-`, `tag:`), an operator word, or a parenthesis. What looks
like a sign but has nothing to act on stays part of a word, so every word reaches the analyzer as it was typed.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from search.fields import PREFIXES
from search.models import Diagnostic
from search.query.dates import range_of

DATE_NAMES = frozenset(("date", "before", "after"))
"""The prefixes whose value is a date."""

NAMES: dict[str, str] = {prefix: field.name for prefix, field in PREFIXES.items()} | {
    "before": "before",
    "after": "after",
}
"""What may stand before a colon, and the name that a token carries for it."""

# White space, control characters, marks that only steer the direction or the breaking of text, and halves of
# surrogate pairs: none of them is part of a word.
_BLANK = r"\s\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
_DOUBLE = '"“”„‟＂'
CLOSERS: dict[str, str] = {
    **dict.fromkeys(_DOUBLE, _DOUBLE),
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
}
"""The quotes that open a phrase, and those that close it."""

_MINUS = "-−"
_QUOTES = re.escape("".join(CLOSERS))
_SKIP = re.compile(rf"[{_BLANK}]*")
_BLANKS = re.compile(rf"[{_BLANK}]+")
_PLAIN = re.compile(rf"[^{_BLANK}(){_QUOTES}]*")
_FIELD = re.compile(r"([A-Za-z]+):")
_SIMPLE = re.compile(rf"[^\W_]++(?=[{_BLANK}]|\Z)")
_VALUE = re.compile(rf"[^{_BLANK})]")
_SUFFIX = re.compile(r"[~^][0-9.]*")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")


class Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    OPEN = auto()
    """An opening parenthesis."""
    QUOTE = auto()
    """A quote that is never closed; it holds what follows together, like a parenthesis."""
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()


_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the operand without signs and quotes; `start` and `end` span the operand with its quotes, `front` is
    where its signs begin. `name` is a value of NAMES, or None."""

    kind: Kind
    text: str
    start: int
    end: int
    front: int
    negated: bool = False
    name: str | None = None


def has_word(text: str) -> bool:
    """Whether `text` holds a letter or a digit: without, the analyzer would find no word in it."""
    return any(char.isalnum() for char in text)


def one_line(text: str) -> str:
    """`text` on one line, without control characters: for showing what was typed."""
    return _BLANKS.sub(" ", text).strip()


def _is_empty(token: Token) -> bool:
    """An operand without anything to look for; a star alone asks for everything, so it is not one of them."""
    if token.kind is Kind.WORD and token.text.strip("*") == "":
        return False
    return token.kind in (Kind.WORD, Kind.PHRASE) and not has_word(token.text)


def _plain(match: re.Match[str]) -> Token:
    """A word without signs; it may be an operator."""
    text, start = match[0], match.start()
    return Token(_OPERATORS.get(text, Kind.WORD), text, start, match.end(), start)


class Lexer:
    """Reads one text; `diagnostics` says what it had to take as something else."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: dict[str, int] = {}
        self.diagnostics: list[Diagnostic] = []

    def tokens(self) -> list[Token]:
        """All tokens, in text order; operands that hold no word are left out."""
        found = []
        position = self._skip(0)
        while position < len(self._text):
            simple = _SIMPLE.match(self._text, position)  # nothing but letters and digits, as most words are
            token = _plain(simple) if simple else self._token(position)
            if simple:
                found.append(token)
            elif self._is_suffix(token):
                message = f"“{token.text}” after a phrase or a parenthesis means nothing here, so it was left out."
                self._note("suffix", message, token.start, token.end)
            elif not _is_empty(token):
                found.append(token)
            position = self._skip(token.end)
        return found

    def _skip(self, position: int) -> int:
        match = _SKIP.match(self._text, position)
        return match.end() if match else position

    def _is_suffix(self, token: Token) -> bool:
        """Nearness or weight, as other search boxes know them: `"stem cell"~3`, `(knee OR hip)^2`."""
        return self._is_glued(token.front) and _SUFFIX.fullmatch(token.text) is not None

    def _token(self, front: int) -> Token:
        if self._text[front] == ")":
            return Token(Kind.CLOSE, ")", front, front + 1, front)
        negated, name, start = self._signs(front)
        char = self._text[start]
        if char == "(":
            return Token(Kind.OPEN, char, start, start + 1, front, negated, name)
        if char in CLOSERS:
            return self._quoted(front, start, negated, name)
        end = (self._range_end(start) if name == "date" else None) or self._word_end(start)
        text = self._text[start:end]
        kind = _OPERATORS.get(text, Kind.WORD) if start == front else Kind.WORD
        return Token(kind, text, start, end, front, negated, name)

    def _signs(self, front: int) -> tuple[bool, str | None, int]:
        """Negated or not, the field's name, and where the operand begins that they act on."""
        position = front
        negated = self._is_minus(position, after_operand=self._is_glued(front))
        position += negated
        name, value = self._field(position)
        if name is not None and not negated and self._is_minus(value, after_operand=False):
            return True, name, value + 1
        return negated, name, value

    def _is_glued(self, position: int) -> bool:
        """Whether what begins at `position` continues what stands before it: a closing quote or parenthesis."""
        before = self._text[position - 1 : position]
        return before not in ("", "(") and _BLANKS.match(before) is None

    def _is_minus(self, position: int, *, after_operand: bool) -> bool:
        """A minus negates what it is glued to; `--help` and the second half of `"stem cell"-based` are words."""
        following = self._text[position + 1 : position + 2]
        return (
            self._text[position] in _MINUS
            and not after_operand
            and _VALUE.match(following) is not None
            and following not in _MINUS
        )

    def _field(self, position: int) -> tuple[str | None, int]:
        match = _FIELD.match(self._text, position)
        name = NAMES.get(match[1].lower()) if match else None
        if match is None or name is None:
            return None, position
        if _VALUE.match(self._text, match.end()) is None:
            example = "2022" if name in DATE_NAMES else "word"
            self._note(
                "field-alone",
                f"“{match[0]}” has no value right after it, so it was read as a word. Write {match[0]}{example}.",
                position,
                match.end(),
            )
            return None, position
        return name, match.end()

    def _quoted(self, front: int, start: int, negated: bool, name: str | None) -> Token:
        opener = self._text[start]
        if self._last_closer(opener) <= start:
            self._note(
                "unclosed-quote",
                "This quote is never closed, so what follows was read as single words.",
                start,
                start + 1,
            )
            return Token(Kind.QUOTE, opener, start, start + 1, front, negated, name)
        end = start + 1
        while self._text[end] not in CLOSERS[opener]:
            end += 1
        return Token(Kind.PHRASE, self._text[start + 1 : end].strip(), start, end + 1, front, negated, name)

    def _range_end(self, start: int) -> int | None:
        """Where the range `[a TO b]` that begins at `start` ends; None where there is none."""
        match = _BRACKETS.match(self._text, start)
        return match.end() if match and range_of(match[0]) else None

    def _word_end(self, start: int) -> int:
        """Up to white space, a parenthesis or a phrase glued to the word; a quote that opens none (`12" vinyl`)
        belongs to the word."""
        end = start
        while True:
            match = _PLAIN.match(self._text, end)
            end = match.end() if match else end
            if self._text[end : end + 1] not in CLOSERS or self._opens_phrase(end):
                return end
            end += 1

    def _opens_phrase(self, position: int) -> bool:
        glued = _VALUE.match(self._text, position + 1) is not None
        return glued and self._last_closer(self._text[position]) > position

    def _last_closer(self, opener: str) -> int:
        """Where the last quote stands that closes `opener`; looked for once, so that many unclosed quotes cost no more
        than one."""
        if opener not in self._last:
            self._last[opener] = max(map(self._text.rfind, CLOSERS[opener]))
        return self._last[opener]

    def _note(self, code: str, message: str, start: int, end: int) -> None:
        self.diagnostics.append(Diagnostic(code, message, start, end))
