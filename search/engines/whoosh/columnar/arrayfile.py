"""Named arrays in one memory-mapped file: the container of the columns, which knows nothing of posts or words.

    bytes                     what
    0 to 8                    MAGIC
    8 to 20                   format version, header length in bytes, CRC-32 of the header: three uint32
    20 onwards                header: JSON {"meta": {...}, "arrays": {name: [dtype, shape, offset]}}
    multiples of ALIGNMENT    the arrays, C order
    last 16                   total length of the file (uint64), END

All numbers are little-endian. Opening checks the frame (magic, version, header checksum, length, that every array lies
within the file), which finds truncation and a damaged header; a damaged body is found by the checksum of the whole
file that the index keeps beside its name.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search import disk
from search.errors import IndexDamagedError, IndexFormatError

Array: TypeAlias = NDArray[Any]

MAGIC = b"BLOGCOLS"
END = b"SLOCGOLB"
VERSION = 7
ALIGNMENT = 64
"""Arrays start on a cache line, whatever their element size."""

_FRAME = struct.Struct("<III")
_FOOTER = struct.Struct("<Q8s")
_KINDS = {np.dtype(code).str: np.dtype(code) for code in ("u1", "<u2", "<u4", "<u8", "<i2", "<i4", "<i8", "<f4")}
_REBUILD = "Run `blogsearch index` again; it compiles the file anew."


def write_arrays(path: Path, meta: Mapping[str, object], arrays: Mapping[str, Array]) -> None:
    """Write `arrays` and the JSON-serialisable `meta` to `path` and wait until they are on the disk. Raises
    StorageError."""
    table: dict[str, list[object]] = {}
    offset = 0
    for name, array in arrays.items():
        table[name] = [array.dtype.str, list(array.shape), offset]
        offset += _aligned(array.nbytes)
    header = json.dumps({"meta": meta, "arrays": table}, separators=(",", ":")).encode()
    body = _aligned(len(MAGIC) + _FRAME.size + len(header))
    with disk.new_file(path) as file:
        file.write(MAGIC + _FRAME.pack(VERSION, len(header), zlib.crc32(header)) + header)
        for name, array in arrays.items():
            file.seek(body + table[name][2])  # type: ignore[operator]  # the third entry is the offset
            file.write(np.ascontiguousarray(array).data)
        file.seek(body + offset)
        file.write(_FOOTER.pack(body + offset + _FOOTER.size, END))


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """Map the file at `path`: its meta and its arrays, read-only, nothing read from the disk yet but the frame.

    Raises IndexDamagedError where the file is gone, truncated or altered in its frame, IndexFormatError where another
    version of the program wrote it.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # mmap refuses an empty file with ValueError
        raise IndexDamagedError(f"{path.name}: cannot be read: {error}", remedy=_REBUILD) from error
    try:
        return _parse(data)
    except IndexFormatError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, struct.error) as error:
        raise IndexDamagedError(f"{path.name}: damaged: {error}", remedy=_REBUILD) from error


def _parse(data: mmap.mmap) -> tuple[dict[str, Any], dict[str, Array]]:
    if data[: len(MAGIC)] != MAGIC:
        raise ValueError("it does not begin like a columns file")
    start = len(MAGIC) + _FRAME.size
    version, size, checksum = _FRAME.unpack(data[len(MAGIC) : start])
    total, end = _FOOTER.unpack(data[-_FOOTER.size :])
    if (total, end) != (len(data), END):
        raise ValueError("it is cut short")
    if version != VERSION:
        raise IndexFormatError(f"columns of format {version}, this program reads format {VERSION}", remedy=_REBUILD)
    header = data[start : start + size]
    if zlib.crc32(header) != checksum:
        raise ValueError("its header fails its checksum")
    described = json.loads(header)
    body = _aligned(start + size)
    arrays = {name: _array(data, body, *entry) for name, entry in described["arrays"].items()}
    return described["meta"], arrays


def _array(data: mmap.mmap, body: int, dtype: str, shape: list[int], offset: int) -> Array:
    """A view of one array; np.frombuffer raises ValueError where it would reach past the end of the file."""
    count = prod(shape)
    return np.frombuffer(data, _KINDS[dtype], count, body + offset).reshape(shape)


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
