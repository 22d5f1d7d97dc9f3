"""Pages in Chromium: direction, marks, keyboard, width, and no violation of the security policy."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280)
QUERY = quote("الانتخابات البلدية لبنان")


def paths(hostile):
    return {
        "first": "/",
        "results": f"/?q={QUERY}&category={quote('سياسة')}&from=2024-01",
        "many": f"/?q={quote('القمح')}",
        "none": f"/?q={quote('زعفران')}&match=all",
        "article": f"/article/elections-1?q={QUERY}&at=2#m2",
        "differences": "/article/elections-1?copy=wheat-01&lang=en",
        "hostile results": f"/?q={quote('خبيث')}",
        "hostile article": f"/article/{quote(hostile['id'], safe='')}?q={quote('خبيث')}",
        "long query": f"/?q={quote('ط' * 400)}",
        "English": f"/?q={QUERY}&lang=en",
        "words": f"/analyze?text={quote('وللبلديات')}",
        "coverage": f"/coverage?q={quote('القمح')}&q2={quote('لبنان')}&by=source",
        "sources": "/sources",
        "help": "/help",
        "about": "/about?lang=en",
        "interface": "/api",
    }


def test_arabic_reads_from_the_right(tab):
    tab.goto(f"/?q={QUERY}")
    assert tab.locator("html").get_attribute("dir") == "rtl"
    name, search = tab.locator(".name").bounding_box(), tab.locator(".search").bounding_box()
    assert name["x"] > search["x"]
    meta, title = tab.locator(".hit-meta").first.bounding_box(), tab.locator(".hit-title").first.bounding_box()
    assert meta["x"] > title["x"]


def test_marks_are_seen(tab):
    tab.goto(f"/?q={QUERY}")
    mark = tab.locator("mark:not(.form)").first
    assert mark.is_visible()
    assert mark.inner_text() in ("الانتخابات", "البلدية", "لبنان", "الانْتِخاباتُ")


def test_the_first_tab_stop_skips_to_the_content(tab):
    tab.goto(f"/?q={QUERY}")
    skip = tab.locator(".skip")
    assert skip.bounding_box()["y"] < 0
    tab.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#main")


def test_the_whole_page_is_reached_by_keyboard(tab):
    tab.goto("/")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.type("القمح")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=*")
    assert tab.locator(".hit").count() == 10


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_window(tab, hostile, width):
    tab.set_viewport_size({"width": width, "height": 800})
    for name, path in paths(hostile).items():
        tab.goto(path)
        box = tab.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
        assert box[0] <= box[1], name


def test_a_printed_page_says_what_was_asked(tab):
    tab.emulate_media(media="print")
    for path in (f"/?q={QUERY}&category={quote('سياسة')}", f"/?q={quote('زعفران المريخ')}&match=all&category=x"):
        tab.goto(path)
        asked = tab.locator("h1.vh, .printed").first
        assert asked.is_visible()
        assert asked.bounding_box()["height"] > 10
        assert tab.locator(".active").is_visible()
        assert not tab.locator(".search").is_visible()
        assert not tab.locator(".hist .more").is_visible()


def test_the_range_of_hits_stays_on_one_line(tab):
    for width in range(320, 440, 10):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(f"/?q={quote('القمح')}")
        assert len(tab.locator(".count bdi").last.evaluate("element => [...element.getClientRects()]")) == 1


def test_titles_stay_on_the_text_side_in_english(tab):
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"/?q={QUERY}&lang=en")
    assert tab.locator("html").get_attribute("dir") == "ltr"
    meta, title = tab.locator(".hit-meta").first.bounding_box(), tab.locator(".hit-title").first.bounding_box()
    assert meta["x"] < title["x"]


def test_the_language_is_switched_and_kept(tab):
    tab.goto(f"/?q={QUERY}")
    tab.get_by_text("English", exact=True).click()
    tab.locator(".hit-title a").first.click()
    assert tab.locator("html").get_attribute("lang") == "en"
    tab.get_by_text("Back to the results").click()
    assert tab.locator(".count").inner_text().endswith("sources")
    tab.get_by_text("العربية", exact=True).click()
    assert tab.locator("html").get_attribute("lang") == "ar"


def test_a_reader_goes_from_search_to_article_and_back(tab):
    tab.goto("/")
    tab.locator("#q").fill("الانتخابات")
    tab.locator("button").first.click()
    tab.locator(".hit-title a").first.click()
    assert tab.locator("mark[aria-current]").is_visible()
    tab.get_by_text("عُد إلى النتائج").click()
    assert tab.locator("#q").input_value() == "الانتخابات"


def test_a_bar_of_the_histogram_narrows_the_search(tab):
    tab.goto(f"/?q={quote('القمح')}")
    label = tab.locator(".hist a").first.get_attribute("aria-label")
    assert label == "1 آذار/مارس 2024: مقال واحد"
    tab.locator(".hist a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**from=2024-03-01&to=2024-03-01*")
    assert tab.locator(".hit").count() == 1


def test_time_runs_with_the_page(tab):
    for language, sign in (("ar", -1), ("en", 1)):
        tab.goto(f"/?q={quote('القمح')}&lang={language}")
        first, second = (tab.locator(".hist .col").nth(number).bounding_box()["x"] for number in (0, 1))
        assert (second - first) * sign > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_axe_finds_nothing(chromium, server, hostile, language, scheme):
    context = chromium.new_context(base_url=server, color_scheme=scheme)
    page = context.new_page()
    for name, path in paths(hostile).items():
        page.goto(path.partition("#")[0] + ("&" if "?" in path else "?") + f"lang={language}")
        found = Axe().run(page).response["violations"]
        assert [(name, fault["id"], fault["nodes"][0]["html"][:150]) for fault in found] == []
    context.close()


def focused(page):
    return page.evaluate("document.activeElement.innerText || document.activeElement.id")


def test_keys_lead_through_hits_and_to_the_box(script_tab):
    script_tab.goto(f"/?q={quote('القمح')}")
    script_tab.keyboard.press("j")
    first = focused(script_tab)
    script_tab.keyboard.press("j")
    assert focused(script_tab) != first
    script_tab.keyboard.press("k")
    assert focused(script_tab) == first
    script_tab.keyboard.press("/")
    assert focused(script_tab) == "q"
    script_tab.keyboard.type("j/?")
    assert script_tab.locator("#q").input_value() == "j/?"
    script_tab.locator("h1").first.evaluate("_ => document.activeElement.blur()")
    script_tab.keyboard.press("?")
    script_tab.wait_for_url("**/help#keys")


def test_places_are_stepped_through_without_loading_the_page(script_tab):
    script_tab.goto(f"/article/elections-1?q={QUERY}&at=1")
    script_tab.evaluate("window.kept = true")
    script_tab.locator(".tools a[rel=next]").click()
    assert script_tab.locator("mark[aria-current]").get_attribute("id") == "m2"
    script_tab.keyboard.press("j")
    assert script_tab.locator("mark[aria-current]").get_attribute("id") == "m3"
    assert script_tab.locator(".tools nav bdi").first.inner_text() == "3"
    assert script_tab.url.endswith("&at=3#m3")
    script_tab.locator(".words a").first.click()
    assert script_tab.locator("mark[aria-current]").get_attribute("id") == "m1"
    assert not script_tab.locator(".tools a[rel=prev]").is_visible()
    while script_tab.locator(".tools a[rel=next]").is_visible():
        script_tab.locator(".tools a[rel=next]").click()
    assert script_tab.evaluate("document.activeElement.rel") == "prev"
    assert script_tab.evaluate("window.kept") is True


def test_what_is_typed_is_completed(script_tab):
    script_tab.goto("/")
    script_tab.locator("#q").press_sequentially("القم")
    script_tab.locator("[role=option]").first.wait_for()
    assert script_tab.locator("#q").get_attribute("aria-expanded") == "true"
    script_tab.keyboard.press("ArrowDown")
    assert script_tab.locator("#q").get_attribute("aria-activedescendant") == "suggestion-0"
    assert script_tab.locator("#q").input_value() == script_tab.locator("[role=option]").first.inner_text()
    script_tab.keyboard.press("Escape")
    assert script_tab.locator("[role=option]").count() == 0
    script_tab.keyboard.press("Enter")
    script_tab.wait_for_url("**/?q=*")


def test_the_date_form_narrows_the_search(tab):
    tab.goto(f"/?q={quote('القمح')}")
    tab.locator("input[name=from]").fill("2024-03-20")
    tab.locator(".dates button").click()
    tab.locator(".active a").wait_for()
    assert "6" in tab.locator(".count strong").inner_text()


def test_a_hostile_article_runs_nothing(tab, hostile):
    dialogs = []
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name in ("hostile results", "hostile article"):
        tab.goto(paths(hostile)[name])
        assert tab.locator("main img, main script, main svg:not(.hist svg)").count() == 0
        assert tab.get_by_text("<script>").first.is_visible()
    assert dialogs == []
