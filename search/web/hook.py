"""POST /hooks/content starts an index run, GET /hooks/runs/{id} tells what came of it. Without a secret both are 404.

A delivery is answered as soon as it is in the queue on disk (intake.py); the run itself is another process (runner.py).
Nothing is kept of a body but its digest.
"""

import os
import time

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from search import configvalues, render, runs
from search.config import HookSettings, Settings
from search.errors import NotFoundError, UnauthorizedError, UsageError
from search.runlog import Delivery
from search.web.addresses import root_of
from search.web.bodies import Bodies
from search.web.intake import Intake
from search.web.payload import branch_of
from search.web.signatures import Scheme, Verifier, scheme_of

_SHOWN = 200
"""Characters of a branch's name in an answer."""


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


class _Hook:
    def __init__(self, settings: Settings, verifier: Verifier) -> None:
        self._index = settings.index
        self._wanted = settings.hook.branch
        self._verifier = verifier
        self._bodies = Bodies()
        self._intake = Intake(settings)
        # One at a time, beside the event loop: a large body delays other deliveries alone.
        self._reader = CapacityLimiter(1)

    async def receive(self, request: Request) -> Response:
        scheme = scheme_of(request.headers)
        if not scheme.signs_body:
            self._verifier.verify(scheme, request.headers)
        async with self._bodies.read(request) as body:
            delivery, why_not = await to_thread.run_sync(
                self._understand, scheme, request.headers, body, limiter=self._reader
            )
        if delivery is None:
            return _json(why_not)
        run = await self._intake.put(delivery)
        location = f"{root_of(request.scope)}/hooks/runs/{run.id}"
        return _json(render.delivery("accepted", run.id, f"The run is {run.state}."), 202, {"location": location})

    def _understand(self, scheme: Scheme, headers: Headers, body: bytes) -> tuple[Delivery | None, render.Json]:
        """A delivery, or the answer to what is none. Raises UnauthorizedError where it is not what its signature
        says."""
        if scheme.signs_body:
            self._verifier.verify(scheme, headers, body)
        if headers.get("x-github-event") == "ping":
            return None, render.delivery("pong", None, "The hook is set up; a push will start an index run.")
        branch = branch_of(body) if self._wanted else None
        if branch not in (None, self._wanted):
            about = f"This is about {str(branch)[:_SHOWN]}; only {self._wanted} is indexed."
            return None, render.delivery("ignored", None, about)
        id_ = headers.get("webhook-id", "") if scheme is Scheme.STANDARD else ""
        return Delivery.of(body, id_, time.time()), {}

    async def show(self, request: Request) -> Response:
        if Scheme.BEARER not in request.headers:
            raise UnauthorizedError(
                "Nothing says who asks.", remedy="Send the secret of the hook as `Authorization: Bearer SECRET`."
            )
        self._verifier.verify(Scheme.BEARER, request.headers)
        log = await to_thread.run_sync(runs.read, self._index)
        run = log.find(request.path_params["id"])
        if run is None:
            raise NotFoundError("There is no such run.", remedy="The last hundred runs are kept.")
        return _json(render.run(run, for_owner=False))


def _json(answer: render.Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    never_kept = {"cache-control": "no-store", **(headers or {})}
    return Response(render.to_json(answer), status, never_kept, media_type="application/json")
