"""docs/deploy/Containerfile, built and run by a container engine with the words of docs/deploy.md.

Of the image only the base is another: Debian's own Python, since a registry of images is not reached from everywhere.
"""

import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.web.serving import CHECKOUT

pytestmark = [
    pytest.mark.container,
    pytest.mark.skipif(
        bool(missing := [name for name in ("podman", "runc", "debootstrap") if not shutil.which(name)]),
        reason=f"not installed: {', '.join(missing)}; .ci/run installs them",
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a base image of Debian's packages"),
]

PAGE = (CHECKOUT / "docs" / "deploy.md").read_text(encoding="utf-8")
CONTAINER = (CHECKOUT / "docs" / "deploy" / "Containerfile").read_text(encoding="utf-8")
CERTIFICATES = Path("/etc/ssl/certs")
NAME = "blogsearch"


@dataclass(frozen=True, slots=True)
class Engine:
    """Podman with images, containers and volumes of its own, below one folder."""

    folder: Path

    def __call__(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        place = ["--root", f"{self.folder}/images", "--runroot", f"{self.folder}/run", "--runtime", "runc"]
        command = ["podman", *place, "--cgroup-manager", "cgroupfs", "--log-level", "fatal", *words]
        settings = {"BUILDAH_ISOLATION": "chroot", "BUILDAH_FORMAT": "docker"}  # OCI's own has no health check
        return subprocess.run(
            command, check=check, capture_output=True, text=True, timeout=300, env={**os.environ, **settings}
        )


def documented(command: str) -> list[str]:
    """The words behind `docker` of the command of the page that begins with it."""
    found = re.search(rf"^docker ({command} (?:.*\\\n)*.*)$", PAGE, re.MULTILINE)
    assert found
    return shlex.split(found[1].replace("\\\n", " "))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """With the image, and a container of it, as the page says; the index is not built yet."""
    folder = tmp_path_factory.mktemp("engine")
    base, engine = folder / "base", Engine(folder)
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
    debootstrap = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv", codename, str(base)]
    subprocess.run(debootstrap, check=True, capture_output=True, timeout=300)
    (base / "usr" / "bin" / "python").symlink_to("python3")
    subprocess.run(["tar", "-C", str(base), "-cf", f"{folder}/base.tar", "."], check=True, timeout=120)
    for image in set(re.findall(r"^FROM (\S+)", CONTAINER, re.MULTILINE)):
        engine("import", f"{folder}/base.tar", f"docker.io/library/{image}")
    build = documented("build")
    host = ["--network", "host", f"--volume={CERTIFICATES}:{CERTIFICATES}:ro"]
    engine(*build[:-1], *host, f"--env=PIP_CERT={CERTIFICATES}/ca-certificates.crt", "--pull=never", str(CHECKOUT))
    yield engine
    for kind in ("rm", "rmi"):
        engine(kind, "--all", "--force", check=False)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def running(engine: Engine, port: int) -> Iterator[None]:
    """A container as the page says, though in the network of this machine; the volume stays."""
    words = documented("run")
    published, volume = words.index("--publish"), words.index("--volume")
    words[volume + 1] = f"{CHECKOUT}/content:/content:ro"
    words[published : published + 2] = ["--network", "host", f"--env=BLOGSEARCH_SERVE_PORT={port}"]
    limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"]  # what an engine may ask for in any sandbox
    engine(words[0], *limits, *words[1:])
    until(port, "/healthz", 200)
    yield
    engine("rm", "--force", NAME)


def asked(port: int, path: str) -> int | None:
    """The status; None where nobody listens."""
    return answer[0] if (answer := got(port, path)) else None


def got(port: int, path: str) -> tuple[int, bytes] | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except ConnectionRefusedError:
        return None
    finally:
        connection.close()


def inside(engine: Engine, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    return engine("exec", NAME, *words, check=check)


def until(port: int, path: str, status: int) -> None:
    deadline = time.monotonic() + 60
    while (now := asked(port, path)) != status:
        assert time.monotonic() < deadline, f"{path} is still {now}"
        time.sleep(0.05)


@pytest.mark.usefixtures("running")
def test_it_serves_the_posts_once_they_are_indexed_and_keeps_the_index(engine: Engine, port: int) -> None:
    assert asked(port, "/readyz") == 503
    assert " written, 0 unchanged" in inside(engine, *documented("exec")[2:]).stdout
    until(port, "/readyz", 200)
    answer = got(port, "/api/search?q=knee")
    assert answer
    assert json.loads(answer[1])["total"] > 0


@pytest.mark.usefixtures("running")
def test_a_container_after_it_has_the_index(port: int) -> None:
    assert asked(port, "/readyz") == 200


@pytest.mark.usefixtures("running")
def test_it_has_no_rights_and_writes_nowhere_but_into_its_index(engine: Engine) -> None:
    assert inside(engine, "id", "-u").stdout.strip() == "10001"
    told = dict(re.findall(r"^(\w+):\t(\w+)$", inside(engine, "cat", "/proc/self/status").stdout, re.MULTILINE))
    assert [int(told[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")] == [0, 0, 0]
    assert told["NoNewPrivs"] == "1"
    for folder, allowed in (("/", False), ("/opt/blogsearch", False), ("/content", False), ("/index", True)):
        written = inside(engine, "touch", f"{folder}/written", check=False)
        assert (written.returncode == 0) is allowed, folder
    inside(engine, "rm", "/index/written")


@pytest.mark.usefixtures("running")
def test_the_engine_sees_that_it_is_healthy_and_stops_it_gently(engine: Engine) -> None:
    check = json.loads(engine("inspect", "--format", "{{json .Config.Healthcheck}}", NAME).stdout)
    assert check["Test"][0] == "CMD"
    engine("stop", "--time", "10", NAME)
    assert engine("inspect", "--format", "{{.State.ExitCode}}", NAME).stdout.strip() == "0"
    assert "Application shutdown complete" in engine("logs", NAME).stderr
