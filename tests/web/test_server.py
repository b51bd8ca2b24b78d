"""The service in real processes: how it starts, ends, restarts a worker, and says what keeps it from starting."""

import gc
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from search.config import Settings
from search.web.server import application
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


DELIVERY = (
    b"POST /hooks/content HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\nexpect: 100-continue\r\n"
    b"x-hub-signature-256: sha256=" + b"0" * 64 + b"\r\n\r\n"
)


@pytest.mark.parametrize("workers", WORKERS)
def test_a_request_under_way_is_answered_before_it_ends(built: Settings, tmp_path: Path, workers: str) -> None:
    with serving(built.index, tmp_path, "--workers", workers, HOOK_SECRET="a secret of the hook") as service:
        with socket.create_connection(("127.0.0.1", service.port), timeout=60) as client:
            client.sendall(DELIVERY)
            assert client.recv(100).startswith(b"HTTP/1.1 100 ")  # the service waits for the body
            service.process.terminate()
            while accepts(service.port):
                time.sleep(0.02)
            client.sendall(b"12345")
            assert client.recv(100).startswith(b"HTTP/1.1 401 ")
        assert service.process.wait(timeout=60) == 0


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60):
            return True
    except ConnectionRefusedError:
        return False


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
    (tmp_path / "tmp").mkdir()
    with serving(built.index, tmp_path, "--workers", "2", TMPDIR=str(tmp_path / "tmp")) as service:
        workers = two_workers_of(service.process.pid)
        assert service.get("/healthz")[0] == 200
        service.process.kill()
        service.process.wait()
        while any(map(runs, workers)):
            time.sleep(0.02)
    with pytest.raises(OSError, match="refused"):
        service.get("/healthz")
    assert list((tmp_path / "tmp").iterdir()) == []


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


def test_metrics_are_those_of_all_workers_and_every_request_has_its_line(built: Settings, tmp_path: Path) -> None:
    with serving(built.index, tmp_path, "--workers", "2", SERVE_LOG_QUERY="true") as service:
        for number in range(40):
            assert service.get(f"/api/search?q={number}")[0] == 200
        counted = 'blogsearch_requests_total{method="GET",route="/api/search",status="200"} '
        shown = ""
        while f"{counted}40.0" not in shown:  # a request is counted when its answer has left
            shown = service.get("/metrics")[2].decode()
            assert float(shown.partition(counted)[2].split()[0]) <= 40
        assert service.end() == 0
        searches = [line["target"] for line in service.log() if line["route"] == "/api/search"]
        assert sorted(map(str, searches)) == sorted(f"/api/search?q={number}" for number in range(40))


@pytest.mark.parametrize(("workers", "folders"), [("1", []), ("2", ["blogsearch-metrics-"])])
def test_the_folder_of_the_counts_is_there_for_several_workers_and_goes_with_the_service(
    built: Settings, tmp_path: Path, workers: str, folders: list[str]
) -> None:
    (tmp_path / "tmp").mkdir()
    with serving(built.index, tmp_path, "--workers", workers, TMPDIR=str(tmp_path / "tmp")) as service:
        assert service.get("/metrics")[0] == 200
        assert [path.name[:19] for path in (tmp_path / "tmp").iterdir()] == folders
        assert service.end() == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_addresses_that_a_proxy_tells_are_believed_of_known_proxies_alone(built: Settings, tmp_path: Path) -> None:
    forwarded = {"x_forwarded_for": "192.0.2.7"}
    with serving(built.index, tmp_path, SERVE_LOG_ADDRESS="true") as service:
        assert service.get("/metrics")[0] == 200
        assert service.get("/metrics", **forwarded)[0] == 404
        service.end()
        assert [line["address"] for line in service.log()] == ["127.0.0.1", "192.0.2.7"]
    with serving(built.index, tmp_path, SERVE_PROXIES="192.0.2.1") as service:
        assert service.get("/metrics", **forwarded)[0] == 200


BREAK_WORKERS = """
import sys
if any("spawn_main" in word for word in sys.orig_argv):
    import search.web.app
    def fail(_): raise ValueError("no worker can start")
    search.web.app.create_app = fail
"""


def test_workers_that_cannot_start_are_not_started_over_and_over(built: Settings, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAK_WORKERS, encoding="utf-8")
    here = environment()
    done = subprocess.run(
        command(built.index, "--workers", "2"),
        env={**here, "PYTHONPATH": f"{tmp_path}:{here['PYTHONPATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 4
    assert "ValueError: no worker can start" in done.stderr
    assert done.stderr.endswith("Error: the service could not start.\nThe log above says why.\n")


def test_what_there_is_at_the_start_is_nothing_that_the_collector_looks_through(built: Settings) -> None:
    try:
        assert application(built).state.current.opened
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 1_000
    finally:
        gc.unfreeze()
