"""Clients that mean harm, or are broken, against the service as it runs: the others get their answers meanwhile.

What is counted is answers, never seconds. How long a stalled connection may stay is test_protocol.py's.
"""

import random
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from search.config import Settings
from tests.web.serving import Service, serving

MANY = 1_000
SEARCH = b"GET /api/search?q=knee HTTP/1.1\r\nhost: x\r\n"
STALLED = {
    "silent": b"",
    "half-a-head": SEARCH + b"x-never: ends",
    "half-a-body": b"POST /api/search HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nx",
    "unread-answers": (SEARCH + b"\r\n") * 20,
}


@pytest.fixture(scope="module", autouse=True)
def _many_files() -> Iterator[None]:
    """Let this process hold as many connections as the tests open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4 * MANY)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(
    scope="module", params=["1", pytest.param("2", marks=pytest.mark.long)], ids=["one-process", "two-workers"]
)
def service(
    request: pytest.FixtureRequest, built: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(built.index, tmp_path_factory.mktemp("abuse"), "--workers", request.param) as service:
        yield service
        assert service.get("/healthz")[0] == 200
        assert service.end() == 0
        assert "Traceback" not in service.err.read_text(encoding="utf-8")


@contextmanager
def connections(service: Service, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that have sent this and are held open."""
    with ExitStack() as held:
        opened = []
        for _ in range(number):
            client = held.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=60))
            client.sendall(sent)
            opened.append(client)
        yield opened


def status_of(client: socket.socket) -> bytes:
    """The status of the answer that comes."""
    return client.recv(12)[9:12]


@pytest.mark.parametrize("sent", STALLED.values(), ids=STALLED)
def test_a_thousand_stalled_connections_stop_nobody(service: Service, sent: bytes) -> None:
    with connections(service, MANY, sent):
        for number in range(50):
            assert service.get(f"/api/search?q={number}")[0] == 200


def test_half_open_connections_stop_nobody(service: Service) -> None:
    with connections(service, MANY, SEARCH) as held:
        for client in held[::2]:
            client.shutdown(socket.SHUT_WR)  # half open: it will never say more
        for number in range(50):
            assert service.get(f"/api/search?q={number}")[0] == 200


def test_a_thousand_requests_at_once_are_all_answered(service: Service) -> None:
    with connections(service, MANY, SEARCH) as held:
        for client in held:
            client.sendall(b"\r\n")
        assert [status_of(client) for client in held] == [b"200"] * MANY


def test_connections_that_come_and_go_leave_nothing_behind(service: Service) -> None:
    for _ in range(5):
        with connections(service, MANY, SEARCH):
            pass  # gone before the request is whole
    assert service.get("/api/search?q=knee")[0] == 200


NO_HTTP = [
    b"\r\n\r\n\r\n",
    b"\0" * 100,
    b"\xff" * 1_000 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x41" * 300,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\na: b\r\n folded\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n\r\n",
    b"BREW / HTTP/1.1\r\nhost: x\r\n\r\n",
]
ODD = [
    b"GET * HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET http://other.example/api/search HTTP/1.1\r\nhost: x\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /%00/%0d%0aset-cookie:x HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /api/search HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
    b"GET /api/search HTTP/1.0\r\n\r\n",
    b"GET /static/../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /api/posts/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nhost: x\r\n\r\n",
    b"TRACE /api/search HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /api/search?q=" + b"x" * 20_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /api/search HTTP/1.1\r\n" + b"a: b\r\n" * 3_000 + b"\r\n",
]


def answer_to(service: Service, sent: bytes) -> bytes:
    """All that comes for it until the service closes, after the client has closed its side."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as client:
        received = b""
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            while data := client.recv(65_536):
                received += data
        except (ConnectionResetError, BrokenPipeError):
            pass
        return received


@pytest.mark.parametrize("sent", NO_HTTP, ids=range(len(NO_HTTP)))
def test_what_is_no_http_is_refused(service: Service, sent: bytes) -> None:
    assert answer_to(service, sent)[9:12] in (b"", b"400")


@pytest.mark.parametrize("sent", ODD, ids=range(len(ODD)))
def test_odd_requests_are_answered_without_harm(service: Service, sent: bytes, built: Settings) -> None:
    answer = answer_to(service, sent)
    assert answer[9:10] != b"5"
    assert b"set-cookie" not in answer.partition(b"\r\n\r\n")[0].lower()
    assert b"root:" not in answer
    assert str(built.index.parent).encode() not in answer


def test_requests_with_bytes_changed_at_random_cost_no_server_error(service: Service) -> None:
    chance = random.Random(7)
    whole = SEARCH + b'accept-encoding: gzip\r\nif-none-match: W/"x"\r\nx-request-id: a\r\n\r\n'
    for _ in range(500):
        sent = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        assert answer_to(service, bytes(sent))[9:10] in (b"", b"2", b"3", b"4")
