"""The runs that deliveries to the hook led to: which wait, which is under way, what came of the others.

Values, and what may happen to them; runs.py keeps them on disk. One run works at a time. Whatever is delivered before a
run begins is part of it, since it has looked at no post yet; so at most one run follows the one under way, however many
deliveries come.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from search.models import RunReport

Value = TypeVar("Value")

KEPT = 100
"""Runs that are over and still can be asked for."""

SAME_BODY = 300.0
"""Seconds for which an equal body joins a run that is queued or under way."""

SAME_ID = 600.0
"""Seconds for which an id of Standard Webhooks is remembered. A delivery may be dated five minutes ahead and is taken
until five minutes after its date."""


REMEMBERED = 1000
"""Bodies of one run and ids that are remembered at most, the newest."""


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed; `code` is a word for programs (render.error_code)."""

    code: str
    message: str
    remedy: str


DIED = Failure("died", "the process of the run ended before the run did", "Deliver again, or run `blogsearch index`.")


@dataclass(frozen=True, slots=True)
class Run:
    """Times are seconds since 1970, None where that has not happened; a run whose process died has no `ended`.

    `deliveries` is how many led to it, `bodies` when each digest of a body came. `problems` is how many there were,
    of which `report` may hold only the first.
    """

    id: str
    state: RunState
    queued: float
    started: float | None = None
    ended: float | None = None
    deliveries: int = 0
    bodies: Mapping[str, float] = field(default_factory=dict)
    report: RunReport | None = None
    problems: int = 0
    failure: Failure | None = None

    @property
    def over(self) -> bool:
        return self.state in (RunState.DONE, RunState.FAILED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered `at` (seconds since 1970). `body` is a digest, "" where there was no body, which says nothing
    of what changed. `id` is a digest of the `webhook-id`, "" where there was none."""

    body: str
    id: str
    at: float

    @classmethod
    def of(cls, body: bytes, id_: str, at: float) -> "Delivery":
        return cls(_digest(body) if body else "", _digest(id_.encode("latin-1")) if id_ else "", at)


def _newest(values: Mapping[str, Value]) -> dict[str, Value]:
    return dict(list(values.items())[-REMEMBERED:])


def _digest(data: bytes) -> str:
    import hashlib  # no query needs it

    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class RunLog:
    """`runs` are the oldest first. `ids` says to which run a delivery's id led, and when it came. `ended` and `failed`
    count all runs that were over, failed ones in both."""

    runs: tuple[Run, ...] = ()
    ids: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    ended: int = 0
    failed: int = 0

    def find(self, run_id: str) -> Run | None:
        return next((run for run in self.runs if run.id == run_id), None)

    def waiting(self) -> Run | None:
        """The run that begins next."""
        return next((run for run in self.runs if run.state is RunState.QUEUED), None)

    def deliver(self, delivery: Delivery) -> tuple["RunLog", Run]:
        """The log with the delivery in it, and the run that it leads to.

        One whose id is known leads to the same run again, unless that failed. An equal body joins the run that is
        queued or under way for it. All else joins the queued run, or makes one.
        """
        known, _ = self.ids.get(delivery.id, ("", 0.0))
        sent_before = self.find(known)
        if sent_before and sent_before.state is not RunState.FAILED and self._within(delivery, SAME_ID):
            return self, sent_before
        run = self._under_way_for(delivery) or self.waiting()
        if run is None:
            run = Run(os.urandom(8).hex(), RunState.QUEUED, delivery.at)
        bodies = {**run.bodies, delivery.body: delivery.at} if delivery.body else run.bodies
        joined = replace(run, deliveries=run.deliveries + 1, bodies=_newest(bodies))
        ids = {id_: (run_id, at) for id_, (run_id, at) in self.ids.items() if abs(delivery.at - at) <= SAME_ID}
        if delivery.id:
            ids[delivery.id] = (joined.id, delivery.at)
        return replace(self._with(joined), ids=_newest(ids)), joined

    def _within(self, delivery: Delivery, seconds: float) -> bool:
        return abs(delivery.at - self.ids[delivery.id][1]) <= seconds

    def _under_way_for(self, delivery: Delivery) -> Run | None:
        for run in self.runs:
            came = run.bodies.get(delivery.body)
            if came is not None and not run.over and abs(delivery.at - came) <= SAME_BODY:
                return run
        return None

    def begin(self, at: float) -> tuple["RunLog", Run | None]:
        """The run that waited is under way; None where none did."""
        run = self.waiting()
        if run is None:
            return self, None
        begun = replace(run, state=RunState.RUNNING, started=at)
        return self._with(begun), begun

    def put_back(self, run_id: str) -> "RunLog":
        """A run that was told to stop before its end waits again."""
        run = self.find(run_id)
        return self if run is None else self._with(replace(run, state=RunState.QUEUED, started=None))

    def end(self, run_id: str, at: float | None, report: RunReport | None, failure: Failure | None) -> "RunLog":
        """The run is over: with its report, or failed."""
        run = self.find(run_id)
        if run is None:
            return self
        over = replace(
            run,
            state=RunState.FAILED if failure else RunState.DONE,
            ended=at,
            bodies={},
            report=report,
            problems=len(report.problems) if report else 0,
            failure=failure,
        )
        counted = replace(self, ended=self.ended + 1, failed=self.failed + (failure is not None))
        return counted._with(over)._without_old()

    def settle(self) -> "RunLog":
        """What the log says when no process works: whatever is still under way in it died."""
        for run in self.runs:
            if run.state is RunState.RUNNING:
                return self.end(run.id, None, None, DIED).settle()
        return self

    def _with(self, changed: Run) -> "RunLog":
        others = tuple(changed if run.id == changed.id else run for run in self.runs)
        return replace(self, runs=others if self.find(changed.id) else (*self.runs, changed))

    def _without_old(self) -> "RunLog":
        over = [run.id for run in self.runs if run.over]
        old = frozenset(over[:-KEPT])
        return replace(self, runs=tuple(run for run in self.runs if run.id not in old))
