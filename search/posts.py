"""Files of the content folder to posts: which files are candidates, and what one file says.

Reading a file is pure but for the file itself, and everything that can be wrong with one becomes a Problem with the
file's own line, so that one bad post never stops a run. (For errors that nobody
thought of, those who read many files have `unforeseen`.)
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from search.config import PostRules, Settings
from search.dates import When, parse_date
from search.errors import PostError, UsageError
from search.frontmatter import FrontMatter, parse
from search.mapping import Mapped
from search.markdown import Document, read_markdown
from search.models import LeftOut, Post, Problem

POST_ENDINGS = (".md", ".markdown", ".mdx")
MAX_BYTES = 1_000_000
"""A larger file is refused: it is data, not a post. (This is some 160,000 words, two novels.)"""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DATED_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})[-_](?=.)")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may be a post. `relative` is its path below the content folder, `id` that without its ending."""

    path: Path
    id: str
    relative: str


def find_posts(settings: Settings) -> tuple[list[SourceFile], list[Problem]]:
    """The candidates below the content folder, sorted by id; and what cannot be one: links that lead out of it,
    names that are no Unicode, files whose id another has. Hidden files and folders are skipped.

    Raises UsageError where there is no content folder.
    """
    root = settings.content
    require_content(settings)
    problems: list[Problem] = []
    found: dict[str, SourceFile] = {}
    for relative in sorted(_files(root, problems)):
        if relative != _shown(relative):
            message = "the name of the file has control characters, or is not UTF-8."
            problems.append(Problem(_shown(relative), None, "name", message, "Rename the file."))
            continue
        identity = post_id(relative)
        first = found.setdefault(identity, SourceFile(root / relative, identity, relative))
        if first.relative != relative:
            message = f"the id {identity} is that of {first.relative} as well."
            problems.append(Problem(relative, None, "id", message, "Rename one of the two files."))
    return sorted(found.values(), key=lambda source: source.id), sorted(problems, key=lambda problem: problem.path)


def require_content(settings: Settings) -> None:
    """Raises UsageError where there is no content folder."""
    if not settings.content.is_dir():
        raise UsageError(
            f"There is no content folder {settings.content}.",
            remedy="Name the folder that holds the posts with --content, or go to where it is.",
        )


def post_id(relative: str) -> str:
    """`2024/cells.md` is `2024/cells`, and so is `2024/cells/index.md`."""
    stem = unicodedata.normalize("NFC", relative.rpartition(".")[0])
    return stem.removesuffix("/index")


def _files(content: Path, problems: list[Problem]) -> Iterator[str]:
    """Every candidate file, as its path below the content folder. A link to a file within the folder is one; a link
    to a folder there is not followed, since the folder is found by itself. Texts instead of Paths: a blog of a hundred
    thousand posts is listed in half the time."""
    folders = [""]  # each "" or ending in "/"
    while folders:
        within = folders.pop()
        try:
            entries = list(os.scandir(content / within))
        except OSError as error:
            message = f"the folder cannot be read: {error.strerror}."
            where = _shown(within.rstrip("/") or ".")
            problems.append(Problem(where, None, "unreadable", message, "Give yourself the right to read it."))
            continue
        for entry in entries:
            path = within + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_symlink() and (trouble := _link_trouble(content / path, content)):
                problems.append(Problem(_shown(path), None, "link", *trouble))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path + "/")
            elif entry.name.lower().endswith(POST_ENDINGS) and entry.is_file():
                yield path


def _link_trouble(link: Path, content: Path) -> tuple[str, str] | None:
    """Message and remedy where a link leads nowhere, in a circle or out of the content folder."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return "the link leads nowhere.", "Delete it or mend it."
    if not target.is_relative_to(content.resolve()):
        return "the link leads out of the content folder, and is not followed.", "Put the file itself into the folder."
    return None


def _shown(relative: str) -> str:
    """A path that can be printed, whatever its name holds: a terminal would obey control characters."""
    return _UNPRINTABLE.sub("\ufffd", relative)


def read_post(source: SourceFile, rules: PostRules, now: datetime) -> Post | LeftOut:
    """What the file says, at the instant `now` (naive UTC). Raises PostError where it cannot be a post."""
    text = _decode(_read(source), source.relative)
    front = parse(text, source.relative)
    mapped = Mapped(front, rules, source.relative)
    if reason := _kept_out(mapped, source):
        return LeftOut(reason)
    stem, named = _stem(source.id)
    when = mapped.when("date") or named
    starts, ends = mapped.when("publish") or when, mapped.when("expires")
    if starts and starts.instant > now and "future" not in rules.include:
        return LeftOut("future", starts.instant)
    if ends and ends.instant <= now and "expired" not in rules.include:
        return LeftOut("expired")
    title = mapped.text("title")
    if not title:
        _fail_without_title(front, rules, source)
    document = _body(front, source)
    post = Post(
        id=source.id,
        url=mapped.url(source.id, stem, when.day if when else None),
        title=title,
        description=mapped.text("description"),
        body=document.body,
        tags=mapped.tags(),
        instant=when.instant if when else None,
        day=when.day if when else None,
        image=mapped.image(),
        lang=mapped.lang(),
        sections=document.sections,
        content_hash="",
        boost=mapped.boost(),
        expires=ends.instant if ends else None,
    )
    return replace(post, content_hash=content_hash(post))


def unforeseen(source: SourceFile, error: Exception) -> Problem:
    """The Problem of a file that led to an error which nobody thought of. Only the kind of error is told: its text may
    hold as much of the file as it likes."""
    message = f"the file cannot be read: {type(error).__name__}."
    remedy = "Please report this as a bug, with the file; to leave it out, move it out of the content folder."
    return Problem(source.relative, None, "unreadable", message, remedy)


def content_hash(post: Post) -> str:
    """32 hexadecimal digits over everything that the index keeps of a post."""
    sections = [(section.heading, section.anchor, section.start) for section in post.sections]
    kept = (post.id, post.url, post.title, post.description, post.body, post.tags, str(post.instant), str(post.day))
    rest = (post.image, post.lang, sections, post.boost, str(post.expires))
    return hashlib.blake2b(repr((kept, rest)).encode(), digest_size=16).hexdigest()


def url_collisions(addresses: Iterable[tuple[SourceFile, str]]) -> dict[str, Problem]:
    """The posts, by id, whose address an earlier one has, each with its Problem. A last `/` makes no other address."""
    first: dict[str, SourceFile] = {}
    found = {}
    for source, url in sorted(addresses, key=lambda address: address[0].id):
        other = first.setdefault(url.rstrip("/"), source)
        if other is not source:
            message = f"its address {url} is that of {other.relative} as well."
            found[source.id] = Problem(source.relative, 1, "url", message, _apart(other.id, source.id))
    return found


def _apart(first: str, second: str) -> str:
    """What to do about two ids with one address. The default `url` leaves the dates out that Jekyll puts into names."""
    (stem, date), (other_stem, other_date) = _stem(first), _stem(second)
    remedy = "Give one of the two another path."
    if stem != other_stem or not (date and other_date) or date == other_date:
        return remedy
    if date.day.year != other_date.day.year:
        parts = "{year}"
    else:
        parts = "{year} and {month}" if date.day.month != other_date.day.month else "{year}, {month} and {day}"
    return f"{remedy[:-1]}, or put {parts} into the setting `url`: the dates in their names differ."


def _read(source: SourceFile) -> bytes:
    """The file's bytes, MAX_BYTES at most. A pipe or a device is not waited for."""
    try:
        descriptor = os.open(source.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                _fail(source, "unreadable", "it is not a file.", "Move it out of the content folder.")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _fail(source, "vanished", "the file vanished before it could be read.", "Nothing to do if you deleted it.")
    except OSError as error:
        _fail(source, "unreadable", f"the file cannot be read: {error.strerror}.", "Check its permissions.")
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1_000_000} MB."
        _fail(source, "size", message, "Split it, or keep data out of the content folder.")
    return data


def _decode(data: bytes, path: str) -> str:
    """The text of a file, with "\n" line ends."""
    remedy = "Save the file as UTF-8."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PostError(Problem(path, 1, "encoding", "the file is UTF-16, not UTF-8.", remedy))
    if b"\0" in data:
        line = 1 + data.count(b"\n", 0, data.index(b"\0"))
        raise PostError(Problem(path, line, "nul", "a NUL byte stands in the text.", "Delete it, or save it as UTF-8."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; the file may be Latin-1 or Windows-1252."
        raise PostError(Problem(path, line, "encoding", message, remedy)) from error
    if not text.strip():
        raise PostError(Problem(path, 1, "empty", "the file is empty.", "Write the post, or delete the file."))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _kept_out(mapped: Mapped, source: SourceFile) -> str:
    """The rule that keeps a post out whatever the date, "" where none does. Raises PostError where the front matter
    leaves that in doubt, but for a rule that `include` sets aside."""
    if not mapped.is_post() or source.path.stem == "_index":  # _index.md is Hugo's page of a section
        return "not a post"
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("search: false", lambda: mapped.flag("search") is False),
        ("draft", lambda: mapped.flag("draft") is True),
        ("unpublished", lambda: not mapped.has_page() or mapped.flag("published") is False),
    )
    return next((reason for reason, holds in rules if reason not in mapped.rules.include and holds()), "")


def _stem(identity: str) -> tuple[str, When | None]:
    """The file's (or its folder's) name without its date, and the date, where there is one that exists."""
    name = identity.rpartition("/")[2]
    match = _DATED_NAME.match(name)
    try:
        return (name[match.end() :], parse_date(match[1])) if match else (name, None)
    except ValueError:
        return name, None


def _body(front: FrontMatter, source: SourceFile) -> Document:
    try:
        return read_markdown(front.body, mdx=source.path.suffix.lower() == ".mdx")
    except RecursionError:
        _fail(source, "nesting", "lists, quotations or HTML are nested too deeply.", "Flatten them.")


def _fail_without_title(front: FrontMatter, rules: PostRules, source: SourceFile) -> NoReturn:
    if not front.text:
        _fail(source, "front matter", "there is no front matter.", "Begin the file with `---`, `title: ...`, `---`.")
    keys = " or ".join(rules.fields.title)
    raise PostError(
        Problem(source.relative, front.line, "title", "there is no title.", f"Give {keys} in the front matter.")
    )


def _fail(source: SourceFile, code: str, message: str, remedy: str) -> NoReturn:
    raise PostError(Problem(source.relative, None, code, message, remedy))
