"""`blogsearch suggest`, `related`, `show` and `tags`: what the index can tell besides answers."""

from collections.abc import Sequence

import click

from search import render, service
from search.cli.options import Common, json_option, limit_option
from search.cli.output import count, safe, write, write_json
from search.cli.query import FOUND, NOTHING_FOUND
from search.models import IndexedPost, RelatedPost, Suggestion, TagCount
from search.query.params import RELATED, SUGGESTIONS, limit_from


@click.command()
@click.argument("text", nargs=-1, required=True)
@limit_option(SUGGESTIONS)
@json_option
@click.pass_obj
def suggest(common: Common, text: tuple[str, ...], limit: str | None, as_json: bool) -> int:
    """Complete TEXT with tags, frequent phrases and titles of the posts.

    \b
    Examples:
      blogsearch suggest mesen
      blogsearch suggest "stem c" --limit 5 --json
    """
    typed = " ".join(text)
    most = _most(limit, SUGGESTIONS)
    found = service.open_reader(common.settings()).suggest(typed, most)
    if as_json:
        write_json(render.suggestions(typed, found))
    else:
        write(suggestions_page(typed, found))
    return FOUND if found else NOTHING_FOUND


@click.command()
@click.argument("post_id", metavar="ID")
@limit_option(RELATED)
@json_option
@click.pass_obj
def related(common: Common, post_id: str, limit: str | None, as_json: bool) -> int:
    """Find posts about the same as the post ID.

    The id of a post is its file's path in the content folder, without the ending; that of 2021/a-post/index.md is
    2021/a-post.

    \b
    Examples:
      blogsearch related rule-of-three
      blogsearch related how-to-read-a-meta-analysis --limit 3 --json
    """
    most = _most(limit, RELATED)
    found = service.open_reader(common.settings()).related(post_id, most)
    if as_json:
        write_json(render.related(post_id, found))
    else:
        write(related_page(post_id, found))
    return FOUND if found else NOTHING_FOUND


@click.command()
@click.argument("post_id", metavar="ID")
@json_option
@click.pass_obj
def show(common: Common, post_id: str, as_json: bool) -> int:
    """Show what the index holds of the post ID, the text that is searched included.

    \b
    Examples:
      blogsearch show rule-of-three
      blogsearch show how-to-read-a-meta-analysis --json
    """
    found = service.open_reader(common.settings()).post(post_id)
    if as_json:
        write_json(render.post(found))
    else:
        write(post_page(found))
    return FOUND


@click.command()
@click.argument("prefix", default="")
@json_option
@click.pass_obj
def tags(common: Common, prefix: str, as_json: bool) -> int:
    """List the tags that begin with PREFIX, or all, with the number of posts that have each.

    \b
    Examples:
      blogsearch tags
      blogsearch tags reg --json
    """
    found = service.open_reader(common.settings()).tags(prefix)
    if as_json:
        write_json(render.tags(found))
    else:
        write(tags_page(prefix, found))
    return FOUND if found else NOTHING_FOUND


def suggestions_page(text: str, found: Sequence[Suggestion]) -> str:
    """A line for each suggestion: what it is, in how many posts, and the address of a title."""
    if not found:
        return f"Nothing begins with “{safe(text)}”.\n"
    about = [safe(one.url) if one.url else count(one.posts, "post") for one in found]
    return "".join(f"{safe(one.text)}  ({one.kind}, {more})\n" for one, more in zip(found, about, strict=True))


def related_page(post_id: str, found: Sequence[RelatedPost]) -> str:
    """Two lines for each post: its title and shared tags, its address."""
    if not found:
        return f"No other post shares words or tags with {safe(post_id)}.\n"
    shared = [f"  ({', '.join(map(safe, one.shared))})" if one.shared else "" for one in found]
    return "".join(f"{safe(one.title)}{tags}\n    {safe(one.url)}\n" for one, tags in zip(found, shared, strict=True))


def post_page(post: IndexedPost) -> str:
    """Title, address, what else is known of the post, then its text, a line for each block."""
    about = [post.date.isoformat() if post.date else "", post.lang, ", ".join(post.tags)]
    head = [post.title, post.url, " · ".join(part for part in about if part), post.image or "", post.description]
    lines = [*(part for part in head if part), "", *post.body.splitlines()]
    return "".join(f"{safe(line)}\n" for line in lines)


def tags_page(prefix: str, found: Sequence[TagCount]) -> str:
    """A line for each tag, after the number of its posts."""
    if not found:
        return f"No tag begins with “{safe(prefix)}”.\n" if prefix else "No post has a tag.\n"
    return "".join(f"{one.posts:>6,}  {safe(one.tag)}\n" for one in found)


def _most(limit: str | None, default: int) -> int:
    return limit_from({"limit": [limit or ""]}, default)
