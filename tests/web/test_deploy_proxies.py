"""docs/deploy/nginx.conf and Caddyfile in front of a service, as the real servers read them."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from getpass import getuser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from search.config import Settings
from search.web import bodies
from tests.ports import free_port
from tests.web.deliveries import CONTENT, SECRET, hub
from tests.web.serving import CHECKOUT, Service, serving

DEPLOY = CHECKOUT / "docs" / "deploy"
ROOT_PATH = "/find"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""Folders that nginx makes unless it is told where."""

READER, ELSEWHERE = "127.0.0.9", "203.0.113.7"
"""One that the system has, and is no proxy; and one of nobody (RFC 5737)."""


def answered(service: Service, path: str) -> int:
    """The status, as soon as somebody listens there."""
    while service.process.poll() is None:
        try:
            return service.get(path)[0]
        except ConnectionRefusedError:
            time.sleep(0.02)
    pytest.fail(f"it ended with {service.process.returncode}")


def nginx(folder: Path, port: int, to: int) -> list[str]:
    """The command that serves the documented file at `port` in front of the service at `to`."""
    configured = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    configured = configured.replace("127.0.0.1:8000", f"127.0.0.1:{to}").replace("listen 80", f"listen {port}")
    (folder / "site.conf").write_text(configured, encoding="utf-8")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"user {getuser()}; pid {folder}/pid; error_log {folder}/errors; daemon off; events {{}}\n"
        f"http {{ access_log off; {temporary} include {folder}/site.conf; }}",
        encoding="utf-8",
    )
    command = ["nginx", "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t"], check=True, capture_output=True, timeout=60)
    return command


def caddy(folder: Path, port: int, to: int) -> list[str]:
    """The same for Caddy; without its certificates, for which it would ask the network."""
    configured = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    configured = configured.replace("127.0.0.1:8000", f"127.0.0.1:{to}").replace("blog.example {", f"http://:{port} {{")
    file = folder / "Caddyfile"
    file.write_text(f"{{\n\tadmin off\n\tstorage file_system {folder}/kept\n}}\n{configured}", encoding="utf-8")
    named = ["--config", str(file), "--adapter", "caddyfile"]
    subprocess.run(["caddy", "validate", *named], check=True, capture_output=True, timeout=60)
    return ["caddy", "run", *named]


@contextmanager
def proxied(command: list[str], port: int, service: Service) -> Iterator[Service]:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            yield Service(process, port, service.out, service.err)
        finally:
            process.terminate()


@pytest.mark.long
@pytest.mark.parametrize("server", [nginx, caddy])
def test_it_shows_the_service_below_a_path(
    server: Callable[[Path, int, int], list[str]], built: Settings, tmp_path: Path
) -> None:
    if shutil.which(server.__name__) is None:
        pytest.skip(f"{server.__name__} is not installed; .ci/run installs it")
    own = {"SERVE_LOG_ADDRESS": "true", "HOOK_SECRET": SECRET}
    with serving(built.index, tmp_path, "--root-path", ROOT_PATH, **own) as service:
        port = free_port()
        with proxied(server(tmp_path, port, service.port), port, service) as proxy:
            assert answered(proxy, f"{ROOT_PATH}/?q=knee") == 200
            assert proxy.get(f"{ROOT_PATH}/api/search?q=knee")[0] == 200
            assert proxy.get(f"{ROOT_PATH}/metrics")[0] == 404
            status, headers, _ = proxy.get(ROOT_PATH)
            assert (status, urlsplit(headers["location"]).path) == (308, f"{ROOT_PATH}/")
            assert f'template="http://blog.example{ROOT_PATH}/' in described(proxy)
            assert pinged(proxy, bodies.LARGEST) == 200, "as large as GitHub sends at most"
            assert pinged(proxy, bodies.LARGEST + 1) == 413
        service.end()
        lines = service.log()
        assert all(re.fullmatch("[0-9a-f-]{32,36}", str(line["request"])) for line in lines)
        told = [line["address"] for line in lines if line["route"] == "/opensearch.xml"]
        assert told == [READER], "a reader cannot say to be another"


def described(proxy: Service) -> str:
    """The description for browsers, as it is for somebody who says to be at another address."""
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=60, source_address=(READER, 0))
    connection.request(
        "GET", f"{ROOT_PATH}/opensearch.xml", headers={"Host": "blog.example", "X-Forwarded-For": ELSEWHERE}
    )
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def pinged(proxy: Service, size: int) -> int:
    """The status that GitHub's ping is answered with where it has so many bytes."""
    body = b"{}".ljust(size)
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused by its length, before all of it was sent
            connection.request("POST", f"{ROOT_PATH}{CONTENT}", body, {"X-GitHub-Event": "ping", **hub(body)})
        return connection.getresponse().status
    finally:
        connection.close()
