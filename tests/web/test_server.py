"""The service in real processes: how it starts, ends, restarts a worker, and says what keeps it from starting."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from search.config import Settings
from tests.web.serving import command, environment, serving

WORKERS = [pytest.param("1", id="one-process"), pytest.param("2", id="two-workers")]


def workers_of(process: int) -> set[int]:
    """Its worker processes: the children that Python spawned, but for multiprocessing's resource tracker."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return {int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def runs(process: int) -> bool:
    """It is there, and no zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def two_workers_of(process: int) -> set[int]:
    """As soon as there are two."""
    while len(found := workers_of(process)) < 2:
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_serves_until_it_is_told_to_end(
    built: Settings, tmp_path: Path, workers: str, ending: signal.Signals, code: int
) -> None:
    with serving(built.index, tmp_path, "--workers", workers) as service:
        assert service.get("/api/search?q=knee")[0] == 200
        assert service.end(ending) == code
        assert "Traceback" not in service.err.read_text(encoding="utf-8")


@pytest.mark.parametrize("workers", WORKERS)
def test_a_request_under_way_is_answered_before_it_ends(built: Settings, tmp_path: Path, workers: str) -> None:
    with serving(built.index, tmp_path, "--workers", workers) as service:
        service.get("/healthz")
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            body = b"POST /api/search HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n12"
            client.sendall(body)
            time.sleep(0.3)  # until a worker has read the head: it then owes an answer
            service.process.terminate()
            time.sleep(0.3)
            client.sendall(b"345")
            assert client.recv(100).startswith(b"HTTP/1.1 405 ")
        assert service.process.wait(timeout=60) == 0


def test_a_worker_that_dies_is_replaced_and_the_others_answer(built: Settings, tmp_path: Path) -> None:
    with serving(built.index, tmp_path, "--workers", "2") as service:
        first, second = two_workers_of(service.process.pid)
        assert service.get("/healthz")[0] == 200
        os.kill(first, signal.SIGKILL)
        while first in (now := two_workers_of(service.process.pid)) and runs(first):
            time.sleep(0.02)
        assert service.get("/healthz")[0] == 200
        assert second in now


def test_workers_end_with_the_process_that_started_them(built: Settings, tmp_path: Path) -> None:
    with serving(built.index, tmp_path, "--workers", "2") as service:
        workers = two_workers_of(service.process.pid)
        assert service.get("/healthz")[0] == 200
        service.process.kill()
        service.process.wait()
        while any(map(runs, workers)):
            time.sleep(0.02)
    with pytest.raises(OSError, match="refused"):
        service.get("/healthz")


@pytest.mark.parametrize("workers", WORKERS)
def test_a_port_in_use_is_told_with_what_to_do(built: Settings, tmp_path: Path, workers: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*command(built.index, "--workers", workers), "--port", str(port)],
            env=environment(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 4
    assert done.stderr == (
        f"Error: port {port} of 127.0.0.1 is in use.\n"
        "Stop the program that has it, or take another with --port; 0 is any free one.\n"
    )


def test_below_a_path_of_a_proxy_the_same_routes_answer(built: Settings, tmp_path: Path) -> None:
    with serving(built.index, tmp_path, "--root-path", "/find") as service:
        assert service.get("/api/search?q=knee")[0] == 200
