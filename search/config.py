"""Settings: one declared table; a flag wins over the environment, that over blogsearch.toml, that over the default.

This is the only module that reads the environment, and it imports nothing heavy: every command pays for it.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from itertools import permutations
from pathlib import Path
from typing import Any

from search.errors import UsageError
from search.models import Synonym

CONFIG_NAME = "blogsearch.toml"
ENV_PREFIX = "BLOGSEARCH_"

INCLUDABLE = ("draft", "unpublished", "future", "expired", "search: false")
"""The reasons for which a post is left out that `include` can lift (models.LeftOut.reason)."""

MAX_SYNONYMS = 1000

URL_PARTS = ("path", "slug", "id", "year", "month", "day")
"""What may stand in braces in the `url` pattern."""


def _keys(*names: str, means: str) -> tuple[str, ...]:
    keys: tuple[str, ...] = field(default=names, metadata={"help": means})
    return keys


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


@dataclass(frozen=True, slots=True)
class PostRule:
    """Where the front matter has `key`, only a file with one of `values` there is a post. `key` "": every file is."""

    key: str = "templateKey"
    values: tuple[str, ...] = ("blog-post",)

    def __str__(self) -> str:
        return f"{self.key} = {', '.join(self.values)}" if self.key else ""


@dataclass(frozen=True, slots=True)
class PostRules:
    """How a file becomes a post. Picklable: worker processes get it."""

    url: str = "/blog/{path}/"
    language: str = "en"
    post_rule: PostRule = PostRule()
    include: frozenset[str] = frozenset()
    fields: FieldKeys = FieldKeys()

    @property
    def stamp(self) -> str:
        """Changes whenever the same file could be read as another post: a file's old reading then counts no more."""
        from hashlib import sha256

        from search import __version__

        known = (__version__, self.url, self.language, self.post_rule, sorted(self.include), self.fields)
        return sha256(repr(known).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. `content` and `index` are folders, `wait` is seconds."""

    content: Path = Path("content")
    index: Path = Path("index")
    wait: float = 10.0
    rules: PostRules = PostRules()
    synonyms: tuple[Synonym, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the configuration. `parse` takes what TOML, the environment (text) or a flag gave, and raises
    ValueError or TypeError where it is not `allowed`. `default` is as one would write it in blogsearch.toml."""

    key: str
    default: object
    parse: Callable[[object], object]
    allowed: str
    help: str

    @property
    def env(self) -> str:
        return ENV_PREFIX + self.key.replace(".", "_").upper()


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value.strip()


def _folder(value: object) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError
    seconds = float(value)
    if not 0 <= seconds <= 86_400:
        raise ValueError
    return seconds


def _language(value: object) -> str:
    text = _text(value).lower()
    if len(text) != 2 or not (text.isascii() and text.isalpha()):
        raise ValueError
    return text


def _url(value: object) -> str:
    pattern = _text(value)
    names = set(re.findall(r"\{(.*?)\}", pattern))
    if not names & {"path", "slug", "id"} or not names <= set(URL_PARTS) or re.search(r"[\s<>\"]", pattern):
        raise ValueError
    return pattern


def _words(value: object) -> tuple[str, ...]:
    """A TOML array of texts, or one text with commas; nothing at all is an empty list."""
    if isinstance(value, str):
        value = [word for word in value.split(",") if word.strip()]
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(_text(word) for word in value)


def _keys_of(value: object) -> tuple[str, ...]:
    keys = _words(value)
    if not keys:
        raise ValueError
    return keys


def _include(value: object) -> frozenset[str]:
    reasons = frozenset(_words(value))
    if not reasons <= set(INCLUDABLE):
        raise ValueError
    return reasons


def _post_rule(value: object) -> PostRule:
    if isinstance(value, str) and not value.strip():
        return PostRule("", ())
    key, equals, values = _text(value).partition("=")
    allowed = tuple(word.strip().strip("\"'") for word in values.split(","))
    if not equals or not key.strip() or not all(allowed):
        raise ValueError
    return PostRule(key.strip(), allowed)


def _synonyms(value: object) -> tuple[Synonym, ...]:
    """`a = b = c` makes each stand for the others, `a > b` makes b stand for a."""
    found: list[Synonym] = []
    for line in _words(value):
        one_way = ">" in line
        texts = [text.strip() for text in line.split(">" if one_way else "=")]
        if len(texts) < 2 or (one_way and len(texts) > 2) or not all(any(map(str.isalnum, text)) for text in texts):
            raise ValueError
        pairs = [(texts[0], texts[1])] if one_way else permutations(texts, 2)
        found += [Synonym(text, other) for text, other in pairs]
    if len(found) > MAX_SYNONYMS:
        raise ValueError
    return tuple(found)


_DEFAULT = PostRules()

SETTINGS: tuple[Setting, ...] = (
    Setting("content", "content", _folder, "a folder", "Folder that holds the posts"),
    Setting("index", "index", _folder, "a folder", "Folder that holds the built index"),
    Setting("wait", 10, _seconds, "seconds, 0 to 86400", "How long a writer waits for another to finish, in seconds"),
    Setting(
        "language",
        _DEFAULT.language,
        _language,
        "two letters (ISO 639-1), such as en",
        "Language of a post without `lang`",
    ),
    Setting(
        "url",
        _DEFAULT.url,
        _url,
        "text with {path}, {slug} or {id}, and perhaps {year}, {month}, {day}",
        "Address of a post. A front matter path that starts with `/` or is a whole address is kept as it is",
    ),
    Setting(
        "post_rule",
        str(_DEFAULT.post_rule),
        _post_rule,
        "`key = value, value`, or empty text",
        "Where the front matter has this key, only these values make a post; empty: every file is one",
    ),
    Setting(
        "include",
        [],
        _include,
        f"a list of {', '.join(INCLUDABLE)}",
        f"Posts to take although a rule leaves them out: {', '.join(f'`{reason}`' for reason in INCLUDABLE)}",
    ),
    Setting(
        "synonyms",
        [],
        _synonyms,
        f"a list of `words = words` (either way) and `words > words` (one way), {MAX_SYNONYMS} pairs at most",
        "Words looked for as well: with `a = b` each for the other, with `a > b` b where a is typed",
    ),
    *(
        Setting(
            f"fields.{row.name}",
            list(getattr(_DEFAULT.fields, row.name)),
            _keys_of,
            "a list of front matter keys",
            row.metadata["help"],
        )
        for row in fields(FieldKeys)
    ),
)
"""Every setting. The environment's name for one is its key in capitals after BLOGSEARCH_, with `_` for `.`."""


def load_settings(
    overrides: Mapping[str, object], config: Path | None = None, env: Mapping[str, str] | None = None
) -> Settings:
    """The settings in force. `overrides` are flags by setting key (None: not given), `config` the file to read instead
    of blogsearch.toml in the working folder (BLOGSEARCH_CONFIG names one as well), `env` the environment.

    Folders that the file names are relative to the file's own folder. Raises UsageError for a file that cannot be
    read, an unknown key or a bad value, naming the place, the key, the value and what is allowed.
    """
    env = os.environ if env is None else env
    if config is None and env.get(ENV_PREFIX + "CONFIG"):
        config = Path(env[ENV_PREFIX + "CONFIG"])
    path = config or Path(CONFIG_NAME)
    written = _read_file(path, required=config is not None)
    values = {}
    for setting in SETTINGS:
        if overrides.get(setting.key) is not None:
            values[setting.key] = _parsed(setting, overrides[setting.key], f"--{setting.key}")
        elif setting.env in env:
            values[setting.key] = _parsed(setting, env[setting.env], setting.env)
        elif setting.key in written:
            value = _parsed(setting, written[setting.key], f"{path}: {setting.key}")
            values[setting.key] = path.parent / value if isinstance(value, Path) else value
        else:
            values[setting.key] = setting.parse(setting.default)
    return _settings(values)


def _settings(values: Mapping[str, Any]) -> Settings:
    keys = {key.removeprefix("fields."): value for key, value in values.items() if key.startswith("fields.")}
    rules = PostRules(values["url"], values["language"], values["post_rule"], values["include"], FieldKeys(**keys))
    return Settings(values["content"], values["index"], values["wait"], rules, values["synonyms"])


def _parsed(setting: Setting, value: object, where: str) -> object:
    try:
        return setting.parse(value)
    except (ValueError, TypeError, OverflowError):
        shown = ascii(value) if not isinstance(value, str) else f'"{value}"'
        raise UsageError(f"{where} = {shown[:200]} is not allowed.", remedy=f"Allowed: {setting.allowed}.") from None


def _read_file(path: Path, *, required: bool) -> dict[str, object]:
    """The file's values by setting key (`fields.title`); empty where there is no file and none was asked for."""
    try:
        data = path.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not required:
            return {}
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", remedy="Give --config the name of a readable TOML file."
        ) from error
    import tomllib

    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.", remedy="Mend that line.") from error
    flat: dict[str, object] = {}
    for key, value in table.items():
        flat.update(
            {f"{key}.{name}": item for name, item in value.items()} if isinstance(value, dict) else {key: value}
        )
    _refuse_unknown(flat, path)
    return flat


def _refuse_unknown(written: Mapping[str, object], path: Path) -> None:
    known = [setting.key for setting in SETTINGS]
    for key in written:
        if key not in known:
            from difflib import get_close_matches

            closest = get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise UsageError(f"{path}: there is no setting {key}.", remedy=f"Did you mean {closest}?")
