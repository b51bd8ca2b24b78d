"""The page about the service in a browser: for everybody, on any screen, in either scheme."""

import pytest

from tests.browser.access import violations
from tests.browser.conftest import Opener


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(open_page: Opener, service: str, width: int, scheme: str) -> None:
    page = open_page(f"{service}/docs", viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.title() == "blogsearch: what it answers"
    assert violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
