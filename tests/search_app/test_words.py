"""The word page and its REST form: every stage of the reading, pieces, synonyms, and the words that meet."""

from __future__ import annotations

import html
import re

import pytest

from analyzers.tokens import REASONS
from search_app.messages import messages


def rows_of(text):
    """Return the cells of each row of a page's tables."""
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    return [
        [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows
    ]


def test_every_reason_is_said_in_both_languages():
    for language in ("ar", "en"):
        keys = {key for key in messages(language).catalogue if key.startswith("reason.")}
        assert keys == {f"reason.{code}" for code in REASONS}


@pytest.mark.parametrize(
    "word", ["وَللبلديات", "مدارس", "في", "25", "ISIS", "elections", "Beirut", "ـ", "خطقفغ", "عبدالعزيز F-16"]
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_words_of_every_kind_are_read(page, word, language):
    text = page("/analyze", text=word, lang=language)
    assert "None" not in text
    assert 'class="stages"' in text or word == "ـ"


def test_a_word_is_read_stage_by_stage(page):
    text = page("/analyze", text="وللبلديات")
    outputs = {name: output for name, output, _ in rows_of(text)[1:]}
    assert outputs["كما طُبعت"] == "وللبلديات"
    assert outputs["الأصل المشترك"] == "بلديه"
    pieces = re.findall(r"<b lang=\"ar\">(.*?)</b> (.*?)</li>", text)
    assert pieces == [("ولل", "ما قبله"), ("بلدي", "الجذع"), ("ات", "ما بعده")]


def test_words_of_the_index_that_meet_it_are_links_to_them(page):
    text = page("/analyze", text="بلدية")
    forms = dict(re.findall(r"<a href=\"([^\"]+)\"><bdi>([^<]+)</bdi> <span", text))
    assert set(forms.values()) == {"البلدية", "البلديات"}
    for address in forms:
        assert "مقال واحد" in page(html.unescape(address))


def test_synonyms_are_links(page):
    text = page("/analyze", text="Hezbollah", lang="en")
    assert "Linked to it" in text
    assert "<bdi>حزب الله</bdi>" in text


def test_several_words_have_a_heading_each_and_no_forms(page):
    text = page("/analyze", text="وزير لبنان")
    assert len(re.findall(r'<h2 class="section"', text)) == 2
    assert "تلتقي عند" not in text


@pytest.mark.parametrize("text", ["", "   ", "!!!"])
def test_what_holds_no_word_has_no_stages(page, text):
    assert 'class="stages"' not in page("/analyze", text=text)


def test_a_hostile_text_is_shown_escaped_and_cut(page):
    text = page("/analyze", text="<script>alert(1)</script>" + " ط" * 2000)
    assert "<script>" not in text
    assert text.count('class="stages"') == 32


def test_rest_gives_the_same_stages(client):
    answer = client.get("/api/v1/analyze", query_string={"text": "وللبلديات في"}).json
    word, stop = answer["words"]
    assert (word["start"], word["end"], word["exact"], word["stem"]) == (0, 9, "وللبلديات", "بلديه")
    assert word["pieces"]["prefix"] == "ولل"
    assert [stage["name"] for stage in word["stages"]] == ["word", "exact", "affixes", "reading", "stem"]
    assert all(stage["note"] for stage in word["stages"])
    assert (word["stop_word"], stop["stop_word"]) == (False, True)
