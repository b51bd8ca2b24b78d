"""What every engine in a comparison does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from search.models import Post

TITLE_BOOST, DESCRIPTION_BOOST, BODY_BOOST, TAGS_BOOST = 3.0, 1.5, 1.0, 2.0
"""The weights that every engine gets for its fields, in this order everywhere."""

HITS = 10
SNIPPET_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One hit; `title` and `snippet` hold the engine's own marks around matches ("" where it has none)."""

    id: str
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The full answer: the total, HITS best hits, and the counts of tags where the engine counts them.

    `seconds` is what an engine in another process took by its own clock (None: the caller's clock counts).
    """

    total: int
    hits: Sequence[Found]
    facets: int = 0
    seconds: float | None = None


class UnavailableError(Exception):
    """The engine is not on this machine; the message says what is missing."""


class Peer(Protocol):
    """One engine. A query is plain words, all of which a hit must hold; the engine's own stemmer is on."""

    name: str
    gives: str

    def build(self, posts: Iterable[Post], folder: Path) -> None:
        """Index `posts` in the empty folder `folder`. Raises UnavailableError where the engine cannot be had."""

    def query(self, text: str) -> Reply:
        """The full answer to `text`, made anew each time."""

    def close(self) -> None:
        """End processes, let go of files."""
