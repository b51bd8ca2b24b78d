"""Chromium finds by itself how its address bar searches the blog."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ARGUMENTS


@pytest.fixture
def profile(browser: Browser, tmp_path: Path, service: str) -> Iterator[Path]:
    """The folder of a profile that looks at the search page. Only the whole browser keeps what it finds, not the shell
    of it that the other tests use."""
    chromium = shutil.which("chromium")
    arguments = [*ARGUMENTS, "--headless=new"]
    with browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium, args=arguments
    ) as context:
        context.pages[0].goto(f"{service}/?q=knee")
        yield tmp_path / "profile"


def test_the_address_bar_has_the_search_of_the_blog_with_its_suggestions(profile: Path, service: str) -> None:
    deadline = time.monotonic() + 60
    while not (found := searches(profile, service)):
        assert time.monotonic() < deadline, "Chromium has taken up no search of the blog"
        time.sleep(0.2)
    assert found == [(f"{service}/?q={{searchTerms}}", f"{service}/suggestions?q={{searchTerms}}")]


def searches(profile: Path, address: str) -> list[tuple[str, str]]:
    """The address of results and of suggestions of each search below `address` that a profile knows."""
    database = profile / "Default" / "Web Data"
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as kept:
        try:
            return list(kept.execute("SELECT url, suggest_url FROM keywords WHERE url LIKE ? || '%'", (address,)))
        except sqlite3.DatabaseError:  # Chromium is writing it
            return []
