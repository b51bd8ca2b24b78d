"""A text, or a whole post -> terms with positions and character offsets: what the index holds of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from search.analysis.classes import fold
from search.analysis.words import Chunk, split
from search.fields import SEARCHED
from search.models import Post

TAG_GAP: Final = 8
"""Positions left free between two tags, so that no phrase matches across them."""

TAG_SEPARATOR: Final = "\n"
"""The offsets of a post's tag tokens count in its labels joined by this."""

# A chunk: letters and digits (any character beyond ASCII but spaces and common punctuation, for words.py to sort out)
# with joiners between them. C++ and C# keep their signs, .NET its point. Nothing is ever given back to be tried again,
# so time is linear.
_PUNCTUATION: Final = r"«»\u2014\u2015“-‟…\u3000-\u3004\u3008-\u3020！（）：；？"
_WORD: Final = rf"[^\x00-/:-@\[-`{{-\x7f\s{_PUNCTUATION}]++"
_TAIL: Final = rf"(?:[-'.,&_]{_WORD})*+"
_SIGNS: Final = r"(?:(?:\+\+|(?<=[A-Za-z])(?<![^\W_][A-Za-z])#)(?!\w))?"
_CHUNK: Final = re.compile(f"{_WORD}{_TAIL}{_SIGNS}")
_CHUNK_OR_NET: Final = re.compile(rf"(?<![\w.])\.[Nn][Ee][Tt](?!\w){_TAIL}|{_CHUNK.pattern}")

_REMEMBERED_LENGTH: Final = 32
_REMEMBERED: Final = 1 << 16


class _Chunks(dict[str, str | Chunk]):
    """What became of the chunks met so far: the term of a plain word, the whole Chunk of anything else."""

    def __missing__(self, raw: str) -> str | Chunk:
        chunk = split(raw)
        part = chunk.parts[0] if len(chunk.parts) == 1 else None
        found = part.term if part and part.end - part.start == len(raw) else chunk
        if len(raw) <= _REMEMBERED_LENGTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[raw] = found
        return found


_chunks: Final = _Chunks()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The terms of one text as parallel lists, in text order, a compound before its parts.

    `terms` are surface terms: NFKC, case folded, diacritics kept, at most MAX_TERM characters. `positions` count words
    from 0; a compound (`meta-analysis`) has the position of its first part and the number of its parts as `spans`,
    every other term a span of 1. `starts` and `ends` are character offsets in the text as it was given.
    """

    terms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


def analyze(text: str) -> Tokens:
    """The index terms of `text`. Free of language, linear in the text, and safe to call from any thread."""
    tokens = Tokens()
    _extend(tokens, text, 0, 0)
    return tokens


def folded_words(tokens: Tokens) -> str:
    """The words of a text, folded, with a space between them; of a compound its parts."""
    return " ".join([fold(term) for term, span in zip(tokens.terms, tokens.spans, strict=True) if span == 1])


def analyze_post(post: Post) -> dict[str, Tokens]:
    """The tokens of every searched field, by its name; positions begin at 0 in each. Tags share one list: TAG_GAP
    positions apart, with offsets into TAG_SEPARATOR.join(post.tags)."""
    return {
        spec.name: _analyze_labels(post.tags) if spec.name == "tags" else analyze(getattr(post, spec.name))
        for spec in SEARCHED
    }


def _analyze_labels(labels: Sequence[str]) -> Tokens:
    tokens = Tokens()
    position = offset = 0
    for label in labels:
        position = _extend(tokens, label, position, offset) + TAG_GAP
        offset += len(label) + len(TAG_SEPARATOR)
    return tokens


def chunks_of(text: str) -> list[str]:
    """The chunks of a text, in order."""
    return _pattern(text).findall(text)


def _pattern(text: str) -> re.Pattern[str]:
    # The plain pattern begins with a class of characters, which the matcher skips to at full speed; the other cannot.
    return _CHUNK_OR_NET if ".net" in text.lower() else _CHUNK


def _extend(tokens: Tokens, text: str, position: int, offset: int) -> int:
    """Append the tokens of `text`; the position after them. A build spends its time here."""
    add_term, add_position, add_span = tokens.terms.append, tokens.positions.append, tokens.spans.append
    add_start, add_end = tokens.starts.append, tokens.ends.append
    for match in _pattern(text).finditer(text):
        raw = match.group()
        start = match.start() + offset
        chunk = _chunks[raw]
        if isinstance(chunk, str):
            add_term(chunk)
            add_position(position)
            add_span(1)
            add_start(start)
            add_end(start + len(raw))
            position += 1
            continue
        for term, at, span, begin, end, _ in chunk.parts:
            add_term(term)
            add_position(position + at)
            add_span(span)
            add_start(start + begin)
            add_end(start + end)
        position += chunk.positions
    return position
