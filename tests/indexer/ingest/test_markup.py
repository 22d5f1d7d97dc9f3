"""Markup in fields: tags, scripts and references go, words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.ingest.markup import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("<b>عاجل</b>: خبر", "عاجل: خبر", id="inline"),
        pytest.param("<p>أول</p><p>ثان</p>", "أول\nثان", id="paragraphs"),
        pytest.param("<p>أول</p>\n\n  <p>ثان</p>\n", "أول\nثان", id="line feeds of the source"),
        pytest.param("أول<br/>ثان<BR>ثالث", "أول\nثان\nثالث", id="breaks"),
        pytest.param("<ul><li>أول</li><li>ثان</li></ul>", "أول\nثان", id="list"),
        pytest.param('<a href="x">رابط</a> و<img src="a.jpg" alt="صورة">', "رابط و", id="attributes"),
        pytest.param("قبل<script>var a = '<p>';</script>بعد", "قبلبعد", id="script"),
        pytest.param("قبل<STYLE>p {}</STYLE >بعد", "قبلبعد", id="style in capitals"),
        pytest.param("قبل<!-- <p>سر</p> -->بعد", "قبلبعد", id="comment"),
        pytest.param("قبل<script>بعد", "قبلبعد", id="script without an end"),
        pytest.param("&quot;نعم&quot;&#1548; قال&nbsp;&amp; ذهب", '"نعم"، قال\xa0& ذهب', id="references"),
        pytest.param("&#x60C;&laquo;&raquo;", "،«»", id="references in hexadecimal and names"),
        pytest.param("&lt;p&gt;نص&lt;/p&gt;", "نص", id="escaped markup"),
        pytest.param("&amp;lt;p&amp;gt;نص&amp;lt;/p&amp;gt;", "نص", id="markup escaped twice"),
        pytest.param("2 < 3 و 5 > 4", "2 < 3 و 5 > 4", id="less than"),
        pytest.param("قال <محمد> و <x> و AT&T و R&D;", "قال <محمد> و <x> و AT&T و R&D;", id="what is no markup"),
        pytest.param("سطر\n\nسطر آخر", "سطر\n\nسطر آخر", id="plain text"),
        pytest.param("<o:p>نص</o:p>", "نص", id="tags of a word processor"),
    ],
)  # fmt: skip
def test_words_are_kept_and_markup_goes(text, plain):
    assert plain_text(text).strip() == plain


@given(st.text(st.sampled_from("<>/!-&;#pbscript \n\0نص")))
def test_markup_never_raises_and_never_grows(text):
    assert len(plain_text(text)) <= len(text) + 1


@pytest.mark.parametrize("piece", ["<script>", "<!--", "<p", "<p>", "&amp;", "<", "<style>\n", "</p>\n\n"])
def test_long_markup_is_read_once(piece):
    # In time that grows with the square of the length this would take hours.
    assert len(plain_text(piece * (1_000_000 // len(piece)))) <= 1_000_000
