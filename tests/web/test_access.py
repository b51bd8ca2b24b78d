"""The access log: whole JSON lines, nothing of the reader unless it is asked for, nothing lost at the end."""

import asyncio
import json
import os
import select
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from search.config import ServeSettings
from search.web import access
from search.web.access import AccessLog, Exchange, Outcome

SCOPE: Scope = {"client": ("192.0.2.7", 5000), "path": "/api/search", "query_string": b"q=knee%20pain"}
EXCHANGE = Exchange(
    1_700_000_000.25, "id-1", "GET", "/api/search", 200, 4_321, 0.0012345, Outcome("gen-1", cached=True, total=3), SCOPE
)


def logged(exchanges: Sequence[Exchange], settings: ServeSettings) -> bytes:
    written: list[bytes] = []

    async def log() -> None:
        log = AccessLog(settings, written.append)
        for exchange in exchanges:
            log.add(exchange)
        log.flush()

    asyncio.run(log())
    return b"".join(written)


def test_a_line_says_what_was_asked_and_answered_and_nothing_of_the_reader() -> None:
    assert json.loads(logged([EXCHANGE], ServeSettings())) == {
        "time": "2023-11-14T22:13:20.250Z",
        "request": "id-1",
        "method": "GET",
        "route": "/api/search",
        "status": 200,
        "bytes": 4321,
        "ms": 1.234,
        "generation": "gen-1",
        "cached": True,
    }


def test_the_reader_s_address_and_words_are_logged_where_the_settings_say_so() -> None:
    line = json.loads(logged([EXCHANGE], ServeSettings(log_address=True, log_query=True)))
    assert line["address"] == "192.0.2.7"
    assert line["target"] == "/api/search?q=knee%20pain"
    socket = {**SCOPE, "client": None}
    assert json.loads(logged([EXCHANGE._replace(scope=socket)], ServeSettings(log_address=True)))["address"] is None


@given(path=st.text(), query=st.binary())
def test_whatever_is_asked_for_makes_one_line_of_bounded_length(path: str, query: bytes) -> None:
    scope = {**SCOPE, "path": "/" + path, "query_string": query}
    line = logged([EXCHANGE._replace(scope=scope, route=None, outcome=None)], ServeSettings(log_query=True))
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert json.loads(line)["target"] == f"/{path}?{query.decode('latin-1')}"[: access.LONGEST]


def test_the_longest_line_goes_into_a_pipe_in_one_piece() -> None:
    longest = EXCHANGE._replace(scope={**SCOPE, "path": "\U0010ffff" * 9_999}, request_id="x" * 128)
    settings = ServeSettings(log_query=True, log_address=True)
    assert len(logged([longest], settings)) <= select.PIPE_BUF


def test_lines_are_written_in_batches() -> None:
    written: list[bytes] = []

    async def log() -> None:
        log = AccessLog(ServeSettings(), written.append)
        for _ in range(access.BATCH + 1):
            log.add(EXCHANGE)
        assert [lines.count(b"\n") for lines in written] == [access.BATCH]
        while len(written) < 2:  # the last line waits for others, not for ever
            await asyncio.sleep(0.01)

    asyncio.run(log())
    assert [lines.count(b"\n") for lines in written] == [access.BATCH, 1]


def test_pipes_get_whole_lines_in_pieces_that_they_take_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []

    def write(_: int, data: bytes) -> int:
        pieces.append(data)
        return len(data)

    monkeypatch.setattr(os, "write", write)
    lines = b"".join(b"%d " % number * (number % 300) + b"\n" for number in range(1000))
    access.to_stdout(lines)
    assert b"".join(pieces) == lines
    assert all(piece.endswith(b"\n") and len(piece) <= select.PIPE_BUF for piece in pieces)


def test_a_log_that_nobody_reads_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(os, "write", fail)
    access.to_stdout(b"{}\n")
    assert "the access log cannot be written: Broken pipe" in caplog.text
