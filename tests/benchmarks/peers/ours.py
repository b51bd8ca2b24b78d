"""blogsearch in process, with every default on."""

from collections.abc import Iterable
from pathlib import Path

from search.config import Settings
from search.engines.base import Reader
from search.engines.whoosh.engine import WhooshEngine
from search.indexing import run
from search.models import Post, SearchRequest
from tests.benchmarks.peers.base import Found, Reply


class Blogsearch:
    name = "blogsearch"
    gives = "total, hits, titles, snippets, tags, years"

    def __init__(self, content: Path, index: Path | None = None) -> None:
        """`index` is one that was built from `content` already; without it one is built where the others are."""
        self._content = content
        self._index = index
        self._reader: Reader

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        """Index the Markdown files themselves; `posts` are what they were read as."""
        if self._index is None:
            run(Settings(content=self._content, index=folder), full=True)
        self._reader = WhooshEngine(self._index or folder).open()

    def query(self, text: str) -> Reply:
        answer = self._reader.search(SearchRequest(text))
        hits = [Found(hit.id, hit.title_html, hit.snippet_html) for hit in answer.hits]
        return Reply(answer.total, hits, len(answer.facets.tags))

    def close(self) -> None:
        del self._reader
