"""Posts and their tokens -> the columns of one segment (columns.py says what each array means)."""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.analysis import TAG_SEPARATOR, Tokens, analyze_post, folded_words, tag_key
from search.engines.whoosh.columnar.arrayfile import Array, write_arrays
from search.engines.whoosh.columnar.collocations import collocation_arrays
from search.engines.whoosh.columnar.columns import FIELD_COUNT, FIELD_GAP, NO_DAY, NO_INSTANT, Columns, Record
from search.engines.whoosh.columnar.grouping import stretches
from search.engines.whoosh.columnar.inverting import (
    Occurrences,
    dictionary,
    inverse,
    smallest,
    starts_of,
    string_table,
    word_arrays,
)
from search.engines.whoosh.columnar.piecing import PieceWriter
from search.fields import SEARCHED
from search.models import Post

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # naive UTC, as Post.instant is


MAX_LANGUAGES = 8
"""A query is looked up once for each language of a segment. Posts in still further ones share a last table of classes,
in which words are folded and not stemmed."""


class ColumnsWriter:
    """Gathers the posts of one segment, in the order of their rows, then writes the columns file."""

    def __init__(self) -> None:
        self._term_ids: defaultdict[str, int] = defaultdict(count().__next__)
        self._language_ids: defaultdict[str, int] = defaultdict(count().__next__)
        self._tag_ids: defaultdict[str, int] = defaultdict(count().__next__)
        self._tag_labels: list[str] = []
        self._pieces = PieceWriter()
        # One entry per token, in the order post, field, text.
        self._token_terms = array("I")
        self._token_positions = array("I")
        self._token_spans = array("B")
        # One entry per post and field.
        self._lengths = array("I")
        self._field_positions = array("I")
        # One entry per post, or as many as it has sections or tags.
        self._languages = array("B")
        self._days = array("i")
        self._instants = array("q")
        self._boosts = array("f")
        self._section_counts = array("I")
        self._section_positions = array("I")
        self._tag_counts = array("I")
        self._post_tags = array("I")
        self._titles: list[str] = []
        self._ids: list[bytes] = []
        self._records: list[bytes] = []
        self._headings: list[bytes] = []

    def add(self, post: Post, analysis: Mapping[str, Tokens]) -> None:
        """Append a post; `analysis` is analyze_post(post)."""
        position = 1  # what stands before the first word of a field is kept at the free position before it
        for field in SEARCHED:
            tokens = analysis[field.name]
            text = TAG_SEPARATOR.join(post.tags) if field.name == "tags" else getattr(post, field.name)
            self._field_positions.append(position)
            if field.name == "body":
                self._add_sections(post, tokens, position)
            self._add_tokens(tokens)
            self._pieces.add(text, tokens)
            position += _end(tokens) + FIELD_GAP
        self._field_positions.append(position)
        rare = post.lang not in self._language_ids and len(self._language_ids) >= MAX_LANGUAGES - 1
        self._languages.append(self._language_ids["" if rare else post.lang])
        self._days.append(NO_DAY if post.day is None else post.day.toordinal())
        self._instants.append(NO_INSTANT if post.instant is None else _microseconds(post.instant))
        self._boosts.append(post.boost)
        tags = self._add_tags(post.tags)
        self._titles.append(folded_words(analysis["title"]))
        self._ids.append(post.id.encode())
        record = Record(post.id, post.url, post.image or "", post.lang, post.title, post.description, tags)
        self._records.append(record.encode())

    def _add_tokens(self, tokens: Tokens) -> None:
        self._lengths.append(len(tokens.terms))
        self._token_terms.extend(map(self._term_ids.__getitem__, tokens.terms))
        self._token_positions.extend(tokens.positions)
        self._token_spans.extend(tokens.spans)

    def _add_sections(self, post: Post, tokens: Tokens, position: int) -> None:
        starts = np.searchsorted(tokens.starts, [section.start for section in post.sections])
        at = [tokens.positions[i] if i < len(tokens.positions) else _end(tokens) for i in starts]
        self._section_positions.extend([position + p for p in at])
        self._section_counts.append(len(post.sections))
        for section in post.sections:
            self._headings += [section.heading.encode(), section.anchor.encode()]

    def _add_tags(self, labels: Sequence[str]) -> tuple[str, ...]:
        """Append the tags of a post; how they are shown: of two spellings in the segment the first."""
        keys = {tag_key(label): label for label in reversed(labels)}
        tags = [self._tag_ids[key] for key in reversed(keys)]
        for key, tag in zip(reversed(keys), tags, strict=True):
            if tag == len(self._tag_labels):
                self._tag_labels.append(keys[key])
        self._post_tags.extend(tags)
        self._tag_counts.append(len(tags))
        return tuple([self._tag_labels[tag] for tag in tags])

    def columns(self) -> Columns:
        """The columns of the posts added, in memory."""
        return Columns(self._meta(), self._arrays())

    def write(self, path: Path) -> dict[str, Array]:
        """Write the columns of the posts added to `path` and wait until they are on the disk; the arrays in it, by
        name. Raises StorageError."""
        arrays = self._arrays()
        write_arrays(path, self._meta(), arrays)
        return arrays

    def _meta(self) -> dict[str, Any]:
        return {"languages": list(self._language_ids), "posts": len(self._ids)}

    def _arrays(self) -> dict[str, Array]:
        lengths = np.array(self._lengths, np.int64)
        ends = np.array(self._field_positions, np.int64).reshape(-1, FIELD_COUNT + 1)
        names = list(self._term_ids)
        tokens = Occurrences(
            terms=np.frombuffer(self._token_terms, np.uintc),
            runs=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
            positions=np.frombuffer(self._token_positions, np.uintc),
            spans=np.frombuffer(self._token_spans, np.uint8),
            begins=ends[:, :-1].ravel(),
        )
        phrases = collocation_arrays(tokens, names)  # first: it needs the most memory beside what is held by then
        return {
            **word_arrays(tokens, names, np.array(self._languages, np.uint8), list(self._language_ids)),
            "lengths": smallest(lengths.reshape(-1, FIELD_COUNT)),
            "field_positions": smallest(ends),
            **self._text_arrays(tokens, ends),
            **self._post_arrays(),
            **phrases,
            **self._title_arrays(),
        }

    def _text_arrays(self, tokens: Occurrences, ends: NDArray[np.int64]) -> dict[str, Array]:
        """The text, place by place."""
        starts = starts_of(ends[:, -1])
        begins = (starts[:-1, None] + ends[:, :-1]).ravel()
        words = _word_places(tokens, begins)
        pieces = self._pieces.arrays(sorted(self._term_ids), words, begins - 1, int(starts[-1]))
        return {"place_starts": starts.astype(np.uint32), **pieces}

    def _title_arrays(self) -> dict[str, Array]:
        order = sorted(range(len(self._titles)), key=self._titles.__getitem__)
        table = dictionary("title", [self._titles[row].encode() for row in order])
        return {**table, "title_posts": np.array(order, np.uint32)}

    def _post_arrays(self) -> dict[str, Array]:
        keys = list(self._tag_ids)
        tag_order = sorted(range(len(keys)), key=keys.__getitem__)
        names = [[keys[tag], self._tag_labels[tag]] for tag in tag_order]
        ranks = inverse(tag_order)
        id_order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        return {
            "section_starts": starts_of(np.array(self._section_counts, np.int64)).astype(np.uint32),
            "section_positions": smallest(np.array(self._section_positions, np.int64)),
            "tag_starts": starts_of(np.array(self._tag_counts, np.int64)).astype(np.uint32),
            "tag_ids": smallest(ranks[np.array(self._post_tags, np.int64)]),
            "tag_names": np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), np.uint8),
            "days": np.array(self._days, np.int32),
            "instants": np.array(self._instants, np.int64),
            "boosts": np.array(self._boosts, np.float32),
            **string_table("id", self._ids),
            "id_ranks": inverse(id_order).astype(np.uint32),
            **string_table("record", self._records),
            **string_table("heading", self._headings),
            "languages": np.array(self._languages, np.uint8),
        }


def compile_columns(posts: Iterable[Post]) -> Columns:
    """The columns of `posts`, in memory, one row each in their order."""
    writer = ColumnsWriter()
    for post in posts:
        writer.add(post, analyze_post(post))
    return writer.columns()


def _word_places(tokens: Occurrences, begins: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The place of every word, a stretch at a time. `begins` is that of the first of each run."""
    for part in stretches(len(tokens.runs)):
        single = tokens.spans[part] == 1  # the parts of a compound say where it is
        yield begins[tokens.runs[part][single]] + tokens.positions[part][single]


def _end(tokens: Tokens) -> int:
    """The position after the last."""
    return max(map(add, tokens.positions, tokens.spans), default=0)


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)
