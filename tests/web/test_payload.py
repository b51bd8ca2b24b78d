"""What a payload says of the branch; whatever else it is, it says nothing and raises nothing."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.payload import branch_of


@pytest.mark.parametrize(
    ("payload", "branch"),
    [
        ({"ref": "refs/heads/main"}, "main"),
        ({"ref": "refs/heads/feature/a"}, "feature/a"),
        ({"ref": "refs/tags/v1"}, "refs/tags/v1"),
        ({"ref": "main", "ref_type": "branch"}, "main"),
        ({"branch": "main", "context": "production"}, "main"),
        ({"action": "opened"}, None),
        ({"ref": 1}, None),
        ({"branch": None}, None),
        ([], None),
    ],
)
def test_the_branch_is_read_from_json_and_from_a_form(payload: object, branch: str | None) -> None:
    text = json.dumps(payload)
    assert branch_of(text.encode()) == branch
    assert branch_of(urlencode({"payload": text}).encode()) == branch


@given(st.binary())
def test_any_body_is_read(body: bytes) -> None:
    assert branch_of(body) is None


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"ref":' * 100_000, b"9" * 10_000, b'{"ref":"\\ud800"}', b"\xff", b"payload=%"]
)
def test_hostile_bodies_are_read(body: bytes) -> None:
    assert branch_of(body) in (None, "\ud800")
