"""What the tests of writing share: a batch by hand, and what the index then holds."""

from collections.abc import Iterable
from pathlib import Path

from search.engines.whoosh.engine import WhooshEngine
from search.models import Post, SearchRequest
from tests.engines.samples import make_post

EVERYTHING = SearchRequest("", per_page=100)


class Quiet:
    """Progress that only adds up."""

    def __init__(self) -> None:
        self.total = self.done = self.finished = 0

    def start(self, total: int) -> None:
        self.total += total

    def advance(self, count: int) -> None:
        self.done += count

    def finish(self) -> None:
        self.finished += 1


def load(post: Post) -> tuple[Post | None, str]:
    """The post itself; of an empty title there is none."""
    return (post if post.title else None), post.id


def write(
    folder: Path, posts: Iterable[Post] = (), delete: Iterable[str] = (), *, full: str = "", rules: str = "rules"
) -> str:
    """One batch, published; the reason why it was a full build."""
    with WhooshEngine(folder).writing(rules=rules, wait=0, full=full) as batch:
        batch.add(load, list(posts), Quiet())
        batch.delete(list(delete))
        batch.publish()
        return batch.why_full


def found(folder: Path, query: str = "") -> list[str]:
    """The ids that a fresh engine finds, sorted."""
    answer = WhooshEngine(folder).open().search(SearchRequest(query, per_page=100))
    return sorted(hit.id for hit in answer.hits)


def sample(number: int, words: str = "stem cells") -> Post:
    return make_post(f"p{number}", f"Post {number}", words, tags=["Cells"])


def current_files(folder: Path) -> list[Path]:
    """All files below the index folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
