"""Tokens in text order -> the dictionary, the classes and the postings of a segment, by sorting arrays."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import class_key, fold
from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT, ROWS_PER_BLOCK
from search.engines.whoosh.columnar.edits import shape
from search.engines.whoosh.columnar.stringtable import hash_slots


class Occurrences(NamedTuple):
    """Parallel arrays (one entry each per token, ordered by post, field and position): the list that a token belongs
    to, its run (post * F + field), its position in the post's position space, how many positions it covers."""

    lists: NDArray[np.int32]
    runs: NDArray[np.int32]
    positions: NDArray[np.int32]
    spans: NDArray[np.uint8]

    def take(self, index: Array) -> "Occurrences":
        return Occurrences(self.lists[index], self.runs[index], self.positions[index], self.spans[index])


def word_arrays(
    tokens: Occurrences, names: Sequence[str], languages: NDArray[np.int64], language_names: Sequence[str]
) -> dict[str, Array]:
    """The arrays from term_text to wide_lists. `tokens.lists` are indexes in `names`, the terms in any order;
    `languages` (N) are indexes in `language_names`."""
    order = sorted(range(len(names)), key=names.__getitem__)  # by code point, which is the order of the UTF-8 bytes
    terms = [names[index] for index in order]
    tokens = tokens._replace(lists=inverse(order).astype(np.int32)[tokens.lists])
    arrays = {**dictionary("term", [term.encode() for term in terms]), **_folded_arrays(terms)}
    arrays["term_shapes"] = np.array([shape(term) for term in terms], np.uint32)
    merged = [tokens]
    members: list[NDArray[np.int64]] = []
    member_languages: list[int] = []
    lists = len(terms)
    totals = np.bincount(tokens.lists, minlength=len(terms))
    for number, language in enumerate(language_names):
        spoken = tokens.take(languages[tokens.runs // FIELD_COUNT] == number) if len(language_names) > 1 else tokens
        table, occurrences, of_lists = _classes(spoken, terms, totals, language, lists)
        arrays.update({f"{key}_{number}": value for key, value in table.items()})
        merged.append(occurrences)
        members += of_lists
        member_languages += [number] * len(of_lists)
        lists += len(of_lists)
    arrays["member_starts"] = starts_of(np.array([len(found) for found in members], np.int64)).astype(np.uint32)
    arrays["member_terms"] = np.concatenate([np.zeros(0, np.int64), *members]).astype(np.uint32)
    arrays["member_languages"] = np.array(member_languages, np.uint8)
    arrays.update(_postings(merged, lists))
    return arrays


def _folded_arrays(terms: Sequence[str]) -> dict[str, Array]:
    folded = sorted((form, index) for index, term in enumerate(terms) if (form := fold(term)) != term)
    table = string_table("folded", [form.encode() for form, _ in folded])
    return {**table, "folded_terms": np.array([index for _, index in folded], np.uint32)}


def _classes(
    spoken: Occurrences, terms: Sequence[str], totals: NDArray[np.int64], language: str, lists: int
) -> tuple[dict[str, Array], Occurrences, list[NDArray[np.int64]]]:
    """The class table of one language, the occurrences of its merged lists, and the terms of each, ascending. `lists`
    is the number of lists so far.

    `spoken` are the tokens of the posts in that language, `totals` how often each term occurs in all of them. A class
    that is one term, all of whose posts are in this language, needs no list of its own: it is the term's list.
    """
    here = np.bincount(spoken.lists, minlength=len(terms))
    members = np.flatnonzero(here)
    keys = [class_key(terms[term], language) for term in members.tolist()]
    names = sorted(set(keys))
    numbers = {name: number for number, name in enumerate(names)}
    class_of = np.zeros(len(terms), np.int64)
    class_of[members] = [numbers[key] for key in keys]
    sizes = np.bincount(class_of[members], minlength=len(names))
    alone = members[(sizes[class_of[members]] == 1) & (here[members] == totals[members])]
    list_of = np.full(len(names), -1, np.int64)
    list_of[class_of[alone]] = alone
    merged = list_of < 0
    list_of[merged] = np.arange(lists, lists + merged.sum())
    token_classes = class_of[spoken.lists]
    chosen = merged[token_classes]
    occurrences = spoken.take(chosen)._replace(lists=list_of.astype(np.int32)[token_classes[chosen]])
    table = dictionary("class", [name.encode() for name in names])
    arrays = {**table, "class_lists": list_of.astype(np.uint32)}
    ordered = members[np.argsort(class_of[members], kind="stable")]
    of_classes = np.split(ordered, np.cumsum(sizes)[:-1])
    return arrays, occurrences, [of_classes[number] for number in np.flatnonzero(merged)]


def _postings(groups: Sequence[Occurrences], lists: int) -> dict[str, Array]:
    """The arrays from list_rows to wide_lists. Lists ascend from each group to the next."""
    sorted_groups = [_sorted(group) for group in groups]
    tokens = Occurrences(*(np.concatenate(parts) for parts in zip(*sorted_groups, strict=True)))
    posts = tokens.runs // FIELD_COUNT
    keys = tokens.lists * FIELD_COUNT + tokens.runs % FIELD_COUNT
    first = np.ones(len(keys), np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (posts[1:] != posts[:-1])
    rows = np.flatnonzero(first)
    wide = np.flatnonzero(tokens.spans > 1)
    return {
        "list_rows": np.searchsorted(keys[rows], np.arange(lists * FIELD_COUNT + 1)).astype(np.uint32),
        "row_posts": smallest(posts[rows]),
        "row_counts": smallest(np.diff(rows, append=len(keys))),
        "row_blocks": rows[::ROWS_PER_BLOCK].astype(np.uint32),
        "positions": smallest(tokens.positions),
        "wide": wide.astype(np.uint32),
        "wide_spans": tokens.spans[wide],
        "wide_lists": np.unique(tokens.lists[wide]).astype(np.uint32),
    }


def _sorted(tokens: Occurrences) -> Occurrences:
    """By list, then field; within these the order of the text stays."""
    return tokens.take(np.argsort(tokens.lists * FIELD_COUNT + tokens.runs % FIELD_COUNT, kind="stable"))


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
