"""One chunk of text (a run without spaces or hard punctuation) -> the words and compounds in it.

A chunk is split by the category of its characters: letters, digits and marks make words; invisible characters (soft
hyphens, zero-width ones, variation selectors) vanish inside words; a joiner between two words makes a compound of them;
everything else, emoji included, ends a word. Scripts that put no spaces between words (Chinese, Japanese, Thai ...) and
Korean, which glues particles to its nouns, are cut into overlapping pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

MAX_TERM: Final = 64
"""Characters of the longest term. What is longer is cut: a hostile text cannot grow the dictionary's keys."""

JOINERS: Final[dict[str, str]] = {
    **dict.fromkeys("-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("'\u2018\u2019\u201b\uff07", "'"),
    **dict.fromkeys(".\uff0e", "."),
    **dict.fromkeys(",\uff0c", ","),
    **dict.fromkeys("&\uff06", "&"),
    **dict.fromkeys("_\uff3f", "_"),
    "·": "·",  # Catalan: col·lecció
    "\u2044": "\u2044",  # the fraction slash, which NFKC makes of ½
}
"""What may stand between the words of a compound, and how its term writes it."""

CLITICS: Final = frozenset({"s", "ll", "re", "ve", "d", "m"})
"""What English hangs on a word by an apostrophe (patient's, we'll); the term is the word without it."""

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u3029\u3038-\u303a\u3041-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u3192-\u319f\u31f0-\u31ff\u3220-\u3229\u3280-\u3289\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)
_CONTINUES: Final = re.compile("[\u0e32\u0e33\u0eb2\u0eb3\u1160-\u11ff\uff9e\uff9f]")
"""Letters that complete the one before them: Thai and Lao vowels, vowels and finals of decomposed Hangul, half-width
voice marks."""

_POINTS: Final = frozenset(".\u2044")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})*")


class Part(NamedTuple):
    """One term of a chunk. `at` is its position counted from the chunk's first, `span` the positions that it covers,
    `start` and `end` its characters in the chunk. `tail` marks the last character of an unspaced run standing alone:
    the index holds it so that every character of a run is the beginning of some term; a query leaves it out."""

    term: str
    at: int
    span: int
    start: int
    end: int
    tail: bool = False


class Chunk(NamedTuple):
    """`parts` in text order, a compound before its parts; `positions` is how many positions they take."""

    parts: tuple[Part, ...]
    positions: int


class _Run(NamedTuple):
    """Word characters `start` to `end` of a chunk, and the joiner ("" for none) that ties them to the run before."""

    start: int
    end: int
    joiner: str
    unspaced: bool


class _Item(NamedTuple):
    """A word of a compound after its inner punctuation was settled: `don't`, `1,000` and `u.s` are one word each."""

    term: str
    start: int
    end: int
    joiner: str


def normalise(text: str) -> str:
    """`text` in the form that terms have: NFKC, case folded, without invisible characters and white space."""
    if text.isascii():
        return text.lower()
    if text.isalpha() and unicodedata.is_normalized("NFKC", text):
        folded = text.casefold()
        if unicodedata.is_normalized("NFKC", folded):
            return folded
    visible = "".join(char for char in text if not _invisible(char))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return "".join(char for char in folded if char == "\u2044" or unicodedata.category(char)[0] in "LNM")


def split(chunk: str) -> Chunk:
    """The terms of one chunk. Linear in its length."""
    if chunk.isascii() and chunk.isalnum():
        return Chunk((Part(chunk[:MAX_TERM].lower(), 0, 1, 0, len(chunk)),), 1)
    parts: list[Part] = []
    position = 0
    for group in _whole(chunk) or _groups(chunk):
        if group[0].unspaced:
            position = _add_pairs(chunk, group[0], position, parts)
        else:
            position = _add_compounds(_items(chunk, group), position, parts)
    return Chunk(tuple(parts), position)


def is_unspaced(char: str) -> bool:
    """Whether a letter belongs to a script that is indexed by pairs of characters."""
    return _UNSPACED.match(char) is not None


def _invisible(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or unicodedata.category(char) in ("Cf", "Me")


def _whole(chunk: str) -> list[list[_Run]]:
    """A chunk of nothing but letters of one kind of script as its only group, else nothing: the common case, told
    without a look at every character."""
    if not chunk.isalpha():
        return []
    unspaced = is_unspaced(chunk[0])
    mixed = not _UNSPACED.fullmatch(chunk) if unspaced else _UNSPACED.search(chunk)
    return [] if mixed else [[_Run(0, len(chunk), "", unspaced)]]


def _groups(chunk: str) -> Iterator[list[_Run]]:
    """The runs of a chunk; those that joiners tie to each other come together."""
    group: list[_Run] = []
    for run in _runs(chunk):
        if group and not run.joiner:
            yield group
            group = []
        group.append(run)
    if group:
        yield group


def _runs(chunk: str) -> Iterator[_Run]:
    start, end, joiner, unspaced = -1, 0, "", False  # no run is open while start < 0
    for index, char in enumerate(chunk):
        letter = char.isalnum()
        if not letter and start >= 0 and unicodedata.category(char)[0] == "M" and not _invisible(char):
            end = index + 1  # an accent or a vowel sign belongs to the letter before it
        elif letter:
            pairs = is_unspaced(char)
            if start >= 0 and pairs != unspaced:
                yield _Run(start, end, joiner, unspaced)
                start, joiner = -1, ""
            if start < 0:
                start, unspaced = index, pairs
                joiner = "" if pairs else joiner
            end = index + 1
        elif not _invisible(char):
            joiner_here = JOINERS.get(char, "")
            if start >= 0:
                yield _Run(start, end, joiner, unspaced)
                joiner = "" if unspaced else joiner_here
                start = -1
            else:
                joiner = ""  # two in a row join nothing
    if start >= 0:
        yield _Run(start, end, joiner, unspaced)


def _items(chunk: str, group: list[_Run]) -> list[_Item]:
    """The words of one group, with clitics dropped and inner punctuation settled."""
    items: list[_Item] = []
    for run in group:
        # A slice first: the cost of normalising must not follow the length of a hostile word.
        term = normalise(chunk[run.start : min(run.end, run.start + 2 * MAX_TERM)])[:MAX_TERM]
        before = items[-1] if items else None
        if not term or (before and run.joiner == "'" and term in CLITICS):
            continue
        if before and _is_one_word(before.term, run.joiner, term):
            merged = f"{before.term}{run.joiner}{term}"[:MAX_TERM]
            items[-1] = before._replace(term=merged, end=run.end)
        else:
            joiner = run.joiner if before and run.joiner != "," else ""
            items.append(_Item(term, run.start, run.end, joiner))
    if items:
        _keep_signs(chunk, items)
    return items


def _is_one_word(before: str, joiner: str, after: str) -> bool:
    """Whether `before` + joiner + `after` is a single word: don't, 3.5, 1,000, u.s."""
    if joiner == "'":
        return after == "t"
    if joiner == ",":
        return len(after) == 3 and after.isdecimal() and _THOUSANDS.fullmatch(before) is not None
    if joiner == "." and len(after) == 1 and after.isalpha() and before[-1].isalpha():
        return before[-2:-1] in ("", ".")
    return joiner in _POINTS and before[-1].isdecimal() and after[0].isdecimal()


def _keep_signs(chunk: str, items: list[_Item]) -> None:
    """Give the first and the last word back the signs that belong to a name: .net, c++, c#."""
    if chunk[0] == "." and items[0].start == 1:
        items[0] = items[0]._replace(term=f".{items[0].term}", start=0)
    signs = chunk[items[-1].end :]
    if signs in ("++", "#"):
        items[-1] = items[-1]._replace(term=f"{items[-1].term}{signs}", end=len(chunk))


def _add_compounds(items: list[_Item], position: int, parts: list[Part]) -> int:
    """Append the words, and before each row of joined ones the compound of them; the position after them."""
    first = 0
    while first < len(items):
        last = first + 1
        while last < len(items) and items[last].joiner:
            last += 1
        row = items[first:last]
        if len(row) > 1 and sum(len(item.term) + 1 for item in row) <= MAX_TERM + 1:
            term = row[0].term + "".join(item.joiner + item.term for item in row[1:])
            # Ranges and dates made of digits only are no words: 10-20 must not be found as 1020.
            if any(char.isalpha() for char in term):
                parts.append(Part(term, position, len(row), row[0].start, row[-1].end))
        for item in row:
            parts.append(Part(item.term[:MAX_TERM], position, 1, item.start, item.end))
            position += 1
        first = last
    return position


def _add_pairs(chunk: str, run: _Run, position: int, parts: list[Part]) -> int:
    """Append the overlapping pairs of an unspaced run and its last character; the position after them."""
    text = chunk[run.start : run.end]
    settled = text.isalpha() and unicodedata.is_normalized("NFKC", text)  # then pieces of it are terms as they are
    units = [index for index, char in enumerate(text) if not index or (char.isalnum() and not _CONTINUES.match(char))]
    ends = [*units[1:], len(text)]
    ends.append(ends[-1])
    for number, start in enumerate(units):
        end = ends[number + 1]
        piece = text[start : min(end, start + 2 * MAX_TERM)]
        term = (piece if settled else normalise(piece))[:MAX_TERM]
        if term:
            tail = 0 < number == len(units) - 1
            parts.append(Part(term, position, 1, run.start + start, run.start + end, tail))
            position += 1
    return position
