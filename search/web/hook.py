"""POST /hooks/content starts an index run, GET /hooks/runs/{id} tells what came of it. Without a secret both are 404.

A delivery is answered as soon as it is in the queue on disk (runs.py); the run itself is another process (runner.py).
Nothing is kept of a body but its digest. What nobody has signed costs a bounded time and a bounded part of the memory.
"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import configvalues, render, runner, runs
from search.config import HookSettings, Settings
from search.errors import (
    BusyError,
    NotFoundError,
    SlowError,
    TooLargeError,
    UnauthorizedError,
    UsageError,
)
from search.runlog import Delivery
from search.web.payload import branch_of
from search.web.signatures import Scheme, Verifier, scheme_of

LARGEST_BODY = 25 * 1024 * 1024
"""Bytes; GitHub sends no more."""

_LONGEST_BODY = 10.0
"""Seconds in which a body must have come; GitHub and GitLab wait no longer for an answer."""

_HELD = 4 * LARGEST_BODY
"""Bytes of bodies that a worker holds at a time."""

_SHOWN = 200
"""Characters of a branch's name in an answer."""

_log = logging.getLogger(__name__)


def routes(settings: Settings) -> list[BaseRoute]:
    """None where no secret is configured. Raises UsageError where the secrets cannot be read or used."""
    secrets = secrets_of(settings.hook)
    if not secrets:
        return []
    hook = _Hook(settings, Verifier(secrets))
    return [
        Route("/hooks/content", hook.receive, methods=["POST"]),
        Route("/hooks/runs/{id}", hook.show, methods=["GET"]),
    ]


def secrets_of(hook: HookSettings) -> tuple[str, ...]:
    """The secrets in force; those of the environment stand for those of the file. Raises UsageError."""
    path = hook.secret_file
    if hook.secret or path is None:
        return hook.secret
    try:
        found = configvalues.lines(os.fsdecode(path.read_bytes()))
    except OSError as error:
        raise UsageError(
            f"hook.secret_file: {path} cannot be read: {error.strerror}.",
            remedy="Make it readable for the user who runs the service, and for nobody else.",
        ) from error
    if not found:
        raise UsageError(f"hook.secret_file: {path} is empty.", remedy="Put the secret of the hook into it.")
    return found


async def resume(settings: Settings) -> None:
    """Goes on with what an earlier service left in the queue. Nothing of it keeps the service from starting."""
    if secrets_of(settings.hook):
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


class _Hook:
    def __init__(self, settings: Settings, verifier: Verifier) -> None:
        self._settings = settings
        self._verifier = verifier
        self._held = 0
        # One at a time, beside the event loop: what is large or slow about a delivery delays other deliveries alone.
        self._thread = CapacityLimiter(1)

    async def receive(self, request: Request) -> Response:
        scheme = scheme_of(request.headers)
        if not scheme.signs_body:
            self._verifier.verify(scheme, request.headers)
        async with self._body(request) as body:
            status, answer = await to_thread.run_sync(self._accept, scheme, request.headers, body, limiter=self._thread)
        run = answer["run"]
        headers = {"location": f"{request.scope.get('root_path', '')}/hooks/runs/{run}"} if run else {}
        return _json(answer, status, headers)

    async def show(self, request: Request) -> Response:
        if Scheme.BEARER not in request.headers:
            raise UnauthorizedError(
                "Nothing says who asks.", remedy="Send the secret of the hook as `Authorization: Bearer SECRET`."
            )
        self._verifier.verify(Scheme.BEARER, request.headers)
        log = await to_thread.run_sync(runs.read, self._settings.index, limiter=self._thread)
        run = log.find(request.path_params["id"])
        if run is None:
            raise NotFoundError("There is no such run.", remedy="The last hundred runs are kept.")
        return _json(render.run(run, for_owner=False))

    @asynccontextmanager
    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        """The body, within its bounds of size, time and memory; it counts as held until the block ends."""
        body = bytearray()
        try:
            await self._read(request, body)
            yield bytes(body)
        finally:
            self._held -= len(body)

    async def _read(self, request: Request, body: bytearray) -> None:
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LARGEST_BODY:
            raise _too_large()
        try:
            async with asyncio.timeout(_LONGEST_BODY):
                async for chunk in request.stream():
                    if len(body) + len(chunk) > LARGEST_BODY:
                        raise _too_large()
                    if self._held + len(chunk) > _HELD:
                        raise BusyError("Too much is being delivered at once.", remedy="Deliver again in a minute.")
                    self._held += len(chunk)
                    body += chunk
        except (TimeoutError, ClientDisconnect) as error:
            raise SlowError(
                f"The body did not come whole within {_LONGEST_BODY:g} seconds.", remedy="Deliver again."
            ) from error

    def _accept(self, scheme: Scheme, headers: Headers, body: bytes) -> tuple[int, render.Json]:
        """Status and answer for a delivery; raises UnauthorizedError where it is not what its signature says."""
        if scheme.signs_body:
            self._verifier.verify(scheme, headers, body)
        if headers.get("x-github-event") == "ping":
            return 200, render.delivery("pong", None, "The hook is set up; a push will start an index run.")
        branch, wanted = branch_of(body), self._settings.hook.branch
        if wanted and branch not in (wanted, None):
            return 200, render.delivery(
                "ignored", None, f"This is about {str(branch)[:_SHOWN]}; only {wanted} is indexed."
            )
        id_ = headers.get("webhook-id", "") if scheme is Scheme.STANDARD else ""
        run, turn = runs.deliver(self._settings.index, Delivery.of(body, id_, time.time()))
        _start(self._settings, turn)
        return 202, render.delivery("accepted", run.id, f"The run is {run.state}.")


def _too_large() -> TooLargeError:
    return TooLargeError(
        f"The body is larger than {LARGEST_BODY} bytes.", remedy="Send less; the body of a delivery is only a hint."
    )


def _json(answer: render.Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    never_kept = {"cache-control": "no-store", **(headers or {})}
    return Response(render.to_json(answer), status, never_kept, media_type="application/json")
