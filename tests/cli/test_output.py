"""Text for a terminal: nothing in it is obeyed, nothing in it fails to be written."""

import io
import sys

import pytest

from search.cli import output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\n\tlines ", "two lines "),
        ("\x1b[2J\x9b2J\x07", "�[2J�2J�"),
        ("left \u202eright\u2066", "left �right�"),
        ("caf\udce9", "caf�"),
        ("naïve 細胞 👩‍🔬 שלום\u200f", "naïve 細胞 👩‍🔬 שלום\u200f"),
    ],
)
def test_what_a_terminal_would_obey_is_replaced(text: str, shown: str) -> None:
    assert output.safe(text) == shown


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("it is gone", "It is gone."),
        ("it is.", "It is."),
        ("why not?", "Why not?"),
        ("index/CURRENT is gone", "index/CURRENT is gone."),
        ("`x` is odd", "`x` is odd."),
    ],
)
def test_a_sentence_ends(text: str, ended: str) -> None:
    assert output.sentence(text) == ended


def test_a_character_that_the_encoding_lacks_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    output.write("é 細\n")
    assert stream.buffer.getvalue() == b"\xe9 ?\n"


def test_a_closed_stream_swallows_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    output.write("x")
    output.say("x")
    assert sys.stdout is None
