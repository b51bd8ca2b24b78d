"""A generated corpus on disk: Markdown files for blogsearch, and the same posts as HTML pages for Pagefind."""

import json
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import markdown

from tests.benchmarks.corpus import GeneratedPost, generate, read_sources

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def write_markdown(posts: Iterable[GeneratedPost], folder: Path) -> None:
    """One file a post, with front matter; JSON strings and lists are YAML, too."""
    folder.mkdir(parents=True, exist_ok=True)
    for post in posts:
        head = {"title": post.title, "date": str(post.day), "description": post.description, "tags": list(post.tags)}
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
        text = "\n".join(["---", "templateKey: blog-post", *lines, "---", "", post.body, ""])
        (folder / f"{post.name}.md").write_text(text, encoding="utf-8")


def write_html(posts: Iterable[GeneratedPost], folder: Path) -> None:
    """The pages that a site generator would make of the same posts, marked up for Pagefind with its tag filter."""
    folder.mkdir(parents=True, exist_ok=True)
    for post in posts:
        tags = "".join(f'<li data-pagefind-filter="tag">{escape(tag)}</li>' for tag in post.tags)
        body = markdown.markdown(_TEMPLATE.sub(" ", post.body), extensions=["extra"])
        page = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(post.title)}</title></head>'
            f"<body><main data-pagefind-body><h1>{escape(post.title)}</h1><p>{escape(post.description)}</p>"
            f"{body}<ul>{tags}</ul></main></body></html>"
        )
        (folder / f"{post.name}.html").write_text(page, encoding="utf-8")


def prepare(source: Path, count: int, seed: int, build: Path, *, html: bool) -> Path:
    """The folder `build/corpus-SEED-COUNT` with `posts/` and, if asked for, `html/`; made once, then kept.

    The folder is renamed into place when it is complete. Remove it after a change of the source posts.
    """
    folder = build / f"corpus-{seed}-{count}"
    for part, write in (("posts", write_markdown), ("html", write_html)):
        if (html or part == "posts") and not (folder / part).is_dir():
            partial = folder / f"{part}.partial"
            write(generate(read_sources(source), count, seed), partial)
            partial.rename(folder / part)
    return folder
