"""blogsearch itself as something to measure: a folder of posts to a function that answers with ids."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search.config import Settings
from search.engines.whoosh.engine import WhooshEngine
from search.indexing import run
from search.models import SearchRequest
from tests.relevance.judged import Search


@contextmanager
def index_of(content: Path, index: Path) -> Iterator[Search]:
    """Build an index of `content` in the empty or missing folder `index`, and search it with every default on."""
    run(Settings(content=content, index=index), full=True)
    reader = WhooshEngine(index).open()

    def search(query: str) -> Sequence[str]:
        return [hit.id for hit in reader.search(SearchRequest(query)).hits]

    yield search
