"""The posts of a folder as blogsearch reads them, for tests and comparisons that start from posts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from search.config import Settings
from search.errors import PostError
from search.models import Post
from search.posts import find_posts, read_post


def posts_of(content: Path) -> Iterator[Post]:
    """Every post below `content` that would be indexed now, by id; those with problems are passed over."""
    settings = Settings(content=content)
    now = datetime.now(UTC).replace(tzinfo=None)  # naive UTC, as a post has its own instants
    sources, _ = find_posts(settings)
    for source in sources:
        try:
            found = read_post(source, settings.rules, now)
        except PostError:
            continue
        if isinstance(found, Post):
            yield found
