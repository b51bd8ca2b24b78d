"""Everything that can be configured, declared once: a field of these classes is a setting, with its default, what it
may be and what it means. A class within another is a table of blogsearch.toml, named as the field that holds it.

`configload.load_settings` fills them in. Nothing heavy is imported here: every command pays for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from search import configvalues as values
from search.configvalues import INCLUDABLE, MAX_PINNED, MAX_PINS, MAX_SYNONYMS, PostRule
from search.models import Pin, Synonym

Value = TypeVar("Value")


def setting(
    written: object, parse: Callable[[object], Value], allowed: str, means: str, *, secret: bool = False
) -> Value:
    """A field that can be configured. `written` is its default as it would stand in blogsearch.toml, `parse` one of
    configvalues.py, `allowed` what it takes in words, `means` what the setting is for. A `secret` is taken from the
    environment alone, and never shown."""
    declared = {"written": written, "parse": parse, "allowed": allowed, "help": means, "secret": secret}
    made: Value = field(default=parse(written), metadata=declared, repr=not secret)
    return made


def _keys(*names: str, means: str) -> tuple[str, ...]:
    return setting(list(names), values.keys, "a list of front matter keys", means)


def _weight(default: float, means: str) -> float:
    return setting(default, values.number(0, 100), "0 to 100", means)


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """The front matter keys that mean each thing; the first that holds a value counts. Case, `_` and `-` do not."""

    title: tuple[str, ...] = _keys("title", means="Title (required)")
    description: tuple[str, ...] = _keys("description", "excerpt", "summary", "deck", "subtitle", means="Summary")
    date: tuple[str, ...] = _keys(
        "date",
        "pubDate",
        "pubDatetime",
        "publishDate",
        "published",
        "created",
        means="Date; else that of the file's name",
    )
    publish: tuple[str, ...] = _keys("publishDate", means="When the post comes out; else its date")
    expires: tuple[str, ...] = _keys("expiryDate", "expires", "unpublishDate", means="When the post goes out")
    tags: tuple[str, ...] = _keys("tags", "topics", "categories", "category", "keywords", means="Tags")
    path: tuple[str, ...] = _keys(
        "path", "permalink", "url", "slug", means="`{path}` of the address; else the file's name"
    )
    image: tuple[str, ...] = _keys("featuredImage", "image", "hero", "heroImage", "cover", "images", means="Picture")
    lang: tuple[str, ...] = _keys("lang", "language", "locale", means="Language, as `en` or `pt-BR`")
    draft: tuple[str, ...] = _keys("draft", means="`true` keeps the post out")
    published: tuple[str, ...] = _keys("published", means="`false` keeps the post out")
    search: tuple[str, ...] = _keys("search", means="`false` keeps the post out")
    boost: tuple[str, ...] = _keys("boost", means="Multiplies the post's score, 0.1 to 10")


READING = 1
"""Changes when the same file comes to another post, or to none, between two versions of the program."""


@dataclass(frozen=True, slots=True)
class PostRules:
    """How a file becomes a post. Picklable: worker processes get it."""

    url: str = setting(
        "/blog/{path}/",
        values.post_url,
        "text with {path}, {slug} or {id}, and perhaps {year}, {month}, {day}",
        "Address of a post. A front matter path that starts with `/` or is a whole address is kept as it is",
    )
    language: str = setting(
        "en", values.language, "two letters (ISO 639-1), such as en", "Language of a post without `lang`"
    )
    post_rule: PostRule = setting(
        str(PostRule()),
        values.post_rule,
        "`key = value, value`, or empty text",
        "Where the front matter has this key, only these values make a post; empty: every file is one",
    )
    include: frozenset[str] = setting(
        [],
        values.include,
        f"a list of {', '.join(INCLUDABLE)}",
        f"Posts to take although a rule leaves them out: {', '.join(f'`{reason}`' for reason in INCLUDABLE)}",
    )
    fields: FieldKeys = FieldKeys()

    @property
    def stamp(self) -> str:
        """Changes whenever the same file could be read as another post: a file's old reading then counts no more."""
        from hashlib import sha256

        from search import __version__

        known = (__version__, READING, self.url, self.language, self.post_rule, sorted(self.include), self.fields)
        return sha256(repr(known).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The blog that the posts belong to."""

    url: str = setting(
        "",
        values.site_url,
        "an address that begins with http:// or https://, or empty text",
        "Address of the blog; put before addresses of posts that begin with `/` where they leave the blog",
    )
    title: str = setting("", values.line, "one line of text", "Name of the blog, as the search page and feeds show it")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """The HTTP service."""

    host: str = setting("127.0.0.1", values.text, "an address or the name of this machine", "Address to listen on")
    port: int = setting(8000, values.whole(0, 65_535), "0 to 65535", "Port to listen on; 0 is any free one")
    cache: int = setting(
        16,
        values.whole(0, 10_000),
        "0 to 10000",
        "How many megabytes of answers each process keeps to send again; 0: none",
    )
    workers: int = setting(1, values.whole(1, 64), "1 to 64", "How many processes answer")
    root_path: str = setting(
        "",
        values.sub_path,
        "a path that begins with /, or empty text",
        "Path below which a proxy shows the service, and which it takes off before it passes a request on",
    )
    proxies: tuple[str, ...] = setting(
        list(values.THIS_MACHINE),
        values.networks,
        "a list of addresses and networks, or *",
        "Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed",
    )
    allowed_hosts: tuple[str, ...] = setting(
        [],
        values.hosts,
        "a list of host names, as example.org or *.example.org",
        "Hosts that may be asked for; empty: any",
    )
    cors_origins: tuple[str, ...] = setting(
        [],
        values.origins,
        "a list of origins, as https://example.org, or *",
        "Other sites whose pages may search here",
    )
    headers: tuple[tuple[str, str], ...] = setting(
        [],
        values.headers,
        "a list of `Name: value`",
        "Headers of every answer, in place of those of the same name that it has anyway; `Name:` leaves one out",
    )
    metrics: tuple[str, ...] = setting(
        list(values.THIS_MACHINE),
        values.networks,
        "a list of addresses and networks, or *",
        "Who may read `/metrics`",
    )
    log_access: bool = setting(True, values.truth, "true or false", "A line on standard output for each request")
    log_address: bool = setting(False, values.truth, "true or false", "That line also names the reader's address")
    log_query: bool = setting(False, values.truth, "true or false", "That line also shows what was asked for")


@dataclass(frozen=True, slots=True)
class HookSettings:
    """The web hook, by which whoever holds a secret may start an index run."""

    secret: tuple[str, ...] = setting(
        "",
        values.lines,
        "text, a secret a line",
        "Secret of the web hook, or several, one a line; not in the file. None: there is no web hook",
        secret=True,
    )
    secret_file: Path | None = setting(
        "", values.file, "a file, or empty text", "File that holds the secret instead, or several, one a line"
    )
    branch: str = setting(
        "", values.line, "the name of a branch, or empty text", "Only pushes to this branch start a run; empty: all do"
    )
    pull: bool = setting(
        False, values.truth, "true or false", "Whether a run begins with `git pull --ff-only` in the content folder"
    )


@dataclass(frozen=True, slots=True)
class Ranking:
    """What the parts of a score are worth, and when a query is relaxed.

    docs/relevance.md says of each weight what the judged queries give with other values; `make relevance` measures it.
    The defaults are a corner of a flat hill and fitted to nothing finer: what lies beside them is as good within a
    hundredth.
    """

    title: float = _weight(2.0, "What a word in the title is worth, to one in the body")
    description: float = _weight(1.0, "What a word in the summary is worth")
    body: float = _weight(1.0, "What a word in the body is worth")
    tags: float = _weight(1.0, "What a word in a tag is worth")
    # k1 and b have the usual values of BM25 (Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and
    # Beyond, 2009, section 3.5).
    k1: float = setting(1.2, values.number(0, 10), "0 to 10", "How much a word gains by standing again (BM25)")
    b: float = setting(
        0.75, values.number(0, 1), "0 to 1", "How much a long text counts against a post (BM25); tags are not affected"
    )
    exact: float = _weight(0.25, "What the spelling as typed adds, to another form of the word")
    # Any weight keeps as many posts of mistyped queries in the top ten, as what matches so stands behind the rest.
    fuzzy: float = _weight(0.4, "What a word is worth that a typing mistake may have meant")
    # The share of posts that come first for their own title is 97.6% without, 99.0% with it, and all of them where a
    # title that is the query leads (engines/whoosh/answering/leading.py).
    coverage: float = _weight(0.4, "What a post gains, in parts of its score, if the query covers its title")
    # Any value from 0.5 on is as good. It is for queries that are most of a title, or its beginning (nDCG@10 0.988 to
    # 0.995, 0.862 to 0.899); judged ones gain too (0.624 to 0.629), and no other kind loses.
    titled: float = _weight(0.5, "What a post gains, in parts of its score, if its title has every word of the query")
    # Words taken out of a post find it more often the more this is worth (nDCG@10 0.781 by 0.3, 0.789 by 0.5, 0.803 by
    # 1); judged queries lose by more, since the post that has all words side by side often is not the one looked for.
    proximity: float = _weight(0.5, "What neighbouring words of a query gain by standing near each other in a post")
    # Few judged queries name a date; twice a tag holds for those.
    dated: float = _weight(2.0, "What a year or month is worth to the posts of that date, to the same in a tag")
    parts: float = _weight(0.8, "What the parts of a rare compound are worth when a query is relaxed")
    kin: float = _weight(0.8, "What words of the same stem are worth beside a rare one when a query is relaxed")
    # Judged queries lose a little (0.624, without 0.632), since what has all of their words is often the post that they
    # were taken from; words taken out of a post find it much more often (0.764, without 0.736).
    held: float = _weight(
        0.5, "How much a post loses that lacks words of a relaxed query: the power of the share it has"
    )
    half_life: float = setting(
        0, values.number(0, 100_000), "0 to 100000", "Days after which a post counts half; 0: age does not count"
    )
    # Looser in either gains nothing, and totals would count weak matches.
    enough: int = setting(
        50, values.whole(1, 10_000), "1 to 10000", "From this many posts with all words on, a query is not relaxed"
    )
    carries: float = setting(
        0.35, values.number(0, 1), "0 to 1", "The share of its weight that a relaxed query asks of a post"
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything. `content` and `index` are folders, `wait` is seconds."""

    content: Path = setting("content", values.folder, "a folder", "Folder that holds the posts")
    index: Path = setting("index", values.folder, "a folder", "Folder that holds the built index")
    wait: float = setting(
        10, values.number(0, 86_400), "seconds, 0 to 86400", "How long a writer waits for another to finish, in seconds"
    )
    rules: PostRules = field(default=PostRules(), metadata={"table": ""})  # at the top of the file
    synonyms: tuple[Synonym, ...] = setting(
        [],
        values.synonyms,
        f"a list of `words = words` (either way) and `words > words` (one way), {MAX_SYNONYMS} pairs at most",
        "Words looked for as well: with `a = b` each for the other, with `a > b` b where a is typed",
    )
    pins: tuple[Pin, ...] = setting(
        [],
        values.pins,
        f"a list of `query > id`, with up to {MAX_PINNED} ids, {MAX_PINS} queries at most",
        "Posts that stand first for a query, whether they have its words or not: `query > id > id`",
    )
    ranking: Ranking = Ranking()
    site: SiteSettings = SiteSettings()
    serve: ServeSettings = ServeSettings()
    hook: HookSettings = HookSettings()


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the configuration. `parse` takes what TOML, the environment (text) or a flag gave, and raises
    ValueError or TypeError where it is not `allowed`. `default` is as one would write it in blogsearch.toml. A `secret`
    may not stand there."""

    key: str
    default: object
    parse: Callable[[object], object]
    allowed: str
    help: str
    secret: bool

    @property
    def env(self) -> str:
        return "BLOGSEARCH_" + self.key.replace(".", "_").upper()

    @property
    def flag(self) -> str:
        return "--" + self.key.rpartition(".")[2].replace("_", "-")


def _declared(table: type[Any], prefix: str = "") -> Iterator[Setting]:
    """The settings of `table` and of the tables within it."""
    for row in fields(table):
        if "parse" in row.metadata:
            declared = row.metadata
            yield Setting(
                prefix + row.name,
                declared["written"],
                declared["parse"],
                declared["allowed"],
                declared["help"],
                declared["secret"],
            )
        else:
            yield from _declared(type(row.default), prefix + row.metadata.get("table", f"{row.name}."))


def build(table: type[Value], found: dict[str, object], prefix: str = "") -> Value:
    """`table` with the values `found` by setting key; what is not among them keeps its default."""
    made: dict[str, object] = {}
    for row in fields(table):  # type: ignore[arg-type]  # each table is a dataclass
        if "parse" not in row.metadata:
            made[row.name] = build(type(row.default), found, prefix + row.metadata.get("table", f"{row.name}."))
        elif prefix + row.name in found:
            made[row.name] = found[prefix + row.name]
    return table(**made)


SETTINGS: tuple[Setting, ...] = tuple(_declared(Settings))
"""Every setting. The environment's name for one is its key in capitals after BLOGSEARCH_, with `_` for `.`."""

SECRET_NAMES = frozenset(setting.env for setting in SETTINGS if setting.secret)
"""Names in the environment that hold a secret; no process of ours that does not need it inherits it."""
