"""Whatever /openapi.json allows and what it does not is asked: no server error, and every answer is as it says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from schemathesis.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from schemathesis.schemas import BaseSchema
from starlette.types import ASGIApp

from search.web.app import create_app
from search.web.openapi import document
from tests.web.deliveries import bearer
from tests.web.sample import build, no_processes

TWO_AT_ONCE = ("page times per_page is at most", "it may not be after until")
"""What is refused although each value by itself is allowed: no schema of single parameters can say that."""


def described(examples: int) -> BaseSchema:
    """The document, to be asked about with so many examples an address, the same in each run."""
    config = schemathesis.Config.from_dict({"generation": {"deterministic": True, "max-examples": examples}})
    return schemathesis.openapi.from_dict(document("", hook=True), config=config)


QUICK, LONG = described(20), described(300)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with no_processes():
        yield create_app(build(tmp_path_factory.mktemp("blog")))


def sent(answer: schemathesis.Response) -> list[tuple[str, str]]:
    """The parameters of the query as they were sent."""
    return parse_qsl(urlsplit(answer.request.url or "").query, keep_blank_values=True)


def ask(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    hook = case.path.startswith("/hooks/")
    answer = case.call(app=app, headers=bearer() if hook else {})
    not_meant = []
    if any(words in answer.text for words in TWO_AT_ONCE):
        not_meant.append(positive_data_acceptance)
    if any(not value or value != value.strip() for _, value in sent(answer)):
        not_meant.append(negative_data_rejection)  # white space and empty values do not count
    if hook:
        not_meant.append(ignored_auth)  # the proof was put in behind its back: test_hook.py looks at proofs
    case.validate_response(answer, excluded_checks=not_meant)


@QUICK.parametrize()
def test_every_answer_is_as_the_document_says(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    ask(case, app)


@pytest.mark.long
@LONG.parametrize()
def test_every_answer_is_as_the_document_says_however_long_one_asks(case: schemathesis.Case[Any], app: ASGIApp) -> None:
    ask(case, app)
