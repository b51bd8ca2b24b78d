"""An index that the tests of the service ask."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import indexing, runner
from search.config import HookSettings, Settings
from tests.web.deliveries import SECRET, WHSEC

POST = "---\ntitle: {title}\ntags: [{tag}, cells]\ndate: 2021-05-06\n---\nStem cells & <b>bones</b>.\n"


@pytest.fixture(scope="package")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of two posts, `knee` and `hip`, and their index; nobody may change either."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "content").mkdir()
    for name in ("knee", "hip"):
        text = POST.format(title=f"{name.title()} cartilage", tag=name)
        (folder / "content" / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(content=folder / "content", index=folder / "index")
    indexing.run(settings)
    return settings


@pytest.fixture
def hooked(tmp_path: Path) -> Settings:
    """Of a service with a hook; its index is not built yet."""
    return Settings(content=tmp_path / "content", index=tmp_path / "index", hook=HookSettings(secret=(SECRET, WHSEC)))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The turns with which a process would have been started; they are held until the test ends."""
    turns: list[int] = []
    monkeypatch.setattr(runner, "start", lambda _, turn: turns.append(turn))
    yield turns
    for turn in turns:
        os.close(turn)
