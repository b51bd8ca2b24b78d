"""Items -> segments: in this process, and for many items in further ones beside it.

Every process takes the next few items until none are left, and writes segments of its own; this process works like
the others. They are started afresh (spawn): threads, locks and open files of the caller do not come along, and the
lock on the index ends with its writer even where a child outlives it.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from search.engines.base import Added, Item, Note, Progress
from search.engines.whoosh.storage.merge import SEGMENT_WORDS
from search.engines.whoosh.storage.segment import NewSegment, SegmentBuilder
from search.errors import BlogsearchError, IndexUnavailableError
from search.models import Post

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

CHUNK = 16
"""Items that a process takes at a time: few enough that all end at about the same time."""

ALONE_BELOW = 64
"""Fewer items than this are written here: to start a process takes longer."""

MAX_PROCESSES = 4
"""More would have to write smaller segments to stay within the same memory, and many segments make queries slow."""

Load = Callable[[Item], tuple[Post | None, Note]]


@dataclass(slots=True)
class Share(Generic[Note]):
    """What one process did: the note of each of its items by number, posts that could not be written, segments."""

    notes: dict[int, Note] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    segments: list[NewSegment] = field(default_factory=list)

    def join(self, other: "Share[Note]") -> None:
        self.notes.update(other.notes)
        self.failed.update(other.failed)
        self.segments.extend(other.segments)


def build(
    folder: Path, load: Load[Item, Note], items: Sequence[Item], progress: Progress, processes: int | None = None
) -> tuple[Added[Note], list[NewSegment]]:
    """Writes what `load` makes of the items as segments into the generation folder.

    `processes` is how many to use (None: as many as there are cores and the number of items is worth). Returns what
    Batch.add does, and the segments. Raises StorageError, IndexUnavailableError where a process
    died; KeyboardInterrupt ends the other processes as well.
    """
    if processes is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        processes = min(cores, MAX_PROCESSES) if len(items) >= ALONE_BELOW else 1
    # All processes together hold the words of two whole segments at most: some 1.6 GB.
    room = 2 * SEGMENT_WORDS // max(2, processes)
    progress.start(len(items))
    try:
        if processes == 1:
            share = work(folder, load, items, _chunks(len(items)), room, progress.advance)
        else:
            share = _together(folder, load, items, room, progress, processes)
    finally:
        progress.finish()
    return Added(tuple(share.notes[n] for n in range(len(items))), share.failed), share.segments


def work(
    folder: Path,
    load: Load[Item, Note],
    items: Sequence[Item],
    chunks: Iterator[range],
    room: int,
    advance: Callable[[int], None],
) -> Share[Note]:
    """Does the items of `chunks`; a segment is written when it holds `room` words. `advance` hears of each chunk when
    it is done."""
    share: Share[Note] = Share()
    segment = SegmentBuilder()
    for chunk in chunks:
        for number in chunk:
            post, share.notes[number] = load(items[number])
            if post is not None:
                _add(segment, post, share.failed)
        if segment.words >= room:
            share.segments.append(segment.write(folder))
            segment = SegmentBuilder()
        advance(len(chunk))
    if segment:
        share.segments.append(segment.write(folder))
    return share


def _add(segment: SegmentBuilder, post: Post, failed: dict[str, str]) -> None:
    try:
        segment.add(post)
    except MemoryError:
        raise
    except Exception as error:  # a post that our code cannot digest must not cost the others their place
        failed[post.id] = f"{type(error).__name__}: {error}"


def _chunks(total: int) -> Iterator[range]:
    for start in range(0, total, CHUNK):
        yield range(start, min(start + CHUNK, total))


def _shared_chunks(taken: Any, total: int, check: Callable[[], None]) -> Iterator[range]:
    """Chunks that no other process has. `taken` is a multiprocessing.Value, the number of items taken so far; `check`
    raises where the others are dead, one of which may have been killed while it held the lock of `taken`."""
    lock = taken.get_lock()
    while True:
        while not lock.acquire(timeout=1):
            check()
        try:
            start = taken.value
            taken.value = min(start + CHUNK, total)
        finally:
            lock.release()
        if start >= total:
            return
        yield range(start, min(start + CHUNK, total))


def _together(
    folder: Path, load: Load[Item, Note], items: Sequence[Item], room: int, progress: Progress, processes: int
) -> Share[Note]:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    taken = context.Value("q", 0)
    children: list[tuple[SpawnProcess, Connection]] = []
    told = 0

    def check() -> None:
        for child, _ in children:
            if child.exitcode:
                raise _died(child.exitcode)

    def tell(_: int = 0) -> None:
        nonlocal told
        check()
        now = int(taken.get_obj().value)
        progress.advance(now - told)
        told = now

    try:
        for _ in range(processes - 1):
            ours, theirs = context.Pipe()
            child = context.Process(target=_child, args=(theirs, os.getpid(), taken), daemon=True)
            _start(child)
            theirs.close()
            children.append((child, ours))
            _send(child, ours, (folder, load, items, room))
        share = work(folder, load, items, _shared_chunks(taken, len(items), check), room, tell)
        for child, ours in children:
            while not ours.poll(0.1):
                tell()
            share.join(_received(child, ours))
        tell()
        return share
    finally:
        for child, ours in children:
            child.kill()
            child.join()
            ours.close()


def _start(child: "SpawnProcess") -> None:
    """Starts it with Ctrl-C held back, which it would tell of with a traceback until `_child` can see to that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _send(child: "SpawnProcess", connection: "Connection", job: tuple[Any, ...]) -> None:
    """Hands a process its job. Not as an argument: multiprocessing would wait for ever for one to read that is dead."""
    try:
        connection.send(job)
    except (BrokenPipeError, ConnectionResetError):
        child.join()
        raise _died(child.exitcode) from None


def _received(child: "SpawnProcess", connection: "Connection") -> Share[Any]:
    try:
        result = connection.recv()
    except (EOFError, ConnectionResetError):
        child.join()
        raise _died(child.exitcode) from None
    if isinstance(result, BlogsearchError):
        raise result
    share: Share[Any] = result
    return share


def _died(exit_code: int | None) -> IndexUnavailableError:
    return IndexUnavailableError(
        f"a worker process died (exit code {exit_code})",
        remedy="free some memory and run `blogsearch index` again; the published index is untouched",
    )


def _child(connection: "Connection", parent: int, taken: Any) -> None:
    """The main function of a further process. Ctrl-C is for the parent to handle; without a parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def end_without_parent(_: int = 0) -> None:
        if os.getppid() != parent:
            os._exit(1)

    folder, load, items, room = connection.recv()
    try:
        chunks = _shared_chunks(taken, len(items), end_without_parent)
        result: Share[Any] | BlogsearchError = work(folder, load, items, chunks, room, end_without_parent)
    except BlogsearchError as error:
        result = error
    with suppress(BrokenPipeError):  # nobody is left to tell
        connection.send(result)
