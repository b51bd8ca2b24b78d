"""The hook as it runs: `blogsearch serve` with one and with four workers, runs in processes of their own, git."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from search import runs
from search.config import Settings
from search.engines.whoosh.storage.lock import WriterLock
from search.runlog import Run, RunState
from tests.repositories import Sandbox, commit, eventually, git, write
from tests.test_hooks_page import PAGE
from tests.web.deliveries import BODY, SECRET, bearer, hub, standard
from tests.web.serving import Service, command, environment, serving

WORKERS = ["1", "4"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write(tmp_path / "content" / "first.md", "First")
    (tmp_path / "index").mkdir()
    return Settings(content=tmp_path / "content", index=tmp_path / "index")


def started(settings: Settings, workers: str = "1", **more: str) -> AbstractContextManager[Service]:
    """For a `with`: the service with a hook."""
    told = {"CONTENT": str(settings.content), "HOOK_SECRET": SECRET, **more}
    return serving(settings.index, settings.index.parent, "--workers", workers, **told)


def post(service: Service, body: bytes | Iterable[bytes], headers: dict[str, str]) -> tuple[int, dict[str, object]]:
    """Status and answer, over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", service.port, timeout=60)
    try:
        connection.request("POST", "/hooks/content", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def deliver(service: Service, body: bytes = BODY) -> str:
    """A delivery as GitHub sends it; the run that it led to."""
    status, answer = post(service, body, hub(body))
    assert (status, answer["status"]) == (202, "accepted")
    return str(answer["run"])


def log(settings: Settings) -> tuple[Run, ...]:
    return runs.read(settings.index).runs


def states(settings: Settings) -> list[RunState]:
    return [run.state for run in log(settings)]


def found(service: Service, word: str) -> int:
    status, _, body = service.get(f"/api/search?q={word}")
    return int(json.loads(body)["total"]) if status == 200 else 0


def runners(settings: Settings) -> list[int]:
    """The processes that work off this queue."""
    working = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line, folder = (process / "cmdline").read_bytes(), (process / "cwd").readlink()
        except OSError:
            continue
        if b"search.runner" in line and folder == settings.index.parent:
            working.append(int(process.name))
    return working


@pytest.mark.parametrize("workers", WORKERS)
def test_a_burst_costs_one_run_after_the_one_under_way_and_its_posts_are_found(
    settings: Settings, workers: str
) -> None:
    with started(settings, workers) as service:
        with WriterLock(settings.index, 0):  # the first run is under way as long as the burst lasts
            first = deliver(service)
            eventually(lambda: states(settings) == [RunState.RUNNING])
            write(settings.content / "second.md", "Second")
            bodies = [json.dumps({"ref": "refs/heads/main", "after": str(number)}).encode() for number in range(40)]
            with ThreadPoolExecutor(8) as pool:
                following = set(pool.map(lambda body: deliver(service, body), bodies))
            assert len(following) == 1
            assert len(runners(settings)) == 1
        eventually(lambda: states(settings) == [RunState.DONE, RunState.DONE])
        assert [run.id for run in log(settings)] == [first, *following]
        eventually(lambda: found(service, "second") == 1)
        for run_id in (first, *following) * int(workers):  # each connection may meet another worker
            status, _, body = service.get(f"/hooks/runs/{run_id}", **bearer())
            assert (status, json.loads(body)["state"]) == (200, "done")
        eventually(lambda: runners(settings) == [])


@pytest.mark.parametrize("workers", WORKERS)
def test_nothing_that_is_not_signed_right_starts_a_process(settings: Settings, workers: str) -> None:
    wrong = [
        {},
        bearer("wrong"),
        {"x-gitlab-token": SECRET[:-1]},
        hub(b"another body"),
        {name: value[:-1] for name, value in hub(BODY).items()},
        standard(BODY, at=-400),
        {**standard(BODY), **bearer()},
    ]
    with started(settings, workers) as service:
        for headers in wrong * 4:
            status, answer = post(service, BODY, headers)
            assert (status, bool(answer["remedy"])) == (401, True)
        assert runners(settings) == []
    assert list(settings.index.iterdir()) == []


def test_no_log_and_no_process_shows_the_secret(settings: Settings) -> None:
    with started(settings) as service:
        with WriterLock(settings.index, 0):
            post(service, BODY, bearer("wrong"))
            post(service, BODY, bearer())
            eventually(lambda: states(settings) == [RunState.RUNNING])
            (runner,) = runners(settings)
            shown = b"".join(Path(f"/proc/{runner}/{name}").read_bytes() for name in ("cmdline", "environ"))
            assert SECRET.encode() not in shown
            assert SECRET.encode() not in Path(f"/proc/{service.process.pid}/cmdline").read_bytes()
        eventually(lambda: states(settings) == [RunState.DONE])
        assert SECRET not in service.out.read_text() + service.err.read_text()
    assert all(SECRET.encode() not in path.read_bytes() for path in settings.index.rglob("*") if path.is_file())


def test_a_run_that_is_killed_has_failed_and_the_next_delivery_runs_again(settings: Settings) -> None:
    with started(settings) as service:
        with WriterLock(settings.index, 0):
            first = deliver(service)
            eventually(lambda: states(settings) == [RunState.RUNNING])
            for process in runners(settings):
                os.kill(process, signal.SIGKILL)
            eventually(lambda: states(settings) == [RunState.FAILED])
            status, _, body = service.get(f"/hooks/runs/{first}", **bearer())
            assert (status, json.loads(body)["failure"]["code"]) == (200, "died")
        assert deliver(service) != first
        eventually(lambda: states(settings) == [RunState.FAILED, RunState.DONE])
        eventually(lambda: found(service, "first") == 1)


@pytest.mark.parametrize("workers", WORKERS)
def test_a_run_that_waits_outlives_the_kill_of_everything(settings: Settings, workers: str) -> None:
    with started(settings, workers) as service, WriterLock(settings.index, 0):
        deliver(service)
        eventually(lambda: states(settings) == [RunState.RUNNING])
        waits = deliver(service, b"{}")
        main = service.process.pid
        children = [int(child) for child in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
        for process in [main, *children, *runners(settings)]:
            os.kill(process, signal.SIGKILL)
        service.process.wait()
        eventually(lambda: states(settings) == [RunState.FAILED, RunState.QUEUED])
    with started(settings, workers) as service:
        eventually(lambda: states(settings) == [RunState.FAILED, RunState.DONE])
        assert log(settings)[-1].id == waits
        eventually(lambda: found(service, "first") == 1)


def test_a_run_under_way_outlives_the_end_of_the_service(settings: Settings) -> None:
    with WriterLock(settings.index, 0):
        with started(settings) as service:
            deliver(service)
            eventually(lambda: states(settings) == [RunState.RUNNING])
            assert service.end() == 0
        assert states(settings) == [RunState.RUNNING]
    eventually(lambda: states(settings) == [RunState.DONE])


def test_a_push_is_pulled_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    author = Sandbox(tmp_path, monkeypatch).repository(tmp_path / "author")
    git(tmp_path, "clone", "--quiet", "--bare", str(author), "server.git")
    git(tmp_path, "clone", "--quiet", str(tmp_path / "server.git"), "checkout")
    settings = Settings(content=tmp_path / "checkout" / "content", index=tmp_path / "index")
    with started(settings, HOOK_PULL="true", HOOK_BRANCH="main") as service:
        write(author / "content" / "second.md", "Second")
        commit(author, "more")
        git(author, "push", "--quiet", str(tmp_path / "server.git"), "main")
        other = b'{"ref": "refs/heads/drafts"}'
        assert post(service, other, hub(other))[1]["status"] == "ignored"
        deliver(service)
        eventually(lambda: found(service, "second") == 1)
        assert states(settings) == [RunState.DONE]
        git(tmp_path / "checkout", "remote", "set-url", "origin", str(tmp_path / "gone.git"))
        failed = deliver(service, b'{"ref": "refs/heads/main", "after": "1"}')
        eventually(lambda: states(settings) == [RunState.DONE, RunState.FAILED])
        _, _, body = service.get(f"/hooks/runs/{failed}", **bearer())
        assert json.loads(body)["failure"]["code"] == "pull"
        assert str(tmp_path).encode() not in body
        shown = subprocess.run(
            [*command(settings.index)[:-3], "status"], env=environment(), cwd=tmp_path, capture_output=True, text=True
        )
        assert f"{failed} failed: Git pull in {settings.content}" in shown.stdout
        assert "gone.git" in shown.stdout


def test_a_body_too_large_is_refused_with_and_without_its_length(settings: Settings) -> None:
    block = b"x" * (1 << 20)
    with started(settings) as service:
        assert post(service, block * 26, hub(BODY))[0] == 413
        assert post(service, iter([block] * 26), hub(BODY))[0] == 413  # in chunks, without a length
        assert post(service, block * 25, hub(block * 25))[0] == 202


def test_who_sends_slowly_keeps_nobody_waiting(settings: Settings) -> None:
    head = f"POST /hooks/content HTTP/1.1\r\nhost: x\r\n{{}}content-length: {len(BODY)}\r\n\r\n"
    signed = "".join(f"{name}: {value}\r\n" for name, value in hub(BODY).items())
    with started(settings) as service:
        slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(50)]
        for each in slow:
            each.sendall(head.format(signed).encode() + BODY[:-1])
        assert service.get("/healthz")[0] == 200
        deliver(service)
        eventually(lambda: states(settings) == [RunState.DONE])
        slow[0].sendall(BODY[-1:])
        assert slow[0].recv(100).startswith(b"HTTP/1.1 202 ")
        for each in slow:
            each.close()


@pytest.mark.parametrize("workers", WORKERS)
def test_a_secret_that_cannot_be_read_is_told_at_the_start(settings: Settings, workers: str) -> None:
    done = subprocess.run(
        command(settings.index, "--workers", workers),
        env=environment(HOOK_SECRET_FILE="none"),
        cwd=settings.index.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: hook.secret_file: none cannot be read: No such file")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl, which the page calls, is not installed")
def test_the_page_s_calls_of_curl_work(settings: Settings) -> None:
    secret = settings.index.parent / "hook.secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    deliver_it, show_it = re.findall(r"^\$ (.*curl .*)$", PAGE, re.MULTILINE)
    told = json.loads(re.findall(r"```json\n(\{\n  \"status\".*?)```", PAGE, re.DOTALL)[0])
    with started(settings, HOOK_SECRET="", HOOK_SECRET_FILE=str(secret)) as service:

        def curl(line: str) -> dict[str, object]:
            here = line.replace("https://search.example", f"http://127.0.0.1:{service.port}")
            here = here.replace("/etc/blogsearch/hook.secret", str(secret))
            done = subprocess.run(["sh", "-c", here], capture_output=True, text=True, timeout=60, check=True)
            answer: dict[str, object] = json.loads(done.stdout)
            return answer

        answer = curl(deliver_it)
        assert answer == {**told, "run": answer["run"]}
        assert curl(show_it.replace(told["run"], str(answer["run"])))["id"] == answer["run"]
        eventually(lambda: states(settings) == [RunState.DONE])
