"""Which spellings are the same word: diacritics and joiners off (fold), then the stem in one language (class_key)."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

import Stemmer

STEMMERS: Final[dict[str, str]] = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The Snowball algorithm of each ISO 639-1 language."""

# What Unicode does not decompose although readers type it without the stroke or as two letters.
_LETTERS: Final = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i",
    "ĸ": "k", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ə": "e", "ɛ": "e", "ɔ": "o", "ß": "ss", "ſ": "s", "ё": "е", "ς": "σ",
    "-": "", "'": "", "ʼ": "", "_": "", "&": "", ",": "", "·": "",
}  # fmt: skip
_OPTIONAL_MARKS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]")
_DOT_OUTSIDE_NUMBERS: Final = re.compile(r"(?<=.)(?<!\d)\.|(?<=.)\.(?!\d)")
_NO_WORD: Final = re.compile(r"[\d.+#\u2044]")
# Snowball's English leaves the plurals of Greek nouns apart: analysis -> analysi, analyses -> analys.
_GREEK_PLURAL: Final = re.compile(r"(?<=ly)ses$|(?<=the)ses$|(?<=gno)ses$|(?<=cri)ses$")

# And the plurals of initials without a vowel: mscs, pdfs, rfps. In three letters (css, dns) and in https the s is the
# word's own.
_PLURAL_INITIALS: Final = re.compile("(?!https)[b-df-hj-np-tv-xz]{2,}[b-df-hj-np-rtv-xz]s")


class _Folds(dict[int, str]):
    """str.translate's table, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if code >= 0x2000:
            return char  # nothing to fold beyond the alphabets, and no room spent on remembering that
        if char in _LETTERS:
            folded = _LETTERS[char]
        elif _OPTIONAL_MARKS.match(char):
            folded = ""
        else:
            base = unicodedata.normalize("NFD", char)[0]
            latin_or_greek = unicodedata.name(base, "").startswith(("LATIN", "GREEK"))
            folded = _LETTERS.get(base, base) if latin_or_greek else char
        self[code] = folded
        return folded


_folds: Final = _Folds()
_local: Final = threading.local()


def fold(term: str) -> str:
    """A surface term without the diacritics of Latin and Greek letters, optional vowel points and the joiners of
    compounds: `résumé` -> `resume`, `meta-analysis` -> `metaanalysis`, `u.s` -> `us`. Letters that only look
    like a letter with a mark stay (й), and so do the points of numbers (`3.5`) and of `.net`, `c++`, `c#`."""
    if term.isascii() and term.isalnum():
        return term
    folded = term.translate(_folds)
    if "." in folded:
        folded = _DOT_OUTSIDE_NUMBERS.sub("", folded)
    return folded or term


@lru_cache(maxsize=1 << 16)
def class_key(term: str, lang: str) -> str:
    """What all spellings and inflections of a word share in the language `lang` (ISO 639-1, a region is ignored): the
    Snowball stem of its folded form. The folded form itself where the language has no stemmer and for numbers, names
    with digits and the like."""
    folded = fold(term)
    algorithm = STEMMERS.get(lang[:2].lower()) if lang[2:3] in ("", "-", "_") else None
    if algorithm is None or _NO_WORD.search(folded):
        return folded
    if algorithm == "english":
        folded = _GREEK_PLURAL.sub("sis", folded)
        if _PLURAL_INITIALS.fullmatch(folded):
            folded = folded[:-1]
    stem: str = _stemmer(algorithm).stemWord(folded)
    return stem or folded


def tag_key(label: str) -> str:
    """What two spellings of one tag share: NFKC, case folded, white space collapsed. Accents and hyphens count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    return " ".join(folded.split())


def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    """A stemmer of this thread: one that two threads use at once corrupts its buffers."""
    stemmers: dict[str, Stemmer.Stemmer] = _local.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = Stemmer.Stemmer(algorithm, 0)  # 0: no cache of its own, class_key has one
    return stemmers[algorithm]
