"""MiniSearch in Node.js, timed by Node's own clock so that the pipe to it costs nothing. It makes no snippets."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from search.models import Post
from tests.benchmarks.peers.base import Found, Reply, UnavailableError

VERSION = "7.2.0"


class MiniSearch:
    name = "MiniSearch"
    gives = "total, hits"

    def __init__(self, packages: Path) -> None:
        """`packages` is the folder that the npm package is installed into, once."""
        self._packages = packages
        self._process: subprocess.Popen[str] | None = None

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        node = self._install()
        script = Path(__file__).with_name("minisearch.mjs")
        library = (self._packages / "node_modules" / "minisearch" / "dist" / "es" / "index.js").as_uri()
        command = [node, "--max-old-space-size=8192", str(script), library]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._to_node: Any = self._process.stdin
        self._from_node: Any = self._process.stdout
        for post in posts:
            words = {"title": post.title, "description": post.description, "body": post.body}
            self._send({"post": {"id": post.id, **words, "tags": ", ".join(post.tags)}})
        self._ask({"ready": True})

    def _install(self) -> str:
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm:
            raise UnavailableError("node and npm are not installed")
        if not (self._packages / "node_modules" / "minisearch").is_dir():
            self._packages.mkdir(parents=True, exist_ok=True)
            install = [
                npm,
                "install",
                "--silent",
                "--no-save",
                "--prefix",
                str(self._packages),
                f"minisearch@{VERSION}",
            ]
            if subprocess.run(install, capture_output=True, check=False).returncode:
                raise UnavailableError(f"npm could not install minisearch@{VERSION}")
        return node

    def query(self, text: str) -> Reply:
        answer = self._ask({"query": text})
        hits = [Found(found, "", "") for found in answer["ids"]]
        return Reply(answer["total"], hits, seconds=answer["ms"] / 1000)

    def _send(self, message: dict[str, object]) -> None:
        self._to_node.write(json.dumps(message) + "\n")

    def _ask(self, message: dict[str, object]) -> dict[str, Any]:
        self._send(message)
        self._to_node.flush()
        answer: dict[str, Any] = json.loads(self._from_node.readline())
        return answer

    def close(self) -> None:
        if self._process:
            self._process.communicate()
