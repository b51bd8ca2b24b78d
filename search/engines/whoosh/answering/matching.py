"""One word, phrase, prefix or fuzzy word of a query -> the posts that it matches, and by how much.

A Match is made of parts: postings of one segment and what an occurrence in them is worth. A word is its class at full
worth and its exact spelling on top; what else it may stand for (a compound in parts, two words written as one, a
prefix, a typing mistake) adds postings for the posts and fields that do not have the word itself, at full worth at
most: the form that was typed ranks first.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from search.analysis import Reading, alternatives, splits
from search.engines.whoosh.answering.collection import Collection, laid
from search.engines.whoosh.answering.dating import dated_postings
from search.engines.whoosh.answering.expand import fuzzy_terms, prefix_terms
from search.engines.whoosh.answering.match import BY_DATE, Match, Part
from search.engines.whoosh.answering.phrases import NOWHERE, counted, find_phrase, union, without
from search.engines.whoosh.columnar.columns import FIELD_COUNT, Columns
from search.query.ast import Dated, Fuzzy, Phrase, Prefix, Term

RARE = 3
"""A word that no more posts than this have is looked for in any two halves as well (`metaanalysis`); of a more common
one, only the halves that some author ties by a hyphen."""


Leaf: TypeAlias = Term | Phrase | Prefix | Fuzzy | Dated


def match_leaf(collection: Collection, leaf: Leaf, field: int | None, joined: Sequence[str] = ()) -> Match | None:
    """Where `leaf` matches, in one field (an index in SEARCHED) or in any; None for a text without a word.

    `joined` are words that stand for this one together with its neighbour (`metaanalysis` for typed `meta analysis`).
    What was found is remembered: within a query words are asked for again, as typed, as meant and as proposed, and
    the words of one query are those of another.
    """
    key = (type(leaf), leaf.text, leaf.edits if isinstance(leaf, Fuzzy) else 0, field, *joined)
    found = collection.remembered.get(key)
    if found is None:
        readings = alternatives(leaf.text)
        if not readings:
            return None
        found = _found(collection, leaf, readings, field, joined)
        collection.remembered.keep(key, found, found.size)
    return found


def _found(
    collection: Collection,
    leaf: Leaf,
    readings: Sequence[Reading],
    field: int | None,
    joined: Sequence[str],
) -> Match:
    parts: list[Part] = []
    for number, columns in enumerate(collection.segments):
        finder = _Finder(collection, columns, number, field)
        match leaf:
            case Prefix():
                finder.add_prefix(readings)
            case Fuzzy():
                finder.add_readings(readings)
                finder.add_fuzzy(readings[0], leaf.edits)
            case Term() | Phrase():
                finder.add_readings(readings)
        for word in joined:
            finder.add(finder.word_parts(word, spelled=False))
        parts += finder.parts
    if isinstance(leaf, Term | Dated) and field is None:
        dated = dated_postings(collection, leaf.text)
        parts += [Part(number, postings, collection.scoring.weights.dated, (), BY_DATE) for number, postings in dated]
    found = matched(collection, leaf.text, parts)
    if isinstance(leaf, Term) and len(readings[0].terms) == 1:
        pairs = _pairs(collection, readings[0].terms[0], found)
        halves = list(_halves(collection, pairs, field, parts))
        found = matched(collection, leaf.text, parts + halves) if halves else found
    return found


def matched(collection: Collection, text: str, parts: list[Part]) -> Match:
    """The live posts of some parts together."""
    mask = collection.mask()
    telling = [(part.postings.posts, collection.offsets[part.segment]) for part in parts if part.tells_where]
    if telling:
        mask[laid(telling)] = True
    if not collection.all_live:
        mask &= collection.live
    compounds = any(
        collection.segments[part.segment].has_compounds(list_id) for part in parts for list_id in part.lists
    )
    return Match(text, mask, int(np.count_nonzero(mask)), parts, compounds)


def _pairs(collection: Collection, term: str, found: Match) -> list[tuple[str, str]]:
    """The two words that a word may be when it is written apart: any for a rare word, else those that a post has as
    a compound (`meta-analysis` for `metaanalysis`)."""
    if found.total <= RARE:
        return list(splits(term))
    if not found.compounds:
        return []
    return [halves for halves in splits(term) if _stands(collection, "-".join(halves))]


def _stands(collection: Collection, term: str) -> bool:
    """Whether a live post has exactly this term."""
    for number, columns in enumerate(collection.segments):
        found = columns.term_list(term)
        if found >= 0 and collection.live[collection.offsets[number] :][columns.postings(found).posts].any():
            return True
    return False


def _halves(
    collection: Collection, pairs: Sequence[tuple[str, str]], field: int | None, parts: list[Part]
) -> Iterator[Part]:
    """The parts for a word written as two, beyond the `parts` for it as one."""
    for number, columns in enumerate(collection.segments if pairs else ()):
        finder = _Finder(collection, columns, number, field)
        finder.parts = [part for part in parts if part.segment == number]
        known = len(finder.parts)
        for halves in pairs:
            finder.add(finder.phrase_parts(halves, (0, 1), spelled=False))
        yield from finder.parts[known:]


class _Finder:
    """Collects the parts of a match in one segment."""

    def __init__(self, collection: Collection, columns: Columns, segment: int, field: int | None) -> None:
        self._weights = collection.scoring.weights
        self._columns = columns
        self._segment = segment
        self._field = field
        self.parts: list[Part] = []

    def add(self, parts: Sequence[Part]) -> None:
        """Add parts, as far as they are of posts and fields that the parts so far do not have."""
        before = [part.postings for part in self.parts if part.tells_where]
        if before:
            parts = [part._replace(postings=without(part.postings, before)) for part in parts]
        self.parts += [part for part in parts if len(part.postings.posts)]

    def add_readings(self, readings: Sequence[Reading]) -> None:
        for number, reading in enumerate(readings):
            spelled = number == 0  # the first reading is the text as it was typed
            if reading.prefix:
                self.add(self._union_parts(prefix_terms(self._columns, reading.terms[0]), 1.0))
            elif len(reading.terms) == 1:
                self.add(self.word_parts(reading.terms[0], spelled=spelled))
            else:
                self.add(self.phrase_parts(reading.terms, reading.offsets, spelled=spelled))

    def add_prefix(self, readings: Sequence[Reading]) -> None:
        """The words that begin with the text; only its last word where it has several (`meta-anal*`)."""
        for reading in readings:
            ends = prefix_terms(self._columns, reading.terms[-1])
            if len(reading.terms) == 1:
                self.add(self._union_parts(ends, 1.0))
            elif ends:
                starts = [self._columns.class_lists(term) for term in reading.terms[:-1]]
                self.add(self._phrase_part([*starts, ends], reading.offsets, 1.0))

    def add_fuzzy(self, reading: Reading, edits: int) -> None:
        if len(reading.terms) == 1:
            terms = fuzzy_terms(self._columns, reading.terms[0], edits)
            self.add(self._union_parts(terms, self._weights.fuzzy))

    def word_parts(self, term: str, *, spelled: bool) -> list[Part]:
        """A word: its class, and where it is `spelled` as typed its exact spelling on top."""
        columns, segment, field = self._columns, self._segment, self._field
        classes = columns.class_lists(term)
        exact = columns.term_list(term) if classes and spelled else -1
        if classes == [exact]:
            return [Part(segment, columns.postings(exact, field), 1 + self._weights.exact, classes)]
        parts = [Part(segment, columns.postings(list_id, field), 1.0, [list_id]) for list_id in classes]
        if exact >= 0:
            parts.append(Part(segment, columns.postings(exact, field), self._weights.exact))
        return parts

    def phrase_parts(self, terms: Sequence[str], offsets: Sequence[int], *, spelled: bool) -> list[Part]:
        """A phrase of classes, and where it is `spelled` as typed the phrase in its exact spelling on top."""
        columns, bonus = self._columns, self._weights.exact
        classes = [columns.class_lists(term) for term in terms]
        if not spelled:
            return self._phrase_part(classes, offsets, 1.0)
        exact = [[columns.term_list(term)] for term in terms]
        if classes == exact:
            return self._phrase_part(classes, offsets, 1 + bonus)
        parts = self._phrase_part(classes, offsets, 1.0)
        if parts and min(exact) >= [0]:
            found = self._phrase_part(exact, offsets, bonus)
            parts += [Part(part.segment, part.postings, part.weight) for part in found]
        return parts

    def _phrase_part(self, words: Sequence[Sequence[int]], offsets: Sequence[int], weight: float) -> list[Part]:
        if not all(words):
            return []
        gaps = [after - before - 1 for before, after in pairwise(offsets)]
        fields = [field for field in range(FIELD_COUNT) if self._field in (None, field)]
        found = {field: find_phrase(self._columns, words, gaps, field) for field in fields}
        spots = [found.get(field, NOWHERE) for field in range(FIELD_COUNT)]
        postings = counted(self._columns, spots)
        return [Part(self._segment, postings, weight, spots=spots)] if len(postings.posts) else []

    def _union_parts(self, terms: list[int], weight: float) -> list[Part]:
        if not terms:
            return []
        return [Part(self._segment, union(self._columns, terms, self._field), weight, terms)]
