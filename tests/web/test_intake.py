"""Deliveries on their way into the queue: together where they come together, and never without a process or a word."""

import asyncio
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search import runner, runs
from search.config import Settings
from search.errors import StorageError
from search.runlog import Delivery, Run
from search.web.app import create_app
from search.web.intake import Intake
from tests.web.deliveries import CONTENT, bearer, run_of


@pytest.fixture
def settings(hooked: Settings) -> Settings:
    return hooked


@pytest.fixture
def client(settings: Settings, started: list[int]) -> TestClient:
    return TestClient(create_app(settings), raise_server_exceptions=False)


def test_what_comes_while_the_disk_is_waited_for_is_written_in_one_step(
    settings: Settings, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []
    first_writes, goes_on = threading.Event(), threading.Event()
    write = runs.deliver

    def deliver(index: Path, deliveries: Sequence[Delivery]) -> tuple[list[Run], int | None]:
        steps.append(len(deliveries))
        first_writes.set()
        goes_on.wait()
        return write(index, deliveries)

    monkeypatch.setattr(runs, "deliver", deliver)

    async def burst() -> list[Run]:
        intake = Intake(settings)
        put = [asyncio.create_task(intake.put(Delivery("", "", 0.0)))]
        await asyncio.to_thread(first_writes.wait)
        put += [asyncio.create_task(intake.put(Delivery(str(number), "", 0.0))) for number in range(29)]
        await asyncio.sleep(0)
        put[7].cancel()  # whoever sent it did not wait for the answer
        goes_on.set()
        return [await each for each in put if each is not put[7]]

    led_to = asyncio.run(burst())
    assert steps == [1, 29]
    assert len({run.id for run in led_to}) == 1
    assert len(started) == 1
    assert runs.read(settings.index).runs[0].deliveries == 30


def test_all_that_could_not_be_written_are_told(settings: Settings, started: list[int]) -> None:
    settings.index.write_text("a file")

    async def burst() -> list[Run | BaseException]:
        intake = Intake(settings)
        return await asyncio.gather(*(intake.put(Delivery("", "", 0.0)) for _ in range(5)), return_exceptions=True)

    assert all(isinstance(told, StorageError) for told in asyncio.run(burst()))


def test_no_process_to_be_had_leaves_the_run_in_the_queue(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch, started: list[int]
) -> None:
    def fail(_: Settings, turn: int) -> None:
        os.close(turn)
        raise OSError("no more processes")

    monkeypatch.setattr(runner, "start", fail)
    first = run_of(client.post(CONTENT, headers=bearer()))
    monkeypatch.setattr(runner, "start", lambda _, turn: started.append(turn))
    assert run_of(client.post(CONTENT, headers=bearer())) == first
    assert len(started) == 1


def test_the_start_of_the_service_takes_up_what_waits(settings: Settings, started: list[int]) -> None:
    with TestClient(create_app(settings)) as client:
        assert started == []
        run = run_of(client.post(CONTENT, headers=bearer()))
    os.close(started.pop())
    with TestClient(create_app(settings)):
        assert len(started) == 1
    waiting = runs.begin(settings.index, started[0])
    assert waiting
    assert waiting.id == run
