"""Generated posts as files."""

from pathlib import Path

import frontmatter

from tests.benchmarks.corpus import generate, read_sources
from tests.benchmarks.files import prepare
from tests.corpora import CHECKOUT


def test_written_posts_read_back_and_are_made_only_once(tmp_path: Path) -> None:
    folder = prepare(CHECKOUT / "content", 30, 1, tmp_path, html=True)
    posts = list(generate(read_sources(CHECKOUT / "content"), 30, 1))
    files = sorted((folder / "posts").glob("*.md"))
    assert [path.stem for path in files] == sorted(post.name for post in posts)
    loaded = frontmatter.load(str(folder / "posts" / f"{posts[0].name}.md"))
    assert (loaded["title"], loaded["tags"]) == (posts[0].title, list(posts[0].tags))
    assert len(list((folder / "html").glob("*.html"))) == 30
    (folder / "posts" / "kept.md").touch()
    assert prepare(CHECKOUT / "content", 30, 1, tmp_path, html=True) == folder
    assert (folder / "posts" / "kept.md").exists()
