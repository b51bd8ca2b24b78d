"""What someone is typing -> what it may become: tags and frequent phrases of the posts, and titles, that begin so.

A tag or phrase that is in n of N posts is worth n * ln(N / n): the more it finds the better, but what nearly every post
says narrows nothing.
"""

from collections.abc import Iterator
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from search.analysis import analyze, folded_words
from search.engines.whoosh.answering.collection import Collection
from search.engines.whoosh.answering.matching import match_leaf
from search.engines.whoosh.columnar.collocations import phrase_text
from search.models import Suggestion, SuggestionKind
from search.query.ast import Phrase

LONGEST = 100
"""Characters of what is typed that are read."""

TAG = 2.0
"""A tag is worth so many times as much as a phrase in as many posts: its author chose it to be found by."""

TITLES = 3
"""How many titles there are among the suggestions at least, if so many begin so."""

LOOKED_AT = 20
"""So many posts are looked at for each title that is wanted: many may have the same, as a series does."""


class Suggester:
    """Completes over one snapshot. Immutable; safe to share between threads."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        counted = zip(collection.labels, collection.tag_counts(collection.live.nonzero()[0]).tolist(), strict=True)
        self._tags = sorted((folded_words(analyze(label)), label, posts) for label, posts in counted if posts)

    def suggest(self, text: str, most: int) -> list[Suggestion]:
        """base.Engine.suggest; nothing for a text without a word."""
        typed = folded_words(analyze(text[:LONGEST]))
        if not typed:
            return []
        if text[-1:].isspace():
            typed += " "
        titles = self._titles(typed, most)
        shared = self._shared(typed, most)[: most - min(len(titles), TITLES, most - 1)]
        return [*shared, *titles[: most - len(shared)]]

    def _shared(self, typed: str, most: int) -> list[Suggestion]:
        """Tags and phrases, the worthiest first; a phrase that is a tag is shown as the tag."""
        found = {
            key: Suggestion(label, SuggestionKind.TAG, posts)
            for key, label, posts in self._tags
            if key.startswith(typed)
        }
        for text, posts in self._phrases(typed, most + len(found)):
            found.setdefault(folded_words(analyze(text)), Suggestion(text, SuggestionKind.PHRASE, posts))
        worth = self._worth(np.array([one.posts for one in found.values()], np.int64))
        weighed = [
            (value * (TAG if one.kind is SuggestionKind.TAG else 1), one)
            for one, value in zip(found.values(), worth, strict=True)
        ]
        return [one for _, one in sorted(weighed, key=lambda row: (-row[0], row[1].text))[:most]]

    def _worth(self, posts: NDArray[np.int64]) -> list[float]:
        """What phrases that are in so many posts are worth."""
        worth: list[float] = (posts * np.log(np.maximum(self._collection.posts, posts) / posts)).tolist()
        return worth

    def _phrases(self, typed: str, most: int) -> Iterator[tuple[str, int]]:
        """The worthiest phrases of each segment. A segment counts a phrase where several of its posts share it."""
        totals: dict[str, int] = {}
        for columns in self._collection.segments:
            span = columns.phrases.prefix_range(typed.encode())
            counts = columns.phrase_posts[span.start : span.stop].astype(np.int64)
            for index in nlargest(most, range(len(counts)), key=self._worth(counts).__getitem__):
                text = phrase_text(columns.phrases[span.start + index].decode())
                totals[text] = totals.get(text, 0) + int(counts[index])
        deleted = self._collection.size - self._collection.posts
        for text, posts in totals.items():
            # What only deleted posts say is not told. Where more say it than are deleted, some are live.
            if posts > deleted:
                yield text, posts
            elif (match := match_leaf(self._collection, Phrase(text), None)) and match.total:
                yield text, min(posts, match.total)

    def _titles(self, typed: str, most: int) -> list[Suggestion]:
        """The titles that begin so, newest first; of equal ones the newest."""
        collection = self._collection
        numbers = []
        for offset, columns in zip(collection.offsets, collection.segments, strict=False):
            span = columns.titles.prefix_range(typed.encode())
            numbers.append(columns.title_posts[span.start : span.stop].astype(np.int64) + offset)
        found = np.concatenate(numbers) if numbers else np.zeros(0, np.int64)
        found = found[collection.live[found]]
        newest = found[np.argsort(~collection.instants[found], kind="stable")]
        suggestions: dict[str, Suggestion] = {}
        for columns, row in map(collection.locate, newest[: LOOKED_AT * most].tolist()):
            if len(suggestions) == most:
                break
            record = columns.record(row)
            title = Suggestion(record.title, SuggestionKind.TITLE, 1, record.url)
            suggestions.setdefault(record.title, title)
        return list(suggestions.values())
