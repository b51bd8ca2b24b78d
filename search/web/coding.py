"""Content codings (RFC 9110, sections 8.4 and 12.5.3): which one a client takes, and bytes in it."""

import re
import zlib
from functools import lru_cache

import brotli

PLAIN = ""
"""The bytes as they are (identity)."""

LEAST = 1_000
"""Bytes from which coding pays: less goes into one packet anyway."""

_BROTLI_QUALITY, _GZIP_LEVEL = 1, 1
"""The quickest: an answer of 11.6 kB becomes 3.9 kB in 0.05 ms with brotli, where its next best, 3.4 kB, takes 0.1."""

_BROTLI_WINDOW = 16
"""64 kB, more than most answers have: what there is by default, 4 MB, costs a fifth more time and saves nothing."""

_PART = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


@lru_cache(maxsize=200)
def chosen(accepted: bytes) -> str:
    """What an Accept-Encoding header asks for most: `br`, `gzip` or PLAIN; of equals the first. What cannot be read of
    it is passed over, and PLAIN is always right: nobody is refused for a header."""
    weights = {}
    for part in accepted[:1000].decode("latin-1").lower().split(","):
        if match := _PART.fullmatch(part):
            weights[match[1]] = float(match[2] or 1)
    any_other = weights.get("*", 0.0)
    best = max(("br", "gzip"), key=lambda coding: weights.get(coding, any_other))
    weight = weights.get(best, any_other)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else PLAIN


def coded(body: bytes, coding: str) -> bytes:
    """`body` in a coding that `chosen` gave."""
    match coding:
        case "br":
            packed: bytes = brotli.compress(body, quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW)
            return packed
        case "gzip":
            return zlib.compress(body, _GZIP_LEVEL, wbits=31)  # 31: with gzip's header
    return body
