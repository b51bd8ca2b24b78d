"""Whatever is wrong with the index or in the program, no answer says where anything lies or how it failed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from search.config import ServeSettings, Settings
from search.web.app import create_app
from search.web.catalogue import OPERATIONS
from tests.web.serving import CHECKOUT

ADDRESSES = [
    *(operation.path.replace("{id}", "knee").replace("{path}", "docs.css") for operation in OPERATIONS),
    *("/", "/?q=knee", "/api/search?q=knee", "/api/related?id=knee", "/api/suggest?q=kn", "/suggestions?q=kn"),
    *("/api/posts/../../etc/passwd", "/api/posts/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/static/%2e%2e/%2e%2e/app.py"),
    *("/static//etc/passwd", "/static/..%5c..%5capp.py", "/%2e%2e/%2e%2e/etc/passwd", "/api/search?page=x"),
]


def _write(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda index: next(index.glob(name)).write_bytes(data)


def _cut(index: Path) -> None:
    path = next(index.glob("gen-*/*.columns"))
    path.write_bytes(path.read_bytes()[:-100])


def _remove(name: str) -> Callable[[Path], object]:
    def remove(index: Path) -> None:
        for path in index.glob(name):
            path.unlink()

    return remove


def _replace(index: Path) -> None:
    shutil.rmtree(index)
    index.write_bytes(b"x")


STATES: dict[str, Callable[[Path], object]] = {
    "whole": lambda index: index,
    "missing": shutil.rmtree,
    "no-current": _remove("CURRENT"),
    "a-newer-format": _write("CURRENT", b"blogsearch 999 gen-x/snapshot-1.json 1 0\n"),
    "a-current-of-other-bytes": _write("CURRENT", b"\xff\x00../../etc/passwd"),
    "no-snapshot": _remove("gen-*/snapshot-*.json"),
    "a-snapshot-of-other-bytes": _write("gen-*/snapshot-*.json", b'{"segments": "/etc/passwd"}'),
    "columns-cut-short": _cut,
    "no-segments-nor-columns": _remove("gen-*/*.[cs]*"),
    "a-file-in-its-place": _replace,
}


@pytest.mark.parametrize("state", STATES)
def test_no_answer_says_where_anything_lies(state: str, built: Settings, tmp_path: Path) -> None:
    shutil.copytree(built.index, tmp_path / "index")
    STATES[state](tmp_path / "index")
    settings = Settings(content=built.content, index=tmp_path / "index", serve=ServeSettings(log_access=False))
    client = TestClient(create_app(settings), raise_server_exceptions=False, client=("127.0.0.1", 5000))
    secret = [str(tmp_path), str(built.content), str(CHECKOUT / "search"), "Traceback", 'File "', "root:x:0"]
    for address in ADDRESSES:
        answer = client.get(address, follow_redirects=False)
        told = f"{answer.headers}\n{answer.text}"
        assert answer.status_code in (200, 400, 404, 405, 503), address
        assert [word for word in secret if word in told] == [], address
