"""A connection may not keep the service waiting: requests arrive in time, heads have an end, answers are taken."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
import uvicorn
import uvicorn.server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from search.web import protocol
from search.web.listening import listen
from search.web.protocol import PatientProtocol

ASKED = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"
LARGE = 8_000_000


async def echo(request: Request) -> Response:
    return Response(str(len(await request.body())))


async def early(_: Request) -> Response:
    return Response("refused before the body came", 413)


async def large(_: Request) -> Response:
    return Response(b"x" * LARGE)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server in this process whose patience ends after a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protocol, "PATIENCE", 0.3)
        routes = [
            Route("/", echo, methods=["GET", "POST"]),
            Route("/early", early, methods=["POST"]),
            Route("/large", large),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), http=PatientProtocol, lifespan="off", log_config=None, timeout_keep_alive=600
        )
        server = uvicorn.Server(config)
        sockets = listen("127.0.0.1", 0)
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        yield sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def to_its_end(client: socket.socket) -> bytes:
    """All that comes until the service closes the connection."""
    received = b""
    try:
        while data := client.recv(65_536):
            received += data
    except ConnectionResetError:
        pass
    return received


def drip(client: socket.socket, drop: bytes) -> bool:
    """Send a drop a hundred times a second until the connection is closed: True, or it was open after a thousand."""
    try:
        for _ in range(1_000):
            client.sendall(drop)
            time.sleep(0.01)
    except OSError:
        return True
    return False


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-never: e",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhalf",
        ASKED + b"GET / HT",
    ],
    ids=["nothing", "a-letter", "half-a-head", "half-a-body", "half-a-chunk", "half-a-second-request"],
)
def test_a_request_that_does_not_come_whole_ends_the_connection(port: int, sent: bytes) -> None:
    with connect(port) as client:
        client.sendall(sent)
        assert to_its_end(client).count(b"HTTP/1.1 200 OK") == sent.count(ASKED)


def test_drops_that_never_end_are_no_request_either(port: int) -> None:
    with connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        assert drip(client, b"a: b\r\n")


def test_an_answer_that_nobody_takes_ends_the_connection(port: int) -> None:
    with connect(port) as client:
        client.sendall(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n" * 20)
        time.sleep(1.5)  # in which nothing is taken
        assert len(to_its_end(client)) < 20 * LARGE


def test_a_refusal_before_the_body_does_not_wait_for_it(port: int) -> None:
    with connect(port) as client:
        client.sendall(b"POST /early HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999\r\n\r\n")
        assert client.recv(1_000).startswith(b"HTTP/1.1 413 ")
        assert drip(client, b"x")


def test_a_head_without_end_is_refused_before_it_fills_the_memory(port: int) -> None:
    with connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        sent = 0
        try:
            while sent < 50_000_000:
                client.sendall(b"x" * 10_000)
                sent += 10_000
        except OSError:
            pass
        assert sent < 10_000_000  # what the buffers of both sides hold is taken without being read


def test_a_head_that_is_too_long_is_told_so(port: int) -> None:
    assert any(answer_to_a_long_head(port).startswith(b"HTTP/1.1 431 ") for _ in range(5))


def answer_to_a_long_head(port: int) -> bytes:
    """It gets lost where more comes than was read when the service closes: TCP then resets the connection."""
    with connect(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nx-long: ")
        time.sleep(0.05)
        client.sendall(b"x" * (protocol.HEAD + 1))
        return to_its_end(client)


def test_a_connection_in_use_outlives_any_patience(port: int) -> None:
    with connect(port) as client:
        for _ in range(40):
            client.sendall(ASKED)
            assert b"200 OK" in client.recv(1_000)
            time.sleep(0.03)


def test_a_request_in_single_bytes_is_answered(port: int) -> None:
    with connect(port) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc":
            client.sendall(bytes([byte]))
        assert client.recv(1_000).endswith(b"\r\n\r\n3")


def test_requests_that_come_at_once_are_answered_in_their_order(port: int) -> None:
    with connect(port) as client:
        bodies = b"".join(
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%s" % (size, b"y" * size)
            for size in range(10, 30)
        )
        client.sendall(bodies + b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answers = [part.rpartition(b"\r\n\r\n")[2] for part in to_its_end(client).split(b"HTTP/1.1 200 OK")[1:]]
        assert answers == [str(size).encode() for size in [*range(10, 30), 0]]


def test_requests_far_ahead_of_their_answers_end_the_connection(port: int) -> None:
    """What one read brings is parsed at once, and each request in it would hold memory until its turn."""
    with connect(port) as few, connect(port) as many:
        few.sendall(ASKED * 50)
        told = b""
        while told.count(b"200 OK") < 50:
            told += few.recv(65536)
        many.sendall(ASKED * 2000)
        answer = many.recv(65536)
        while received := _received(many):
            answer += received
    assert b"400 Bad Request" in answer
    assert answer.count(b"200 OK") <= protocol.AHEAD + 1


def _received(connection: socket.socket) -> bytes:
    """What comes next; nothing where the other side has closed, which it does with a reset if it left bytes unread."""
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


UPGRADE = b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"content-length: %d\r\n\r\n%s" % (len(ASKED), ASKED),
        b"transfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(ASKED), ASKED),
    ],
    ids=["length", "chunked"],
)
@pytest.mark.parametrize("line", [b"POST / HTTP/1.1", b"CONNECT / HTTP/1.1"], ids=["upgrade", "connect"])
def test_a_body_behind_an_offer_of_another_protocol_is_never_read_as_a_request(
    port: int, line: bytes, body: bytes
) -> None:
    head, _, rest = body.partition(b"\r\n\r\n")
    with connect(port) as client:
        client.sendall(line + b"\r\nhost: x\r\n" + UPGRADE + head + b"\r\n\r\n")
        time.sleep(0.05)  # so that the body comes by itself
        with suppress(OSError):
            client.sendall(rest)
        answer = to_its_end(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b" 200 OK" not in answer


@pytest.mark.parametrize("body", [b"", b"content-length: 0\r\n"])
def test_who_offers_another_protocol_without_a_body_is_answered(port: int, body: bytes) -> None:
    with connect(port) as client:
        for _ in range(2):
            client.sendall(b"POST / HTTP/1.1\r\nhost: x\r\n" + UPGRADE + body + b"\r\n")
            assert client.recv(1_000).endswith(b"\r\n\r\n0")


def test_what_cannot_be_read_is_told_as_every_error(port: int) -> None:
    with connect(port) as client:
        client.sendall("GET /?q=Zürich HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        head, _, body = to_its_end(client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head
    assert "percent-encode" in json.loads(body)["remedy"]


class Recorder(asyncio.Transport):
    """A connection that keeps what each call sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if data:
            self.sent.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


async def headers(request: Request) -> Response:
    body = (await request.body()).decode()
    return Response(" ".join([*request.headers, body]))


async def twice(_: Request) -> Response:
    return StreamingResponse(iter(["one", "two"]))


def calls_for(*sent: bytes) -> Recorder:
    """What leaves for it, call by call; each piece comes by itself, as long as the connection is open."""

    async def ask() -> Recorder:
        routes = [
            Route("/", echo, methods=["GET", "POST"]),
            Route("/twice", twice),
            Route("/headers", headers, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), http=PatientProtocol, lifespan="off", log_config=None)
        state = uvicorn.server.ServerState()
        connection = PatientProtocol(config, state, {})
        connection.connection_made(transport := Recorder())
        for piece in sent:
            if not transport.is_closing():
                connection.data_received(piece)
        while state.tasks:
            await asyncio.wait(state.tasks)
        connection.connection_lost(None)
        return transport

    return asyncio.run(ask())


def test_an_answer_leaves_in_one_piece() -> None:
    (answer,) = calls_for(ASKED).sent
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n0")


def test_an_answer_without_a_body_leaves_as_well() -> None:
    (answer,) = calls_for(b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n").sent
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\ncontent-length: 1\r\n\r\n")


def test_each_of_several_requests_has_its_answer_whole() -> None:
    transport = calls_for(ASKED * 3 + b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert [part[-5:] for part in transport.sent] == [b"\r\n\r\n0"] * 4
    assert transport.closed


def test_who_waits_to_be_told_to_go_on_is_told_at_once() -> None:
    asked = b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nab"
    assert calls_for(asked).sent[0] == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_an_answer_in_pieces_leaves_whole() -> None:
    body = b"".join(calls_for(b"GET /twice HTTP/1.1\r\nhost: x\r\n\r\n").sent).partition(b"\r\n\r\n")[2]
    assert body == b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "headers", [b"x: %s\r\n" % (b"y" * protocol.HEAD), b"a:b\r\n" * (protocol.HEAD // 4)], ids=["a-long-one", "many"]
)
def test_a_long_head_is_refused_also_where_it_comes_at_once(headers: bytes) -> None:
    (answer,) = calls_for(b"GET / HTTP/1.1\r\n" + headers + b"\r\n").sent
    assert answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_address_that_is_too_long_is_told_as_such_however_it_comes(pieces: int) -> None:
    size = 2 * protocol.HEAD
    piece = b"y" * (size // pieces)
    (answer,) = calls_for(b"GET /?q=" + piece, *[piece] * (pieces - 1), b" HTTP/1.1\r\nhost: x\r\n\r\n").sent
    assert answer.startswith(b"HTTP/1.1 414 ")


def test_what_begins_no_request_has_an_end_too() -> None:
    (answer,) = calls_for(b"\r\n" * protocol.HEAD).sent
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_head_within_the_bound_is_answered() -> None:
    (answer,) = calls_for(b"GET / HTTP/1.1\r\nx: %s\r\n\r\n" % (b"y" * (protocol.HEAD - 100))).sent
    assert answer.startswith(b"HTTP/1.1 200 ")


CHUNKED = b"POST /headers HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"


@pytest.mark.parametrize("trailer", [b"a:b\r\n" * 2_000, b"x" * 10_000], ids=["many", "a-long-one"])
def test_trailers_without_end_are_refused_before_they_fill_the_memory(port: int, trailer: bytes) -> None:
    with connect(port) as client:
        client.sendall(CHUNKED + b"x-long: ")
        sent = 0
        with suppress(OSError):
            while sent < 50_000_000:
                client.sendall(trailer)
                sent += len(trailer)
        assert sent < 10_000_000  # what the buffers of both sides hold is taken without being read


def test_trailers_are_no_headers() -> None:
    transport = calls_for(CHUNKED + b"x-hub-signature-256: forged\r\n\r\n" + ASKED)
    first, second = transport.sent
    assert first.endswith(b"\r\n\r\nhost transfer-encoding ab")
    assert second.endswith(b"\r\n\r\n0")


def test_a_large_body_in_small_chunks_is_read() -> None:
    body = b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n"
    (answer,) = calls_for(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n" + body).sent
    assert answer.endswith(b"\r\n\r\n20000")
