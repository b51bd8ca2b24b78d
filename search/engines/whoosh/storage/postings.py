"""The postings of the columns -> Whoosh's own posting files, without a Python call for each posting.

The columns have every word's postings already sorted: by field, then by row. Whoosh's writer would take them one by
one, four calls each; here a field is cut into Whoosh's blocks by numpy, and only blocks are looped over. The format is
that of Whoosh 2.7.4 and whoosh3 (whoosh.codec.whoosh3): per term the tag W3Bl, then blocks of up to 128 postings, each
its length (negative for the last one), a pickled head and the pickled rows, weights and positions, compressed.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from pickle import dumps
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.util.numeric import length_to_byte

from search.engines.whoosh.columnar.arrayfile import Array
from search.engines.whoosh.columnar.columns import FIELD_COUNT
from search.engines.whoosh.columnar.stringtable import StringTable, flat_ranges
from search.engines.whoosh.schema import encode_positions

BLOCK = 128
"""Postings in a block, as Whoosh's codec has it."""

COMPRESSION = 1
"""zlib's fastest level. Whoosh's own is 3: files one hundredth smaller, a fifth more time for all blocks."""

PROTOCOL = 3
"""Of pickle. Whoosh asks for 2, which has no bytes and writes a call of codecs.encode for each value; it reads both."""

COMPRESSED_FROM = 512
"""Bytes from which on a block is compressed. Whoosh's own threshold is 80: files 5% smaller, a fifth more time."""

AT_ONCE = 250_000
"""Postings that are written together, which bounds the memory; a word with more of them is not divided."""

_LIST = b"\x80\x02]q\x00"
_HEAD = 4 + len(_LIST)
"""Bytes before the first number: how many there are, and how pickle begins a list."""

_BATCH = 1000
"""pickle splits longer lists into batches."""

_head = Struct("!i").pack
_extent = Struct("!qi").pack
_field_number = Struct("!H").pack


class FieldPostings(NamedTuple):
    """Postings of some terms of one field: `terms` (T) sorted, posting p in starts[t]:starts[t + 1] belongs to term t;
    `rows` (P) ascend within a term, `counts` (P) are occurrences, `values` (P) the encoded positions."""

    terms: list[bytes]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: list[bytes]


def field_postings(arrays: Mapping[str, Array], field: int) -> Iterator[FieldPostings]:
    """The postings of one field (an index in fields.SEARCHED) out of a segment's arrays (columns.py has the table),
    in the order of the terms, about AT_ONCE at a time."""
    table = StringTable(arrays["term_text"], arrays["term_starts"])
    bounds = arrays["list_rows"].astype(np.int64)
    begins = bounds[:-1].reshape(-1, FIELD_COUNT)[: len(table), field]
    sizes = bounds[1:].reshape(-1, FIELD_COUNT)[: len(table), field] - begins
    counted = arrays["row_counts"][: bounds[len(table) * FIELD_COUNT]]  # behind these are the lists of classes
    occurrences = np.zeros(len(counted) + 1, np.uint32)
    occurrences[1:] = counted
    np.cumsum(occurrences, dtype=np.uint32, out=occurrences)  # in place, so that it takes no second array
    used = np.flatnonzero(sizes)
    groups = np.cumsum(sizes[used]) // AT_ONCE
    for terms in np.split(used, np.flatnonzero(np.diff(groups)) + 1):
        chosen = flat_ranges(begins[terms], sizes[terms])
        rows = arrays["row_posts"][chosen].astype(np.int64)
        counts = arrays["row_counts"][chosen].astype(np.int64)
        positions = arrays["positions"][flat_ranges(occurrences[chosen].astype(np.int64), counts)].astype(np.int64)
        positions -= np.repeat(arrays["field_positions"][rows, field].astype(np.int64), counts)
        starts = np.append(0, np.cumsum(sizes[terms]))
        yield FieldPostings([table[t] for t in terms.tolist()], starts, rows, counts, encode_all(positions, counts))


def encode_all(positions: NDArray[np.int64], counts: NDArray[np.int64]) -> list[bytes]:
    """schema.encode_positions for many postings: the first has the first counts[0] positions, and so on.

    What pickle (protocol 2) makes of a list of small integers is put together in one buffer: its head, each number as
    an opcode and one, two or four bytes, its end.
    """
    ends = np.cumsum(counts)
    steps = np.diff(positions, prepend=0)
    steps[ends - counts] = positions[ends - counts]
    widths = np.where(steps < 1 << 8, 1, np.where(steps < 1 << 16, 2, 4))
    sizes = np.add.reduceat(widths + 1, ends - counts) + _HEAD + np.where(counts == 1, 2, 3)
    starts = np.cumsum(sizes) - sizes
    buffer = np.zeros(int(sizes.sum()), np.uint8)
    for at, byte in enumerate((24, 16, 8, 0)):
        buffer[starts + at] = counts >> byte & 255
    for at, byte in enumerate(_LIST, 4):
        buffer[starts + at] = byte
    several = counts > 1
    buffer[starts[several] + _HEAD] = ord("(")
    buffer[(starts + sizes)[several] - 2] = ord("e")
    buffer[(starts + sizes)[~several] - 2] = ord("a")
    buffer[starts + sizes - 1] = ord(".")
    # Where each number goes: what came before it in its posting, after the head and, of several, the parenthesis.
    before = np.cumsum(widths + 1) - (widths + 1)
    places = before - np.repeat(before[ends - counts] - starts - _HEAD - several, counts)
    for width, opcode in ((1, "K"), (2, "M"), (4, "J")):
        of_width = widths == width
        buffer[places[of_width]] = ord(opcode)
        for byte in range(width):
            buffer[places[of_width] + 1 + byte] = steps[of_width] >> 8 * byte & 255
    data = buffer.tobytes()
    values = [data[start:end] for start, end in zip(starts.tolist(), (starts + sizes).tolist(), strict=True)]
    for long in np.flatnonzero(counts > _BATCH).tolist():
        values[long] = encode_positions(positions[ends[long] - counts[long] : ends[long]].tolist())
    return values


def write_field(
    writer: Any, name: str, spec: Any, postings: Iterable[FieldPostings], lengths: NDArray[np.int64]
) -> None:
    """Writes all terms of a field through Whoosh's W3FieldWriter (which has no types). `spec` is the field of the
    schema, `lengths` the number of tokens of every row in it."""
    coded_lengths = np.array([length_to_byte(length) for length in lengths.tolist()], np.int64)
    writer.start_field(name, spec)
    number = _field_number(writer._fieldid)
    for part in postings:
        if part.terms:
            coded = coded_lengths[part.rows]
            for term, info, blocks in zip(part.terms, _term_infos(part, coded), _terms(part, coded), strict=True):
                writer._tindex.add(number + term, info + _extent(writer._postfile.tell(), len(blocks)))
                writer._postfile.write(blocks)
    writer.finish_field()


def _term_infos(postings: FieldPostings, coded: NDArray[np.int64]) -> Iterator[bytes]:
    """What Whoosh keeps of each term beside its postings, up to where these are (W3TermInfo)."""
    starts = postings.starts[:-1]
    columns = (
        np.add.reduceat(postings.counts, starts),
        np.diff(postings.starts),
        np.minimum.reduceat(coded, starts),
        np.maximum.reduceat(coded, starts),
        np.maximum.reduceat(postings.counts, starts),
        postings.rows[starts],
        postings.rows[postings.starts[1:] - 1],
    )
    pack = W3TermInfo._struct.pack
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield pack(0, *row)


def _terms(postings: FieldPostings, coded: NDArray[np.int64]) -> Iterator[bytes]:
    """The blocks of each term."""
    sizes = np.diff(postings.starts)
    per_term = -(-sizes // BLOCK)
    ends_at = np.cumsum(per_term)
    within = np.arange(ends_at[-1]) - np.repeat(ends_at - per_term, per_term)
    starts = np.repeat(postings.starts[:-1], per_term) + within * BLOCK
    steps = np.diff(postings.rows, prepend=0)
    steps[starts] = postings.rows[starts]
    blocks = zip(
        starts.tolist(),
        np.append(starts[1:], len(postings.rows)).tolist(),
        np.minimum.reduceat(postings.counts, starts).tolist(),
        np.maximum.reduceat(postings.counts, starts).tolist(),
        np.minimum.reduceat(coded, starts).tolist(),
        np.maximum.reduceat(coded, starts).tolist(),
        strict=True,
    )
    # Tuples, whose slices are what is pickled.
    row_steps, values = tuple(steps.tolist()), tuple(postings.values)
    weights = tuple(postings.counts.astype(np.float64).tolist())
    rows = postings.rows.tolist()
    for count in per_term.tolist():
        term = [WHOOSH3_HEADER_MAGIC]
        for left in range(count - 1, -1, -1):
            start, end, lightest, heaviest, shortest, longest = next(blocks)
            weight = None if heaviest == 1 else float(heaviest) if lightest == heaviest else weights[start:end]
            data = dumps((row_steps[start:end], weight, values[start:end]), PROTOCOL)
            compression = COMPRESSION if len(data) >= COMPRESSED_FROM else 0
            if compression:
                data = zlib.compress(data, compression)
            head = dumps((end - start, rows[end - 1], float(heaviest), compression, shortest, longest), PROTOCOL)
            size = len(head) + len(data)
            term += (_head(size if left else -size), head, data)
        yield b"".join(term)
