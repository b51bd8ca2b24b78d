"""A seeded corpus of any size out of real posts, for every benchmark.

The bodies of the source posts are cut at paragraph ends into pieces of about 600 words. The first round of posts is
these pieces; every further round copies them with a fifth of the words replaced: mostly by words drawn as often as they
have been used so far, now and then by a word never seen before. New words come at the rate that Heaps' law gives
(Manning, Raghavan, Schütze: Introduction to Information Retrieval, 2008, section 5.1.1: V = k n^b for n words), so the
vocabulary and the lists of postings grow as they do when people go on writing.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import frontmatter

PIECE_WORDS = 600
REPLACED = 0.2
HEAPS_EXPONENT = 0.45
"""Measured on the 18F posts between 0.2 and 0.55 million words."""

_MARKUP = r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|\]\([^)]*\)|\[[^\]]*\]:.*|https?://\S+|`[^`]*`"
_TOKEN = re.compile(rf"(?P<markup>{_MARKUP})|(?P<word>[^\W\d_]{{3,}})", re.DOTALL)
_FIRST_DAY, _DAYS = date(2006, 1, 1), 7000


@dataclass(frozen=True, slots=True)
class SourcePost:
    """What the generator needs of a real post: its body as Markdown, and its tags."""

    body: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneratedPost:
    name: str
    title: str
    description: str
    tags: tuple[str, ...]
    day: date
    body: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """About 600 words of one post; `words` are the spans that may be replaced."""

    text: str
    words: tuple[tuple[int, int], ...]
    tags: tuple[str, ...]


def read_sources(folder: Path) -> list[SourcePost]:
    """The posts below `folder`, by name."""
    loaded = (frontmatter.load(str(path)) for path in sorted(folder.glob("*.md")))
    return [SourcePost(post.content, _tags(post.get("tags"))) for post in loaded]


def _tags(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def generate(sources: Sequence[SourcePost], count: int, seed: int) -> Iterator[GeneratedPost]:
    """`count` posts, the same ones for the same arguments; a smaller count gives the beginning of a larger one."""
    random_ = random.Random(seed)
    pieces = [piece for source in sources for piece in _pieces(source)]
    random_.shuffle(pieces)
    labels = [tag for piece in pieces for tag in piece.tags]
    vocabulary = _Vocabulary(random_, pieces)
    for number in range(count):
        piece = pieces[number % len(pieces)]
        body = piece.text if number < len(pieces) else vocabulary.rewrite(piece)
        tags = dict.fromkeys([*piece.tags[:3], *random_.choices(labels, k=random_.randint(0, 2))]) if labels else ()
        day = _FIRST_DAY + timedelta(days=random_.randrange(_DAYS))
        title, description = _headline(body, random_)
        yield GeneratedPost(f"{day}-{number:06d}", title, description, tuple(tags), day, body)


def _pieces(source: SourcePost) -> Iterator[_Piece]:
    paragraphs: list[str] = []
    words = 0
    for paragraph in re.split(r"\n\s*\n", source.body):
        paragraphs.append(paragraph)
        words += len(paragraph.split())
        if words >= PIECE_WORDS:
            yield _piece(paragraphs, source.tags)
            paragraphs, words = [], 0
    if words >= PIECE_WORDS // 2:  # a shorter end is dropped, so that posts stay alike in length
        yield _piece(paragraphs, source.tags)


def _piece(paragraphs: Sequence[str], tags: tuple[str, ...]) -> _Piece:
    text = "\n\n".join(paragraphs)
    return _Piece(text, tuple(found.span() for found in _TOKEN.finditer(text) if found["word"]), tags)


class _Vocabulary:
    """Words with a memory: `_used` holds every use of every word, so a draw from it is a draw by frequency."""

    def __init__(self, random_: random.Random, pieces: Sequence[_Piece]) -> None:
        self._random = random_
        self._used = [piece.text[start:end].lower() for piece in pieces for start, end in piece.words]
        self._known = set(self._used)
        self._written = len(self._used)

    def rewrite(self, piece: _Piece) -> str:
        """The piece with a REPLACED share of its words replaced."""
        parts, last = [], 0
        chosen = self._random.sample(piece.words, round(len(piece.words) * REPLACED))
        for start, end in sorted(chosen):
            parts += [piece.text[last:start], self._next(capital=piece.text[start].isupper())]
            last = end
        self._written += len(piece.words)
        return "".join([*parts, piece.text[last:]])

    def _next(self, *, capital: bool) -> str:
        # dV/dn of Heaps' law is b V / n for every word written; only a share of them is drawn here.
        new_share = HEAPS_EXPONENT * len(self._known) / self._written / REPLACED
        word = self._new() if self._random.random() < new_share else self._random.choice(self._used)
        return word.capitalize() if capital else word

    def _new(self) -> str:
        """The front of one word and the back of another: it looks and stems like a word."""
        while True:
            front, back = self._random.choice(self._used), self._random.choice(self._used)
            word = front[: (len(front) + 1) // 2 + 1] + back[len(back) // 2 :]
            if word not in self._known:
                self._known.add(word)
                self._used.append(word)
                return word


def _headline(body: str, random_: random.Random) -> tuple[str, str]:
    """A title of four to nine words and a description of up to thirty, cut from different places of the text."""
    words = _TOKEN.sub(lambda found: found["word"] or " ", body).replace("\n", " ")
    plain = re.findall(r"[^\W_][\w'’-]*", words)
    size = random_.randint(4, 9)
    at = random_.randrange(max(1, len(plain) - size))
    title = " ".join(plain[at : at + size])
    start = random_.randrange(max(1, len(plain) - 30))
    return title[:1].upper() + title[1:], " ".join(plain[start : start + 30])
