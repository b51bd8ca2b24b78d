"""The HTTP service, put together: addresses from the modules that know them, and what every request passes on its way.

    current.py      which state of the index answers
    answers.py      answers as they leave; kept.py what is kept of them, coding.py brotli and gzip
    endpoints.py    /api
    hook.py         /hooks
    operations.py   /healthz /readyz /metrics
    discovery.py    /opensearch.xml /suggestions /feed.atom
    docs.py         /openapi.json /docs
    page.py         /
    files.py        /static; fixed.py what the index has no part in
    edge.py         what every request passes on its way in and out
    problems.py     errors to answers; errorpage.py to pages for who prefers HTML

Endpoints are coroutines that ask the reader directly: a search takes less time than handing it to a thread.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from search.config import Settings
from search.web import discovery, docs, endpoints, files, hook, intake, operations, page, problems
from search.web.access import AccessLog
from search.web.answers import Repeats
from search.web.current import Current
from search.web.edge import Edge
from search.web.metrics import RequestCounts


def create_app(settings: Settings) -> Starlette:
    """The application over the index folder of `settings`, which need not be built yet: until then it answers 503.

    Raises UsageError where the secret of the hook cannot be had. `app.state` holds `settings`, `current` and `counts`.
    """
    current = Current(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if hook.secrets_of(settings.hook):
            await intake.resume(settings)
        watching = asyncio.create_task(current.watch())
        yield
        watching.cancel()

    routes: list[BaseRoute] = [
        *endpoints.routes(),
        *hook.routes(settings),
        *operations.routes(settings),
        *discovery.routes(),
        *docs.routes(),
        *page.routes(),
        *files.routes(),
    ]
    counts = RequestCounts()
    log = AccessLog(settings.serve) if settings.serve.log_access else None
    middleware = [
        Middleware(Edge, settings.serve, log, counts),
        Middleware(Repeats, current),
        Middleware(problems.Guard),
    ]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=problems.HANDLERS, lifespan=lifespan)
    app.router.redirect_slashes = False  # an address has one spelling; a redirect would name the host that was claimed
    app.state.settings = settings
    app.state.current = current
    app.state.counts = counts
    return app
