"""The hook over HTTP, in this process: who may start a run, and what is answered."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from search import runs
from search.config import HookSettings, Settings
from search.errors import UsageError
from search.models import RunReport
from search.runlog import Failure, RunState
from search.web import hook
from search.web.app import create_app
from search.web.signatures import Scheme
from tests.web.deliveries import (
    BODY,
    CONTENT,
    FORM,
    SECRET,
    SENDERS,
    VECTOR,
    bearer,
    hub,
    is_problem,
    run_of,
    sent_by,
    standard,
)

REPORT = RunReport(1, 0, 0, {}, (), "gen", 0.1, False, "")


@pytest.fixture
def settings(hooked: Settings) -> Settings:
    """Of a service that takes deliveries about main."""
    return replace(hooked, hook=replace(hooked.hook, branch="main"))


@pytest.fixture
def client(settings: Settings, started: list[int]) -> TestClient:
    return TestClient(create_app(settings), raise_server_exceptions=False)


@pytest.mark.parametrize("name", SENDERS)
def test_a_delivery_puts_a_run_into_the_queue_and_starts_a_process(
    client: TestClient, settings: Settings, started: list[int], name: str
) -> None:
    headers, body = sent_by(name)
    run = run_of(client.post(CONTENT, headers=headers, content=body))
    (waiting,) = runs.read(settings.index).runs
    assert (waiting.id, waiting.state) == (run, RunState.QUEUED)
    assert len(started) == 1


def test_githubs_vector_starts_a_run(client: TestClient) -> None:
    run_of(client.post(CONTENT, headers={"X-Hub-Signature-256": f"sha256={VECTOR}"}, content=b"Hello, World!"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": f"Bearer {SECRET}x"},
        {"x-gitlab-token": SECRET[:-1]},
        {"x-hub-signature-256": f"sha256={VECTOR}"},
        {"x-hub-signature-256": hub(BODY)["x-hub-signature-256"][:-1]},
        {"x-hub-signature-256": ""},
        standard(BODY, at=-3600),
        standard(BODY, at=3600),
        standard(BODY, secret="whsec_AAAA"),
    ],
)
def test_wrong_missing_truncated_and_stale_signatures_start_nothing(
    client: TestClient, settings: Settings, started: list[int], headers: dict[str, str]
) -> None:
    refused = client.post(CONTENT, headers=headers, content=BODY)
    assert is_problem(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer"
    assert SECRET not in refused.text
    assert (runs.read(settings.index).runs, started) == ((), [])


@given(
    st.dictionaries(
        st.sampled_from([*Scheme, "webhook-id", "webhook-timestamp", "x-github-event"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=126)),
        min_size=1,
    ),
    st.binary(max_size=50),
)
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_was_made_up_starts_a_run(
    client: TestClient, settings: Settings, headers: dict[str, str], body: bytes
) -> None:
    assert is_problem(client.post(CONTENT, headers=headers, content=body), 401)
    assert runs.read(settings.index).runs == ()


def test_without_a_secret_the_hook_is_not_there(tmp_path: Path, settings: Settings) -> None:
    client = TestClient(create_app(replace(settings, hook=HookSettings())), raise_server_exceptions=False)
    for answer in (client.post(CONTENT, headers=bearer()), client.get("/hooks/runs/1", headers=bearer())):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert client.post(CONTENT).json()["title"] == client.post("/no/such/route").json()["title"]


class TestSecretFile:
    def test_holds_a_secret_a_line(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text(f"{SECRET}\n\n  new \r\n")
        assert hook.secrets_of(HookSettings(secret_file=tmp_path / "secret")) == (SECRET, "new")

    def test_gives_way_to_the_environment(self, tmp_path: Path) -> None:
        assert hook.secrets_of(HookSettings(secret=("a",), secret_file=tmp_path / "none")) == ("a",)

    @pytest.mark.parametrize("text", [None, "", "\n \n"])
    def test_that_says_nothing_is_an_error_at_the_start(self, tmp_path: Path, text: str | None) -> None:
        path = tmp_path / "secret"
        if text is not None:
            path.write_text(text)
        with pytest.raises(UsageError, match=r"hook\.secret_file: .*secret") as refused:
            hook.secrets_of(HookSettings(secret_file=path))
        assert refused.value.remedy


def test_of_a_burst_all_lead_to_one_run(client: TestClient, settings: Settings, started: list[int]) -> None:
    bodies = [json.dumps({"ref": "refs/heads/main", "after": str(number)}).encode() for number in range(10)]
    assert len({run_of(client.post(CONTENT, headers=hub(body), content=body)) for body in bodies}) == 1
    assert len(started) == 1
    assert runs.read(settings.index).runs[0].deliveries == 10


def test_a_replayed_standard_webhook_leads_to_the_run_that_it_led_to(
    client: TestClient, settings: Settings, started: list[int]
) -> None:
    headers = standard(BODY)
    first = run_of(client.post(CONTENT, headers=headers, content=BODY))
    run = runs.begin(settings.index, started[0])
    assert run
    runs.end(settings.index, run, REPORT)
    assert run_of(client.post(CONTENT, headers=headers, content=BODY)) == first
    assert run_of(client.post(CONTENT, headers=standard(BODY, id_="msg_2"), content=BODY)) != first


def test_an_id_that_nobody_signed_is_not_remembered(client: TestClient, settings: Settings) -> None:
    headers = {**hub(BODY), "webhook-id": "msg_1"}
    run_of(client.post(CONTENT, headers=headers, content=BODY))
    assert runs.read(settings.index).ids == {}


@pytest.mark.parametrize(
    ("ref", "status"), [("refs/heads/main", 202), ("refs/heads/drafts", 200), ("refs/tags/v1", 200)]
)
def test_pushes_to_other_branches_are_ignored_and_told_so(client: TestClient, ref: str, status: int) -> None:
    body = json.dumps({"ref": ref}).encode()
    answer = client.post(CONTENT, headers=hub(body), content=body)
    assert answer.status_code == status
    if status == 200:
        assert (answer.json()["status"], answer.json()["run"]) == ("ignored", None)
        assert "only main is indexed" in answer.json()["detail"]
        assert "location" not in answer.headers


def test_without_a_filter_every_branch_counts(settings: Settings, started: list[int]) -> None:
    client = TestClient(create_app(replace(settings, hook=HookSettings(secret=(SECRET,)))))
    body = b'{"ref": "refs/heads/drafts"}'
    run_of(client.post(CONTENT, headers=hub(body), content=body))


def test_a_ping_is_answered_and_starts_nothing(client: TestClient, settings: Settings) -> None:
    body = b'{"zen": "Keep it logically awesome.", "hook_id": 1}'
    answer = client.post(CONTENT, headers={**hub(body), "X-GitHub-Event": "ping"}, content=body)
    assert (answer.status_code, answer.json()["status"], answer.json()["run"]) == (200, "pong", None)
    assert is_problem(client.post(CONTENT, headers={"X-GitHub-Event": "ping"}, content=body), 401)
    assert runs.read(settings.index).runs == ()


def test_the_answer_names_the_run_below_the_path_of_the_proxy(settings: Settings, started: list[int]) -> None:
    client = TestClient(create_app(settings), root_path="/search")
    answer = client.post("/search" + CONTENT, headers=bearer())
    assert answer.headers["location"] == f"/search/hooks/runs/{answer.json()['run']}"


class TestRun:
    def test_is_shown_to_whoever_knows_the_secret(
        self, client: TestClient, settings: Settings, started: list[int]
    ) -> None:
        id_ = run_of(client.post(CONTENT, headers=bearer()))
        queued = client.get(f"/hooks/runs/{id_}", headers=bearer())
        assert (queued.status_code, queued.json()["state"]) == (200, "queued")
        assert queued.headers["cache-control"] == "no-store"
        run = runs.begin(settings.index, started[0])
        assert run
        failure = Failure("pull", f"git pull in {settings.content}: no", f"Look into {settings.content}.")
        runs.end(settings.index, run, None, failure)
        failed = client.get(f"/hooks/runs/{id_}", headers=bearer())
        assert (failed.json()["state"], failed.json()["failure"]["code"]) == ("failed", "pull")
        assert str(settings.content) not in failed.text

    @pytest.mark.parametrize("headers", [{}, bearer("wrong"), {"x-gitlab-token": SECRET}, hub(b"")])
    def test_is_shown_to_nobody_else(self, client: TestClient, headers: dict[str, str]) -> None:
        id_ = run_of(client.post(CONTENT, headers=bearer()))
        for known in (id_, "unknown"):
            refused = client.get(f"/hooks/runs/{known}", headers=headers)
            assert is_problem(refused, 401)
            assert refused.headers["www-authenticate"] == "Bearer"

    def test_that_nobody_knows_is_404(self, client: TestClient) -> None:
        assert is_problem(client.get("/hooks/runs/0123456789abcdef", headers=bearer()), 404)


def test_a_form_that_costs_much_to_decode_is_refused_within_bounds(client: TestClient) -> None:
    body = b"payload=" + b"%41" * 500_000
    assert is_problem(client.post(CONTENT, headers=hub(BODY), content=body), 401)
    assert client.post(CONTENT, headers=hub(BODY), content=FORM).status_code == 202


def test_an_index_that_cannot_be_written_is_503_without_its_place(settings: Settings, started: list[int]) -> None:
    settings.index.write_text("a file")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.post(CONTENT, headers=bearer())
    assert is_problem(answer, 503)
    assert str(settings.index.parent) not in answer.text


def test_time_is_what_makes_a_signature_stale(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = standard(BODY)
    run_of(client.post(CONTENT, headers=headers, content=BODY))
    later = time.time() + 301

    class Later:
        from datetime import datetime as _real

        fromtimestamp = _real.fromtimestamp

        @classmethod
        def now(cls, tz: object) -> object:
            return cls._real.fromtimestamp(later, tz)  # type: ignore[arg-type]

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Later)
    assert is_problem(client.post(CONTENT, headers=headers, content=BODY), 401)
