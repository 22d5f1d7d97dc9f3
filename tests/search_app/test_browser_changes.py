"""Results that change without a page load, in Chromium: history, focus, scroll, and the panel of filters on phones."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WHEAT = f"/?q={quote('القمح')}"


@pytest.fixture
def wheat(script_tab):
    """Return a tab with results; ``window.kept`` is lost when a page is loaded."""
    script_tab.messages = []
    script_tab.on("console", lambda message: script_tab.messages.append(message.text))
    script_tab.on("pageerror", lambda error: script_tab.messages.append(str(error)))
    script_tab.goto(WHEAT)
    script_tab.evaluate("window.kept = true")
    yield script_tab
    assert script_tab.messages == []


def is_same_page(tab):
    return tab.evaluate("window.kept === true")


def focused_text(tab):
    return tab.evaluate("document.activeElement.innerText")


CHANGES = {
    "facet": ("#facets .facet li a", "**source=*"),
    "order": (".choice >> nth=0 >> a >> nth=1", "**sort=newest"),
    "page": (".pages a[rel=next]", "**page=2"),
    "bar": (".hist svg a .area >> nth=1", "**from=*"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_results_change_in_place_and_back(wheat, name):
    link, address = CHANGES[name]
    before = wheat.locator("main").inner_text()
    wheat.locator(link).first.click()
    wheat.wait_for_url(address)
    wheat.wait_for_function("before => document.querySelector('main').innerText !== before", arg=before)
    wheat.go_back()
    wheat.wait_for_function("before => document.querySelector('main').innerText === before", arg=before)
    assert wheat.url.endswith(WHEAT)
    wheat.go_forward()
    wheat.wait_for_function("before => document.querySelector('main').innerText !== before", arg=before)
    assert is_same_page(wheat)


def test_a_chosen_filter_keeps_the_focus_and_is_told(wheat):
    value = wheat.locator("#facets .facet li a").nth(1)
    name = value.locator("bdi").inner_text()
    value.focus()
    wheat.keyboard.press("Enter")
    wheat.locator(".active a").wait_for()
    assert name in focused_text(wheat)
    expect(wheat.locator("#told")).to_have_text(wheat.locator(".count").inner_text())
    assert is_same_page(wheat)


def test_the_box_keeps_the_filters_and_what_is_typed(wheat):
    wheat.locator("#facets .facet li a").first.click()
    wheat.locator(".search input[name=source]").wait_for(state="attached")
    wheat.keyboard.press("/")
    wheat.keyboard.type("أسعار القم")
    wheat.locator("[role=option]").first.wait_for()
    wheat.locator(".choice a").nth(1).evaluate("link => link.click()")
    wheat.wait_for_url("**sort=newest")
    wheat.locator(".search input[name=sort]").wait_for(state="attached")
    assert wheat.locator("#q").input_value() == "أسعار القم"


def test_the_date_form_changes_the_results(wheat):
    wheat.locator("input[name=from]").fill("2024-03-20")
    wheat.keyboard.press("Enter")
    wheat.wait_for_url("**from=2024-03-20*")
    wheat.locator(".active a").wait_for()
    assert wheat.locator(".hit").count() == 6
    assert wheat.evaluate("document.activeElement.name") == "from"
    assert is_same_page(wheat)


def test_another_page_begins_at_its_top(wheat):
    wheat.locator(".pages a[rel=next]").scroll_into_view_if_needed()
    wheat.locator(".pages a[rel=next]").click()
    wheat.locator(".pages a[rel=prev]").wait_for()
    assert wheat.evaluate("[scrollY, document.activeElement.id]") == [0, "main"]
    wheat.evaluate("scrollTo(0, 700)")
    wheat.locator(".pages a[rel=prev]").focus()
    top = wheat.evaluate("scrollY")
    assert top > 0
    wheat.keyboard.press("Enter")
    wheat.wait_for_url(f"**{WHEAT}")
    wheat.locator(".pages span.off").wait_for()
    wheat.go_back()
    wheat.locator(".pages a[rel=prev]").wait_for()
    wheat.wait_for_function("top => Math.abs(scrollY - top) < 5", arg=top)


def test_a_step_of_the_ladder_fills_the_box(wheat):
    wheat.goto(f"/?q={quote('زعفران القمح')}&match=all")
    wheat.evaluate("window.kept = true")
    wheat.locator(".ladder a").first.click()
    wheat.locator(".hit").first.wait_for()
    assert wheat.locator("#q").input_value() == "القمح"
    assert wheat.locator("#q").get_attribute("role") == "combobox"
    assert "القمح" in wheat.title()
    assert is_same_page(wheat)


def test_without_its_last_filter_a_page_is_the_first_page(wheat):
    wheat.goto(f"/?category={quote('اقتصاد')}")
    wheat.evaluate("window.kept = true")
    wheat.locator(".active a").click()
    wheat.locator(".examples").wait_for()
    assert wheat.locator(".masthead.front").count() == 1
    assert is_same_page(wheat)
    wheat.go_back()
    wheat.locator(".active a").wait_for()
    assert wheat.locator(".masthead.front").count() == 0


def test_hits_and_exports_are_pages_and_files_of_their_own(wheat):
    wheat.locator(".hit-title a").first.click()
    wheat.locator("article.sheet, .story").first.wait_for()
    assert not is_same_page(wheat)


def test_what_cannot_be_fetched_is_loaded_as_a_page(wheat):
    wheat.route("**page=2", lambda route: route.abort() if "hx-request" in route.request.headers else route.continue_())
    wheat.locator(".pages a[rel=next]").click()
    wheat.wait_for_function("() => window.kept !== true")
    assert wheat.locator(".hit").count() == 10
    wheat.messages.clear()  # the browser tells about the request that failed


def test_an_error_is_shown_as_its_page(wheat):
    wheat.locator(".pages a[rel=next]").evaluate("link => link.setAttribute('href', '/nowhere')")
    wheat.locator(".pages a[rel=next]").click()
    wheat.wait_for_url("**/nowhere")
    assert wheat.locator(".page-title").is_visible()
    wheat.messages.clear()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_filters_open_above_the_hits_on_phones(chromium, server, scripts):
    context = chromium.new_context(base_url=server, java_script_enabled=scripts, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(WHEAT)
    rail, hits = page.locator("#facets"), page.locator("#hits")
    assert rail.bounding_box()["y"] > hits.bounding_box()["y"]
    page.locator(".to-facets").click()
    assert rail.bounding_box()["y"] < hits.bounding_box()["y"]
    page.locator(".to-hits").click()
    assert rail.bounding_box()["y"] > hits.bounding_box()["y"]
    page.locator(".to-facets").click()
    page.locator("#facets .facet li a").first.click()
    page.locator(".active a").wait_for()
    assert page.locator(".count").is_visible()
    assert page.evaluate("scrollY") == 0
    context.close()
