"""Rows of the one table that a benchmark prints: our figure beside another's, and their ratio."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.marked import table

UNITS = {"ms": 1e3, "s": 1.0, "MB": 1e-6}


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds or bytes, shown in `unit`; `theirs` is None where only a goal stands beside. `note` ends the row."""

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float | None
    note: str = ""


def render(rows: Sequence[Row]) -> str:
    """The ratio is theirs to ours: above 1, blogsearch is the faster or the smaller one."""
    cells = []
    for row in rows:
        theirs = "" if row.theirs is None else _figure(row.theirs, row.unit)
        ratio = "" if row.theirs is None else f"{row.theirs / row.ours:.2f}"
        cells.append([row.what, _figure(row.ours, row.unit), row.peer, theirs, ratio, row.note])
    return table(["What", "blogsearch", "beside", "its figure", "ratio", "note"], cells)


def _figure(value: float, unit: str) -> str:
    shown = value * UNITS[unit]
    return f"{shown:.2f} {unit}" if shown < 10 else f"{shown:.0f} {unit}"
