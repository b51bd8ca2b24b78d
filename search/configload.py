"""Where settings come from: a flag wins over the environment, that over blogsearch.toml, that over the default.

This is the only module that reads the environment for settings.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from search.config import SETTINGS, Setting, Settings, build
from search.errors import UsageError

CONFIG_NAME = "blogsearch.toml"
CONFIG_ENV = "BLOGSEARCH_CONFIG"


def load_settings(
    overrides: Mapping[str, object], config: Path | None = None, env: Mapping[str, str] | None = None
) -> Settings:
    """The settings in force. `overrides` are flags by setting key (None: not given), `config` the file to read instead
    of blogsearch.toml in the working folder (BLOGSEARCH_CONFIG names one as well), `env` the environment.

    Folders that the file names are relative to the file's own folder. Raises UsageError for a file that cannot be
    read, an unknown key or a bad value, naming the place, the key, the value and what is allowed.
    """
    env = os.environ if env is None else env
    named_by = "--config"
    if config is None and env.get(CONFIG_ENV):
        config, named_by = Path(env[CONFIG_ENV]), CONFIG_ENV
    path = config or Path(CONFIG_NAME)
    written = _read_file(path, named_by, required=config is not None)
    found: dict[str, object] = {}
    for setting in SETTINGS:
        if overrides.get(setting.key) is not None:
            found[setting.key] = _parsed(setting, overrides[setting.key], setting.flag)
        elif setting.env in env:
            found[setting.key] = _parsed(setting, env[setting.env], setting.env)
        elif setting.key in written:
            value = _parsed(setting, written[setting.key], f"{path}: {setting.key}")
            found[setting.key] = path.parent / value if isinstance(value, Path) else value
    return build(Settings, found)


def _parsed(setting: Setting, value: object, where: str) -> object:
    try:
        return setting.parse(value)
    except (ValueError, TypeError, OverflowError):
        shown = "***" if setting.secret else ascii(value) if not isinstance(value, str) else f'"{value}"'
        raise UsageError(f"{where} = {shown[:200]} is not allowed.", remedy=f"Allowed: {setting.allowed}.") from None


def _read_file(path: Path, named_by: str, *, required: bool) -> dict[str, object]:
    """The file's values by setting key (`fields.title`); empty where there is no file and none was asked for."""
    try:
        data = path.read_bytes()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not required:
            return {}
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", remedy=f"Give {named_by} the name of a readable TOML file."
        ) from error
    import tomllib

    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.", remedy="Mend that line.") from error
    written = dict(_by_key(table))
    _refuse_unknown(written, path)
    _refuse_secrets(written, path)
    return written


def _by_key(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The values of a file and of the tables in it, by setting key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", item) for name, item in value.items())
        else:
            yield key, value


def _refuse_unknown(written: Mapping[str, object], path: Path) -> None:
    known = [setting.key for setting in SETTINGS]
    for key in written:
        if key not in known:
            from difflib import get_close_matches

            closest = get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise UsageError(f"{path}: there is no setting {key}.", remedy=f"Did you mean {closest}?")


def _refuse_secrets(written: Mapping[str, object], path: Path) -> None:
    for setting in SETTINGS:
        if setting.secret and setting.key in written:
            raise UsageError(
                f"{path}: {setting.key} does not belong in this file, which may be read by others or be published.",
                remedy=f"Set {setting.env}, or name a file that holds it with {setting.key}_file.",
            )
