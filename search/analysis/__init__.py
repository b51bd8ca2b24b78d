"""Text -> the terms that the index holds, for posts and for queries alike.

words.py cuts a chunk of text into words and compounds, tokens.py runs it over texts and posts, classes.py says which
terms are the same word, reading.py what a typed word can stand for.
"""

import unicodedata

import Stemmer

from search.analysis.classes import class_key, fold, tag_key
from search.analysis.reading import Reading, alternatives, splits
from search.analysis.tokens import TAG_GAP, TAG_SEPARATOR, Tokens, analyze, analyze_post, folded_words
from search.analysis.words import MAX_TERM, is_unspaced

ANALYSIS_STAMP = f"analysis 2, PyStemmer {Stemmer.version()}, Unicode {unicodedata.unidata_version}"
"""What an index was analysed with. Raise its number whenever terms, positions, offsets or classes change."""

__all__ = [
    "ANALYSIS_STAMP",
    "MAX_TERM",
    "TAG_GAP",
    "TAG_SEPARATOR",
    "Reading",
    "Tokens",
    "alternatives",
    "analyze",
    "analyze_post",
    "class_key",
    "fold",
    "folded_words",
    "is_unspaced",
    "splits",
    "tag_key",
]
