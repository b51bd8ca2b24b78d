"""The JSON contract: exactly these keys with these types, whatever the values; errors as problem details."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import errors, render
from search.errors import BlogsearchError, IndexLockedError, PostError
from search.models import (
    Answer,
    Changes,
    CheckReport,
    Diagnostic,
    Facets,
    FacetValue,
    Hit,
    IndexedPost,
    IndexStatus,
    Problem,
    RelatedPost,
    RunReport,
    SectionLink,
    Suggestion,
    SuggestionKind,
    TagCount,
)
from search.runlog import Failure, Run, RunState

NULL = type(None)

# A schema in Python's own terms: a mapping is an object with exactly these keys, a list of one is an array of such
# items, a tuple lists the types that are allowed.
FACET = {"value": (str,), "count": (int,), "selected": (bool,)}
HIT = {
    "id": (str,),
    "url": (str,),
    "title": (str,),
    "title_html": (str,),
    "description": (str,),
    "snippet_html": (str,),
    "section": ({"title": (str,), "url": (str,)}, NULL),
    "tags": [(str,)],
    "date": (str, NULL),
    "image": (str, NULL),
    "score": (float,),
    "explain": (dict, NULL),
}
ANSWER = {
    "query": (str,),
    "total": (int,),
    "page": (int,),
    "pages": (int,),
    "per_page": (int,),
    "took_ms": (float, NULL),
    "relaxed": (bool,),
    "dropped": [(str,)],
    "did_you_mean": (str, NULL),
    "diagnostics": [{"code": (str,), "message": (str,), "start": (int,), "end": (int,)}],
    "hits": [HIT],
    "facets": {"tags": [FACET], "years": [FACET]},
}
PROBLEM = {"path": (str,), "line": (int, NULL), "code": (str,), "message": (str,), "remedy": (str, NULL)}


def conforms(value: object, schema: object) -> bool:
    """Whether `value`, as json.loads gives it, is what `schema` says: no key more, no key less, the very type."""
    if isinstance(schema, tuple):
        return any(conforms(value, option) for option in schema)
    if isinstance(schema, list):
        return isinstance(value, list) and all(conforms(item, schema[0]) for item in value)
    if isinstance(schema, Mapping):
        return (
            isinstance(value, dict)
            and list(value) == list(schema)
            and all(conforms(value[key], part) for key, part in schema.items())
        )
    return type(value) is schema


texts = st.text(max_size=20)
optional_texts = st.none() | texts
names = st.lists(texts, max_size=3).map(tuple)
counts = st.integers(min_value=0, max_value=10**9)
hits = st.builds(
    Hit,
    id=texts,
    url=texts,
    title=texts,
    title_html=texts,
    description=texts,
    snippet_html=texts,
    section=st.none() | st.builds(SectionLink, texts, texts),
    tags=names,
    date=st.none() | st.dates(),
    image=optional_texts,
    score=st.floats(allow_nan=False, allow_infinity=False),
    explain=st.none() | st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
)
facets = st.lists(st.builds(FacetValue, texts, counts, st.booleans()), max_size=3).map(tuple)
answers = st.builds(
    Answer,
    query=texts,
    total=counts,
    page=counts,
    pages=counts,
    per_page=counts,
    took_ms=st.none() | st.floats(min_value=0, max_value=1e6),
    relaxed=st.booleans(),
    dropped=names,
    did_you_mean=optional_texts,
    diagnostics=st.lists(st.builds(Diagnostic, texts, texts, counts, counts), max_size=2).map(tuple),
    hits=st.lists(hits, max_size=2).map(tuple),
    facets=st.builds(Facets, facets, facets),
)


@given(answers)
def test_every_answer_keeps_the_contract_and_its_texts(answer: Answer) -> None:
    read = json.loads(render.to_json(render.answer(answer)))
    assert conforms(read, ANSWER)
    assert read["query"] == answer.query
    assert [hit["title_html"] for hit in read["hits"]] == [hit.title_html for hit in answer.hits]


@given(answers, st.sampled_from([None, 2]))
def test_json_holds_nothing_that_a_terminal_obeys_or_utf8_refuses(answer: Answer, indent: int | None) -> None:
    text = render.to_json(render.answer(answer), indent=indent)
    text.encode("utf-8")
    obeyed = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068"}
    assert obeyed & set(text) <= ({"\n"} if indent else set())


def test_values_of_an_answer_are_written_as_the_contract_says() -> None:
    hit = Hit(
        id="x",
        url="/blog/x/",
        title="T",
        title_html="<mark>T</mark>",
        description="",
        snippet_html="a",
        section=SectionLink("S", "/blog/x/#s"),
        tags=("a", "b"),
        date=date(2021, 3, 4),
        image=None,
        score=1.23456789,
    )
    facets = Facets(tags=(FacetValue("a", 3, True),), years=(FacetValue("2021", 1, False),))
    answer = Answer("t", 1, 1, 1, 10, 0.123456, False, (), None, (Diagnostic("c", "m", 0, 1),), (hit,), facets)
    written = render.answer(answer)
    assert written["took_ms"] == 0.123
    assert written["facets"] == {
        "tags": [{"value": "a", "count": 3, "selected": True}],
        "years": [{"value": "2021", "count": 1, "selected": False}],
    }
    assert written["hits"] == [
        {
            "id": "x",
            "url": "/blog/x/",
            "title": "T",
            "title_html": "<mark>T</mark>",
            "description": "",
            "snippet_html": "a",
            "section": {"title": "S", "url": "/blog/x/#s"},
            "tags": ["a", "b"],
            "date": "2021-03-04",
            "image": None,
            "score": 1.234568,
            "explain": None,
        }
    ]


def test_half_a_character_is_escaped() -> None:
    text = render.to_json({"query": "caf\udce9"})
    assert text.encode("utf-8") == b'{"query":"caf\\udce9"}'


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        render.to_json({"score": float("nan")})


def test_an_error_is_problem_details_with_a_remedy() -> None:
    written = render.error(IndexLockedError("process 12 is writing", remedy="wait for it"))
    assert written == {
        "type": "urn:blogsearch:error:index-locked",
        "title": "Index locked",
        "status": 503,
        "detail": "process 12 is writing",
        "remedy": "wait for it",
        "problem": None,
    }


def test_an_error_in_a_post_says_where() -> None:
    written = render.error(PostError(Problem("a.md", 3, "yaml", "no closing quote")))
    assert written["problem"] == {
        "path": "a.md",
        "line": 3,
        "code": "yaml",
        "message": "no closing quote",
        "remedy": None,
    }
    assert conforms(written["problem"], PROBLEM)


def test_each_error_has_a_code_of_its_own() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BlogsearchError)]
    instances = [kind(Problem("p", None, "c", "m")) if kind is PostError else kind("m") for kind in classes]
    codes = {render.error_code(instance) for instance in instances}
    assert len(codes) == len(classes)
    assert {"usage", "not-found", "post", "index-missing", "storage", "empty-content"} <= codes


def test_the_reports_of_runs_checks_and_status_keep_their_keys() -> None:
    problem = Problem("a.md", None, "c", "m")
    run = RunReport(1, 2, 3, {"draft": 1}, (problem,), "gen-1", 0.12345, True, "no index yet")
    assert conforms(
        json.loads(render.to_json(render.run_report(run))),
        {
            "written": (int,),
            "deleted": (int,),
            "unchanged": (int,),
            "left_out": {"draft": (int,)},
            "problems": [PROBLEM],
            "generation": (str,),
            "seconds": (float,),
            "full": (bool,),
            "why_full": (str,),
            "next_due": (str, NULL),
        },
    )
    check = CheckReport(1, {}, (problem,))
    assert conforms(
        json.loads(render.to_json(render.check_report(check))), {"posts": (int,), "left_out": {}, "problems": [PROBLEM]}
    )
    status = IndexStatus(1, 2, 3, "gen-1", datetime(2026, 1, 2, 3, 4, 5), 1, 0)  # noqa: DTZ001 - naive UTC by contract
    assert render.index_status(status, outdated=True, runs=()) == {
        "posts": 1,
        "tags": 2,
        "size": 3,
        "generation": "gen-1",
        "built": "2026-01-02T03:04:05Z",
        "segments": 1,
        "deleted": 0,
        "outdated": True,
        "runs": [],
    }


def test_a_run_of_the_hook_has_exactly_its_keys_and_tells_only_its_owner_why_it_failed() -> None:
    problem = Problem("a.md", 1, "c", "m")
    report = RunReport(2, 1, 0, {}, (problem,), "gen", 0.1, False, "", changes=Changes(("a", "b"), ("c",)))
    done = Run("1f", RunState.DONE, 0.0, 60.0, 61.5, 3, {"digest": 0.0}, report, 1, None)
    assert render.run(done, for_owner=False) == {
        "id": "1f",
        "state": "done",
        "queued": "1970-01-01T00:00:00Z",
        "started": "1970-01-01T00:01:00Z",
        "ended": "1970-01-01T00:01:01Z",
        "seconds": 1.5,
        "deliveries": 3,
        "problems": 1,
        "posts": {"written": ["a", "b"], "deleted": ["c"]},
        "report": render.run_report(report),
        "failure": None,
    }
    damaged = replace(done, report=replace(report, full=True, why_full="/srv/index/CURRENT is truncated"))
    assert "/srv" in render.to_json(render.run(damaged, for_owner=True))
    assert "/srv" not in render.to_json(render.run(damaged, for_owner=False))
    failed = Run("2f", RunState.FAILED, 0.0, failure=Failure("pull", "git pull in /srv/blog: no", "Try it there."))
    told = {"code": "pull", "message": "git pull in /srv/blog: no", "remedy": "Try it there."}
    assert render.run(failed, for_owner=True)["failure"] == told
    elsewhere = render.run(failed, for_owner=False)
    assert elsewhere.keys() == render.run(done, for_owner=True).keys()
    assert elsewhere["failure"] == {
        "code": "pull",
        "message": None,
        "remedy": "`blogsearch status` on the machine of the service says why.",
    }
    assert elsewhere["report"] is elsewhere["posts"] is elsewhere["seconds"] is None


def test_a_post_has_exactly_its_keys() -> None:
    post = IndexedPost("a", "/a/", "A", "", ("x",), date(2022, 1, 2), None, "en", (SectionLink("S", "/a/#s"),), "Text")
    same = {key: HIT[key] for key in ("id", "url", "title", "description", "tags", "date", "image")}
    written = render.post(post)
    section = {"title": (str,), "url": (str,)}
    assert conforms(written, {**same, "lang": (str,), "sections": [section], "body": (str,)})
    assert (written["date"], written["sections"]) == ("2022-01-02", [{"title": "S", "url": "/a/#s"}])


def test_suggestions_related_posts_and_tags_have_exactly_their_keys() -> None:
    found = [Suggestion("stem cells", SuggestionKind.TAG, 3), Suggestion("Stem", SuggestionKind.TITLE, 1, "/stem/")]
    row = {"text": (str,), "kind": (str,), "posts": (int,), "url": (str, NULL)}
    assert conforms(render.suggestions("st", found), {"query": (str,), "suggestions": [row]})
    begin = {key: HIT[key] for key in ("id", "url", "title", "description", "tags")}
    end = {key: HIT[key] for key in ("date", "image", "score")}
    other = RelatedPost("a", "/a/", "A", "", ("x", "y"), ("x",), date(2022, 1, 2), None, 1.5)
    written = render.related("b", [other])
    assert conforms(written, {"id": (str,), "related": [{**begin, "shared": [(str,)], **end}]})
    assert json.loads(render.to_json(written))["related"][0]["date"] == "2022-01-02"
    assert render.tags([TagCount("x", 2)]) == {"tags": [{"tag": "x", "posts": 2}]}
