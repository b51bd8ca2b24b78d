"""XML for every text: it can always be read again, and reads as what can be held of it."""

from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.xml import characters, element, to_xml

ANY = st.text(st.characters(exclude_categories=[]))


@given(ANY, ANY)
def test_any_text_and_attribute_reads_as_it_was_but_for_what_xml_cannot_hold(text: str, value: str) -> None:
    read = Tree.fromstring(to_xml(element("a", [element("b", text)], c=value)))
    # A parser reads a carriage return as a line break unless it is escaped.
    assert (read.findtext("b") or "").replace("\r\n", "\n").replace("\r", "\n") == lines(characters(text))
    assert lines(read.attrib["c"]) == lines(characters(value))


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_left_out(bad: str) -> None:
    assert characters(f"a{bad}b") == "ab"


@pytest.mark.parametrize("good", ["\t", "\n", "\x7f", "\x85", "\ud7ff", "\ue000", "\ufffd", "\U00010000", "\U0010ffff"])
def test_what_xml_can_hold_stays(good: str) -> None:
    assert characters(f"a{good}b") == f"a{good}b"


def test_markup_is_escaped() -> None:
    assert to_xml(element("a", "<b>&", c="\"'<&")).endswith(b"""<a c="&quot;'&lt;&amp;">&lt;b&gt;&amp;</a>""")
