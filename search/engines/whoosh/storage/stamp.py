"""What an index was built with. Where it differs from what the program would build with now, all is built anew."""

from collections.abc import Mapping

from search.analysis import ANALYSIS_STAMP
from search.engines.whoosh.columnar.arrayfile import VERSION as COLUMNS_VERSION
from search.fields import FIELDS

STORED_FORMAT = 1
"""Changes when a segment's Whoosh files or its list of posts are written in another way."""

_REASONS = {
    "analysis": "text is analysed in another way than when the index was built",
    "columns": "the columns have another format than when the index was built",
    "schema": "the fields are others than when the index was built",
    "library": "another Whoosh is installed than when the index was built",
    "rules": "the settings of how a file becomes a post, or the program's own rules for it, have changed",
}


def reading_stamp() -> dict[str, str]:
    """What an index must have been built with so that it can be answered from."""
    return {"analysis": ANALYSIS_STAMP, "columns": str(COLUMNS_VERSION)}


def writing_stamp(rules: str, library: str) -> dict[str, str]:
    """What a build of now is marked with. `rules` marks the settings that made the posts, `library` the Whoosh."""
    schema = ",".join(f"{field.name}:{field.kind.value}" for field in FIELDS)
    return {"schema": f"{STORED_FORMAT} {schema}", "library": library, "rules": rules, **reading_stamp()}


def difference(built_with: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The first reason, as a sentence, for which an index with stamp `built_with` does not do; "" where it does."""
    return next((reason for key, reason in _REASONS.items() if key in now and built_with.get(key) != now[key]), "")
