"""docs/deploy.md and the files beside it: what they name exists, what they promise is so."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import click
import pytest

from search.cli.app import blogsearch
from search.config import SETTINGS, ServeSettings, Settings
from search.configload import load_settings
from search.runs import RunCounts
from search.service import open_reader
from search.web import headers, problems, protocol, server
from search.web.metrics import IndexFacts, RequestCounts
from tests.web.serving import CHECKOUT, serving

DOCS = CHECKOUT / "docs"
PAGE = (DOCS / "deploy.md").read_text(encoding="utf-8")
UNIT, CONTAINER, IGNORED, NGINX, CADDY = (
    (DOCS / "deploy" / name).read_text(encoding="utf-8")
    for name in (
        "blogsearch-serve.service",
        "Containerfile",
        "Containerfile.dockerignore",
        "nginx.conf",
        "Caddyfile",
    )
)
ROOT_PATH = "/find"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def first_cells(title: str) -> list[str]:
    """Of the rows of the table in a section, without its head."""
    section = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section
    return [line.split(" | ")[0].strip("| ") for line in section[1].splitlines() if line.startswith("| ")][1:]


def test_every_file_that_it_links_to_is_there() -> None:
    linked = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", PAGE)]
    assert [link for link in linked if not (DOCS / link).exists()] == []
    assert {f"deploy/{file.name}" for file in (DOCS / "deploy").iterdir() if file.suffix != ".dockerignore"} < set(
        linked
    )


def test_every_environment_variable_is_that_of_a_setting() -> None:
    named = set(re.findall(r"BLOGSEARCH_[A-Z_]+", PAGE + UNIT + CONTAINER))
    assert named - {setting.env for setting in SETTINGS} == set()


@pytest.mark.parametrize(
    "line", re.findall(r"^.*blogsearch (?:serve|index|status)\b.*$", "\n".join(blocks("sh")), re.M)
)
def test_commands_are_commands(line: str) -> None:
    words = shlex.split(line)
    words = words[max(place for place, word in enumerate(words) if Path(word).name == "blogsearch") + 1 :]
    command = blogsearch.get_command(click.Context(blogsearch), words[0])
    assert command
    with click.Context(command) as ctx:
        known = [option for param in command.get_params(ctx) for option in param.opts]
    assert [word for word in words if word.startswith("-") and word not in known] == []


def test_the_settings_are_settings(tmp_path: Path) -> None:
    for text in blocks("toml"):
        (tmp_path / "blogsearch.toml").write_text(text, encoding="utf-8")
        assert load_settings({}, tmp_path / "blogsearch.toml", {}).serve != ServeSettings()
        assert tomllib.loads(text)["serve"]["root_path"] == ROOT_PATH


def test_the_headers_are_those_of_every_answer() -> None:
    told = dict(re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE))
    assert told == headers.DEFAULTS


def test_the_metrics_are_those_that_there_are(built: Settings) -> None:
    shown = RequestCounts().exposition() + IndexFacts(open_reader(built), RunCounts(0, 0)).exposition()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", shown.decode(), re.MULTILINE))
    told = [name for cell in first_cells("What to watch") for name in re.findall(r"`(\w+)`", cell)]
    assert sorted(told) == sorted(name for name in kinds if not name.endswith("_created"))


def test_the_limits_are_those_that_there_are() -> None:
    values = re.findall(r"^\| [^|]+ \| ([\d,]+)(?: s| bytes)? \|", PAGE, re.MULTILINE)
    assert [int(value.replace(",", "")) for value in values] == [
        protocol.PATIENCE,
        protocol.HEAD,
        problems.MAX_ADDRESS,
        protocol.AHEAD,
        server.IDLE,
        server.CONNECTIONS,
        server.STOP,
    ]


def unit() -> dict[str, list[str]]:
    """The values of each key of the service, whatever section it stands in."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def test_the_unit_runs_the_service_with_few_rights() -> None:
    configparser.ConfigParser(strict=False, interpolation=None).read_string(UNIT)
    (started,) = unit()["ExecStart"]
    assert shlex.split(started)[-2:] == ["/srv/blog/.venv/bin/blogsearch", "serve"]
    assert unit()["User"] == ["blog"]
    assert unit()["ReadWritePaths"] == ["/srv/blog/index"]
    assert int(unit()["TimeoutStopSec"][0]) > server.STOP
    assert int(unit()["LimitNOFILE"][0]) > server.CONNECTIONS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_finds_it_confined(tmp_path: Path) -> None:
    here = Path(sys.executable).with_name("blogsearch")
    path = tmp_path / "blogsearch-serve.service"
    path.write_text(
        UNIT.replace("/srv/blog/.venv/bin/blogsearch", str(here)).replace("User=blog", "User=root"), encoding="utf-8"
    )
    checked = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stderr) == (0, "")
    path.write_text(UNIT, encoding="utf-8")
    security = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(path)]
    assert subprocess.run(security, capture_output=True, text=True, timeout=60).returncode == 0


def instructions(name: str) -> list[str]:
    return [line.split(maxsplit=1)[1] for line in CONTAINER.replace("\\\n", "").splitlines() if line.startswith(name)]


def test_the_image_is_made_of_what_is_there_and_runs_without_root() -> None:
    copied = [word for line in instructions("COPY ") if "--from" not in line for word in line.split()[:-1]]
    assert [name for name in copied if not (CHECKOUT / name).exists()] == []
    assert {line.removeprefix("!") for line in IGNORED.splitlines() if line.startswith("!")} == set(copied)
    assert instructions("USER ") == ["10001"]
    assert json.loads(instructions("ENTRYPOINT ")[0]) + json.loads(instructions("CMD ")[0]) == ["blogsearch", "serve"]
    assert "docker build -f docs/deploy/Containerfile -t blogsearch ." in PAGE


def test_the_health_check_tells_whether_the_service_runs(built: Settings, tmp_path: Path) -> None:
    check = json.loads(instructions("HEALTHCHECK ")[0].partition("CMD ")[2])
    with serving(built.index, tmp_path) as service:
        command = [sys.executable, *(word.replace("8000", str(service.port)) for word in check[1:])]
        assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0
        service.end()
        assert subprocess.run(command, capture_output=True, timeout=60).returncode != 0


@pytest.mark.long
def test_the_image_s_installation_needs_no_other_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in (word for line in instructions("COPY ") if "--from" not in line for word in line.split()[:-1]):
        path = CHECKOUT / name
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(path, source / name, ignore=ignored) if path.is_dir() else shutil.copy(path, source / name)
    built = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(built, check=True, timeout=300)
    assert [path.name for path in tmp_path.glob("blogsearch-*.whl")]


def test_the_proxies_ask_the_service_where_it_listens_and_let_go_of_connections_first() -> None:
    default = f"{ServeSettings().host}:{ServeSettings().port}"
    assert f"server {default};" in NGINX
    assert f"reverse_proxy {default} " in CADDY
    kept = re.findall(r"(?:keepalive_timeout|keepalive) (\d+)s", NGINX + CADDY)
    assert len(kept) == 2
    assert all(int(seconds) < server.IDLE for seconds in kept)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src", "action") and value]


def links(page: bytes, address: str) -> list[str]:
    """The addresses that a page links to on its own host, those of posts aside, without fragments."""
    reader = _Links()
    reader.feed(page.decode())
    whole = [urlsplit(urljoin(address, link)) for link in reader.found]
    here = [link for link in whole if link.hostname in (None, "x") and not link.path.startswith("/blog/")]
    return sorted({f"{link.path}?{link.query}" if link.query else link.path for link in here})


def test_below_a_path_every_link_has_it_and_leads_somewhere(built: Settings, tmp_path: Path) -> None:
    with serving(built.index, tmp_path, "--root-path", ROOT_PATH) as service:
        followed = 0
        for page in ("/", "/?q=cartilage", "/?q=nothing-like-it", "/docs"):
            status, _, body = service.get(page, host="x")
            assert status == 200
            for link in links(body, f"http://x{ROOT_PATH}{page}"):
                assert link.startswith(f"{ROOT_PATH}/"), f"{page} links to {link}"
                assert service.get(link.removeprefix(ROOT_PATH), host="x")[0] == 200, f"{page} links to {link}"
                followed += 1
        assert followed > 20
        described = service.get("/opensearch.xml", host="x")[2].decode()
        assert set(re.findall(r'template="http://x(/\w+)', described)) == {ROOT_PATH}
