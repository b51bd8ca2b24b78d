"""Filters by tag, year and day, and the counts beside an answer.

Facets are disjunctive: the counts of a facet are taken under every filter but its own, so that a chosen year keeps the
counts of the other years. With tags_match "all" a further tag narrows the answer, so its counts are taken under the
chosen tags as well.
"""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from search.analysis import tag_key
from search.engines.whoosh.answering.collection import Collection, Mask
from search.models import Facets, FacetValue, SearchRequest, TagsMatch

MOST_TAGS = 50
"""Tags listed beside an answer; the chosen ones come on top of that where they are rarer."""


def filtered(collection: Collection, mask: Mask, request: SearchRequest) -> tuple[Mask, NDArray[np.int64], Facets]:
    """The posts of `mask` that pass the filters of `request`, as a mask and as ascending numbers, and the facets."""
    if request.since is not None or request.until is not None:
        mask = mask & collection.dated(request.since, request.until)
    if request.lang is not None:
        mask = mask & collection.in_language(request.lang)
    chosen = [tag_key(tag) for tag in request.tags]
    any_tag = request.tags_match is TagsMatch.ANY
    in_years = mask & collection.in_years(request.years) if request.years else mask
    in_tags, both = mask, in_years
    if chosen:
        tagged = (np.logical_or if any_tag else np.logical_and).reduce([collection.tagged(key) for key in chosen])
        in_tags, both = mask & tagged, in_years & tagged
    posts = both.nonzero()[0]
    for_tags = in_years.nonzero()[0] if chosen and any_tag else posts
    for_years = in_tags.nonzero()[0] if request.years else posts
    return both, posts, Facets(_tags(collection, for_tags, chosen), _years(collection, for_years, request.years))


def _tags(collection: Collection, posts: NDArray[np.int64], chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    """The most frequent tags of `posts` by count, then name; `chosen` are keys that are always listed."""
    counts = collection.tag_counts(posts)
    size = max(len(counts), 1)
    order = np.arange(len(counts)) - counts * size  # what sorts by count, then number, and tells both
    order.sort()
    first = order[: min(MOST_TAGS, int(order.searchsorted(0)))]
    numbers = (first % size).tolist()
    own = {collection.tag_numbers[key] for key in chosen if key in collection.tag_numbers}
    numbers += sorted(own.difference(numbers), key=lambda number: (-counts[number], number))
    selected = map(own.__contains__, numbers) if own else repeat(False)
    values = zip(map(collection.labels.__getitem__, numbers), counts[numbers].tolist(), selected, strict=False)
    # What FacetValue() does, without a call in Python for each: fifty of them take a fiftieth of an answer.
    return tuple(map(tuple.__new__, repeat(FacetValue), values))


def _years(collection: Collection, posts: NDArray[np.int64], chosen: Sequence[int]) -> tuple[FacetValue, ...]:
    """All years of `posts`, newest first, and the `chosen` ones."""
    counts = np.bincount(collection.year_numbers.take(posts)).tolist()
    first = collection.first_year
    found = [(first + number, counts[number]) for number in range(len(counts) - 1, 0, -1) if counts[number]]
    if chosen:
        found = sorted({**dict.fromkeys(chosen, 0), **dict(found)}.items(), reverse=True)
    return tuple([FacetValue(str(year), count, year in chosen) for year, count in found])
