"""Values to JSON: the one serialiser, for `--json` and for HTTP. Written out key by key, for the keys are a contract.

Absent values are null and never missing keys. Dates are `YYYY-MM-DD`; instants are UTC, `YYYY-MM-DDTHH:MM:SSZ`.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from search.errors import BlogsearchError, PostError
from search.models import (
    Answer,
    CheckReport,
    Diagnostic,
    FacetValue,
    Hit,
    IndexedPost,
    IndexStatus,
    Problem,
    RelatedPost,
    RunReport,
    SectionLink,
    Suggestion,
    TagCount,
)

if TYPE_CHECKING:  # a query does without
    from search.runlog import Run

Json = dict[str, object]

# What JSON allows as it is and a terminal obeys (C1 controls, DEL, direction overrides), and lone surrogates, which
# UTF-8 cannot hold. They stand only within strings, where an escape means the same.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_ELSEWHERE = "`blogsearch status` on the machine of the service says why."


def to_json(value: Json | list[object], *, indent: int | None = None) -> str:
    """`value` as JSON text that any terminal and any encoding can take: control characters are escaped.

    Raises ValueError for NaN and infinities, which JSON does not have.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def to_bytes(value: Json | list[object]) -> bytes:
    """`value` as JSON for a program, in a tenth of the time: what a terminal would obey is not escaped.

    Raises TypeError for halves of surrogate pairs, which UTF-8 does not have.
    """
    import orjson

    return orjson.dumps(value)


def answer(value: Answer) -> Json:
    """The contract of an answer, shared by `blogsearch query --json` and the search endpoint."""
    return {
        "query": value.query,
        "total": value.total,
        "page": value.page,
        "pages": value.pages,
        "per_page": value.per_page,
        "took_ms": None if value.took_ms is None else round(value.took_ms, 3),
        "relaxed": value.relaxed,
        "dropped": list(value.dropped),
        "did_you_mean": value.did_you_mean,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in value.diagnostics],
        "hits": [_hit(hit) for hit in value.hits],
        "facets": {
            "tags": _facet_values(value.facets.tags),
            "years": _facet_values(value.facets.years),
        },
    }


def suggestions(text: str, values: Sequence[Suggestion]) -> Json:
    """The completions of `text`; `url` is that of the post where a suggestion is its title."""
    rows = [{"text": one.text, "kind": one.kind.value, "posts": one.posts, "url": one.url} for one in values]
    return {"query": text, "suggestions": rows}


def completions(text: str, values: Sequence[Suggestion], address: Callable[[Suggestion], str]) -> list[object]:
    """The completions of `text` as browsers take them (OpenSearch Suggestions 1.1): what was typed, the completions, a
    line about each, and by `address` the page that each leads to."""
    about = [one.kind.value if one.url else f"{one.posts:,} {'post' if one.posts == 1 else 'posts'}" for one in values]
    return [text, [one.text for one in values], about, [address(one) for one in values]]


def related(post_id: str, values: Sequence[RelatedPost]) -> Json:
    """The posts about the same as the post `post_id`; `shared` are the tags that both have."""
    rows = [
        {
            "id": one.id,
            "url": one.url,
            "title": one.title,
            "description": one.description,
            "tags": list(one.tags),
            "shared": list(one.shared),
            "date": None if one.date is None else one.date.isoformat(),
            "image": one.image,
            "score": round(one.score, 6),
        }
        for one in values
    ]
    return {"id": post_id, "related": rows}


def post(value: IndexedPost) -> Json:
    """One post as the index holds it; `body` is plain text, and no markup of the post gets into it."""
    return {
        "id": value.id,
        "url": value.url,
        "title": value.title,
        "description": value.description,
        "tags": list(value.tags),
        "date": None if value.date is None else value.date.isoformat(),
        "image": value.image,
        "lang": value.lang,
        "sections": [_section(section) for section in value.sections],
        "body": value.body,
    }


def tags(values: Sequence[TagCount]) -> Json:
    return {"tags": [{"tag": one.tag, "posts": one.posts} for one in values]}


def error(value: BlogsearchError) -> Json:
    """An error as problem details (RFC 9457), with `remedy` (what to do) and `problem` (the post at fault) added."""
    code = error_code(value)
    return {
        "type": f"urn:blogsearch:error:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": value.http_status,
        "detail": str(value),
        "remedy": value.remedy or None,
        "problem": problem(value.problem) if isinstance(value, PostError) else None,
    }


def error_code(value: BlogsearchError) -> str:
    """A stable word for programs, from the name of the class: IndexLockedError is `index-locked`."""
    name = type(value).__name__.removesuffix("Error")
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def problem(value: Problem) -> Json:
    """What is wrong with one file; `path` is relative to the content folder."""
    return {
        "path": value.path,
        "line": value.line,
        "code": value.code,
        "message": value.message,
        "remedy": value.remedy or None,
    }


def run_report(value: RunReport) -> Json:
    """What `blogsearch index --json` prints, and what the hook tells of a run."""
    return {
        "written": value.written,
        "deleted": value.deleted,
        "unchanged": value.unchanged,
        "left_out": dict(value.left_out),
        "problems": [problem(each) for each in value.problems],
        "generation": value.generation,
        "seconds": round(value.seconds, 3),
        "full": value.full,
        "why_full": value.why_full or None,
        "next_due": None if value.next_due is None else instant(value.next_due),
    }


def check_report(value: CheckReport) -> Json:
    return {
        "posts": value.posts,
        "left_out": dict(value.left_out),
        "problems": [problem(each) for each in value.problems],
    }


def index_status(value: IndexStatus, *, outdated: bool | None, runs: Sequence["Run"]) -> Json:
    """`size` is bytes; `outdated` is whether the content changed since, null where there is no content folder. `runs`
    are the last ones of the hook, the newest first."""
    return {
        "posts": value.posts,
        "tags": value.tags,
        "size": value.size,
        "generation": value.generation,
        "built": instant(value.built),
        "segments": value.segments,
        "deleted": value.deleted,
        "outdated": outdated,
        "runs": [run(each, for_owner=True) for each in runs],
    }


def delivery(status: str, run_id: str | None, detail: str) -> Json:
    """The answer of the hook: `status` is accepted, ignored or pong; `run` is the run that the delivery led to."""
    return {"status": status, "run": run_id, "detail": detail}


def run(value: "Run", *, for_owner: bool) -> Json:
    """A run of the hook. `posts` names the first of those that it wrote and deleted, `report` holds the first of its
    problems, `problems` is how many there were. Why it failed, or built all anew, may name folders and addresses: that
    is for the owner of the machine, and a program elsewhere gets the code alone."""
    report, failure = value.report, value.failure
    if not for_owner:
        report = report and replace(report, why_full="")
        failure = failure and replace(failure, message="", remedy=_ELSEWHERE)
    return {
        "id": value.id,
        "state": value.state.value,
        "queued": _moment(value.queued),
        "started": _moment(value.started),
        "ended": _moment(value.ended),
        "seconds": round(value.ended - value.started, 3) if value.started and value.ended else None,
        "deliveries": value.deliveries,
        "problems": value.problems,
        "posts": {"written": list(report.changes.write), "deleted": list(report.changes.delete)} if report else None,
        "report": run_report(report) if report else None,
        "failure": failure
        and {"code": failure.code, "message": failure.message or None, "remedy": failure.remedy or None},
    }


def _moment(seconds: float | None) -> str | None:
    """Seconds since 1970."""
    return None if seconds is None else instant(datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None))


def instant(value: datetime) -> str:
    """A naive UTC instant, to the second."""
    return value.isoformat(timespec="seconds") + "Z"


def _diagnostic(value: Diagnostic) -> Json:
    return {"code": value.code, "message": value.message, "start": value.start, "end": value.end}


def _hit(value: Hit) -> Json:
    return {
        "id": value.id,
        "url": value.url,
        "title": value.title,
        "title_html": value.title_html,
        "description": value.description,
        "snippet_html": value.snippet_html,
        "section": None if value.section is None else _section(value.section),
        "tags": list(value.tags),
        "date": None if value.date is None else value.date.isoformat(),
        "image": value.image,
        "score": round(value.score, 6),
        "explain": None if value.explain is None else dict(value.explain),
    }


def _section(value: SectionLink) -> Json:
    return {"title": value.title, "url": value.url}


def _facet_values(values: Sequence[FacetValue]) -> list[Json]:
    """An answer has dozens of them: taking each apart at once costs half of asking it for its fields."""
    return [{"value": value, "count": count, "selected": selected} for value, count, selected in values]
