"""Two Whoosh distributions in one environment overwrite each other; blogsearch refuses to start on that."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError

import pytest

from search.engines.whoosh.storage import distribution
from search.errors import IndexUnavailableError


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    distribution.whoosh_distribution.cache_clear()
    yield
    distribution.whoosh_distribution.cache_clear()


def pretend(monkeypatch: pytest.MonkeyPatch, installed: dict[str, str]) -> None:
    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(distribution, "version", version)


def test_the_installed_one_is_named_with_its_version() -> None:
    assert distribution.whoosh_distribution() in ("whoosh3 3.54.0", "Whoosh 2.7.4")


def test_two_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, {"whoosh3": "3.54.0", "Whoosh": "2.7.4"})
    with pytest.raises(IndexUnavailableError, match=r"whoosh3 3\.54\.0, Whoosh 2\.7\.4") as caught:
        distribution.whoosh_distribution()
    assert "pip uninstall whoosh3 Whoosh" in caught.value.remedy


def test_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, {})
    with pytest.raises(IndexUnavailableError, match="not installed"):
        distribution.whoosh_distribution()
