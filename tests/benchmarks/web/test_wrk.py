"""What wrk says is read right, and a failed request spoils a measurement instead of making it faster."""

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.benchmarks.peers.base import UnavailableError
from tests.benchmarks.web.__main__ import report
from tests.benchmarks.web.wrk import Load, Server, ask, loaded, middle

DONE = '{"answers": %d, "failed": %d, "microseconds": 2000000, "p50": 1500, "p99": 9000, "bytes": 1}'


def test_the_last_line_is_read() -> None:
    assert loaded(f"Running 2s test\n{DONE % (100, 0)}\n", 0.5) == Load(50.0, 0.0015, 0.009, 0.005)


@pytest.mark.parametrize(("answers", "failed"), [(100, 1), (0, 0)])
def test_a_run_with_a_failed_request_or_without_an_answer_does_not_count(answers: int, failed: int) -> None:
    with pytest.raises(RuntimeError, match=f"{failed} requests failed"):
        loaded(DONE % (answers, failed), 1)


def test_too_few_addresses_to_ask_each_once_are_told() -> None:
    assert loaded(DONE % (100, 0), 1, 102).rate == 50
    with pytest.raises(RuntimeError, match="too few"):
        loaded(DONE % (100, 0), 1, 101)


def test_of_several_runs_the_medians_count() -> None:
    assert middle([Load(1, 30, 5, 9), Load(3, 10, 4, 7), Load(2, 20, 6, 8)]) == Load(2, 20, 5, 8)


def test_rates_are_told_as_shares_of_the_floor() -> None:
    lines = report(
        {"full": Load(1200, 0.0008, 0.002, 0.0007), "floor": Load(12_000, 0.00008, 0.0002, 0.00007)}
    ).splitlines()
    assert (
        lines[2]
        == "| full answers, every query another | 1,200 | 0.80 ms | 2.00 ms | 0.10 | 700 µs | 1 ms, 1,200 a second |"
    )
    assert len(lines) == 4


def test_without_wrk_it_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnavailableError, match="wrk"):
        ask(Server(1, os.getpid()), ["/"], seconds=1, connections=1)


class Noting(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name that http.server calls
        self.server.asked.append((self.path, self.headers.get("If-None-Match")))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Noting) as found:
        found.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=found.serve_forever).start()
        yield found
        found.shutdown()


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed (Debian package wrk)")
def test_each_address_is_asked_for_once_with_the_tag(server: ThreadingHTTPServer) -> None:
    paths = [f"/{number}" for number in range(100_000)]
    assert (
        ask(Server(server.server_address[1], os.getpid()), paths, seconds=1, connections=1, once=True, etag='"x"').rate
        > 0
    )
    asked: list[tuple[str, str | None]] = server.asked  # type: ignore[attr-defined]
    assert len(asked) == len(set(asked))
    assert {known for _, known in asked} == {'"x"'}
