"""What a run, a check and the status of an index look like to people."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from search.cli.output import count, safe, sentence
from search.models import CheckReport, IndexStatus, Problem, RunReport
from search.runlog import Run

if TYPE_CHECKING:
    from search.watch import Update

NAMED = 3
"""How many of the files that led to a run of the watcher, or of the posts that one of the hook changed, are named."""


def run_page(report: RunReport, content: Path) -> str:
    total = report.written + report.unchanged
    lines = [
        f"{count(total, 'post')} in the index after {report.seconds:.1f} s: {report.written:,} written, "
        f"{report.unchanged:,} unchanged, {report.deleted:,} deleted."
    ]
    if report.why_full:
        lines.append(f"All were built anew: {safe(report.why_full)}.")
    if not total:
        lines += _nothing_read(report, content)
    return _page([*lines, *_left_out(report.left_out), *_problems(report.problems, content)])


def update_page(update: "Update", content: Path) -> str:
    """One line for a run of the watcher, in local time, and one or two for each problem that is new."""
    begin = f"{update.at.astimezone():%H:%M:%S}"
    if update.report is None:
        return _page([f"{begin} {sentence(f'Error: {update.error}')}"])
    files = ", ".join(safe(name) for name in update.changed[:NAMED])
    more = f" and {len(update.changed) - NAMED:,} more" if len(update.changed) > NAMED else ""
    did = f"{update.report.written:,} written, {update.report.deleted:,} deleted in {update.seconds * 1000:.0f} ms"
    return _page([f"{begin} {did}{': ' if files else ''}{files}{more}", *_each(update.problems, content)])


def check_page(report: CheckReport, content: Path) -> str:
    lines = [f"{count(report.posts, 'post')} can be indexed."]
    if not report.posts:
        lines += _nothing_read(report, content)
    lines += _left_out(report.left_out)
    return _page([*lines, *(_problems(report.problems, content) if report.problems else ["No problems."])])


def damage_page(damage: Sequence[str]) -> str:
    """`damage` is that of service.check_index."""
    if not damage:
        return _page(["Every file of the index is what was written."])
    return _page([*map(sentence, damage), "`blogsearch index --verify` rebuilds what is broken."])


_CONTENT = {
    False: "as indexed",
    True: "newer than the index; `blogsearch index` brings it up to date",
    None: "not there",
}
_RESETTLED = "read with other settings, or by another version, than now; `blogsearch index` reads it anew"


def status_page(status: IndexStatus, *, outdated: bool | None, resettled: bool, now: datetime) -> str:
    """`outdated` and `resettled` are those of service.status; `now` is naive UTC."""
    rows = {
        "Posts": f"{status.posts:,}",
        "Tags": f"{status.tags:,}",
        "Size": size(status.size),
        "Generation": safe(status.generation),
        "Built": f"{status.built:%Y-%m-%d %H:%M:%S} UTC, {ago(now - status.built)}",
        "Content": _RESETTLED if resettled else _CONTENT[outdated],
    }
    return _page([f"{name:<11} {value}" for name, value in rows.items()])


def runs_page(runs: Sequence[Run], content: Path) -> str:
    """The runs of the hook, the newest first; nothing where there were none."""
    return _page(["", "Runs of the hook:", *(line for run in runs for line in _hook_run(run, content))] if runs else [])


def _hook_run(run: Run, content: Path) -> Iterator[str]:
    """When it was delivered and how it went, the posts that it changed, and what was wrong with which."""
    begin = f"{datetime.fromtimestamp(run.queued, UTC):%Y-%m-%d %H:%M:%S} UTC {run.id} {run.state}"
    report, failure = run.report, run.failure
    if report and run.started and run.ended:
        yield (
            f"{begin} in {run.ended - run.started:.1f} s: "
            f"{report.written:,} written{_names(report.changes.write, report.written)}, "
            f"{report.deleted:,} deleted{_names(report.changes.delete, report.deleted)}"
        )
        yield from _each(report.problems, content)
        if run.problems > len(report.problems):
            yield f"... and {count(run.problems - len(report.problems), 'more problem')}"
    elif failure:
        yield f"{begin}: {sentence(failure.message)}"
        if failure.remedy:
            yield f"    {safe(failure.remedy)}"
    else:
        yield begin


def _names(ids: Sequence[str], total: int) -> str:
    """The first posts of `total` in parentheses; nothing where there are none."""
    named = [safe(id_) for id_ in ids[:NAMED]]
    more = [f"{total - len(named):,} more"] if total > len(named) else []
    return f" ({', '.join([*named, *more])})" if named else ""


def size(number: int) -> str:
    """Bytes in the unit that suits them, of 1000 each."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def ago(passed: timedelta) -> str:
    """How long ago, in the largest unit that fits; a clock that went backwards gives "just now"."""
    seconds = int(passed.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{count(seconds // length, unit)} ago"
    return "just now"


def _nothing_read(report: RunReport | CheckReport, content: Path) -> Iterator[str]:
    """What to do where there is no post because there is no file."""
    if not (report.left_out or report.problems):
        from search.posts import POST_ENDINGS  # imports Markdown

        endings = ", ".join(POST_ENDINGS)
        yield f"No file in {safe(str(content))} ends in {endings}. Name the folder of the posts with --content."


def _left_out(reasons: Mapping[str, int]) -> Iterator[str]:
    if reasons:
        listed = ", ".join(f"{posts:,} {safe(reason)}" for reason, posts in sorted(reasons.items()))
        yield f"Left out by rule: {listed}."


def _problems(problems: tuple[Problem, ...], content: Path) -> Iterator[str]:
    """Each as `file:line: what is wrong`, as editors and terminals know how to open."""
    if problems:
        yield ""
        yield from _each(problems, content)
        yield f"{count(len(problems), 'problem')}."


def _each(problems: tuple[Problem, ...], content: Path) -> Iterator[str]:
    for problem in problems:
        place = safe(str(content / problem.path)) + (f":{problem.line}" if problem.line else "")
        yield f"{place}: {safe(problem.message)}"
        if problem.remedy:
            yield f"    {safe(problem.remedy)}"


def _page(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
