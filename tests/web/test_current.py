"""The service goes on from state to state of the index, and never from a good one to a bad one."""

import logging
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search import indexing, service
from search.config import Settings
from search.errors import IndexMissingError, IndexUnavailableError
from search.models import SearchRequest
from search.web import current
from search.web.app import create_app
from search.web.current import Current


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(current, "LOOK", 0.01)
    (tmp_path / "content").mkdir()
    return Settings(content=tmp_path / "content", index=tmp_path / "index")


def publish(settings: Settings, *names: str) -> None:
    for name in names:
        (settings.content / f"{name}.md").write_text(f"---\ntitle: {name}\n---\nBones.\n", encoding="utf-8")
    indexing.run(settings)


def becomes(told: Callable[[], object], expected: object) -> bool:
    """Whether that is told in the end; a minute is more than any machine takes."""
    end = time.monotonic() + 60
    while told() != expected and time.monotonic() < end:
        time.sleep(0.005)
    return told() == expected


def total(client: TestClient) -> object:
    asked = client.get("/api/search")
    return asked.json()["total"] if asked.status_code == 200 else asked.status_code


def test_a_new_state_is_taken_up_without_a_restart(settings: Settings) -> None:
    publish(settings, "one")
    with TestClient(create_app(settings)) as client:
        assert total(client) == 1
        publish(settings, "two")
        assert becomes(lambda: total(client), 2)


def test_an_index_that_appears_later_is_taken_up(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        refused = client.get("/api/search")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        publish(settings, "one")
        assert becomes(lambda: total(client), 1)


def test_a_damaged_state_is_logged_once_and_the_one_before_goes_on_answering_until_there_is_a_whole_one(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    publish(settings, "one")
    with TestClient(create_app(settings)) as client, caplog.at_level(logging.ERROR):
        (settings.index / "CURRENT").write_text("nonsense")
        assert becomes(lambda: len(caplog.records), 1)
        assert "CURRENT is damaged" in caplog.text
        time.sleep(0.1)  # several further attempts
        assert total(client) == 1
        assert len(caplog.records) == 1
        publish(settings, "two")
        assert becomes(lambda: total(client), 2)


def test_what_could_not_be_opened_is_tried_again_though_nothing_was_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, "one")
    whole = service.open_reader

    def fail(_: Settings) -> service.Reader:
        raise OSError("no more files")

    monkeypatch.setattr(service, "open_reader", fail)
    with TestClient(create_app(settings)) as client:
        assert total(client) == 503
        monkeypatch.setattr(service, "open_reader", whole)
        assert becomes(lambda: total(client), 1)


def test_who_holds_a_reader_finishes_on_it(settings: Settings) -> None:
    publish(settings, "one")
    held = Current(settings).reader
    publish(settings, "two")
    assert held.search(SearchRequest("")).total == 1
    assert Current(settings).reader.search(SearchRequest("")).total == 2


def test_a_state_is_let_go_of_with_its_answers_as_soon_as_there_is_another(settings: Settings) -> None:
    publish(settings, "one")
    with TestClient(create_app(settings)) as client:
        assert total(client) == 1
        before = weakref.ref(client.app.state.current.opened)  # type: ignore[attr-defined]  # for the client it is any application
        publish(settings, "two")
        assert becomes(lambda: before() is None, True)  # though nobody asked
        assert total(client) == 2


def test_without_any_state_the_reason_is_told(settings: Settings) -> None:
    with pytest.raises(IndexMissingError, match="there is no index in"):
        _ = Current(settings).reader
    publish(settings, "one")
    (settings.index / "CURRENT").write_text("nonsense")
    with pytest.raises(IndexUnavailableError, match="CURRENT is damaged"):
        _ = Current(settings).reader
