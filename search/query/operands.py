"""One word of a query to its node: plain, `prefix*`, `word~2`, `*`, or the value of `date:`, `before:`, `after:`."""

import re

from search.models import Diagnostic
from search.query import dates
from search.query.ast import All, DateRange, Fuzzy, Prefix, Term
from search.query.lex import Token, has_word, one_line

MAX_EDITS = 2

_FUZZY = re.compile(r"(.*)~([0-9]*)", re.DOTALL)


def read_word(token: Token, notes: list[Diagnostic]) -> Term | Prefix | Fuzzy | All:
    """The node of one word; what could not be understood in it goes into `notes`."""
    text, start, end = token.text, token.start, token.end
    stem = text.rstrip("*")
    if not stem:
        if token.name is not None:
            message = f"{token.name}:* says nothing about {token.name}, so it was read as every post."
            notes.append(Diagnostic("star", message, token.front, end))
        return All()
    if "*" in stem and has_word(stem):
        message = "A star works only at the end of a word (stem*), so it was ignored here."
        notes.append(Diagnostic("star", message, start, end))
    if stem != text:
        return Prefix(stem, start, end)
    match = _FUZZY.fullmatch(text) if "~" in text else None
    if match is not None and has_word(match[1]):
        return _fuzzy(token, match[1], match[2], notes)
    return Term(text, start, end)


def _fuzzy(token: Token, word: str, written: str, notes: list[Diagnostic]) -> Term | Fuzzy:
    digits = written.lstrip("0")
    if written and not digits:
        return Term(word, token.start, token.start + len(word))
    edits = 1 if not written else min(int(digits[:2]), MAX_EDITS)
    if digits and digits != str(edits):
        message = f"A word may differ in {MAX_EDITS} letters at most, so this was read as {word}~{edits}."
        notes.append(Diagnostic("edits", message, token.start, token.end))
    return Fuzzy(word, edits, token.start, token.end)


def read_dates(token: Token, name: str, notes: list[Diagnostic]) -> DateRange | None:
    """The days that the value of `date:`, `before:` or `after:` means; None, with a note, where it is no date."""
    reader = {"date": dates.range_of, "before": dates.before, "after": dates.after}[name]
    span = reader(token.text)
    if span is not None:
        return DateRange(span.first, span.last)
    forms = f"such as {dates.FORMS}" + (", or a range: 2021..2022" if name == "date" else "")
    message = f"“{one_line(token.text)}” is not a date that {name}: understands ({forms}), so it was read as words."
    notes.append(Diagnostic("date", message, token.start, token.end))
    return None
