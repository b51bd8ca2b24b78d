"""HTTP over one connection, with an end to patience: uvicorn itself waits for ever, and for headers of any length.

A connection that keeps a server waiting costs little; thousands of them cost everyone. So a request must arrive within
PATIENCE seconds and its answer be taken within as many, and the line and headers before the body are bounded. What is
no request that may be read on is told so, and its connection ends.
"""

import asyncio
from collections import deque
from http import HTTPStatus
from itertools import chain

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from search.web.problems import MAX_ADDRESS, REMEDIES, problem

PATIENCE = 20.0
"""Seconds that a request may take to arrive whole, and its answer to be taken."""

HEAD = 32_768
"""Bytes of the request line and headers: four times the longest address and the cookies of a whole site. And of what
may come behind a body, where nobody looks."""

AHEAD = 100
"""Requests that may wait for the answers before theirs. Browsers and proxies send none ahead; each holds 2 kB, and one
read from a socket could bring five thousand."""


def _refusal(status: int, detail: str, remedy: str) -> bytes:
    """An answer that no application made, as it goes over the connection, which ends with it."""
    told = problem(status, detail, remedy, {"connection": "close"})
    lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
    lines += [b"%s: %s" % header for header in told.raw_headers]
    return b"\r\n".join([*lines, b"", told.body])


_LONG_ADDRESS = _refusal(414, f"The address is longer than {MAX_ADDRESS} bytes.", REMEDIES[414])
_TOO_LONG = _refusal(431, f"Request line and headers are longer than {HEAD} bytes.", "Send fewer headers.")
_NO_HTTP = _refusal(
    400, "This cannot be read as a request of HTTP/1.1.", "In an address, percent-encode what is not ASCII."
)


class _Joined(asyncio.Transport):
    """A transport as an answer writes to it: what is written waits for what follows, so that head and body, which
    uvicorn writes one after the other, cost the system one call and the other side one packet."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._waiting = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._waiting:
            self._transport.write(self._waiting + data)  # uvloop takes one piece faster than two
            self._waiting = b""
        else:
            self._waiting = bytes(data)

    def flush(self) -> None:
        if self._waiting:
            self._transport.write(self._waiting)
            self._waiting = b""

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()


class PatientProtocol(HttpToolsProtocol):
    """One connection. `_since` is when what it is waited for now began (a request, or its answer being taken), None
    between requests, where uvicorn's own keep-alive timeout counts. `_beside` is how many bytes came since a request or
    the last piece of its body began, None between requests."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._joined = _Joined(transport)
        self.url = b""  # uvicorn has none before the first request
        self._since: float | None = self.loop.time()
        self._beside: int | None = 0
        self._watch = self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._beside is not None:
            self._beside += len(data)
        super().data_received(data)
        if self._beside is not None and self._beside > HEAD:  # a head without end, or trailers without end
            self._end(self._too_long())

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= AHEAD:
            raise BufferError("too many requests ahead of their answers")  # ends the parsing: 400, and the connection
        super().on_message_begin()
        self._since, self._beside = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        if self._size_of_head() > HEAD:  # a read brings up to 256 kB, and so perhaps all of it at once
            self._end(self._too_long())
            raise BufferError("a head that is too long")  # ends the parsing
        if self.parser.should_upgrade() and any(map(_tells_of_a_body, self.headers)):
            # The parser leaves a body unread for the protocol that was offered. As we speak no other, it would come to
            # be read as the next request, which a proxy in front did not see.
            raise ValueError("a body behind an offer of another protocol")
        self._beside = 0
        super().on_headers_complete()
        self.headers = deque(maxlen=0)  # type: ignore[assignment]  # trailers go nowhere, and are never taken for headers
        if not self.expect_100_continue:  # that must not wait
            self.cycle.transport = self._joined

    def on_body(self, body: bytes) -> None:
        self._beside = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._since, self._beside = self.loop.time(), None
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._joined.flush()  # a head without a body
        super().on_response_complete()
        # Else another answer follows, or the rest of a body that was refused, or the next request began to come.
        idle = self.cycle.response_complete and self._beside is None
        self._since = None if idle else self.loop.time()

    def send_400_response(self, msg: str) -> None:  # its one message says less
        self._end(_NO_HTTP)

    def _end(self, told: bytes) -> None:
        """Answer so and close, unless that was done."""
        if not self.transport.is_closing():
            self.transport.write(told)
            self.transport.close()

    def _too_long(self) -> bytes:
        return _LONG_ADDRESS if len(self.url) > MAX_ADDRESS else _TOO_LONG

    def _size_of_head(self) -> int:
        """Bytes of address and headers, with what stands between them."""
        return len(self.url) + sum(map(len, chain.from_iterable(self.headers))) + 4 * len(self.headers)

    def _unsupported_upgrade_warning(self) -> None:
        """Some clients offer HTTP/2 or WebSocket whomever they ask. They get their answer, and nobody need be told."""

    def _look(self) -> None:
        """End the connection if it kept us waiting too long; else look again when that could be. One timer for all of
        its requests costs them nothing."""
        waited = 0.0 if self._since is None else self.loop.time() - self._since
        if waited >= PATIENCE or self.transport.is_closing():
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(PATIENCE - waited, self._look)


def _tells_of_a_body(header: tuple[bytes, bytes]) -> bool:
    name, value = header
    return name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0") != b"")
