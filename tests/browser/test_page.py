"""The search page in a browser: for everybody, by keys alone, without a script, and whatever posts and queries hold."""

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.access import violations
from tests.browser.conftest import Opener

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
ADDRESSES = {
    "start": "/",
    "found": "/?q=cartilage+repair",
    "filtered": "/?q=stem&tag=hip&tag=knee&year=2021&since=2020&sort=newest",
    "pages": "/?q=stem&per_page=1&page=3",
    "told": "/?q=cartilege+(bones",
    "past": "/?page=99",
    "nothing": "/?q=zzzzz&tag=hip",
    "refused": "/?sort=up",
    "nowhere": "/none/such",
    "a post's": f"/blog/{'a-long-name-' * 12}/",
}
HOSTILE = (
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    "</title></textarea><svg onload=document.title='ran'>",
    "javascript:document.title='ran'",
    "{{7*7}}${7*7}",
)
FOCUS_SHOWN = """() => {
  const shown = [document.activeElement, document.activeElement.closest(".field")].filter(Boolean);
  const outlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  return shown.some((one) => outlined(getComputedStyle(one)));
}"""


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Opener, service: str, address: str, size: str, scheme: str) -> None:
    page = open_page(service + address, viewport=SIZES[size], color_scheme=scheme)
    assert violations(page) == []


def test_axe_finds_what_is_wrong(open_page: Opener, service: str) -> None:
    page = open_page(service)
    page.evaluate("document.documentElement.removeAttribute('lang'); document.body.style.color = '#ddd'")
    assert {found.partition(":")[0] for found in violations(page)} >= {"html-has-lang", "color-contrast"}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_on_the_smallest_screen_nothing_is_cut_off(open_page: Opener, service: str, address: str) -> None:
    page = open_page(service + address, viewport={"width": 320, "height": 560})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_with_keys_alone_one_searches_chooses_and_turns_pages(open_page: Opener, service: str) -> None:
    page = open_page(f"{service}/?per_page=2")
    tab_to(page, "#q")
    page.keyboard.type("stem")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_contain_text("posts for “stem”")
    tab_to(page, "nav[aria-label=Pages] a[rel=next]")
    page.keyboard.press("Enter")
    expect(page).to_have_title("6 posts for “stem”, page 2 – Cells & <bones>")
    tab_to(page, ".facets a:has-text('hip')")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("1 post for “stem”")
    tab_to(page, ".filters a")
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("6 posts for “stem”")


def test_the_first_key_leads_past_the_head_of_the_page(open_page: Opener, service: str) -> None:
    page = open_page(f"{service}/?q=stem")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_focus_is_always_seen_and_never_caught(open_page: Opener, service: str) -> None:
    page = open_page(f"{service}/?q=stem&tag=hip&tag=knee&per_page=1")
    stops = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        assert page.evaluate(FOCUS_SHOWN), page.evaluate("document.activeElement.outerHTML")
        stops += 1
        assert stops < 200
        page.keyboard.press("Tab")
    assert stops > 20


def test_without_javascript_everything_is_there(open_page: Opener, service: str) -> None:
    page = open_page(service, java_script_enabled=False)
    page.get_by_label("Words to look for").fill("cartilage")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h2").first).to_have_text("6 posts for “cartilage”")
    page.get_by_role("link", name="knee 1 post").click()
    expect(page.locator("h2").first).to_have_text("1 post for “cartilage”")
    page.get_by_role("link", name="Chosen, take back: knee 1 post").click()
    expect(page.locator("h2").first).to_have_text("6 posts for “cartilage”")
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".hits time").first).to_have_text("3 February 2020")
    page.locator("a", has_text="Knee cartilage").click()
    expect(page).to_have_title("A post")


@pytest.mark.parametrize("javascript", [True, False])
def test_nothing_in_posts_and_queries_runs(open_page: Opener, service: str, javascript: bool) -> None:
    for text in HOSTILE:
        page = open_page(f"{service}/?q=stem+{quote(text)}&tag={quote(text)}", java_script_enabled=javascript)
        assert page.title() != "ran"
        expect(page.locator("h2").first).to_contain_text(text)
        page.goto(f"{service}/?q={quote(text)}&sort={quote(text)}")
        expect(page.locator("h2").first).to_contain_text("is not allowed")
        assert page.title() != "ran"
        expect(page.locator("main img, main svg, main script")).to_have_count(0)


def test_who_follows_a_link_to_nowhere_searches_on_or_goes_to_the_blog(open_page: Opener, service: str) -> None:
    page = open_page(f"{service}/blog/knee/")
    expect(page.locator("h2")).to_have_text("Not found: /blog/knee/")
    page.get_by_label("Words to look for").fill("cartilage")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h2").first).to_have_text("6 posts for “cartilage”")
    page.go_back()
    page.get_by_role("link", name="Go to this address on the blog").click()
    expect(page).to_have_title("A post")


def test_a_policy_of_its_own_forbids_what_is_inline(open_page: Opener, service: str) -> None:
    page = open_page(service)
    policy = page.request.get(service).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_looks_as_its_style_says(open_page: Opener, service: str) -> None:
    light, dark = (background(open_page(service, color_scheme=scheme)) for scheme in ("light", "dark"))
    assert (light, dark) == ("rgb(251, 250, 247)", "rgb(19, 22, 25)")


def background(page: Page) -> Any:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first element that fits has the focus."""
    target = page.locator(selector).first.element_handle()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("(element) => element === document.activeElement", target):
            return
    pytest.fail(f"the focus does not reach {selector}")
