"""Which coding a client gets, by RFC 9110's rules for Accept-Encoding, and that it is what the client can read."""

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.coding import PLAIN, chosen, coded


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", PLAIN),  # no header: some clients cannot read anything else
        (b"gzip, deflate, br, zstd", "br"),  # a browser
        (b"gzip", "gzip"),
        (b"br;q=0.5, gzip;q=0.8", "gzip"),
        (b"br;q=0.5,gzip;q=0.5", "br"),
        (b"br;q=0, gzip;q=0", PLAIN),
        (b"*", "br"),
        (b"*, br;q=0", "gzip"),
        (b"*;q=0", PLAIN),
        (b"identity", PLAIN),
        (b"identity, gzip;q=0.5", PLAIN),  # asks for the plain bytes more
        (b"GZip ; Q=1.000", "gzip"),
        (b"deflate, zstd", PLAIN),
        (b"gzip;q=2, br;q=x", PLAIN),  # no weights at all
        (b"\xff\x00;;,,=", PLAIN),
    ],
)
def test_the_coding_that_is_asked_for_most_is_chosen(accepted: bytes, coding: str) -> None:
    assert chosen(accepted) == coding


@given(st.binary(max_size=60))
def test_any_header_leads_to_a_coding(accepted: bytes) -> None:
    assert chosen(accepted) in ("br", "gzip", PLAIN)


@given(st.binary(max_size=5000))
def test_what_is_coded_can_be_read_again(body: bytes) -> None:
    assert brotli.decompress(coded(body, "br")) == gzip.decompress(coded(body, "gzip")) == coded(body, PLAIN) == body
