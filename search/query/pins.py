"""Posts that stand first for certain queries, by configuration. Pure."""

from collections.abc import Iterable

from search.analysis import analyze, folded_words
from search.models import Pin


class Pins:
    """The pins of one blog. Immutable."""

    def __init__(self, pins: Iterable[Pin] = ()) -> None:
        self._posts = {folded_words(analyze(pin.query)): pin.posts for pin in pins}

    def of(self, query: str) -> tuple[str, ...]:
        """The ids of the posts that stand first for `query`. Queries are compared by their words: case, accents and
        signs do not count, their order and endings do."""
        return self._posts.get(folded_words(analyze(query)), ()) if self._posts else ()
