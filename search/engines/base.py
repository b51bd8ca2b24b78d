"""The contract between the use cases and a search engine. No third-party import, no name of an engine above this line.

An engine is one object per index folder. Reading never blocks on writing: a search answers from the snapshot that was
published when it began. Writing is exclusive across processes and publishes all of a run or nothing of it.
"""

from collections.abc import Mapping
from typing import Protocol

from search.models import Answer, IndexStatus, SearchRequest


class Engine(Protocol):
    """What every engine does. Errors are those of search.errors, never an engine's own."""

    def search(self, request: SearchRequest) -> Answer:
        """The ranked page that `request` asks for. Raises IndexMissingError before the first build."""

    def manifest(self) -> Mapping[str, str]:
        """The content hash of every post in the published index, by post id; empty before the first build."""

    def status(self) -> IndexStatus:
        """What is published. Raises IndexMissingError before the first build."""

    def close(self) -> None:
        """Let go of files and memory; further calls are not allowed."""
