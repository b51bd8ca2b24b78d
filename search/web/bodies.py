"""Bodies of requests, within bounds of size, time and memory: whoever sends them has not said yet who he is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from search.errors import BusyError, SlowError, TooLargeError

LARGEST = 25 * 1024 * 1024
"""Bytes of one; GitHub sends no more."""

LONGEST = 10.0
"""Seconds in which one must have come; GitHub and GitLab wait no longer for an answer."""

HELD = 4 * LARGEST
"""Bytes of all that a worker holds at a time. What has not come yet costs nothing."""


class Bodies:
    """Those of one worker."""

    def __init__(self) -> None:
        self._held = 0

    @asynccontextmanager
    async def read(self, request: Request) -> AsyncIterator[bytes]:
        """The body, which counts as held until the block ends. Raises TooLargeError, SlowError, BusyError."""
        body = bytearray()
        try:
            await self._read(request, body)
            yield bytes(body)
        finally:
            self._held -= len(body)

    async def _read(self, request: Request, body: bytearray) -> None:
        length = request.headers.get("content-length", "").lstrip("0")  # int() refuses thousands of digits
        if length.isdecimal() and (len(length) > 20 or int(length) > LARGEST):
            raise _too_large()
        try:
            async with asyncio.timeout(LONGEST):
                async for chunk in request.stream():
                    if len(body) + len(chunk) > LARGEST:
                        raise _too_large()
                    if self._held + len(chunk) > HELD:
                        raise BusyError("Too much is being delivered at once.", remedy="Deliver again in a minute.")
                    self._held += len(chunk)
                    body += chunk
        except (TimeoutError, ClientDisconnect) as error:
            raise SlowError(
                f"The body did not come whole within {LONGEST:g} seconds.", remedy="Deliver again."
            ) from error


def _too_large() -> TooLargeError:
    return TooLargeError(
        f"The body is larger than {LARGEST} bytes.", remedy="Send less; the body of a delivery is only a hint."
    )
