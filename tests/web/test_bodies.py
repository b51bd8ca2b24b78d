"""What the body of a delivery may cost: its size, its time, and the memory of all that are under way."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from search import runs
from search.config import Settings
from search.web import bodies
from search.web.app import create_app
from tests.web.deliveries import CONTENT, bearer, hub, is_problem, run_of


@pytest.fixture
def client(hooked: Settings, started: list[int]) -> TestClient:
    return TestClient(create_app(hooked), raise_server_exceptions=False)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 1000)
    monkeypatch.setattr(bodies, "HELD", 1500)


@pytest.mark.parametrize("name", ["github", "bearer"])
def test_one_that_is_as_large_as_may_be_is_taken(client: TestClient, name: str) -> None:
    body = b"x" * 1000
    run_of(client.post(CONTENT, headers=hub(body) if name == "github" else bearer(), content=body))


@pytest.mark.parametrize("name", ["github", "bearer"])
def test_one_that_is_larger_is_refused_with_and_without_its_length(client: TestClient, name: str) -> None:
    body = b"x" * 1001
    headers = hub(body) if name == "github" else bearer()
    assert is_problem(client.post(CONTENT, headers=headers, content=body), 413)
    assert is_problem(client.post(CONTENT, headers=headers, content=iter([body[:500], body[500:]])), 413)


@pytest.mark.parametrize(("length", "status"), [("0" * 6000 + "2", 202), ("9" * 6000, 413)])
def test_a_length_of_thousands_of_digits_is_a_number_like_any(client: TestClient, length: str, status: int) -> None:
    answer = client.post(CONTENT, headers={**hub(b"{}"), "content-length": length}, content=b"{}")
    assert answer.status_code == status


def test_none_is_read_where_the_token_is_wrong(client: TestClient) -> None:
    assert is_problem(client.post(CONTENT, headers=bearer("wrong"), content=b"x" * 2000), 401)
    assert is_problem(client.post(CONTENT, content=b"x" * 2000), 401)


def test_one_more_than_can_be_held_is_told_to_come_again(hooked: Settings, started: list[int]) -> None:
    """Two deliveries that together are too much: the second is told to come again, and then is taken."""

    async def deliver() -> list[int]:
        app = create_app(hooked)
        first_came, first_goes_on = asyncio.Event(), asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"x" * 900
            first_came.set()
            await first_goes_on.wait()
            yield b"x"

        async def quick() -> AsyncIterator[bytes]:
            yield b"x" * 900

        first = asyncio.create_task(status_of(app, slow()))
        await first_came.wait()
        statuses = [await status_of(app, quick())]
        first_goes_on.set()
        statuses.append(await first)
        return [*statuses, await status_of(app, quick())]

    assert asyncio.run(deliver()) == [503, 202, 202]


def test_one_that_does_not_come_to_an_end_is_given_up(
    hooked: Settings, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "LONGEST", 0.01)

    async def endless() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    assert asyncio.run(status_of(create_app(hooked), endless())) == 408
    assert runs.read(hooked.index).runs == ()


async def status_of(app: ASGIApp, chunks: AsyncIterator[bytes]) -> int:
    """Delivers a body with a token, chunk by chunk, and gives the status of the answer."""
    sent: list[Message] = []
    token = [(name.encode(), value.encode()) for name, value in bearer().items()]

    async def receive() -> Message:
        async for chunk in chunks:
            return {"type": "http.request", "body": chunk, "more_body": True}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": CONTENT,
        "raw_path": CONTENT.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("testserver", 80),
        "headers": token,
    }
    await app(scope, receive, send)
    status = sent[0]["status"]
    assert isinstance(status, int)
    return status
