"""Exactly one Whoosh may be installed: several distributions put their files into the same package `whoosh`."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from search.errors import IndexUnavailableError

KNOWN = ("whoosh3", "Whoosh", "Whoosh-Reloaded", "whoosh-ng")
"""Every distribution whose import name is `whoosh`."""


@cache
def whoosh_distribution() -> str:
    """Name and version of the installed Whoosh, such as "whoosh3 3.54.0".

    Looks up the known names only, which takes a millisecond. Raises IndexUnavailableError where there is none, or more
    than one: they overwrite each other's files, and what is left is of no version.
    """
    found = []
    for name in KNOWN:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    if not found:
        raise IndexUnavailableError("Whoosh is not installed", remedy="pip install --force-reinstall blogsearch")
    if len(found) > 1:
        others = " ".join(name.split()[0] for name in found)
        raise IndexUnavailableError(
            f"two Whoosh distributions are installed over each other: {', '.join(found)}",
            remedy=f"pip uninstall {others}, then install the one that blogsearch asks for",
        )
    return found[0]
