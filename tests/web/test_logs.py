"""A log line is one JSON object, whatever the message holds."""

import json
import logging
import sys

from search.web.logs import JsonLines


def test_a_traceback_is_text_within_the_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("search.web", logging.ERROR, "", 1, "broke %s\n", ("\x1b[2J",), sys.exc_info())
    written = JsonLines().format(record)
    line = json.loads(written)
    assert "\n" not in written
    assert "\x1b" not in written
    assert (line["level"], line["logger"], line["message"]) == ("error", "search.web", "broke \x1b[2J")
    assert line["traceback"].endswith("ValueError: two\nlines")
