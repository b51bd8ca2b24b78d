"""Text for a terminal: made safe, and written so that `| head` and a full disk end as they should."""

import os
import re
import sys
from typing import TextIO

from search import render
from search.errors import StorageError

# Posts are hostile: a title must not move the cursor, set the window's title or turn the text round. C0 and C1
# controls, DEL, direction overrides and isolates, and halves of characters.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """`text` on one line, with a space for white space of any length and U+FFFD for what a terminal would obey."""
    return _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text))


def sentence(text: str) -> str:
    """`safe` text as a sentence of its own: errors are worded as clauses. A path that it begins with stays."""
    text = safe(text).strip()
    if text.partition(" ")[0].isalpha():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def count(number: int, what: str) -> str:
    """ "1 post", "2,000 posts"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def write(text: str) -> None:
    """`text` to stdout. A reader who left (`| head`) is no error; raises StorageError where stdout cannot take it."""
    try:
        _put(sys.stdout, text)
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise StorageError(f"the output cannot be written: {error.strerror}") from error


def write_json(value: render.Json) -> None:
    """`value` to stdout, indented for people who look; raises as `write`."""
    write(render.to_json(value, indent=2) + "\n")


def say(text: str) -> None:
    """One line to stderr, for people; lost where nobody listens."""
    try:
        _put(sys.stderr, f"{text}\n")
    except OSError:
        _silence(sys.stderr)


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _put(stream: TextIO | None, text: str) -> None:
    if stream is None:  # the process was started with it closed
        return
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding))
    stream.flush()


def _silence(stream: TextIO) -> None:
    """Send the rest nowhere: Python would try what is still buffered again as it exits, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
