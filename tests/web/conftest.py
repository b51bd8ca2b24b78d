"""An index that the tests of the service ask."""

import pytest

from search import indexing
from search.config import Settings

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
