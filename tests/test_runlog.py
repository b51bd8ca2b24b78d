"""The queue of the hook as a value: which delivery leads to which run, and that none is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from search.models import RunReport
from search.runlog import DIED, KEPT, REMEMBERED, Delivery, Failure, Run, RunLog, RunState

REPORT = RunReport(1, 0, 0, {}, (), "gen", 0.1, False, "")
FAILURE = Failure("storage", "the disk is full", "free some space")


def delivery(body: str = "", *, id_: str = "", at: float = 1000.0) -> Delivery:
    return Delivery.of(body.encode(), id_, at)


def deliver(log: RunLog, *args: str, id_: str = "", at: float = 1000.0) -> tuple[RunLog, str]:
    log, run = log.deliver(delivery(*args, id_=id_, at=at))
    return log, run.id


def begin(log: RunLog, at: float = 1000.0) -> tuple[RunLog, Run]:
    log, run = log.begin(at)
    assert run
    return log, run


def test_a_burst_becomes_the_run_under_way_and_one_that_follows() -> None:
    log, first = deliver(RunLog(), "a")
    log, _ = begin(log)
    following = set()
    for number in range(20):
        log, run = deliver(log, f"b{number}")
        following.add(run)
    assert len(following) == 1
    assert first not in following
    assert [run.deliveries for run in log.runs] == [1, 20]


def test_an_equal_body_joins_the_run_under_way_for_five_minutes() -> None:
    log, first = deliver(RunLog(), "a", at=0)
    log, _ = begin(log)
    assert deliver(log, "a", at=300)[1] == first
    assert deliver(log, "a", at=301)[1] != first
    assert deliver(log, "b", at=10)[1] != first


def test_an_equal_body_sent_when_the_run_is_over_runs_again() -> None:
    for failure in (None, FAILURE):
        log, first = deliver(RunLog(), "a")
        log, _ = begin(log)
        log = log.end(first, 1001.0, REPORT, failure)
        assert deliver(log, "a", at=1002.0)[1] != first


def test_no_body_is_equal_to_none() -> None:
    """What was changed after the run had begun must not be taken for what it was started for."""
    log, first = deliver(RunLog(), "")
    log, _ = begin(log)
    assert deliver(log, "")[1] != first


def test_an_id_leads_to_the_same_run_whatever_the_body_and_even_when_the_run_is_over() -> None:
    log, first = deliver(RunLog(), "a", id_="msg_1")
    assert deliver(log, "b", id_="msg_1")[1] == first
    log, _ = begin(log)
    log = log.end(first, 1001.0, REPORT, None)
    replayed, run = deliver(log, "a", id_="msg_1", at=1600.0)
    assert (run, replayed) == (first, log)
    assert deliver(log, "a", id_="msg_1", at=1601.0)[1] != first
    assert deliver(log, "a", id_="msg_2", at=1002.0)[1] != first


def test_an_id_whose_run_failed_runs_again() -> None:
    log, first = deliver(RunLog(), "a", id_="msg_1")
    log, _ = begin(log)
    log = log.end(first, 1001.0, None, FAILURE)
    log, second = deliver(log, "a", id_="msg_1", at=1002.0)
    assert second != first
    assert deliver(log, "a", id_="msg_1", at=1003.0)[1] == second


def test_a_run_that_was_told_to_stop_is_the_next_to_begin() -> None:
    log, first = deliver(RunLog(), "a")
    log, _ = begin(log)
    log, second = deliver(log, "b")
    log = log.put_back(first)
    log, run = begin(log, 2000.0)
    assert (run.id, run.started) == (first, 2000.0)
    waiting = log.waiting()
    assert waiting is not None
    assert waiting.id == second


def test_what_is_under_way_when_nobody_works_died() -> None:
    log, first = deliver(RunLog(), "a")
    log, _ = begin(log)
    log, second = deliver(log, "b")
    settled = log.settle()
    assert [(run.id, run.state) for run in settled.runs] == [(first, RunState.FAILED), (second, RunState.QUEUED)]
    died = settled.find(first)
    assert died
    assert (died.failure, died.ended) == (DIED, None)
    assert (settled.ended, settled.failed) == (1, 1)
    assert settled.settle() == settled


def test_the_last_hundred_runs_are_kept_and_all_are_counted() -> None:
    log = RunLog()
    for number in range(KEPT + 20):
        log, run = deliver(log, str(number))
        log, _ = begin(log)
        log = log.end(run, 1.0, REPORT, FAILURE if number % 2 else None)
    log, waiting = deliver(log, "last")
    assert len(log.runs) == KEPT + 1
    assert log.runs[-1].id == waiting
    assert (log.ended, log.failed) == (KEPT + 20, (KEPT + 20) // 2)


def test_what_is_remembered_of_a_flood_is_bounded() -> None:
    log = RunLog()
    for number in range(REMEMBERED + 50):
        log, _ = log.deliver(Delivery(f"body {number}", f"id {number}", 1.0))
    assert len(log.ids) == len(log.runs[0].bodies) == REMEMBERED
    assert log.runs[0].deliveries == REMEMBERED + 50


@pytest.mark.parametrize("act", [lambda log: log.put_back("none"), lambda log: log.end("none", 1.0, REPORT, None)])
def test_a_run_that_nobody_knows_changes_nothing(act: object) -> None:
    log, _ = deliver(RunLog(), "a")
    assert act(log) == log  # type: ignore[operator]


@given(st.text(max_size=3), st.text(st.characters(max_codepoint=255), max_size=3))
def test_a_digest_tells_bodies_and_ids_apart(body: str, id_: str) -> None:
    made = delivery(body, id_=id_)
    assert (made.body == "") == (body == "")
    assert (made.id == "") == (id_ == "")
    assert made == delivery(body, id_=id_)
    assert made.body != delivery(body + "x").body
    assert body not in made.body or len(body) < 3


class Queue(RuleBasedStateMachine):
    """Deliveries, ends, stops and deaths in any order: no delivery is without a run that began after it."""

    def __init__(self) -> None:
        super().__init__()
        self.log = RunLog()
        self.now = 0.0
        self.owed: set[str] = set()
        """Runs that have to begin yet, for something was delivered that none has seen."""
        self.stopped = False

    def tick(self) -> float:
        self.now += 1.0
        return self.now

    @rule(body=st.sampled_from(["", "a", "b", "c"]), id_=st.sampled_from(["", "", "1", "2"]))
    def deliver(self, body: str, id_: str) -> None:
        before = {run.id: run for run in self.log.runs}
        self.log, run = self.log.deliver(delivery(body, id_=id_, at=self.tick()))
        assert self.log.find(run.id) == run
        sent_before = run.id in before and run.state is not RunState.QUEUED
        if sent_before:  # a copy of one that the run was made for: known by its id or its body
            assert (id_ and run.state is not RunState.FAILED) or (body and run.state is RunState.RUNNING)
        else:
            assert run.state is RunState.QUEUED
            self.owed.add(run.id)

    @precondition(lambda self: not any(run.state is RunState.RUNNING for run in self.log.runs))
    @rule()
    def begin(self) -> None:
        waits = [run.id for run in self.log.runs if run.state is RunState.QUEUED]
        self.log, run = self.log.begin(self.tick())
        assert (run.id if run else None) == (waits[0] if waits else None)
        self.owed -= set(waits[:1])

    @precondition(lambda self: any(run.state is RunState.RUNNING for run in self.log.runs))
    @rule(how=st.sampled_from(["done", "failed", "stopped", "died"]))
    def end(self, how: str) -> None:
        run = next(run for run in self.log.runs if run.state is RunState.RUNNING)
        if how == "stopped":
            self.log = self.log.put_back(run.id)
            self.owed.add(run.id)
            self.stopped = True
        elif how == "died":
            self.log = self.log.settle()
        else:
            self.log = self.log.end(run.id, self.tick(), REPORT, FAILURE if how == "failed" else None)

    @invariant()
    def one_works_and_at_most_one_follows(self) -> None:
        states = [run.state for run in self.log.runs]
        assert states.count(RunState.RUNNING) <= 1
        assert states.count(RunState.QUEUED) <= 1 + self.stopped

    @invariant()
    def nothing_that_was_delivered_is_lost(self) -> None:
        assert {run.id for run in self.log.runs if run.state is RunState.QUEUED} == self.owed

    @invariant()
    def times_are_in_order(self) -> None:
        for run in self.log.runs:
            assert run.started is None or run.queued <= run.started
            assert run.ended is None or (run.started or 0.0) <= run.ended
            assert run.over == (run.state in (RunState.DONE, RunState.FAILED))
            assert all(at <= self.now for at in run.bodies.values())

    @invariant()
    def every_run_is_counted_once(self) -> None:
        over = [run for run in self.log.runs if run.over]
        assert self.log.ended == len(over)
        assert self.log.failed == sum(run.failure is not None for run in over)


TestQueue = Queue.TestCase


def test_replacing_a_run_keeps_the_order() -> None:
    log, first = deliver(RunLog(), "a")
    log, _ = begin(log)
    log, second = deliver(log, "b")
    assert [run.id for run in log.end(first, 1.0, replace(REPORT, written=2), None).runs] == [first, second]
