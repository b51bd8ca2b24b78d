"""The benchmark of `watch` on a blog of three posts: it ends, and leaves the posts as they were."""

from pathlib import Path

from search import indexing
from search.config import Settings
from tests.benchmarks.saving import save_to_found
from tests.repositories import write


def test_a_saved_post_is_found_and_put_back(tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    for name in ("a", "b", "c"):
        write(posts / f"{name}.md", name)
    before = {path: path.read_bytes() for path in posts.iterdir()}
    indexing.run(Settings(content=posts, index=tmp_path / "index"))
    row = save_to_found(posts, tmp_path / "index", times=2)
    assert row.ours > 0
    assert {path: path.read_bytes() for path in posts.iterdir()} == before
