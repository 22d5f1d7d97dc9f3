"""Pages: landing page, results, articles and both languages, checked in their HTML."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from indexer import rebuild
from search_app import Settings, create_app

ARTICLE_LINK = re.compile(r'<h2 class="hit-title[^>]*><a href="([^"]+)"')


class Links(HTMLParser):
    """Collects the tags of a page and the addresses it links to or sends forms to."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.attributes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.addresses += [value for name, value in attrs if name in ("href", "action", "src")]


def query_of(address):
    return dict(parse_qsl(urlsplit(html.unescape(address)).query))


def link_to(page, text):
    """Return the address of the link with this text."""
    link = re.search(rf'<a [^>]*?href="([^"]*)"[^>]*>(?:<[^>]*>|[‹\s])*{re.escape(text)}', page)
    assert link, text
    return html.unescape(link[1])


# -- the forms of the words of a query


def test_the_first_page_lists_the_forms_of_each_word_and_links_to_each_alone(page):
    text = page("/?q=بلدية&lang=en")
    section = re.search(r'<section class="facet words".*?</section>', text, re.S)
    assert section
    assert "Forms of your words in the results" in section[0]
    (link,) = re.findall(r'<a href="([^"]*)"><bdi>البلديات</bdi> <span class="n">1</span>', section[0])
    assert query_of(link) == {"q": '"البلديات"', "lang": "en"}


def test_other_pages_and_pages_without_a_query_list_no_forms(page):
    for address in ("/?q=القمح&page=2", "/?source=دفتر+الجبل", "/?q=كلمةغريبة"):
        assert 'class="facet words"' not in page(address)


# -- the landing page


def test_the_landing_page_says_what_is_here(page):
    text = page("/")
    assert '<html lang="ar" dir="rtl">' in text
    assert "<bdi>31</bdi> مقالاً" in text
    assert "31 كانون الأول/ديسمبر 2023" in text
    assert "19 أيار/مايو 2024" in text


def test_the_landing_page_lists_the_latest_articles_newest_first(page):
    days = re.findall(r'· <time datetime="([\d-]+)"', page("/"))
    assert len(days) == 8
    assert days == sorted(days, reverse=True)


def test_an_index_without_dates_or_sources_has_a_landing_page(tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "1", "title": "خبر"}\n', encoding="utf-8")
    rebuild([source], tmp_path / "index")
    text = create_app(Settings(index=str(tmp_path / "index"))).test_client().get("/").text
    assert "مقال واحد" in text
    assert "مصدر" not in re.search(r'class="folio".*', text)[0]


# -- results


def test_results_show_hits_with_marks_and_their_count(page):
    text = page("/", q="الانتخابات")
    assert re.search(r'role="status"><strong>مقالان</strong> في مصدرين', text)
    assert "<mark>الانتخابات</mark>" in text
    assert "<mark>الانْتِخاباتُ</mark>" in text
    assert '<time datetime="2024-02-11">الأحد 11 شباط/فبراير 2024</time>' in text


def test_long_results_are_paged(page):
    first = page("/", q="القمح")
    assert "<strong><bdi>25</bdi></strong> مقالاً" in first
    assert "تُعرض <bdi>1–10</bdi>" in first
    second = link_to(first, "التالية")
    assert query_of(second) == {"q": "القمح", "page": "2"}
    assert "تُعرض <bdi>11–20</bdi>" in page(second)
    assert query_of(link_to(page(second), "السابقة")) == {"q": "القمح"}
    assert 'rel="next"' not in page("/", q="القمح", page="3")


def test_every_page_has_other_hits(page):
    links = [link for number in "123" for link in ARTICLE_LINK.findall(page("/", q="القمح", page=number))]
    assert len({urlsplit(link).path for link in links}) == len(links) == 25


def test_a_page_beyond_the_last_says_so(page):
    text = page("/", q="القمح", page="99")
    assert "لا نتائج في هذه الصفحة" in text
    assert query_of(link_to(text, "عُد إلى الصفحة الأولى")) == {"q": "القمح"}


def test_filters_alone_browse_newest_first(page):
    text = page("/", category="اقتصاد")
    days = re.findall(r'<time datetime="([\d-]+)"', text)
    assert days[0] == "2024-03-25"
    assert days == sorted(days, reverse=True)
    assert "كلّ المقالات" in text
    assert "المطابقة" not in text


def test_a_facet_toggles(page):
    text = page("/", q="القمح")
    chosen = page(link_to(text, "نشرة السوق 1"))
    assert 'aria-current="true"><bdi>نشرة السوق 1</bdi>' in chosen
    assert query_of(link_to(chosen, "نشرة السوق 1")) == {"q": "القمح"}
    both = page(link_to(chosen, "نشرة السوق 2"))
    assert re.findall(r'aria-current="true"><bdi>(نشرة السوق \d+)', both) == ["نشرة السوق 1", "نشرة السوق 2"]
    assert "في مصدرين" in both


def test_a_facet_with_many_values_folds(page):
    text = page("/", q="القمح")
    shown, folded = text.split('id="f-source"')[1].split("<details>", 1)
    assert len(re.findall("نشرة السوق", shown)) == 8
    assert len(re.findall("نشرة السوق", folded)) == 4


@pytest.mark.parametrize(("sources", "told"), [(99, "في 99 مصدراً"), (100, ""), (120, "")])
def test_the_number_of_sources_is_told_while_it_is_counted(tmp_path, write, sources, told):
    articles = [{"id": str(number), "title": f"خبر {number}", "source": f"s{number}"} for number in range(sources)]
    rebuild([write(tmp_path, articles)], tmp_path / "index")
    text = create_app(Settings(index=str(tmp_path / "index"))).test_client().get("/?q=خبر").text
    count = html.unescape(re.sub("<[^>]*>", "", re.search(r'<p class="count".*?</p>', text)[0]))
    assert ("مصدر" in count) == bool(told)
    assert told in count


def test_sorted_by_date_all_words_are_required_one_click_from_any(page):
    text = page("/", q="القمح لبنان", sort="newest")
    notices = text.split('<ul class="notices"')[1].split("</ul>")[0]
    undone = link_to(notices, "أيّ كلمة تكفي")
    assert query_of(undone) == {"q": "القمح لبنان", "sort": "newest", "undo": "all_required"}
    assert "أيّ كلمة تكفي" not in page(undone)
    assert 'sort=newest&amp;match=any"' in text


def test_filters_in_use_can_be_removed_one_by_one(page):
    text = page("/", q="القمح", source="نشرة السوق 1", category="اقتصاد", **{"from": "2024-03-05", "to": "آذار 2024"})
    chips = text.split('<ul class="active"')[1].split("</ul>")[0]
    removing = [query_of(address) for address in re.findall(r'href="([^"]+)"', chips)]
    kept = {"q": "القمح", "source": "نشرة السوق 1", "category": "اقتصاد", "from": "2024-03-05", "to": "آذار 2024"}
    without = [{"source"}, {"category"}, {"from", "to"}]
    assert removing == [{name: value for name, value in kept.items() if name not in names} for names in without]
    assert "بين 5 آذار/مارس 2024 و31 آذار/مارس 2024" in chips


def test_the_boxes_keep_the_filters_and_not_the_page(page):
    text = page("/", q="القمح", source="نشرة السوق 1", sort="newest", match="all", page="1", lang="en")
    forms = re.findall(r"<form.*?</form>", text, re.DOTALL)
    names = [re.findall(r'type="hidden" name="(\w+)"', form) for form in forms]
    assert names == [["source", "sort", "match", "lang"], ["q", "source", "sort", "match", "lang"]]


@pytest.mark.parametrize(
    ("query", "told", "undo", "reading"),
    [
        pytest.param("القمح ليس لبنان", "استثناءً", "اقرأها كلمةً", "operator.6", id="operator"),
        pytest.param("القمح منذ:2024-03-10", "منذ 10 آذار/مارس 2024", "اقرأه كلمات لا تاريخاً", "date.6", id="date"),
        pytest.param("القمح -5", "إشارة عدد", "اقرأها أداة بحث", "no_operator.6", id="number"),
        pytest.param("قال -حفظه الله- نعم", "معترضة", "اقرأها أداة بحث", "no_operator.4", id="aside"),
        pytest.param("مزارع كبير ليس وزير نقل", "نصّاً منقولاً", "اقرأها أداة بحث", "no_operator.11", id="text"),
        pytest.param("مصدر:الحكومة تدرس", "كلماتٍ", "اقرأه حقلاً", "no_field.0", id="unknown value"),
        pytest.param("نص:البيان الختامي لقمة العرب أمس", "لا حقلاً", "اقرأه حقلاً", "no_field.0", id="label"),
        pytest.param("قال «لا» أمس واليوم وغدا", "ولم نشترطه", "اشترط العبارة", "preferred_phrase.4", id="quotation"),
        pytest.param("القمح «أسعار", "لم تُغلق", "اقرأها كلمات", "unclosed_quote.6", id="never closed"),
        pytest.param("القمح OR", "ما تربطه", "اقرأها كلمةً", "dangling_operator.6", id="nothing to join"),
        pytest.param(
            "www.other.example/قمح", "فبحثنا عن كلماته", "ابحث عن كلّ كلماته", "unknown_address.0", id="address"
        ),
    ],
)
def test_notices_tell_how_the_query_was_read_and_undo_it(page, query, told, undo, reading):
    text = page("/", q=query)
    notices = text.split('<ul class="notices"')[1].split("</ul>")[0]
    assert told in html.unescape(re.sub("<[^>]*>", "", notices))
    address = link_to(notices, undo)
    assert query_of(address) == {"q": query, "undo": reading}
    assert undo not in page(address)


def test_a_reading_is_undone_by_itself_and_until_another_query(page):
    query = "قمح OR شعير -ذرة -خبز"
    notices = page("/", q=query).split('<ul class="notices"')[1].split("</ul>")[0]
    addresses = [query_of(html.unescape(address)) for address in re.findall(r'href="([^"]+)"', notices)]
    assert [address["undo"] for address in addresses] == ["operator.4", "operator.12", "operator.17"]
    text = page("/", q=query, undo="operator.12")
    assert text.split('<ul class="notices"')[1].split("</ul>")[0].count("قرأنا") == 2
    box = re.search(r"<form.*?</form>", text, re.DOTALL)[0]
    assert 'name="undo"' not in box


def test_two_readings_that_are_told_alike_say_where(page):
    notices = page("/", q="قمح -ذرة -خبز").split('<ul class="notices"')[1].split("</ul>")[0]
    told = html.unescape(re.sub("<[^>]*>", "", notices))
    assert "الموضع: «قمح -ذرة»" in told
    assert "الموضع: «-ذرة -خبز»" in told


def test_a_date_in_the_query_can_be_taken_out_of_it(page):
    text = page("/", q="القمح منذ:2024-03-10 أسعار")
    chips = text.split('<ul class="active"')[1].split("</ul>")[0]
    assert query_of(re.search(r'href="([^"]+)"', chips)[1]) == {"q": "القمح أسعار"}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        pytest.param({"from": "soonish"}, "لم نفهم التاريخ", id="date"),
        pytest.param({"sort": "best"}, "sort", id="order"),
        pytest.param({"page": "zero"}, "page", id="page"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_told_and_left_out(page, parameters, told):
    text = page("/", q="القمح", **parameters)
    assert told in text.split('<ul class="notices"')[1].split("</ul>")[0]
    assert "<bdi>25</bdi>" in text


def test_nothing_found_says_so_and_offers_what_can_be_relaxed(page):
    text = page("/", q='"زعفران غائب"', match="exact", category="اقتصاد")
    assert '<div role="status"><h1' in text
    hints = text.split('<ul class="hints"')[1].split("</ul>")[0]
    relaxed = [query_of(address) for address in re.findall(r'href="([^"]+)"', hints)]
    assert relaxed == [
        {"q": '"زعفران غائب"', "category": "اقتصاد"},
        {"q": '"زعفران غائب"', "match": "exact"},
        {"q": '"زعفران غائب"', "match": "exact", "category": "اقتصاد", "syntax": "words"},
    ]


def test_nothing_found_for_one_word_has_nothing_to_relax(page):
    assert 'class="hints"' not in page("/", q="زعفران")


# -- an article


def test_an_article_opens_from_its_hit_and_leads_back(page, client):
    results = page("/", q="الانتخابات", sort="newest", lang="en")
    for link in ARTICLE_LINK.findall(results):
        address = html.unescape(link)
        text = page(address.partition("#")[0])
        assert 'id="m1"' in text
        assert query_of(link_to(text, "Back to the results")) == {"q": "الانتخابات", "sort": "newest", "lang": "en"}


def test_the_reader_moves_from_mark_to_mark(page):
    text = page("/article/elections-1", q="الانتخابات البلدية لبنان", at="2")
    count = len(re.findall(r' id="m\d+"', text))
    assert count >= 3
    assert f"الموضع <bdi>2</bdi> من <bdi>{count}</bdi>" in text
    assert re.search(r'<mark[^>]* id="m2" aria-current="true"', text)
    assert link_to(text, "السابق").endswith("at=1#m1")
    assert link_to(text, "التالي").endswith("at=3#m3")


@pytest.mark.parametrize("at", ["0", "-3", "x", "999999999999", "٣٣", "1.5"])
def test_an_unknown_mark_is_the_nearest(page, at):
    assert page("/article/elections-1", q="الانتخابات", at=at).count('aria-current="true"') == 1


def test_an_article_without_a_query_has_no_marks_and_no_way_back(page):
    text = page("/article/elections-1")
    assert "<mark" not in text
    assert "عُد إلى النتائج" not in text
    assert "الموضع" not in text


def test_an_article_shows_where_it_comes_from(page):
    text = page("/article/elections-1")
    assert "صحيفة الرصيف" in text
    assert '<a href="https://raseef.example/2024/02/11/1" rel="noopener nofollow">' in text
    assert "http://localhost/article/elections-1</bdi>" in text
    assert text.count("<p>") >= 3


def test_vowel_signs_can_be_left_out(page, client):
    address = link_to(page("/", q="القرى"), "كَيْفَ").partition("#")[0]
    text = page(address)
    assert "نَفْسَها" in text
    bare = page(link_to(text, "اقرأ بلا تشكيل"))
    assert "نفسها" in bare.split('class="story"')[1]
    assert "نَفْسَها" not in bare
    assert query_of(link_to(bare, "اقرأ بالتشكيل")).keys() == {"q", "hit", "at"}


def test_a_newspaper_article_has_no_vowels_to_leave_out(page):
    assert "tashkeel" not in page("/article/elections-1", q="لبنان")


def test_articles_without_title_or_body_are_readable(page):
    assert "بلا عنوان" in page("/article/untitled")
    assert "بلا عنوان" in page("/", q="السكك الحديدية")
    assert "ليس في هذا المقال نصّ" in page("/article/bare")


def test_direction_and_language_follow_the_article(page):
    text = page("/article/en-1")
    assert '<h1 lang="en" dir="ltr"><bdi dir="ltr">Ports reopen' in text
    english = page("/article/elections-1", lang="en")
    assert '<h1 lang="ar" dir="rtl">' in english
    assert '<bdi lang="ar">صحيفة الرصيف</bdi>' in english


# -- languages


@pytest.mark.parametrize("path", ["/", "/?q=القمح&page=2", "/article/elections-1?q=لبنان", "/?q=زعفران", "/nowhere"])
def test_english_is_kept_in_every_link(client, path):
    text = client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text
    assert '<html lang="en" dir="ltr">' in text
    switch = re.search(r'<a href="([^"]*)" lang="ar" dir="rtl" hreflang="ar">', text)[1]
    outward = ("/static/", "/api/", "http")
    own = [
        address
        for address in Links(text).addresses
        if not address.startswith((*outward, "#"))
        and not address.endswith((".bib", ".ris"))
        and address != html.unescape(switch)
    ]
    assert len(own) > 2
    assert all(query_of(address).get("lang") == "en" for address in own if address != "/")
    assert "lang" not in query_of(switch)


def test_an_unknown_language_is_the_default_one(page):
    assert '<html lang="ar"' in page("/", lang="<b>")


def test_the_default_language_is_a_setting(index_path):
    client = create_app(Settings(index=str(index_path), language="en")).test_client()
    text = client.get("/?q=wheat").text
    assert '<html lang="en"' in text
    assert query_of(link_to(text, "العربية")) == {"q": "wheat", "lang": "ar"}


# -- every page


@pytest.mark.parametrize("path", ["/", "/?q=القمح", "/?q=زعفران", "/article/elections-1?q=لبنان", "/nowhere"])
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_pages_are_whole_without_scripts_or_other_hosts(client, path, lang):
    links = Links(client.get(path, query_string={"lang": lang} if "?" not in path else None).text)
    assert not {"style", "iframe", "img"} & set(links.tags)
    assert links.tags.count("script") in (1, 2)  # the second is htmx
    assert not [name for name in links.attributes if name.startswith("on") or name == "style"]
    assert links.tags.count("main") == links.tags.count("h1") == 1


def test_every_link_of_a_page_leads_somewhere(client):
    seen = set()
    for path in ("/", "/?q=القمح&category=اقتصاد", "/article/elections-1?q=لبنان&at=1", "/?q=زعفران&match=all"):
        for address in Links(client.get(path).text).addresses:
            seen.add(address.partition("#")[0])
    own = [address for address in seen if address.startswith("/")]
    assert len(own) > 40
    for address in own:
        with client.get(address) as response:
            assert response.status_code == 200, address


def test_head_answers_as_get_without_a_body(client):
    head, get = client.head("/?q=القمح"), client.get("/?q=القمح")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_an_excluded_date_is_no_filter(page):
    text = page("/", q="القمح NOT سنة:2023")
    assert "سنة:2023" in text
    assert 'class="active"' not in text
