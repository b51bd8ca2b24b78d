"""The launcher of one repository's hooks as text: made of what an installation was told, and read again to tell what
another one changes."""

import re
import shlex

_TEXT = """#!/bin/sh
# Brings the search index up to date in the background. Written by `blogsearch hook install`.
# $1: process id of the hook that calls; the run begins when that has ended, for it may still be putting posts in place.
python={python}
[ -x "$python" ] || exit 0
cd {start} || exit 0
unset $(git rev-parse --local-env-vars)
nohup "$python" -P -m search {options} hook run {run} --after "${{1:-0}}" </dev/null >>{log} 2>&1 &
"""

_SETTING = re.compile(r"--(content|index|config|branch|folder)=(.*)", re.DOTALL)


def text(python: str, start: str, options: list[str], run: list[str], log: str) -> str:
    """The script that starts `hook run` with the arguments `run`, behind the `options`, in the folder `start`. Every
    value is quoted for the shell."""
    return _TEXT.format(
        python=shlex.quote(python),
        start=shlex.quote(start),
        options=shlex.join(options),
        run=shlex.join(run),
        log=shlex.quote(log),
    )


def settings(launcher: str) -> dict[str, str]:
    """What a launcher was told, by the name that a person knows it by; nothing where it cannot be read."""
    try:
        words = shlex.split(launcher, comments=True)
    except ValueError:  # edited by hand
        return {}
    found = {}
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if match := _SETTING.fullmatch(word):
            found[f"--{match[1]}"] = match[2]
        elif word.startswith("python="):
            found["Interpreter"] = word.removeprefix("python=")
        elif word == "cd":
            found["Working folder"] = following
    return found


def changes(before: str, now: str) -> list[str]:
    """A sentence for each setting in which the launcher `now` is another than `before`."""
    old, new = settings(before), settings(now)
    return [
        f"{name}: {_shown(old, name)} -> {_shown(new, name)}." for name in old | new if old.get(name) != new.get(name)
    ]


def _shown(told: dict[str, str], name: str) -> str:
    return told.get(name) or ("all of the branch" if name in told else "not given")
