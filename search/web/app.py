"""The HTTP service, put together: addresses from the modules that know them, and what every request passes on its way.

    current.py      which state of the index answers
    answers.py      answers as they leave
    endpoints.py    /api
    hook.py         /hooks
    operations.py   /healthz
    discovery.py    /opensearch.xml /suggestions /feed.atom
    docs.py         /openapi.json /docs
    problems.py     errors to answers

Endpoints are coroutines that ask the reader directly: a search takes less time than handing it to a thread.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from search.config import Settings
from search.web import discovery, docs, endpoints, hook, operations, problems
from search.web.current import Current


def create_app(settings: Settings) -> Starlette:
    """The application over the index folder of `settings`, which need not be built yet: until then it answers 503.

    Raises UsageError where the secret of the hook cannot be had. `app.state` holds `settings` and `current`.
    """
    current = Current(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await hook.resume(settings)
        watching = asyncio.create_task(current.watch())
        yield
        watching.cancel()

    routes: list[BaseRoute] = [
        *endpoints.routes(),
        *hook.routes(settings),
        *operations.routes(),
        *discovery.routes(),
        *docs.routes(),
    ]
    middleware = [
        Middleware(problems.Guard),
    ]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=problems.HANDLERS, lifespan=lifespan)
    app.router.redirect_slashes = False  # an address has one spelling; a redirect would name the host that was claimed
    app.state.settings = settings
    app.state.current = current
    return app
