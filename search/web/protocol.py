"""HTTP over one connection, with an end to patience: uvicorn itself waits for ever, and for headers of any length.

A connection that keeps a server waiting costs little; thousands of them cost everyone. So a request must arrive within
PATIENCE seconds and its answer be taken within as many, and the line and headers before the body are bounded.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 20.0
"""Seconds that a request may take to arrive whole, and its answer to be taken."""

HEAD = 32_768
"""Bytes of the request line and headers: four times the longest address and the cookies of a whole site."""

AHEAD = 100
"""Requests that may wait for the answers before theirs. Browsers and proxies send none ahead; each holds 2 kB, and one
read from a socket could bring five thousand."""

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class PatientProtocol(HttpToolsProtocol):
    """One connection. `_since` is when what it is waited for now began (a request, or its answer being taken), None
    between requests, where uvicorn's own keep-alive timeout counts."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since: float | None = self.loop.time()
        self._head: int | None = 0
        self._watch = self.loop.call_later(PATIENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > HEAD and not self.transport.is_closing():
            self.transport.write(_TOO_LONG)
            self.transport.close()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= AHEAD:
            raise BufferError("too many requests ahead of their answers")  # ends the parsing: 400, and the connection
        super().on_message_begin()
        self._since, self._head = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._since = self.loop.time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # Else another answer follows, or the rest of a body that was refused, or the next request began to come.
        idle = self.cycle.response_complete and not self.cycle.more_body and self._head is None
        self._since = None if idle else self.loop.time()

    def _look(self) -> None:
        """End the connection if it kept us waiting too long; else look again when that could be. One timer for all of
        its requests costs them nothing."""
        waited = 0.0 if self._since is None else self.loop.time() - self._since
        if waited >= PATIENCE or self.transport.is_closing():
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(PATIENCE - waited, self._look)
