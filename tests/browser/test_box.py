"""The search box in a browser: on the search page and on another site, with keys, for screen readers, and whatever the
service answers."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.access import violations
from tests.browser.conftest import Opener
from tests.browser.stand_in import StandIn, hit

ERROR = "The search does not answer now."


def box(site: str, service: str, attributes: str = "", tag: str = "") -> str:
    """The address of a page of the other site with a box over `service`."""
    return f"{site}/?service={service}&attributes={attributes}&tag={tag}"


def options(page: Page) -> list[str]:
    """The rows of the list, once there are any: those of the words that were filled in at once."""
    expect(page.get_by_role("option").first).to_be_visible()
    return [text.replace("\n", " ") for text in page.get_by_role("option").all_inner_texts()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_an_open_list(
    open_page: Opener, site: str, open_service: str, scheme: str, width: int
) -> None:
    for address in (open_service, box(site, open_service)):
        page = open_page(address, color_scheme=scheme, viewport={"width": width, "height": 800})
        page.get_by_role("combobox").fill("cartilage rep")
        options(page)
        page.keyboard.press("ArrowDown")
        assert violations(page) == []


def test_results_show_as_one_types_with_matches_and_sections(open_page: Opener, service: str) -> None:
    page = open_page(service)
    field = page.get_by_role("combobox", name="Words to look for")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("knee cart")
    expect(page.locator("[role=option] mark")).to_contain_text(["Knee", "cartilage"])
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="Search results")).to_be_visible()
    expect(page.locator("[role=status]")).to_have_text("1 post found.")


def test_arrows_go_round_by_the_field_and_enter_opens_the_row(open_page: Opener, service: str) -> None:
    page = open_page(service)
    field = page.get_by_role("combobox")
    field.fill("hip")
    rows = len(options(page))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    for _ in range(rows):
        page.keyboard.press("ArrowDown")
        active = page.locator("[role=option][aria-selected=true]")
        expect(active).to_have_count(1)
        expect(field).to_have_attribute("aria-activedescendant", active.get_attribute("id") or "")
        expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url("https://blog.example/blog/hip/")


def test_a_section_is_a_row_of_its_own(open_page: Opener, service: str) -> None:
    page = open_page(service)
    page.get_by_role("combobox").fill("hip rest")
    options(page)
    expect(page.locator(".blogsearch-section").first).to_have_text("What & was")
    page.locator(".blogsearch-section").first.click()
    expect(page).to_have_url("https://blog.example/blog/hip/#what--was")


def test_enter_without_a_row_sends_the_form(open_page: Opener, service: str) -> None:
    page = open_page(service)
    page.get_by_role("combobox").fill("hip")
    options(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{service}/?q=hip")


def test_the_last_row_shows_all_results(open_page: Opener, service: str) -> None:
    page = open_page(f"{service}/?sort=newest")
    page.get_by_role("combobox").fill("cells")
    assert options(page)[-1] == "Show all 6 results"
    page.get_by_role("option").last.click()
    expect(page).to_have_url(f"{service}/?q=cells&sort=newest")


def test_escape_closes_the_list_then_empties_the_field(open_page: Opener, service: str) -> None:
    page = open_page(service)
    field = page.get_by_role("combobox")
    field.fill("hip")
    options(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("hip")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    options(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")


def test_escape_empties_a_field_that_the_browser_would_leave(open_page: Opener, site: str, stand_in: StandIn) -> None:
    page = open_page(box(site, stand_in.address))
    field = page.get_by_role("combobox")
    field.evaluate(
        "field => { field.type = 'text'; field.addEventListener('input', () => field.dataset.told = field.value) }"
    )
    field.fill("any")
    options(page)
    page.keyboard.press("Escape")
    expect(field).to_have_value("any")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("data-told", "")


def test_fields_of_any_name_are_fields(open_page: Opener, site: str, stand_in: StandIn) -> None:
    stand_in.more = 3
    page = open_page(box(site, stand_in.address))
    page.evaluate("document.forms[0].insertAdjacentHTML('beforeend', '<input type=hidden name=action value=find>')")
    page.get_by_role("combobox").fill("any")
    assert options(page) == ["any", "Show all 4 results"]
    assert (page.get_by_role("option").last.get_attribute("href") or "").startswith(f"{stand_in.address}/?q=any&")


def test_leaving_closes_the_list(open_page: Opener, service: str) -> None:
    page = open_page(service)
    page.get_by_role("combobox").fill("hip")
    options(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_mistake_is_answered_with_what_was_meant(open_page: Opener, service: str) -> None:
    page = open_page(service)
    field = page.get_by_role("combobox")
    field.fill("cartilege ")
    assert options(page)[0] == "Did you mean “cartilage”?"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("cartilage")
    expect(page.locator(".blogsearch-meant")).to_have_count(0)
    assert options(page)


def test_where_nothing_is_found_it_says_so(open_page: Opener, service: str) -> None:
    page = open_page(service)
    page.get_by_role("combobox").fill("zzzzz")
    expect(page.locator(".blogsearch-status")).to_have_text("Nothing found for “zzzzz”.")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")


def test_another_site_that_is_allowed_has_results(open_page: Opener, site: str, open_service: str) -> None:
    page = open_page(box(site, open_service, tag="hip"))
    page.get_by_role("combobox", name="Search").fill("cartil")
    assert [row for row in options(page) if row.startswith("Hip cartilage")]
    expect(page.locator("[role=status]")).to_have_text("1 post found.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url("https://blog.example/blog/hip/")


def test_another_site_that_is_not_allowed_is_told_kindly_and_its_form_works(
    open_page: Opener, site: str, service: str
) -> None:
    page = open_page(box(site, service))
    page.get_by_role("combobox").fill("hip")
    expect(page.locator(".blogsearch-status")).to_have_text(ERROR)
    expect(page.locator("[role=status]")).to_have_text(ERROR)
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("1 post for “hip”")


def test_without_javascript_the_form_is_a_form(open_page: Opener, site: str, service: str) -> None:
    page = open_page(box(site, service), java_script_enabled=False)
    page.get_by_label("Search").fill("hip")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("h2").first).to_have_text("1 post for “hip”")


def test_variables_and_attributes_of_the_site_change_it(open_page: Opener, site: str, open_service: str) -> None:
    attributes = 'class="dressed" results="2" text-many="{count} Beiträge" text-all="Alle {count}"'
    page = open_page(box(site, open_service, attributes))
    page.get_by_role("combobox").fill("cells")
    assert options(page)[-1] == "Alle 6"
    expect(page.locator(".blogsearch-title")).to_have_count(2)
    expect(page.locator("[role=status]")).to_have_text("6 Beiträge")
    panel = page.locator(".blogsearch-panel")
    expect(panel).to_have_css("background-color", "rgb(255, 250, 240)")
    expect(panel).to_have_css("color", "rgb(10, 20, 30)")
    expect(panel).to_have_css("border-radius", "0px")
    expect(page.get_by_role("option").first).to_have_css("text-decoration-line", "none")


def test_a_site_with_its_own_page_of_results_names_the_service(open_page: Opener, site: str, stand_in: StandIn) -> None:
    stand_in.more = 3
    page = open_page(box(site, stand_in.address, f'endpoint="{stand_in.address}"'))
    page.evaluate("document.forms[0].action = '/results?theme=dark'; document.forms[0].elements.q.name = 's'")
    page.get_by_role("combobox").fill("any")
    assert options(page) == ["any", "Show all 4 results"]
    assert stand_in.asked == ["q=any&prefix=last&per_page=5"]
    assert page.get_by_role("option").last.get_attribute("href") == f"{site}/results?s=any&token=secret&tag="


def test_a_box_without_a_form_says_what_it_lacks(open_page: Opener, site: str, service: str) -> None:
    page = open_page(box(site, service))
    with page.expect_console_message() as told:
        page.evaluate("document.body.append(document.createElement('blogsearch-box'))")
    assert "there is no form" in told.value.text


def test_keys_in_quick_succession_are_one_question_with_only_what_narrows_it(
    open_page: Opener, site: str, stand_in: StandIn
) -> None:
    page = open_page(box(site, stand_in.address, tag="hip"))
    page.evaluate("""() => {
      const field = document.getElementById("words");
      for (const text of ["s", "st", "ste", "stem"]) {
        field.value = text;
        field.dispatchEvent(new InputEvent("input"));
      }
    }""")
    options(page)
    assert stand_in.asked == ["tag=hip&q=stem&prefix=last&per_page=5"]


def test_an_answer_that_comes_late_never_replaces_a_newer_one(open_page: Opener, site: str, stand_in: StandIn) -> None:
    page = open_page(box(site, stand_in.address))
    given_up: list[Request] = []
    page.on("requestfailed", lambda request: given_up.append(request))
    stand_in.hold("slow")
    field = page.get_by_role("combobox")
    field.fill("slow")
    stand_in.wait_for("slow")
    field.fill("newer")
    assert options(page) == ["newer"]
    stand_in.release("slow")
    field.fill("newest")
    expect(page.get_by_role("option")).to_have_text(["newest"])
    assert ["q=slow" in request.url for request in given_up] == [True]


def test_an_answer_after_the_list_was_closed_does_not_open_it(open_page: Opener, site: str, stand_in: StandIn) -> None:
    page = open_page(box(site, stand_in.address))
    stand_in.hold("slow")
    field = page.get_by_role("combobox")
    field.fill("first")
    options(page)
    field.fill("slow")
    stand_in.wait_for("slow")
    with page.expect_event("requestfailed"):
        page.keyboard.press("Escape")
    stand_in.release("slow")
    expect(page.locator(".blogsearch-panel")).to_be_hidden()


def test_what_a_service_answers_is_text_and_hostile_addresses_are_no_rows(
    open_page: Opener, site: str, stand_in: StandIn
) -> None:
    run = "document.title='ran'"
    stand_in.hits = [
        hit(
            "/good/",
            f"<img src=x onerror={run}><mark>a<b>c</mark> &lt;i&gt; &amp;lt;",
            f"<script>{run}</script><mark>m</mark>",
        ),
        hit(f"javascript:{run}", "bad"),
        hit(f"data:text/html,<script>{run}</script>", "bad"),
        hit("", "bad"),
    ]
    page = open_page(box(site, stand_in.address))
    page.get_by_role("combobox").fill("any")
    options(page)
    expect(page.locator(".blogsearch-title")).to_have_text([f"<img src=x onerror={run}>a<b>c <i> &lt;"])
    expect(page.locator(".blogsearch-title mark")).to_have_text(["a<b>c"])
    expect(page.locator(".blogsearch-snippet")).to_have_text([f"<script>{run}</script>m"])
    expect(page.locator("[role=option] :is(img, script, b, i)")).to_have_count(0)
    assert page.get_by_role("option").first.get_attribute("href") == "https://blog.example/good/"
    assert page.title() == "Another site"


@pytest.mark.parametrize("broken", ["[]", "null", "{", '{"hits": 1}'])
def test_an_answer_that_makes_no_sense_is_an_error_kindly_told(
    open_page: Opener, site: str, stand_in: StandIn, broken: str
) -> None:
    stand_in.body = broken
    page = open_page(box(site, stand_in.address))
    page.get_by_role("combobox").fill("any")
    expect(page.locator(".blogsearch-status")).to_have_text(ERROR)
