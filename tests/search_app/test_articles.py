"""The article page as part of a search, and citations of it."""

from __future__ import annotations

import datetime
import html
import re

import pytest

from indexer import Article
from search_app.citations import bibtex, ris


def address_of(page, text):
    """Return the address of the first link that shows ``text``."""
    return html.unescape(re.search(rf'<a href="([^"]+)"[^>]*>(?:<bdi[^>]*>)?{re.escape(text)}', page)[1])


def plain(page):
    return html.unescape(re.sub("<[^>]*>", "", page))


def test_an_article_tells_its_place_among_the_results_and_leads_back_to_them(page):
    results = page("/", q="القمح", page="2")
    addresses = re.findall(r'class="hit-title"[^>]*><a href="([^"]+)"', results)
    article = page(html.unescape(addresses[2]))
    assert "(النتيجة 13 من 25)" in plain(article)
    back = html.unescape(re.search(r'<a href="([^"]+)"><span aria-hidden="true">‹</span> عُد', article)[1])
    assert back == "/?q=القمح&page=2"


@pytest.mark.parametrize("hit", ["0", "3", "-1", "x", "99999999", "١٢٣٤٥٦٧٨"])
def test_a_place_that_is_none_is_not_told(page, hit):
    assert "(النتيجة" not in plain(page("/article/elections-1", q="الانتخابات", hit=hit))


def test_a_place_without_a_search_is_not_told(page):
    assert "(النتيجة" not in plain(page("/article/elections-1", hit="1"))


def test_the_words_of_the_query_stand_beside_the_article_with_their_forms(page):
    text = page("/article/elections-1", q="بلدية لبنان")
    rail = plain(re.search(r'<section class="facet words".*?</section>', text, re.DOTALL)[0]).split()
    assert rail == ["كلماتك", "في", "هذا", "المقال", "بلدية", "البلدية", "1", "البلديات", "1", "لبنان", "لبنان", "1"]
    assert "at=3#m3" in text
    assert "كلماتك في هذا المقال" not in page("/article/elections-1")


def test_an_article_is_given_as_bibtex_ris_and_json(client, page):
    text = page("/article/elections-1")
    found = {name: client.get(address_of(text, name)) for name in ("BibTeX", "RIS", "JSON")}
    assert {answer.status_code for answer in found.values()} == {200}
    assert found["BibTeX"].text.startswith("@article{akhbar:elections-1,\n")
    assert "url = {https://raseef.example/2024/02/11/1}" in found["BibTeX"].text
    assert "TI  - موعد الانتخابات البلدية يقترب في لبنان\r\n" in found["RIS"].text
    assert found["JSON"].json["id"] == "elections-1"
    assert [answer.mimetype for answer in found.values()] == [
        "application/x-bibtex",
        "application/x-research-info-systems",
        "application/json",
    ]


def test_an_article_whose_id_ends_like_a_citation_is_shown(tmp_path, write):
    from indexer import rebuild
    from search_app import Settings, create_app

    rebuild(
        [write(tmp_path, [{"id": "a.bib", "title": "خبر أول"}, {"id": "a", "title": "خبر ثان"}])], tmp_path / "index"
    )
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    assert "<h1" in client.get("/article/a.bib").text
    assert client.get("/article/a.bib.bib").text.startswith("@misc{akhbar:a.bib,")
    assert client.get("/article/a.ris").text.startswith("TY  - NEWS")


@pytest.mark.parametrize("name", ["nowhere.bib", "nowhere.ris", ".bib", "elections-1.pdf"])
def test_there_is_no_citation_of_what_is_not_there(client, name):
    assert client.get(f"/article/{name}").status_code == 404


def test_a_script_is_never_linked(page):
    assert 'href="javascript' not in page('/article/"><img src=x onerror=alert(0)>')


ODD = Article(
    id="ب 1",
    title="ا {س} 50 % \\ _x\nسطر",
    source="أ & ب",
    authors=("ليلى Q", "س"),
    date=datetime.date(987, 4, 5),
    lang="ar",
)


def test_bibtex_escapes_what_tex_would_read():
    text = bibtex(ODD, "https://e.example/a}b\\c")
    assert r"title = {{ا \{س\} 50 \% \textbackslash{} \_x سطر}}" in text
    assert r"journal = {أ \& ب}" in text
    assert "author = {{ليلى Q} and {س}}" in text
    assert "url = {https://e.example/abc}" in text
    assert "year = {987}" in text


def test_ids_that_are_no_keys_get_keys_that_differ():
    keys = {
        bibtex(Article(id=name, title="t"), "u").splitlines()[0] for name in ("ب 1", "ت 1", "-1", "1" * 41, "1" * 42)
    }
    assert len(keys) == 5
    assert all(re.fullmatch(r"@misc\{akhbar:[\w.:-]+,", key, re.ASCII) for key in keys)


def test_ris_has_a_line_a_value():
    lines = ris(ODD, "https://e.example/\r\nTY  - BOOK").splitlines()
    assert lines == [
        "TY  - NEWS",
        "AU  - ليلى Q",
        "AU  - س",
        "TI  - ا {س} 50 % \\ _x سطر",
        "T2  - أ & ب",
        "PY  - 987",
        "DA  - 0987/04/05/",
        "LA  - ar",
        "UR  - https://e.example/ TY - BOOK",
        "ER  - ",
    ]
