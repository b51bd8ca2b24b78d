"""What whoever runs the service asks of it."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search import runs
from search.config import ServeSettings, Settings
from search.runlog import Delivery, Failure
from search.web.app import create_app


def metrics(settings: Settings, asker: str, *allowed: str) -> tuple[int, str]:
    serve = ServeSettings(metrics=allowed) if allowed else ServeSettings()
    app = create_app(Settings(settings.content, settings.index, serve=serve))
    answer = TestClient(app, client=(asker, 5000)).get("/metrics")
    return answer.status_code, answer.text


def test_it_is_alive_and_ready_where_an_index_is_loaded(built: Settings) -> None:
    app = create_app(built)
    client = TestClient(app)
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "generation": app.state.current.reader.generation}


def test_without_an_index_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(index=tmp_path / "none")))
    assert client.get("/healthz").status_code == 200
    refused = client.get("/readyz")
    assert refused.status_code == refused.json()["status"] == 503
    assert str(tmp_path) not in refused.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_no_cache_keeps_what_is_true_now(built: Settings, path: str) -> None:
    client = TestClient(create_app(built), client=("127.0.0.1", 5000))
    assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asker", "allowed", "status"),
    [
        ("127.0.0.1", [], 200),
        ("::1", [], 200),
        ("192.0.2.7", [], 404),
        ("not an address", [], 404),
        ("192.0.2.7", ["192.0.2.0/24"], 200),
        ("127.0.0.1", ["192.0.2.0/24"], 404),
        ("192.0.2.7", ["*"], 200),
    ],
)
def test_metrics_are_there_for_those_who_may_read_them(
    built: Settings, asker: str, allowed: list[str], status: int
) -> None:
    assert metrics(built, asker, *allowed)[0] == status


def test_metrics_say_which_index_answers_and_how_old_it_is(built: Settings, tmp_path: Path) -> None:
    _, shown = metrics(built, "127.0.0.1")
    assert "blogsearch_index_ready 1.0" in shown
    assert "blogsearch_index_posts 2.0" in shown
    assert 'blogsearch_index_info{generation="gen-' in shown
    values = dict(line.rsplit(" ", 1) for line in shown.splitlines() if not line.startswith("#"))
    assert float(values["blogsearch_index_built_timestamp_seconds"]) > 1.7e9
    assert 0 <= float(values["blogsearch_index_age_seconds"]) < 86_400
    assert "blogsearch_hook_runs_total 0.0" in shown
    _, shown = metrics(Settings(index=tmp_path / "none"), "127.0.0.1")
    assert "blogsearch_index_ready 0.0" in shown
    assert "blogsearch_index_posts" not in shown


def test_metrics_say_how_many_runs_of_the_hook_there_were_and_how_many_failed(tmp_path: Path) -> None:
    for body, failure in ((b"1", None), (b"2", Failure("locked", "held", "wait"))):
        _, turn = runs.deliver(tmp_path, [Delivery.of(body, "", 1e9)])
        assert turn is not None
        run = runs.begin(tmp_path, turn)
        assert run is not None
        runs.end(tmp_path, run, None, failure)
        assert runs.begin(tmp_path, turn) is None
    _, shown = metrics(Settings(index=tmp_path), "127.0.0.1")
    assert "blogsearch_hook_runs_total 2.0" in shown
    assert "blogsearch_hook_run_failures_total 1.0" in shown
