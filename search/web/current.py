"""Which state of the index the service answers from: the newest that could be opened.

A publication is noticed by a look at one file, opened aside in a thread, and switched to between two requests: an
endpoint takes the reader once and finishes on it. Nobody else holds a reader for long, so an old state is let go of as
soon as the last request that began on it has ended.
"""

import asyncio
import logging
import time
from collections.abc import Hashable

from search import service
from search.config import Settings
from search.errors import IndexMissingError, IndexUnavailableError
from search.models import SearchRequest
from search.service import Reader
from search.web.kept import Shelf, shelf_for

LOOK = 0.4
"""Seconds between two looks for a publication."""

EFFORT = 20
"""What could not be opened is tried again after that many times as long as the attempt took: it may cost a minute to
find out, and shall not cost the service more than a twentieth of a processor."""

_log = logging.getLogger(__name__)


class Current:
    """The reader that answers now, and what makes it stay current (`watch`)."""

    def __init__(self, settings: Settings) -> None:
        """Opens what is published; where that cannot be done, `reader` says why until it can."""
        self._settings = settings
        self.opened: Reader | None = None
        """What answers; None where no state could be opened yet."""
        self.shelf = Shelf(0)
        """What it answered. Taken together with `opened`, without waiting in between."""
        self._error: IndexUnavailableError | None = None
        self._tried: Hashable = None
        self._again = 0.0
        self._take(self._open())

    @property
    def reader(self) -> Reader:
        """What to answer from. Raises IndexUnavailableError where no state could be opened yet."""
        if self.opened is None:
            raise self._error or IndexMissingError("no index was opened yet")
        return self.opened

    async def watch(self) -> None:
        """Takes up each new publication within a second, until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            if self._is_due():
                self._take(await asyncio.to_thread(self._open))

    def _is_due(self) -> bool:
        if service.publication(self._settings) != self._tried:
            return True
        return self._error is not None and time.monotonic() >= self._again

    def _open(self) -> Reader | IndexUnavailableError:
        """The newest state, once it has answered a question: what that needs is in memory then. Touches nothing that
        requests use."""
        began = time.monotonic()
        self._tried = service.publication(self._settings)
        try:
            reader = service.open_reader(self._settings)
            reader.search(SearchRequest(""))
        except Exception as error:  # whatever it is, the state before goes on answering, and later ones are looked for
            self._again = time.monotonic() + EFFORT * (time.monotonic() - began)
            if isinstance(error, IndexUnavailableError):
                return error
            unavailable = IndexUnavailableError(f"{type(error).__name__}: {error}")
            unavailable.__cause__ = error
            return unavailable
        return reader

    def _take(self, opened: Reader | IndexUnavailableError) -> None:
        if isinstance(opened, IndexUnavailableError):
            if str(opened) != str(self._error):
                now = "answering from the state before" if self.opened else "not answering"
                # With its cause: what looks like damage may be a mistake of ours.
                _log.error("%s; %s", opened, now, exc_info=opened.__cause__)
            self._error = opened
            return
        _log.info("answering from %s", opened.generation)
        self.opened, self._error = opened, None
        self.shelf = shelf_for(self._settings, opened.generation)
