"""A Post as the text that Whoosh stores, and back: JSON, which depends on no class and runs no code."""

import json
from datetime import date, datetime
from typing import Any

from search.models import Post, Section


def post_to_text(post: Post) -> str:
    """All of `post`. Raises UnicodeEncodeError for text that is no Unicode (a lone surrogate)."""
    row = (
        post.id,
        post.url,
        post.title,
        post.description,
        post.body,
        post.tags,
        post.instant and post.instant.isoformat(),
        post.day and post.day.isoformat(),
        post.image,
        post.lang,
        [(section.heading, section.anchor, section.start) for section in post.sections],
        post.content_hash,
        post.boost,
        post.expires and post.expires.isoformat(),
    )
    text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def post_from_text(text: str) -> Post:
    """The inverse of `post_to_text`. Raises ValueError or TypeError for any other text."""
    row: list[Any] = json.loads(text)
    id_, url, title, description, body, tags, instant, day, image, lang, sections, content_hash, boost, expires = row
    return Post(
        id=id_,
        url=url,
        title=title,
        description=description,
        body=body,
        tags=tuple(tags),
        instant=instant and datetime.fromisoformat(instant),
        day=day and date.fromisoformat(day),
        image=image,
        lang=lang,
        sections=tuple(Section(*section) for section in sections),
        content_hash=content_hash,
        boost=boost,
        expires=expires and datetime.fromisoformat(expires),
    )
