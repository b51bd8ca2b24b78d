"""An index run: what of the content folder has changed since the last one is read, written and published.

What to do is decided by `plan`, which is pure; the run carries it out. The engine knows nothing of files, this module
nothing of how an engine keeps posts.
"""

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from search.config import PostRules, Settings
from search.engines.base import Batch, Engine, Progress, Unwatched
from search.engines.whoosh.engine import WhooshEngine
from search.errors import EmptyContentError, IndexDamagedError, PostError
from search.models import Changes, LeftOut, Post, Problem, RunReport
from search.posts import SourceFile, find_posts, read_post, require_content, unforeseen, url_collisions
from search.scan import Indexed, Outcome, Scan, due_at, load_scan, save_scan, stat_of

SCAN_NAME = "scan.json"
"""In the index folder; see scan.py."""


def plan(manifest: Mapping[str, str], posts: Mapping[str, str]) -> Changes:
    """What makes the posts of `manifest` into `posts`; both are content hashes by id."""
    write = sorted(id_ for id_, content_hash in posts.items() if manifest.get(id_) != content_hash)
    return Changes(tuple(write), tuple(sorted(manifest.keys() - posts.keys())))


def run(
    settings: Settings,
    *,
    full: bool = False,
    verify: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """Makes the index say what the content folder says, and publishes that in one step.

    `full` builds all anew; otherwise only files that changed are read. `verify` reads every file all the same, and
    the index against its checksums. A post that cannot be read or written is reported, and its earlier version stays
    (unless the post may be meant to be hidden: Problem.withdraws).
    An index that turns out to be damaged is built anew; the report says why.

    Raises EmptyContentError where no post is left of an index that has some, unless `allow_empty`;
    IndexLockedError, IndexFormatError, StorageError; then what was published stays as it is.
    """
    started = time.monotonic()
    if not settings.index.exists():
        require_content(settings)  # who is in the wrong folder shall not find an index folder there afterwards
    reason = "a full build was asked for" if full else ""
    engine = WhooshEngine(settings.index)

    def attempt(why_full: str) -> RunReport:
        with engine.writing(rules=settings.rules.stamp, wait=settings.wait, full=why_full, verify=verify) as batch:
            had_posts = _has_posts(engine, batch)
            one = _Run(settings, batch, _found(settings, had_posts=had_posts), progress or Unwatched())
            one.read_changed(trust_scan=not (verify or batch.why_full))
            one.settle()
            if had_posts and not one.wanted and not allow_empty:
                gone = "no post is left in" if settings.content.is_dir() else "there is no content folder"
                raise EmptyContentError(
                    f"{gone} {settings.content}, but the index holds posts",
                    remedy="check the content folder; to empty the index, run `blogsearch index --allow-empty`",
                )
            return one.publish(started)

    try:
        return attempt(reason)
    except IndexDamagedError as error:
        if full:
            raise
        return attempt(str(error))


def rewrite(settings: Settings, known: Mapping[str, Outcome | None]) -> tuple[int, str] | None:
    """The short way for a watcher: writes the posts of a few files again without looking at any other file.

    `known` is what the last run made of these files (`outcomes`), by path below the content folder. Gives how many
    posts were written and the generation; None, with the index as it was, where more would be to do: a file is new,
    gone, bad, left out or a link, or its post has another address now. The next run reads these files once more, for
    the scan stays as it was. Raises IndexDamagedError, IndexLockedError, IndexFormatError, StorageError.
    """
    content = settings.content.resolve()
    before = {relative: outcome for relative, outcome in known.items() if isinstance(outcome, Indexed)}
    if len(before) < len(known) or any(_is_link(content / relative) for relative in before):
        return None
    with WhooshEngine(settings.index).writing(rules=settings.rules.stamp, wait=settings.wait) as batch:
        held = batch.manifest()
        if batch.why_full or any(post.id not in held for post in before.values()):
            return None
        sources = [SourceFile(content / relative, post.id, relative) for relative, post in before.items()]
        load = _Load(settings.rules, _instant(time.time_ns()))
        added = batch.add(load, [(source, held[source.id]) for source in sources], Unwatched())
        after = [note for note in added.notes if isinstance(note, Indexed)]
        if added.failed or [post.url for post in after] != [post.url for post in before.values()]:
            return None
        return sum(held[post.id] != post.content_hash for post in after), batch.publish()


def _is_link(path: Path) -> bool:
    """The file or a folder above it; `path` is below a resolved folder."""
    return os.path.realpath(path) != str(path)


def outcomes(settings: Settings) -> dict[str, Outcome]:
    """What the last run made of every file, by path below the content folder."""
    return {relative: outcome for relative, (_, outcome) in _last_scan(settings).files.items()}


def outdated(settings: Settings) -> bool:
    """Whether a file came, went or changed since the last run, or a post came due; reads no post.

    Raises UsageError where there is no content folder.
    """
    scan, now = _last_scan(settings), _instant(time.time_ns())
    stats = {source.relative: stat_of(source.path) for source in find_posts(settings)[0]}
    unchanged = (stat and scan.same(relative, stat, now) for relative, stat in stats.items())
    return stats.keys() != scan.files.keys() or not all(unchanged)


def _instant(nanoseconds: int) -> datetime:
    """Naive UTC, from the time since 1970."""
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).replace(tzinfo=None)


def _last_scan(settings: Settings) -> Scan:
    return load_scan(settings.index / SCAN_NAME, f"{settings.rules.stamp} {settings.content.absolute()}")


def _has_posts(engine: Engine, batch: Batch) -> bool:
    """Whether what is published now holds any post; a damaged index counts as holding some."""
    try:
        return bool(batch.manifest() or engine.manifest())
    except IndexDamagedError:
        return True


def _found(settings: Settings, *, had_posts: bool) -> tuple[list[SourceFile], list[Problem]]:
    """The candidates. A content folder that is gone is a wrong setting at first, and later one without posts."""
    if had_posts and not settings.content.is_dir():
        return [], []
    return find_posts(settings)


@dataclass(frozen=True, slots=True)
class _Load:
    """Reads one file; picklable. An item is a file and the content hash that the index has for its id (None: none)."""

    rules: PostRules
    now: datetime

    def __call__(self, item: tuple[SourceFile, str | None]) -> tuple[Post | None, Outcome]:
        source, indexed = item
        try:
            post = read_post(source, self.rules, self.now)
        except PostError as error:
            return None, error.problem
        except Exception as error:  # whatever one file does to the program, the others are read
            return None, unforeseen(source, error)
        if isinstance(post, LeftOut):
            return None, post
        outcome = Indexed(post.id, post.content_hash, post.url, post.expires)
        return (None if post.content_hash == indexed else post), outcome


class _Run:
    """One attempt: `read_changed`, `settle`, `publish`, in this order."""

    def __init__(
        self, settings: Settings, batch: Batch, found: tuple[list[SourceFile], list[Problem]], progress: Progress
    ) -> None:
        self.wanted: dict[str, str] = {}
        """Content hash by id of what the index will hold; known after `settle`."""
        self._batch = batch
        self._progress = progress
        self._time = time.time_ns()
        self._now = _instant(self._time)
        self._load = _Load(settings.rules, self._now)
        self._scan_path = settings.index / SCAN_NAME
        self._scan = _last_scan(settings)
        sources, self._problems = found
        # Looked at before they are read: what changes in between is seen by the next run.
        self._stats = {source.relative: stat_of(source.path) for source in sources}
        self._sources = {source.relative: source for source in sources}
        self._outcomes: dict[str, Outcome] = {}
        self._reads = 0
        self._held = dict(batch.manifest())

    def read_changed(self, *, trust_scan: bool) -> None:
        """Reads the files that changed since the last scan (all, unless `trust_scan`) and writes the posts in them."""
        for relative, stat in self._stats.items():
            outcome = self._scan.known(relative, stat, self._now) if trust_scan and stat else None
            if outcome:
                self._outcomes[relative] = outcome
        self._read([relative for relative in self._sources if relative not in self._outcomes])

    def _read(self, relatives: Sequence[str]) -> None:
        self._reads += len(relatives)
        sources = [self._sources[relative] for relative in relatives]
        added = self._batch.add(self._load, [(source, self._held.get(source.id)) for source in sources], self._progress)
        for source, outcome in zip(sources, added.notes, strict=True):
            if source.id in added.failed:
                message = f"the post cannot be written to the index: {added.failed[source.id]}."
                outcome = Problem(source.relative, None, "index", message, "Leave it out with `search: false`.")
            elif isinstance(outcome, Indexed):
                self._held[outcome.id] = outcome.content_hash
            self._outcomes[source.relative] = outcome

    def settle(self) -> None:
        """Makes the batch hold what it should: posts in, posts out, earlier versions of those that became bad (not of
        those that may be meant to be hidden)."""
        posts, shadowed = self._posts()
        while missing := set(plan(self._held, posts).write):
            # The index lacks a post whose file did not change: another post had its address until now.
            self._read([relative for relative, source in self._sources.items() if source.id in missing])
            posts, shadowed = self._posts()
        bad = {path: outcome for path, outcome in self._outcomes.items() if isinstance(outcome, Problem)}
        self._problems += [*shadowed, *bad.values()]
        kept = self._batch.keep({self._sources[path].id for path, problem in bad.items() if not problem.withdraws})
        self.wanted = {**posts, **{id_: self._held.get(id_, "") for id_ in kept}}
        self._batch.delete(plan(self._held, self.wanted).delete)

    def _posts(self) -> tuple[dict[str, str], list[Problem]]:
        """Content hash by id of all posts that were read well, but those whose address another has: their problems."""
        posts = {path: outcome for path, outcome in self._outcomes.items() if isinstance(outcome, Indexed)}
        shadowed = url_collisions((self._sources[path], post.url) for path, post in posts.items())
        hashes = {post.id: post.content_hash for post in posts.values() if post.id not in shadowed}
        return hashes, list(shadowed.values())

    def publish(self, started: float) -> RunReport:
        """Makes it visible, then remembers the scan. `started` is the time.monotonic() of the run's beginning."""
        changes = plan(self._batch.manifest(), self.wanted)
        generation = self._batch.publish()
        self._save_scan()
        due = (due_at(outcome) for outcome in self._outcomes.values())
        return RunReport(
            written=len(changes.write),
            deleted=len(changes.delete),
            unchanged=len(self.wanted) - len(changes.write),
            left_out=Counter(outcome.reason for outcome in self._outcomes.values() if isinstance(outcome, LeftOut)),
            problems=tuple(sorted(self._problems, key=lambda problem: (problem.path, problem.line or 0))),
            generation=generation,
            seconds=time.monotonic() - started,
            full=bool(self._batch.why_full),
            why_full=self._batch.why_full,
            next_due=min((instant for instant in due if instant and instant > self._now), default=None),
            changes=changes,
        )

    def _save_scan(self) -> None:
        stats = {relative: stat for relative, stat in self._stats.items() if stat}
        if self._reads or stats.keys() != self._scan.files.keys():
            files = {relative: (stat, self._outcomes[relative]) for relative, stat in stats.items()}
            save_scan(self._scan_path, Scan(self._scan.stamp, self._time, files))
