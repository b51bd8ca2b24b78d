"""`blogsearch serve`: the application under uvicorn, in one process or several, until a signal ends it.

Each worker makes its own application and opens the index for itself; the files are mapped, so their memory is shared.
"""

import gc
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from socket import socket
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from search.config import Settings
from search.errors import ServeError
from search.web import hook, logs
from search.web.listening import BACKLOG, listen
from search.web.protocol import PatientProtocol

if TYPE_CHECKING:
    from starlette.applications import Starlette

IDLE = 5
"""Seconds that a connection may wait for its next request: people type on, and proxies keep theirs busy."""

STOP = 8
"""Seconds that requests under way have to finish when the service is told to end: container engines kill after ten."""

CONNECTIONS = 4_000
"""Connections of one worker; whoever comes then is told 503. A waiting one costs 7 kB, so 30 MB in all."""

STALLED = 10
"""Seconds without a sign of life after which a worker is replaced: a loaded machine may take some to start one."""

_log = logging.getLogger(__name__)

_FAILED = ServeError("the service could not start", remedy="The log above says why.")


def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Answer over HTTP until SIGTERM, which ends the process with exit code 0 once the requests under way are answered,
    or SIGINT, which raises KeyboardInterrupt then. `tell` gets a line for people when connections are accepted.

    Raises ServeError or UsageError where the address cannot be had, UsageError where the secret of the hook cannot.
    """
    signal.signal(signal.SIGTERM, _end)
    at = settings.serve
    hook.routes(settings)  # here, not in each worker, people are told what is wrong with the secret
    sockets = listen(at.host, at.port)
    _allow_files(CONNECTIONS + 500)
    config = uvicorn.Config(
        partial(application, settings),
        factory=True,
        workers=at.workers,
        loop="uvloop",
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=logs.CONFIG,
        access_log=False,
        server_header=False,
        proxy_headers=bool(at.proxies),
        forwarded_allow_ips=list(at.proxies),
        root_path=at.root_path,
        backlog=BACKLOG,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=STOP,
        timeout_worker_healthcheck=STALLED,
    )
    host = f"[{at.host}]" if ":" in at.host else at.host
    tell(f"Serving http://{host}:{sockets[0].getsockname()[1]}/. Ctrl-C ends it.")
    if at.workers == 1:
        _serve_here(config, sockets)
        return
    with TemporaryDirectory(prefix="blogsearch-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # read when prometheus_client is imported, in a worker
        _serve_in_workers(config, sockets)


def application(settings: Settings) -> "Starlette":
    """The application of one worker, which ends with the process that started it, however that ended. A worker that
    cannot have it says so by its exit code: one in its place could not either."""
    from search.web.app import create_app

    parent = multiprocessing.parent_process()
    if parent is None:
        return _ready(create_app(settings))

    def follow() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)  # a parent that was killed left it

    threading.Thread(target=follow, daemon=True).start()
    try:
        return _ready(create_app(settings))
    except Exception:
        _log.exception("this worker cannot start")
        sys.exit(STARTUP_FAILURE)


def _ready(app: "Starlette") -> "Starlette":
    """`app`, with all that was made up to now left out of what the collector of cyclic garbage looks through: these
    eighty thousand objects stay, and to look through them would hold up a request for tens of milliseconds."""
    gc.collect()
    gc.freeze()
    return app


def _serve_here(config: uvicorn.Config, sockets: list[socket]) -> None:
    try:
        uvicorn.Server(config).run(sockets)  # raises the signal that ended it once more, for the handlers set before
    except SystemExit as ended:
        if ended.code == STARTUP_FAILURE:
            raise _FAILED from ended
        raise


class _Workers(Multiprocess):
    """uvicorn's supervisor, which remembers what ended it, and lets no connection wait that no worker will take."""

    interrupted = False

    def handle_int(self) -> None:
        self.interrupted = True
        super().handle_int()

    def terminate_all(self) -> None:
        for listening in self.sockets:
            listening.close()
        super().terminate_all()


def _serve_in_workers(config: uvicorn.Config, sockets: list[socket]) -> None:
    workers = _Workers(config, sockets)
    workers.run()
    if workers.interrupted:
        raise KeyboardInterrupt
    if any(process.exitcode == STARTUP_FAILURE for process in workers.processes):
        raise _FAILED


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _allow_files(wanted: int) -> None:
    """Let this process and its workers open `wanted` files, as far as the system lets them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
