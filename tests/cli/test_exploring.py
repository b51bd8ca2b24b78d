"""`blogsearch suggest`, `related`, `show` and `tags` over an index on disk: pages, JSON, exit codes."""

import json
from pathlib import Path

import pytest

from search.cli.app import run


@pytest.fixture
def blog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    posts = tmp_path / "content"
    posts.mkdir()
    for name, tags, draft in (("a", "[knee, cells]", "false"), ("b", "[knee]", "false"), ("c", "[knee]", "true")):
        body = "Mesenchymal stem cells in the knee."
        text = f"---\ntitle: Post {name}\ntags: {tags}\ndraft: {draft}\ntemplateKey: blog-post\n---\n{body}\n"
        (posts / f"{name}.md").write_text(text, encoding="utf-8")
    options = ["--content", str(posts), "--index", str(tmp_path / "index")]
    assert run([*options, "index"]) == 0
    capsys.readouterr()
    return options


def test_suggestions_as_a_page_and_as_json(blog: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*blog, "suggest", "kn"]) == 0
    assert capsys.readouterr().out == "knee  (tag, 2 posts)\n"
    assert run([*blog, "suggest", "post", "--limit", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "query": "post",
        "suggestions": [{"text": "Post a", "kind": "title", "posts": 1, "url": "/blog/a/"}],
    }
    assert run([*blog, "suggest", "zebra"]) == 1
    assert capsys.readouterr().out == "Nothing begins with “zebra”.\n"


def test_related_posts_as_a_page_and_as_json_without_drafts(
    blog: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*blog, "related", "a"]) == 0
    assert capsys.readouterr().out == "Post b  (knee)\n    /blog/b/\n"
    assert run([*blog, "related", "a", "--json"]) == 0
    assert [post["id"] for post in json.loads(capsys.readouterr().out)["related"]] == ["b"]
    assert run([*blog, "related", "c"]) == 1
    assert 'no post "c"' in capsys.readouterr().err


def test_a_post_as_a_page_and_as_json(blog: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*blog, "show", "a"]) == 0
    assert capsys.readouterr().out == "Post a\n/blog/a/\nen · knee, cells\n\nMesenchymal stem cells in the knee.\n"
    assert run([*blog, "show", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["body"] == "Mesenchymal stem cells in the knee."
    assert run([*blog, "show", "c"]) == 1
    assert 'no post "c"' in capsys.readouterr().err
    assert run([*blog, "show", "content/a.md"]) == 1
    assert "Did you mean a?" in capsys.readouterr().err
    assert run([*blog, "show", ""]) == 1
    assert capsys.readouterr().err.startswith("Error: the id of a post is missing.\n")


def test_tags_as_a_page_and_as_json(blog: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*blog, "tags"]) == 0
    assert capsys.readouterr().out == "     2  knee\n     1  cells\n"
    assert run([*blog, "tags", "c", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"tags": [{"tag": "cells", "posts": 1}]}
    assert run([*blog, "tags", "zebra"]) == 1
    assert capsys.readouterr().out == "No tag begins with “zebra”.\n"


def test_a_blog_without_tags_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\nx", encoding="utf-8")
    options = ["--content", str(tmp_path), "--index", str(tmp_path / "index")]
    assert run([*options, "index"]) == 0
    capsys.readouterr()
    assert run([*options, "tags"]) == 1
    assert capsys.readouterr().out == "No post has a tag.\n"


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1"])
def test_a_limit_out_of_range_is_refused(blog: list[str], capsys: pytest.CaptureFixture[str], limit: str) -> None:
    assert run([*blog, "suggest", "kn", f"--limit={limit}"]) == 2
    assert "limit" in capsys.readouterr().err
