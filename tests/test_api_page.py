"""docs/api.md tells of every address, and its example of an error is one."""

import json
import re
from pathlib import Path

import pytest

from search import render
from search.errors import UsageError
from search.query.params import request_from
from search.web.catalogue import OPERATIONS

PAGE = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_address_is_there_and_no_other() -> None:
    told = re.findall(r"^\| `(/[^`]*)`", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(operation.path for operation in OPERATIONS)


def test_the_error_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    with pytest.raises(UsageError) as refused:
        request_from({"per_page": ["1000"]})
    assert json.loads(example) == render.error(refused.value)
