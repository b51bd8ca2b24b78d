"""SQLite FTS5: bm25() with column weights, highlight() and snippet(). It counts no facets."""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from search.models import Post
from tests.benchmarks.peers.base import (
    BODY_BOOST,
    DESCRIPTION_BOOST,
    HITS,
    TAGS_BOOST,
    TITLE_BOOST,
    Found,
    Reply,
)

_RANKED = f"""
    SELECT id, highlight(posts, 1, '<mark>', '</mark>'), snippet(posts, 3, '<mark>', '</mark>', '…', 32)
    FROM posts WHERE posts MATCH ?
    ORDER BY bm25(posts, 0, {TITLE_BOOST}, {DESCRIPTION_BOOST}, {BODY_BOOST}, {TAGS_BOOST}) LIMIT {HITS}
"""


class Sqlite:
    """`match` is how the words of a query are joined: AND as in every engine here, or OR to rank whatever holds any."""

    name = "SQLite FTS5"
    gives = "total, hits, titles, snippets"

    def __init__(self, match: Literal["AND", "OR"] = "AND") -> None:
        self._joined = f" {match} "
        self._database: sqlite3.Connection

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        self._database = sqlite3.connect(folder / "posts.sqlite")
        self._database.execute(
            "CREATE VIRTUAL TABLE posts USING fts5"
            "(id UNINDEXED, title, description, body, tags, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        rows = ((post.id, post.title, post.description, post.body, ", ".join(post.tags)) for post in posts)
        self._database.executemany("INSERT INTO posts VALUES (?, ?, ?, ?, ?)", rows)
        self._database.execute("INSERT INTO posts(posts) VALUES ('optimize')")
        self._database.commit()

    def query(self, text: str) -> Reply:
        # Quoted, a word is a string of FTS5's query language, whatever it holds.
        match = self._joined.join(f'"{word}"' for word in re.findall(r"\w+", text))
        if not match:
            return Reply(0, ())
        (total,) = self._database.execute("SELECT count(*) FROM posts WHERE posts MATCH ?", (match,)).fetchone()
        return Reply(total, [Found(*row) for row in self._database.execute(_RANKED, (match,))])

    def close(self) -> None:
        self._database.close()
