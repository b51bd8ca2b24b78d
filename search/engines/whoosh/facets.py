"""Filters by tag, year and day, and the counts beside an answer.

Facets are disjunctive: the counts of a facet are taken under every filter but its own, so that a chosen year keeps the
counts of the other years. With tags_match "all" a further tag narrows the answer, so its counts are taken under the
chosen tags as well.
"""

from collections.abc import Sequence

import numpy as np

from search.analysis import tag_key
from search.engines.whoosh.collection import Collection, Mask
from search.engines.whoosh.columns import flat_ranges
from search.engines.whoosh.evaluate import dated
from search.models import Facets, FacetValue, SearchRequest, TagsMatch

MOST_TAGS = 50
"""Tags listed beside an answer; the chosen ones come on top of that where they are rarer."""


def filtered(collection: Collection, mask: Mask, request: SearchRequest) -> tuple[Mask, Facets]:
    """The posts of `mask` that pass the filters of `request`, and the facets of the answer."""
    if request.since is not None or request.until is not None:
        mask = mask & dated(collection, request.since, request.until)
    chosen = [tag_key(tag) for tag in request.tags]
    in_years = mask & np.isin(collection.years, request.years) if request.years else mask
    in_tags, both = mask, in_years
    if chosen:
        masks = [collection.tagged(key) for key in chosen]
        tagged = (np.logical_or if request.tags_match is TagsMatch.ANY else np.logical_and).reduce(masks)
        in_tags, both = mask & tagged, in_years & tagged
    for_tags = in_years if request.tags_match is TagsMatch.ANY else both
    facets = Facets(tag_facet(collection, for_tags, chosen), year_facet(collection, in_tags, request.years))
    return both, facets


def tag_facet(collection: Collection, mask: Mask, chosen: Sequence[str]) -> tuple[FacetValue, ...]:
    """The most frequent tags of the posts of `mask` by count, then name; `chosen` are keys that are always listed."""
    posts = np.flatnonzero(mask)
    starts = collection.tag_starts[posts]
    used = collection.tag_ids[flat_ranges(starts, collection.tag_starts[posts + 1] - starts)]
    counts = np.bincount(used, minlength=len(collection.tags))
    numbers = [int(number) for number in np.argsort(-counts, kind="stable")[:MOST_TAGS] if counts[number]]
    rare = {collection.tag_numbers[key] for key in chosen if key in collection.tag_numbers}.difference(numbers)
    numbers += sorted(rare, key=lambda number: (-counts[number], number))
    listed = [(collection.tags[number], int(counts[number])) for number in numbers]
    return tuple([FacetValue(label, count, key in chosen) for (key, label), count in listed])


def year_facet(collection: Collection, mask: Mask, chosen: Sequence[int]) -> tuple[FacetValue, ...]:
    """All years of the posts of `mask`, newest first, and the `chosen` ones."""
    counts = np.bincount(collection.years[mask])
    years = {*np.flatnonzero(counts).tolist(), *chosen} - {0}
    return tuple(
        [
            FacetValue(str(year), int(counts[year]) if year < len(counts) else 0, year in chosen)
            for year in sorted(years, reverse=True)
        ]
    )
