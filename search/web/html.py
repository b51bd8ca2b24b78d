"""The templates of the pages: every text that goes into one is escaped, unless it is said to be HTML."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from search.web import files


def environment(filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """The templates with `filters` and `static`, the address of a file of ours. A name that is not given is an error.

    They are read once: a template that changes shows when the program starts again.
    """
    made = Environment(
        loader=PackageLoader("search.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= filters
    made.globals["static"] = files.href
    return made
