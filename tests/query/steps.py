"""Work counted, not timed: how many lines of search/query run during a call."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import search.query

_FOLDER = str(Path(search.query.__file__).parent)


def lines_run(call: Callable[[], object]) -> int:
    """The number of source lines of search/query that `call` executes, repeats included."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(_FOLDER):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
