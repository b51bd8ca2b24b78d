"""The access log: one JSON object for each request, on standard output, written in batches.

A line holds nothing of the reader unless the settings ask for it: what people search for, and from where, is theirs.
"""

import asyncio
import functools
import json
import logging
import os
import select
import time
from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Scope

from search.config import ServeSettings

_log = logging.getLogger(__name__)

HELD = 0.25
"""Seconds that a line may wait for others."""

BATCH = 256
"""Lines that wait at most."""

LONGEST = 250
"""Characters of an address that are logged; twelve bytes each at worst, and a line shall go into a pipe at once."""


class Outcome(NamedTuple):
    """What an answer was made of, set by the code that answers as `scope[OUTCOME]`: the generation of the index,
    whether the answer was kept from an earlier request, and how many posts a search found (None: it was no search)."""

    generation: str
    cached: bool
    total: int | None = None


OUTCOME = "blogsearch.outcome"


class Exchange(NamedTuple):
    """One request and its answer. `at` is seconds since 1970 at its end, `route` a template as `/api/posts/{id}` (None:
    there is no such route), `status` 0 where the client went away first, `size` bytes of the body, `seconds` how long
    it took."""

    at: float
    request_id: str
    method: str
    route: str | None
    status: int
    size: int
    seconds: float
    outcome: Outcome | None
    scope: Scope


class AccessLog:
    """Lines for `write`, which gets whole ones only. `flush` writes what waits; to be called at the end."""

    def __init__(self, settings: ServeSettings, write: Callable[[bytes], None] | None = None) -> None:
        self._settings = settings
        self._write = write or to_stdout
        self._waiting: list[Exchange] = []

    def add(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        if len(self._waiting) >= BATCH:
            self.flush()
        elif len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(HELD, self.flush)

    def flush(self) -> None:
        if self._waiting:
            lines, self._waiting = self._waiting, []
            self._write(b"".join(map(self._line, lines)))

    def _line(self, exchange: Exchange) -> bytes:
        # Put together by hand: twice as fast as a JSON encoder, and what is not quoted here cannot hold a quote.
        second = int(exchange.at)
        generation, cached, _ = exchange.outcome or (None, None, None)
        line = (
            f'{{"time":"{_to_the_second(second)}.{int((exchange.at - second) * 1000):03}Z"'
            f',"request":"{exchange.request_id}","method":"{exchange.method}","route":{_quoted(exchange.route)}'
            f',"status":{exchange.status},"bytes":{exchange.size},"ms":{exchange.seconds * 1000:.3f}'
            f',"generation":{_quoted(generation)},"cached":{_quoted(cached)}'
        )
        if self._settings.log_address:
            line += f',"address":{json.dumps((exchange.scope.get("client") or [None])[0])}'
        if self._settings.log_query:
            line += f',"target":{json.dumps(_target(exchange.scope))}'
        return f"{line}}}\n".encode("ascii")


def _target(scope: Scope) -> str:
    """Path and query as they were asked for, as far as they are logged."""
    return f"{scope['path']}?{scope['query_string'].decode('latin-1')}"[:LONGEST]


_quoted = functools.lru_cache(maxsize=1000)(json.dumps)


@functools.lru_cache(maxsize=2)
def _to_the_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def to_stdout(lines: bytes) -> None:
    """Write whole lines to standard output, at most PIPE_BUF bytes at once: so much a pipe takes in one piece, and the
    lines of several workers never mix. A log that nobody reads any more is no reason to stop answering."""
    try:
        while lines:
            end = len(lines) if len(lines) <= select.PIPE_BUF else lines.rindex(b"\n", 0, select.PIPE_BUF) + 1
            os.write(1, lines[:end])
            lines = lines[end:]
    except OSError as error:
        _log.warning("the access log cannot be written: %s", error.strerror)
