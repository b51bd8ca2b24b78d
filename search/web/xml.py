"""XML that every parser takes, whatever the texts in it hold."""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as Tree

# All that is no Char of XML 1.0 (section 2.2): no escape makes it one.
_NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, within: str | Iterable[Tree.Element] = (), **attributes: str) -> Tree.Element:
    """An element with attributes around a text or other elements. What XML cannot hold is left out of texts and
    attributes."""
    made = Tree.Element(tag, {name: characters(value) for name, value in attributes.items()})
    if isinstance(within, str):
        made.text = characters(within)
    else:
        made.extend(within)
    return made


def characters(text: str) -> str:
    """`text` without what XML cannot hold: most control characters, halves of characters, U+FFFE and U+FFFF."""
    return _NO_CHARACTER.sub("", text)


def to_xml(root: Tree.Element) -> bytes:
    """The document, in UTF-8."""
    written: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
