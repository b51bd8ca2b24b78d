"""A small blog whose posts hold what a page, a feed and a parser trip over."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search import indexing, runner
from search.config import HookSettings, Settings, SiteSettings
from tests.web.deliveries import SECRET

POSTS = {
    "knee": "title: Knee cartilage\nsummary: Knees\ntags: [knee, stem cells]\ndate: 2021-05-06\nimage: /k.jpg",
    "2022/hip": "title: Hip cartilage\ntags: [hip, stem cells]\ndate: 2022-05-06\nlang: de",
    "2022/über knöchel & co": "title: Ankle <b>and</b> &amp; stem cells\ntags: ['<i>', stem cells]\ndate: 2022-07-08",
    "script": "title: '</title><script>alert(1)</script> stem'\ndescription: '<img src=x onerror=alert(1)>'",
    "controls": 'title: "Stem \\u0001\\u202E\\uFFFE cells"\ndate: 2020-02-03\nboost: 2',
    "undated": "title: Stem cells without a date",
}
BODY = """
Stem cells & <b>bones</b>, `<code>` and "quotes". Cartilage <script>alert(2)</script> repair.

## What & was <found>

More stem cells ]]> in cartilage &lt;mark&gt; repair, 細胞 and the rest.
"""


@contextmanager
def no_processes() -> Iterator[None]:
    """No delivery starts a process; its run stays in the queue."""
    with pytest.MonkeyPatch.context() as patch:
        turns: list[int] = []
        patch.setattr(runner, "start", lambda _, turn: turns.append(turn))
        yield
        for turn in turns:
            os.close(turn)


def build(folder: Path) -> Settings:
    """The blog and its index in a folder; there is a secret for the hook."""
    for name, head in POSTS.items():
        file = folder / "content" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}\n---\n{BODY}", encoding="utf-8")
    site = SiteSettings(url="https://blog.example", title="Cells & <bones>")
    settings = Settings(
        content=folder / "content", index=folder / "index", site=site, hook=HookSettings(secret=(SECRET,))
    )
    report = indexing.run(settings)
    assert report.written == len(POSTS)
    return settings
