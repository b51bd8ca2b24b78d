"""The service while the index is rebuilt under constant load: no request fails, no answer is made of two states."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from search import indexing
from search.config import Settings
from tests.web.serving import Service, serving

POSTS = 8

ADDRESSES = (
    "/api/search?q=bones",
    "/api/search?q=bones+growing&per_page=3",
    "/api/search",
    "/api/suggest?q=bones",
    "/api/related?id=p3",
    "/api/tags?q=state",
    "/api/posts/p5",
    "/feed.atom?q=bones",
)
"""What is asked; every answer says in several places which state it was made of."""


def write(settings: Settings, state: int) -> None:
    """Makes every post say `state` in its title, description, tag and body."""
    mark = f"state{state}"
    for number in range(POSTS):
        head = f"title: Bones {number} {mark}\ndescription: Growing {mark}\ntags: [{mark}, cells]\ndate: 2021-05-06"
        text = f"---\n{head}\n---\n\nBones are growing in {mark}.\n"
        (settings.content / f"p{number}.md").write_text(text, encoding="utf-8")


class Asker(threading.Thread):
    """Asks the service without a pause, over a connection that is renewed now and then, so that each worker gets some
    of them; half of its requests name the answer it had before."""

    def __init__(self, service: Service, number: int) -> None:
        super().__init__()
        self._service = service
        self._number = number
        self.going = True
        self.faults: list[str] = []
        self.bodies: dict[str, bytes] = {}
        """The answer that each ETag came with."""
        self.seen: set[int] = set()
        """The states that answers were made of."""
        self.unchanged = 0

    def run(self) -> None:
        addresses = itertools.cycle(ADDRESSES[self._number % len(ADDRESSES) :] + ADDRESSES)
        while self.going and not self.faults:
            connection = HTTPConnection("127.0.0.1", self._service.port, timeout=60)
            try:
                self._ask(connection, addresses)
            except Exception as error:
                self.faults.append(f"{type(error).__name__}: {error}")
            finally:
                connection.close()

    def _ask(self, connection: HTTPConnection, addresses: Iterator[str]) -> None:
        known: dict[str, str] = {}
        latest = 0  # one connection is with one worker, which never goes back
        for turn in range(200):
            address = next(addresses)
            headers = {"If-None-Match": known[address]} if address in known and turn % 2 else {}
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            body, etag = answer.read(), answer.headers.get("etag", "")
            if answer.status == 304 and headers:
                self.unchanged += 1
                body = self.bodies[etag]
            elif answer.status != 200:
                self.faults.append(f"{answer.status} for {address}: {body!r}")
                return
            states = set(map(int, re.findall(rb"state(\d+)", body)))
            if len(states) != 1 or min(states) < latest or self.bodies.setdefault(etag, body) != body:
                self.faults.append(f"{address} tells of {states} after {latest}, as {etag}")
                return
            known[address] = etag
            latest = min(states)
            self.seen |= states


@contextmanager
def under_load(service: Service, count: int) -> Iterator[list[Asker]]:
    """Askers at work, and at the end without one fault and agreed on what each ETag names."""
    askers = [Asker(service, number) for number in range(count)]
    for asker in askers:
        asker.start()
    try:
        yield askers
    finally:
        for asker in askers:
            asker.going = False
            asker.join()
    assert [asker.faults for asker in askers] == [[]] * count
    bodies: dict[str, bytes] = {}
    for asker in askers:
        for etag, body in asker.bodies.items():
            assert bodies.setdefault(etag, body) == body
        assert asker.unchanged


def wait_until(true: Callable[[], bool]) -> None:
    """A new state is there within a second; two minutes are for machines that do much else."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("runs", [4, pytest.param(100, marks=pytest.mark.faults)])
def test_reindexing_under_load_costs_no_request_and_mixes_no_states(
    memory_path: Path, tmp_path: Path, workers: int, runs: int
) -> None:
    settings = Settings(content=memory_path / "content", index=memory_path / "index", wait=0)
    settings.content.mkdir()
    write(settings, 0)
    indexing.run(settings)
    with serving(settings.index, tmp_path, "--workers", str(workers)) as service, under_load(service, 4) as askers:
        for state in range(1, runs + 1):
            write(settings, state)
            indexing.run(settings, full=state % 3 == 0)
            wait_until(lambda: any(state in asker.seen or asker.faults for asker in askers))  # noqa: B023  # called now
        wait_until(lambda: all(runs in asker.seen or asker.faults for asker in askers))
