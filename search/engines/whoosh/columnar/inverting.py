"""Tokens in text order -> the dictionary, the classes and the postings of a segment, by sorting arrays."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import class_key, fold
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT, ROWS_PER_BLOCK
from search.engines.whoosh.columnar.edits import shape
from search.engines.whoosh.columnar.grouping import changes, gathered, stable_order, stretches, tally
from search.engines.whoosh.columnar.stringtable import hash_slots


class Occurrences(NamedTuple):
    """Parallel arrays (one entry each per token, ordered by post, field and position): its term, its run (post * F +
    field), its position in the field, how many positions it covers. And of each run the position in the post's position
    space at which the field begins."""

    terms: NDArray[np.uintc]
    runs: NDArray[np.int32]
    positions: NDArray[np.uintc]
    spans: NDArray[np.uint8]
    begins: NDArray[np.int64]


class _Classes(NamedTuple):
    """The classes of one language. `merged` (T) is the merged list of each term, counted from the first merged list of
    the segment, -1 where it has none; `members` are the terms of these lists, ascending within each, and `sizes` how
    many each has."""

    table: dict[str, Array]
    merged: NDArray[np.int32]
    members: NDArray[np.int64]
    sizes: NDArray[np.int64]


def word_arrays(
    tokens: Occurrences, names: Sequence[str], languages: NDArray[np.uint8], language_names: Sequence[str]
) -> dict[str, Array]:
    """The arrays from term_text to wide_lists. `tokens.terms` are indexes in `names`, the terms in any order;
    `languages` (N) are indexes in `language_names`."""
    order = sorted(range(len(names)), key=names.__getitem__)  # by code point, which is the order of the UTF-8 bytes
    terms = [names[index] for index in order]
    arrays = {**dictionary("term", [term.encode() for term in terms]), **_folded_arrays(terms)}
    arrays["term_shapes"] = np.array([shape(term) for term in terms], np.uint32)
    ranks = inverse(order).astype(np.int32)
    spoken = tally(_spoken(tokens, ranks, languages), len(language_names) * len(terms))
    classes, merged = _class_arrays(spoken.reshape(len(language_names), len(terms)), terms, language_names)
    postings = _Postings(tokens)
    ids = map(tokens.terms.__getitem__, stretches(len(tokens.terms)))
    postings.add(_looked_up(ranks, ids, len(tokens.terms)), len(terms))
    merged_lists = len(classes["member_languages"])
    postings.add(_looked_up(merged, _spoken(tokens, ranks, languages), len(tokens.terms)), merged_lists)
    return {**arrays, **classes, **postings.arrays()}


def _folded_arrays(terms: Sequence[str]) -> dict[str, Array]:
    folded = sorted((form, index) for index, term in enumerate(terms) if (form := fold(term)) != term)
    table = string_table("folded", [form.encode() for form, _ in folded])
    return {**table, "folded_terms": np.array([index for _, index in folded], np.uint32)}


def _looked_up(values: NDArray[np.int32], parts: Iterable[Array], count: int) -> NDArray[np.int32]:
    """The values at the indexes in `parts`, end to end; `count` in all."""
    found = np.empty(count, np.int32)
    done = 0
    for part in parts:
        found[done : done + len(part)] = values[part]
        done += len(part)
    return found


def _spoken(tokens: Occurrences, ranks: NDArray[np.int32], languages: NDArray[np.uint8]) -> Iterator[NDArray[np.int64]]:
    """Of each token, a stretch at a time, the language of its post * T + the rank of its term."""
    first = languages.astype(np.int64) * len(ranks)
    for part in stretches(len(tokens.terms)):
        yield first[tokens.runs[part] // FIELD_COUNT] + ranks[tokens.terms[part]]


def _class_arrays(
    spoken: NDArray[np.int64], terms: Sequence[str], language_names: Sequence[str]
) -> tuple[dict[str, Array], NDArray[np.int32]]:
    """The arrays from class_text_0 to member_languages; and of each language and term, end to end, the merged list,
    from 0 on, -1 where there is none.

    `spoken` (languages, T) is how often each term stands in the posts in each language.
    """
    arrays: dict[str, Array] = {}
    found: list[_Classes] = []
    totals = spoken.sum(axis=0)
    for number, language in enumerate(language_names):
        count = sum(len(classes.sizes) for classes in found)
        found.append(_classes(spoken[number], totals, terms, language, count))
        arrays.update({f"{key}_{number}": value for key, value in found[-1].table.items()})
    nothing = np.zeros(0, np.int64)
    sizes = np.concatenate([nothing, *(classes.sizes for classes in found)])
    members = np.concatenate([nothing, *(classes.members for classes in found)])
    arrays["member_starts"] = starts_of(sizes).astype(np.uint32)
    arrays["member_terms"] = members.astype(np.uint32)
    arrays["member_languages"] = np.repeat(np.arange(len(found), dtype=np.uint8), [len(one.sizes) for one in found])
    return arrays, np.concatenate([nothing.astype(np.int32), *(classes.merged for classes in found)])


def _classes(
    here: NDArray[np.int64], totals: NDArray[np.int64], terms: Sequence[str], language: str, count: int
) -> _Classes:
    """The classes of one language; `count` is the number of merged lists so far.

    `here` (T) is how often each term stands in the posts in that language, `totals` (T) in all posts. A class that is
    one term, all of whose posts are in this language, needs no list of its own: it is the term's list.
    """
    members = np.flatnonzero(here)
    keys = [class_key(terms[term], language) for term in members.tolist()]
    names = sorted(set(keys))
    numbers = {name: number for number, name in enumerate(names)}
    class_of = np.array([numbers[key] for key in keys], np.int64)
    sizes = np.bincount(class_of, minlength=len(names))
    alone = (sizes[class_of] == 1) & (here[members] == totals[members])
    list_of = np.full(len(names), -1, np.int64)
    list_of[class_of[alone]] = members[alone]
    several = list_of < 0
    list_of[several] = len(terms) + count + np.arange(several.sum())
    table = dictionary("class", [name.encode() for name in names])
    members, class_of = members[~alone], class_of[~alone]
    merged = np.full(len(terms), -1, np.int32)
    merged[members] = list_of[class_of] - len(terms)
    return _Classes(
        {**table, "class_lists": list_of.astype(np.uint32)},
        merged,
        members[np.argsort(class_of, kind="stable")],
        sizes[several],
    )


class _Postings:
    """Gathers the postings of the lists of a segment, in the order of the lists."""

    def __init__(self, tokens: Occurrences) -> None:
        self._tokens = tokens
        self._parts = defaultdict[str, list[Array]](list)
        self._lists = self._occurrences = 0

    def add(self, lists: NDArray[np.int32], count: int) -> None:
        """Append `count` lists; `lists` is that of each token, from 0 on, -1 where it is in none of them."""
        for first, last, at in gathered(lists, count):
            part = _part(self._tokens, at, lists[at] - first, last - first)
            part["wide"] += self._occurrences
            part["wide_lists"] += self._lists
            self._occurrences += len(at)
            self._lists += last - first
            for name, array in part.items():
                self._parts[name].append(array)

    def arrays(self) -> dict[str, Array]:
        """The arrays from list_rows to wide_lists. The gathered postings are used up by it."""
        arrays = {name: np.concatenate(self._parts.pop(name)) for name in list(self._parts)}
        arrays["list_rows"] = starts_of(arrays["list_rows"]).astype(np.uint32)
        counts = arrays["row_counts"]
        whole = counts[: len(counts) // ROWS_PER_BLOCK * ROWS_PER_BLOCK].reshape(-1, ROWS_PER_BLOCK)
        starts = starts_of(whole.sum(axis=1, dtype=np.int64))
        arrays["row_blocks"] = starts[: -(-len(counts) // ROWS_PER_BLOCK)].astype(np.uint32)
        return arrays


def _part(tokens: Occurrences, at: NDArray[np.int64], lists: NDArray[np.int32], count: int) -> dict[str, Array]:
    """The postings of `count` lists, as the columns have them, but that list_rows is how many rows a list has of each
    field. Their occurrences are the tokens `at`, ascending, and `lists` (parallel) is the list of each, from 0 on.

    The types are the smallest for these postings; laid end to end with others they get the widest of all.
    """
    keys = lists * FIELD_COUNT + tokens.runs[at] % FIELD_COUNT
    order = stable_order(keys)
    at, keys = at[order], keys[order]
    runs = tokens.runs[at]
    posts = runs // FIELD_COUNT
    rows = np.flatnonzero(changes(keys, posts))
    spans = tokens.spans[at]
    wide = np.flatnonzero(spans > 1)
    return {
        "list_rows": np.bincount(keys[rows], minlength=count * FIELD_COUNT).astype(np.uint32),
        "row_posts": smallest(posts[rows]),
        "row_counts": smallest(np.diff(rows, append=len(keys))),
        "positions": smallest(tokens.begins[runs] + tokens.positions[at]),
        "wide": wide.astype(np.uint32),
        "wide_spans": spans[wide],
        "wide_lists": np.unique(keys[wide] // FIELD_COUNT).astype(np.uint32),
    }


def smallest(values: NDArray[np.signedinteger[Any]]) -> Array:
    """`values` as the smallest of uint8, uint16 and uint32 that holds them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


def starts_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of the pieces laid end to end begins, and where the last ends (n + 1)."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])


def inverse(order: Sequence[int]) -> NDArray[np.int64]:
    """The place of every index in the permutation `order`."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def string_table(name: str, strings: Sequence[bytes]) -> dict[str, Array]:
    """The two arrays of a StringTable."""
    starts = starts_of(np.array([len(string) for string in strings], np.int64))
    return {f"{name}_text": np.frombuffer(b"".join(strings), np.uint8), f"{name}_starts": starts.astype(np.uint32)}


def dictionary(name: str, strings: Sequence[bytes]) -> dict[str, Array]:
    """The three arrays of a Dictionary."""
    return {**string_table(name, strings), f"{name}_slots": hash_slots(strings)}
