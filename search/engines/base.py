"""The contract between the use cases and a search engine. No third-party import, no name of an engine above this line.

An engine is one object per index folder. Reading never blocks on writing: a reader answers from the state that was
published when it was opened. Writing is exclusive across processes and publishes all of a run or nothing of it.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from search.models import Answer, IndexedPost, IndexStatus, Post, RelatedPost, SearchRequest, Suggestion, TagCount

Item = TypeVar("Item")
Note = TypeVar("Note")


class Progress(Protocol):
    """Who is told how far long work is: `start` once, `advance` any number of times, `finish` once."""

    def start(self, total: int) -> None: ...

    def advance(self, count: int) -> None: ...

    def finish(self) -> None: ...


class Unwatched:
    """Progress of work that nobody watches."""

    def start(self, total: int) -> None:
        pass

    def advance(self, count: int) -> None:
        pass

    def finish(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Added(Generic[Note]):
    """What `Batch.add` did: the notes of the items, in their order, and by post id why a post could not be written."""

    notes: tuple[Note, ...]
    failed: Mapping[str, str]


class Batch(Protocol):
    """One exclusive run of writing. Nothing of it is seen before `publish`; left without it, nothing of it remains.

    `why_full` is a sentence where the batch starts from nothing instead of from the published index, else "".
    """

    why_full: str

    def manifest(self) -> Mapping[str, str]:
        """The content hash of every post in the index that the batch goes on from, by id; empty for a full build."""

    def add(
        self, load: Callable[[Item], tuple[Post | None, Note]], items: Sequence[Item], progress: Progress
    ) -> Added[Note]:
        """Calls `load` once for each item and writes the posts that it returns, in place of earlier ones with their id.

        `load` and the items must be picklable: it may be called in other processes. It must not raise; what it has to
        say beside the post goes into its note. An id may come up only once in all items. A post that cannot be written
        spoils nothing: it is named in `failed`, and an earlier version of it stays.
        """

    def delete(self, ids: Collection[str]) -> None:
        """Takes posts out, those added in this batch as well; ids that are not there do not matter."""

    def keep(self, ids: Collection[str]) -> frozenset[str]:
        """Sees to it that the earlier version of these posts is in what will be published; returns those that are."""

    def publish(self) -> str:
        """Makes all of it visible in one step and returns the name of the new state (the old one, if nothing
        changed). The batch ends with it. Raises StorageError, and then nothing was published."""


class Reader(Protocol):
    """One published state of the index, opened, for as long as it is held; later publications do not touch it. Safe to
    share between threads. Every call may raise IndexDamagedError."""

    @property
    def generation(self) -> str:
        """The name of the state, another for every publication."""

    @property
    def built(self) -> datetime:
        """When it was published (naive UTC)."""

    def search(self, request: SearchRequest) -> Answer:
        """The ranked page that `request` asks for; its `took_ms` is the time it took here."""

    def suggest(self, text: str, most: int) -> Sequence[Suggestion]:
        """At most `most` completions of what is typed: tags and phrases, the worthiest first, then titles."""

    def related(self, post_id: str, most: int) -> Sequence[RelatedPost]:
        """At most `most` other posts about the same, best first. Raises NotFoundError where there is no such post."""

    def post(self, post_id: str) -> IndexedPost:
        """What is kept of one post. Raises NotFoundError where there is no such post."""

    def tags(self, prefix: str) -> Sequence[TagCount]:
        """The tags that begin with `prefix`, those of most posts first."""

    def status(self) -> IndexStatus:
        """What the state holds."""


class Engine(Protocol):
    """What every engine does. Errors are those of search.errors, never an engine's own."""

    def open(self) -> Reader:
        """What is published now. Raises IndexMissingError before the first build, IndexFormatError where this program
        cannot read it, IndexDamagedError, StorageError."""

    def publication(self) -> Hashable:
        """Equal to what it was before as long as nothing new is published; costs a look at one file, reads none."""

    def manifest(self) -> Mapping[str, str]:
        """The content hash of every post in the published index, by post id; empty before the first build."""

    def verify(self) -> tuple[str, ...]:
        """Reads every file of the published index against its checksum; one sentence for each that is damaged."""

    def writing(self, *, rules: str, wait: float, full: str, verify: bool) -> AbstractContextManager[Batch]:
        """A batch; only one at a time, over all processes. `rules` marks the settings that the posts are made with.

        It goes on from the published index unless `full` says in a sentence why not, or unless that is missing,
        damaged or was built in another way (`Batch.why_full`). `verify` reads it against its checksums first. Raises
        IndexLockedError after `wait` seconds, IndexFormatError for an index of a newer program, StorageError.
        """
