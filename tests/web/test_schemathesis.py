"""Whatever /openapi.json allows and what it does not is asked: no server error, and every answer is as it says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from schemathesis.schemas import BaseSchema
from starlette.types import ASGIApp

from search.web.app import create_app
from search.web.openapi import document
from tests.web.deliveries import bearer
from tests.web.sample import build, no_processes

TWO_AT_ONCE = ("page times per_page is at most", "it is after until")
"""What is refused although each value by itself is allowed: no schema of single parameters can say that."""


DOCUMENT: Any = document("", hook=True)


def described(examples: int) -> BaseSchema:
    """The document, to be asked about with so many examples an address, the same in each run."""
    config = schemathesis.Config.from_dict({"generation": {"deterministic": True, "max-examples": examples}})
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


QUICK, LONG = described(20), described(300)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with no_processes():
        yield create_app(build(tmp_path_factory.mktemp("blog")))


def sent(answer: schemathesis.Response) -> list[tuple[str, str]]:
    """The parameters of the query as they were sent."""
    return parse_qsl(urlsplit(answer.request.url or "").query, keep_blank_values=True)


def allowed_as_sent(path: str, pairs: list[tuple[str, str]]) -> bool:
    """Whether the query is allowed after all: in an address one value is as good as a list of one, and none as an empty
    list. Asked only of addresses whose parameters are all in the query."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    specs = [spec for spec in DOCUMENT["paths"][path].get("get", {}).get("parameters", ()) if spec["in"] == "query"]
    return "{" not in path and all(
        fits(spec["schema"], values[spec["name"]]) if spec["name"] in values else not spec.get("required")
        for spec in specs
    )


def fits(schema: dict[str, Any], values: list[str]) -> bool:
    if schema.get("type") == "array":
        return len(values) <= schema["maxItems"] and all(fits(schema["items"], [value]) for value in values)
    value = int(values[0]) if schema.get("type") == "integer" and values[0].isdecimal() else values[0]
    checker = Draft202012Validator.FORMAT_CHECKER
    return len(values) == 1 and Draft202012Validator(schema, format_checker=checker).is_valid(value)


def ask(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    hook = case.path.startswith("/hooks/")
    answer = case.call(app=app, headers=bearer() if hook else {})
    not_meant = []
    if any(words in answer.text for words in TWO_AT_ONCE):
        not_meant.append(positive_data_acceptance)
    query = sent(answer)
    if any(not value or value != value.strip() for _, value in query) or allowed_as_sent(case.path, query):
        not_meant.append(negative_data_rejection)  # white space and empty values do not count
    if hook:
        not_meant.append(ignored_auth)  # the proof was put in behind its back: test_hook.py looks at proofs
    case.validate_response(answer, excluded_checks=not_meant)


@pytest.mark.parametrize(
    ("pairs", "allowed"),
    [
        ([], True),
        ([("tag", "knee")], True),
        ([("year", "2021"), ("year", "2022"), ("since", "2021-02")], True),
        ([("since", "2021-13")], False),
        ([("page", "x")], False),
        ([("page", "0")], False),
        ([("sort", "newest"), ("sort", "newest")], False),
        ([("year", "10000")], False),
    ],
)
def test_what_was_sent_is_judged_by_the_document(pairs: list[tuple[str, str]], *, allowed: bool) -> None:
    assert allowed_as_sent("/api/search", pairs) == allowed


@QUICK.parametrize()
def test_every_answer_is_as_the_document_says(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    ask(case, app)


@pytest.mark.long
@LONG.parametrize()
def test_every_answer_is_as_the_document_says_however_long_one_asks(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    ask(case, app)
