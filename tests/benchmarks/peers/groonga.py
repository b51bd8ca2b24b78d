"""Groonga over HTTP on this machine, one kept connection: BM25-like scores, highlight_html, snippet_html, drilldown.

Its own clock is not used: a request is part of asking it. It stems nothing, and tags are counted but not matched.
"""

import http.client
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from search.models import Post
from tests.benchmarks.peers.base import HITS, Found, Reply, UnavailableError
from tests.ports import free_port

_SCHEMA = """\
table_create Tags TABLE_PAT_KEY ShortText
table_create Posts TABLE_HASH_KEY ShortText
column_create Posts title COLUMN_SCALAR ShortText
column_create Posts description COLUMN_SCALAR ShortText
column_create Posts body COLUMN_SCALAR Text
column_create Posts tags COLUMN_VECTOR Tags
table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto
column_create Terms posts COLUMN_INDEX|WITH_POSITION|WITH_SECTION Posts title,description,body
load --table Posts
"""
_MATCHED = "title * 6 || description * 3 || body * 2"
"""The common weights, doubled: Groonga takes whole numbers."""
_START_SECONDS = 20


class Groonga:
    name = "Groonga over HTTP"
    gives = "total, hits, titles, snippets, tags"

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def pid(self) -> int:
        """Of the server; 0 before it is built."""
        return self._server.pid if self._server else 0

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        program = shutil.which("groonga")
        if not program:
            raise UnavailableError("groonga is not installed")
        commands = folder / "load.grn"
        with commands.open("w", encoding="utf-8") as file:
            file.write(_SCHEMA + "[\n")
            for post in posts:
                words = {"title": post.title, "description": post.description, "body": post.body}
                file.write(json.dumps({"_key": post.id, **words, "tags": post.tags}, ensure_ascii=False) + ",\n")
            file.write("]\n")
        database = str(folder / "posts.db")
        subprocess.run([program, "--file", str(commands), "-n", database], check=True, capture_output=True)
        self.port = free_port()
        serve = [program, "-s", "--protocol", "http", "--bind-address", "127.0.0.1", "-p", str(self.port), database]
        self._server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._get("/d/status")
            except OSError as error:
                self._connection.close()
                if time.monotonic() > until:
                    raise UnavailableError("groonga did not start to listen") from error
                time.sleep(0.05)
            else:
                return

    def _get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        return self._connection.getresponse().read()

    @staticmethod
    def path(text: str) -> str:
        """Where the full answer to `text` is."""
        parameters = {
            "table": "Posts",
            "match_columns": _MATCHED,
            "query": " ".join(re.findall(r"\w+", text)),
            "limit": HITS,
            "sort_keys": "-_score",
            "output_columns": "_key,highlight_html(title),snippet_html(body)",
            "drilldowns[tags].keys": "tags",
            "drilldowns[tags].limit": 50,
            "cache": "no",
            "command_version": 2,
        }
        return f"/d/select?{urlencode(parameters)}"

    def query(self, text: str) -> Reply:
        _, (found, tags) = json.loads(self._get(self.path(text)))
        (total,), _, *rows = found
        hits = [Found(key, title, (snippets or [""])[0]) for key, title, snippets in rows]
        return Reply(total, hits, len(tags["tags"]) - 2)

    def close(self) -> None:
        if self._server:
            self._connection.close()
            self._server.terminate()
            self._server.wait()
