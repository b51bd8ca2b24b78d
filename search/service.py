"""The use cases. What the command line calls, and HTTP; neither calls what is below.

Heavy modules are imported by the use case that needs them: a query must not wait for Whoosh or Markdown.
"""

import time
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from search.config import Settings
from search.engines.base import Engine, Progress
from search.engines.base import Reader as Reader  # for those who hold one: nobody above opens it but by this module
from search.errors import PostError
from search.models import (
    Answer,
    CheckReport,
    IndexStatus,
    LeftOut,
    Pin,
    Problem,
    RunReport,
    SearchRequest,
)


def open_reader(settings: Settings) -> Reader:
    """What is published now, opened: every question about it is a call of the reader, one of them or thousands.

    Raises IndexMissingError before the first build, IndexUnavailableError where the index cannot be read.
    """
    return _engine(settings).open()


def publication(settings: Settings) -> Hashable:
    """Equal to what it was before as long as nothing new is published: when to open a reader anew. Never raises."""
    return _engine(settings).publication()


def search(settings: Settings, request: SearchRequest) -> Answer:
    """One answer; its `took_ms` counts from opening the index, not from the start of Python. Raises as open_reader."""
    import search.engines.whoosh.reader  # noqa: F401  # the engine imports it when first asked: not part of the time

    began = time.perf_counter()
    answer = open_reader(settings).search(request)
    return replace(answer, took_ms=(time.perf_counter() - began) * 1000)


def status(settings: Settings) -> tuple[IndexStatus, bool | None, bool]:
    """What the index holds, whether the next run has something to do (None: there is no content folder), and whether
    that is because posts would be read with other settings; if so, nobody can tell whether posts changed as well.

    Raises as open_reader.
    """
    from search import indexing

    found = open_reader(settings).status()
    outdated = indexing.outdated(settings) if settings.content.is_dir() else None
    return found, outdated, bool(outdated) and found.rules != settings.rules.stamp


def _engine(settings: Settings) -> Engine:
    from search.engines.whoosh.engine import WhooshEngine
    from search.query.pins import Pins
    from search.query.synonyms import Synonyms

    synonyms = Synonyms(settings.synonyms, settings.rules.language)
    return WhooshEngine(settings.index, synonyms, Pins(settings.pins), settings.ranking)


def check(settings: Settings, progress: Progress) -> CheckReport:
    """Read every post and write nothing; a pinned post that nobody would find is a problem as well. Raises UsageError
    where there is no content folder."""
    from search.posts import find_posts, read_post, unforeseen, url_collisions

    sources, problems = find_posts(settings)
    now = datetime.now(UTC).replace(tzinfo=None)
    addresses = []
    left_out: Counter[str] = Counter()
    progress.start(len(sources))
    try:
        for source in sources:
            try:
                found = read_post(source, settings.rules, now)
            except PostError as error:
                problems.append(error.problem)
            except Exception as error:  # as a run does
                problems.append(unforeseen(source, error))
            else:
                if isinstance(found, LeftOut):
                    left_out[found.reason] += 1
                else:
                    addresses.append((source, found.url))
            progress.advance(1)
    finally:
        progress.finish()
    collisions = url_collisions(addresses)
    lost = _lost_pins(settings.pins, {source.id for source, _ in addresses})
    problems = sorted([*problems, *collisions.values(), *lost], key=lambda problem: (problem.path, problem.line or 0))
    return CheckReport(len(addresses) - len(collisions), dict(left_out), tuple(problems))


def _lost_pins(pins: Iterable[Pin], ids: Container[str]) -> Iterator[Problem]:
    """The pinned ids that no post has which can be found."""
    for pin in pins:
        for post_id in pin.posts:
            if post_id not in ids:
                yield Problem(
                    post_id,
                    None,
                    "pin",
                    f'pinned to "{pin.query}", but no post that can be found has this id.',
                    "Write the path of the post's file without its ending, or take the id out of `pins`.",
                )


def check_index(settings: Settings) -> tuple[str, ...]:
    """Read every file of the published index against its checksum; a sentence for each that is damaged.

    Raises IndexMissingError before the first build, IndexUnavailableError where the index cannot be read.
    """
    return _engine(settings).verify()


def index(
    settings: Settings, progress: Progress, *, full: bool = False, verify: bool = False, allow_empty: bool = False
) -> RunReport:
    """Bring the index up to date: what changed, or everything if `full`; `verify` reads every post.

    Raises IndexUnavailableError where it cannot be written, EmptyContentError where the run would empty a full index
    and not `allow_empty`, UsageError where there is no content folder.
    """
    from search import indexing

    return indexing.run(settings, full=full, verify=verify, allow_empty=allow_empty, progress=progress)
