"""A text, or a whole post -> terms with positions and character offsets: what the index holds of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from search.analysis.words import Chunk, split
from search.fields import SEARCHED
from search.models import Post

TAG_GAP: Final = 8
"""Positions left free between two tags, so that no phrase matches across them."""

TAG_SEPARATOR: Final = "\n"
"""The offsets of a post's tag tokens count in its labels joined by this."""

# A chunk: letters and digits (any character beyond ASCII but spaces, for words.py to sort out), with joiners between
# them; C++ and C# keep their signs, .NET its point.
_WORD = r"(?:[0-9A-Za-z]|[^\x00-\x7f\s])"
_CHUNK: Final = re.compile(rf"{_WORD}+(?:[-'.,&_]{_WORD}+)*(?:\+\+(?!\w)|(?<![^\W_][A-Za-z])(?<=[A-Za-z])#(?!\w))?")
_DOT_NET: Final = re.compile(rf"(?<![\w.])\.net(?!\w)(?:[-'.,&_]{_WORD}+)*|{_CHUNK.pattern}", re.IGNORECASE)

_CACHED_LENGTH: Final = 32
_CACHE_SIZE: Final = 1 << 16
_cache: Final[dict[str, Chunk]] = {}


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


def chunk_of(raw: str) -> Chunk:
    """words.split with a memory for the short chunks that make up most of any text."""
    chunk = split(raw)
    if len(raw) <= _CACHED_LENGTH:
        if len(_cache) >= _CACHE_SIZE:
            _cache.clear()
        _cache[raw] = chunk
    return chunk


def chunks_of(text: str) -> list[str]:
    """The chunks of a text, in order."""
    return _pattern(text).findall(text)


def _pattern(text: str) -> re.Pattern[str]:
    # The plain pattern begins with a class of characters, which the matcher skips to at full speed; the other cannot.
    return _DOT_NET if ".net" in text.lower() else _CHUNK


def _extend(tokens: Tokens, text: str, position: int, offset: int) -> int:
    """Append the tokens of `text`; the position after them."""
    terms, positions, spans = tokens.terms, tokens.positions, tokens.spans
    starts, ends, known = tokens.starts, tokens.ends, _cache.get
    for match in _pattern(text).finditer(text):
        raw = match.group()
        start = match.start() + offset
        chunk = known(raw) or chunk_of(raw)
        for term, at, span, begin, end, _ in chunk[0]:
            terms.append(term)
            positions.append(position + at)
            spans.append(span)
            starts.append(start + begin)
            ends.append(start + end)
        position += chunk[1]
    return position
