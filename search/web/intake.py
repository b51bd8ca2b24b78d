"""The way of a delivery into the queue on disk, and of a queue that has nobody to work it off to a process."""

import asyncio
import logging
from collections.abc import Sequence

from anyio import to_thread

from search import runner, runs
from search.config import Settings
from search.runlog import Delivery, Run

_log = logging.getLogger(__name__)


class Intake:
    """Of one worker. What comes while the disk is waited for goes into the queue together, in the next step: thirty
    deliveries at once wait for the disk twice, not thirty times."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: list[tuple[Delivery, asyncio.Future[Run]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, delivery: Delivery) -> Run:
        """The run that the delivery leads to, once it is on disk. Raises StorageError."""
        done: asyncio.Future[Run] = asyncio.get_running_loop().create_future()
        self._waiting.append((delivery, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                led_to = await to_thread.run_sync(self._deliver, [delivery for delivery, _ in batch])
            except Exception as error:  # each of them is told, whatever it was
                for _, done in batch:
                    if not done.cancelled():
                        done.set_exception(error)
            else:
                for (_, done), run in zip(batch, led_to, strict=True):
                    if not done.cancelled():
                        done.set_result(run)

    def _deliver(self, deliveries: Sequence[Delivery]) -> Sequence[Run]:
        led_to, turn = runs.deliver(self._settings.index, deliveries)
        _start(self._settings, turn)
        return led_to


async def resume(settings: Settings) -> None:
    """Goes on with what an earlier service left in the queue. Nothing of it keeps the service from starting."""
    await to_thread.run_sync(_resume, settings)


def _resume(settings: Settings) -> None:
    try:
        _start(settings, runs.take_turn(settings.index))
    except Exception:
        _log.exception("the queue of the hook cannot be read")


def _start(settings: Settings, turn: int | None) -> None:
    if turn is None:
        return
    try:
        runner.start(settings, turn)
    except OSError as error:  # the run stays in the queue: the next delivery or start of the service takes it up
        _log.error("no process for a run of the hook: %s", error)
