"""Chromium, the service, and another site that has its search box."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Route, sync_playwright

from search.config import ServeSettings, Settings
from search.web.app import create_app
from tests.browser.hosting import hosted
from tests.browser.site import site_app
from tests.browser.stand_in import StandIn, standing_in
from tests.web.sample import build

ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-sync"]

Opener = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder takes a browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the system, with a profile that is thrown away."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("there is no chromium on this machine: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Opens pages that load nothing from outside and report everything; fails afterwards if anything ran or broke a
    policy."""
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            troubles.append(message.text)

    def refuse(dialog: Dialog) -> None:
        troubles.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(address: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.route("https://blog.example/**", post)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", refuse)
        page.goto(address)
        return page

    contexts: list[Any] = []
    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def post(route: Route) -> None:
    """A post of the blog, which is nowhere."""
    route.fulfill(content_type="text/html", body="<!doctype html><title>A post</title>")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    built = build(tmp_path_factory.mktemp("blog"))
    return replace(built, serve=ServeSettings(log_access=False))


@pytest.fixture(scope="session")
def service(settings: Settings) -> Iterator[str]:
    """The service, which no other origin may read."""
    with hosted(create_app(settings)) as address:
        yield address


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Another site; `/?service=ADDRESS` is a page of it with a box over the service there."""
    with hosted(site_app()) as address:
        yield address


@pytest.fixture(scope="session")
def open_service(settings: Settings, site: str) -> Iterator[str]:
    """The service, which the other site may read."""
    allowed = replace(settings, serve=ServeSettings(log_access=False, cors_origins=(site,)))
    with hosted(create_app(allowed)) as address:
        yield address


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in() as stand_in:
        yield stand_in
