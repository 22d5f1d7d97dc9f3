"""JSON lines: the articles that are read, and what is reported about the other lines."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Article, derive_id
from indexer.dates.periods import read_date
from indexer.ingest import cleaning, records
from indexer.ingest.field_names import USUAL_NAMES
from indexer.ingest.readers import BadRecord, jsonl, read_articles
from indexer.ingest.readers.articles import articles_of_line
from indexer.ingest.records import Line

WHOLE = {
    "id": "lw-17",
    "title": "انتخابات بلدية في طرابلس",
    "body": "فتحت الصناديق صباحا.\n\nوأغلقت مساء.",
    "date": "2024-02-11T09:30:00+02:00",
    "source": "Levant Wire",
    "category": "سياسة",
    "url": "https://levant.example/17",
    "lang": "ar",
}


def read(content: bytes) -> list[Article | BadRecord]:
    found = jsonl.read(io.BytesIO(content), "news.jsonl")
    return [
        read
        for each in found
        for read in (articles_of_line(*each, None, USUAL_NAMES) if isinstance(each, Line) else [each])
    ]


def read_file(content: bytes, name: str) -> list[Article | BadRecord]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        return [
            each._replace(where=Path(each.where).name) if isinstance(each, BadRecord) else each
            for each in read_articles([path])
        ]


def read_record(**fields: Any) -> list[Article | BadRecord]:
    return read(json.dumps(fields).encode())


def article(**fields: Any) -> Article:
    (only,) = read_record(**fields)
    assert isinstance(only, Article)
    return only


def reason(content: bytes) -> str:
    (only,) = read(content)
    assert isinstance(only, BadRecord)
    assert only.where == "news.jsonl:1"
    assert only.skipped
    assert only.reason.isprintable()
    return only.reason


def test_a_whole_record():
    assert article(**WHOLE) == Article(**WHOLE | {"date": datetime.date(2024, 2, 11)})


@pytest.mark.parametrize("text", ["title", "body"])
def test_everything_but_one_text_may_be_missing_or_null(text):
    nulls = dict.fromkeys(WHOLE) | {text: "خبر"}
    bare = Article(id=article(**nulls).id, lang="ar", **{text: "خبر"})
    assert article(**nulls) == article(**{text: "خبر"}) == bare


def test_nan_counts_as_null():
    (only,) = read(b'{"title": NaN, "body": "rain", "date": NaN, "id": Infinity}')
    assert only == article(body="rain")


def test_an_article_without_id_has_always_the_same():
    fields = {"title": "خبر", "date": "2024-02-11", "source": "الأفق"}
    expected = derive_id(url=None, title="خبر", body="", date=datetime.date(2024, 2, 11), source="الأفق")
    assert article(**fields).id == article(**fields, id="  ").id == expected


def test_articles_of_one_address_are_told_apart_by_their_text():
    issue = {"url": "https://archive.example/issue/17", "date": "1911-02-01"}
    texts = ({"title": "خبر"}, {"title": "خبر آخر"}, {"title": "خبر", "body": "نص"}, {"title": "خبر", "body": "نص آخر"})
    assert len({article(**issue, **text).id for text in texts}) == len(texts)
    assert article(**issue, title="خبر").id == article(**issue, title=" خبر ").id


def test_articles_of_one_headline_and_day_are_told_apart_by_their_text():
    fields = {"title": "أسعار العملات", "date": "2024-02-11", "source": "الأفق"}
    assert article(**fields, body="الدولار يرتفع").id != article(**fields, body="الدولار يهبط").id


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        pytest.param(17, "17", id="integer"),
        pytest.param(1.5, "1.5", id="fraction"),
        pytest.param(" a/17 ", "a/17", id="blanks"),
    ],
)
def test_ids(written, id_):
    assert article(id=written, title="خبر").id == id_


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        pytest.param("title", " two\n\n lines\u00a0and a tab\t", "two lines and a tab", id="title in one line"),
        pytest.param("title", "a\x00b\x1b[31m", "a b [31m", id="controls in a title"),
        pytest.param("title", "\ud83d half", "\ufffd half", id="lone surrogate in a title"),
        pytest.param("title", "\ud83d\ude00 whole", "\U0001f600 whole", id="pair of surrogates"),
        pytest.param("title", "<b>bold</b>", "bold", id="markup"),
        pytest.param("body", "one\r\ntwo\rthree\u2028four\u2029five", "one\ntwo\nthree\nfour\nfive", id="line ends"),
        pytest.param("body", "\n\n one  \n\n\n\ntwo \u00a0\n", "one\n\ntwo", id="blank lines and ends"),
        pytest.param("body", "tab\tstays, bell\x07goes", "tab\tstays, bell goes", id="controls in a body"),
        pytest.param("body", "C1\x85 and \ud800", "C1  and \ufffd", id="C1 control and lone surrogate"),
        pytest.param("source", " Levant \n Wire ", "Levant Wire", id="source in one line"),
        pytest.param("category", "", None, id="empty category"),
        pytest.param("url", " http://a.example/خبر ", "http://a.example/خبر", id="address with letters"),
        pytest.param(
            "url", "http://a.example/a b\u202b\xa0", "http://a.example/a%20b%E2%80%AB", id="blanks in an address"
        ),
        pytest.param("lang", "ar_LB", "ar-LB", id="underscore in a tag"),
    ],
)
def test_what_a_field_is_kept_as(field, written, kept):
    assert getattr(article(**{"title": "خبر", "body": "نص", field: written}), field) == kept


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("أسعار القمح في 2024 (FAO)", "ar", id="mostly Arabic"),
        pytest.param("Wheat prices in Beirut", "en", id="ASCII letters only"),
        pytest.param("Le blé à Beyrouth", "fr", id="another Latin language"),
        pytest.param("2024", None, id="no letters"),
    ],
)
def test_a_language_that_is_not_given_is_guessed(text, lang):
    assert article(title=text).lang == lang


def test_a_language_that_is_given_counts_unless_the_letters_contradict_it():
    assert article(title="أسعار القمح", lang="en").lang == "ar"
    assert article(title="أسعار القمح", lang="fa").lang == "fa"
    assert article(title="Wheat prices", lang="en-GB").lang == "en-GB"


@pytest.mark.parametrize(
    ("url", "source"),
    [
        pytest.param("https://www.levant.example:8080/a", "levant.example", id="www and port"),
        pytest.param("http://News.Example/", "news.example", id="capitals"),
    ],
)
def test_a_source_that_is_not_given_is_the_host(url, source):
    assert article(title="خبر", url=url).source == source


def test_the_text_decides_the_order_of_day_and_month():
    assert article(body="بدأت اليوم الأحد", date="02/11/2024").date == datetime.date(2024, 2, 11)


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        pytest.param(
            "date", "30/02/2024", "date: expected a day such as 2024-02-11, got '30/02/2024'", id="impossible day"
        ),
        pytest.param("date", "1906", "date: expected a day such as 2024-02-11, got '1906'", id="year only"),
        pytest.param("date", 12345, "date: expected a day such as 2024-02-11, got a number", id="a number"),
        pytest.param("source", [["a"]], "source: expected a name of at most 200 characters, got a list", id="list"),
        pytest.param(
            "source", "س" * 201, "source: expected a name of at most 200 characters, got 'سس", id="long source"
        ),
        pytest.param("category", {}, "category: expected a name of at most 200 characters, got an object", id="object"),
        pytest.param("url", "javascript:alert(1)", "url: expected an address such as https://", id="a program"),
        pytest.param("url", "/news/17", "url: expected an address such as https://", id="relative address"),
        pytest.param("url", "http://[::1", "url: expected an address such as https://", id="broken address"),
        pytest.param(
            "url", "http://a.example/" + "a" * 5000, "url: expected an address such as https://", id="long address"
        ),
        pytest.param("url", "http://a.example/\x00", "url: expected an address such as https://", id="control in it"),
        pytest.param("lang", "Arabic language", "lang: expected a language tag such as ar", id="no tag"),
        pytest.param("lang", True, "lang: expected a language tag such as ar, got true or false", id="true"),
    ],
)
def test_an_article_is_kept_without_what_it_can_do_without(field, written, said):
    warning, kept = read_record(**{"id": "1", "title": "خبر", field: written})
    assert warning.where == "news.jsonl:1"
    assert warning.reason.startswith(said)
    assert warning.reason.endswith("; the article is kept without it")
    assert not warning.skipped
    assert warning.reason.isprintable()
    assert kept == article(id="1", title="خبر")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b'{"title": "a"', "not JSON: Expecting ',' delimiter at character 14", id="broken"),
        pytest.param(
            b'{"title": "a\nb"}'.replace(b"\n", b"\x01"), "not JSON: Invalid control character", id="raw control"
        ),
        pytest.param(b'{"title": "\xb2\xb3\xb4\xb5"}', "in no known encoding; save it as UTF-8", id="no encoding"),
        pytest.param(b"[1]", "expected an object", id="list"),
        pytest.param(b'"title"', "got 'title'", id="text"),
        pytest.param(b"null", "got null", id="null"),
        pytest.param(b"{}", "neither title nor body has words; the fields given are: none", id="empty object"),
        pytest.param(b'{"kicker": "a"}', "the fields given are: 'kicker'", id="other names"),
        pytest.param(b'{"title": " ", "body": "..."}', "neither title nor body has words", id="no words"),
        pytest.param(b'{"title": [5]}', "title: expected a text, got a list", id="title of wrong type"),
        pytest.param(b'{"title": "a", "body": 5}', "body: expected a text, got a number", id="body of wrong type"),
        pytest.param(b'{"title": "a", "id": true}', "id: expected a text or a number, got true or false", id="id true"),
        pytest.param(b'{"title": "a", "id": [[]]}', "id: expected a text or a number, got a list", id="id list"),
        pytest.param(b'{"title": "a", "id": 1e999}', "id: expected a text or a number, got a number", id="endless id"),
        pytest.param(
            b'{"title": "a", "id": "a\\nb"}', "id: expected 1 to 512 characters, none a control", id="id lines"
        ),
        pytest.param(b'{"title": "a", "id": "\\ud800"}', "id: expected 1 to 512 characters", id="id surrogate"),
        pytest.param(b'{"title": "a", "id": "' + b"7" * 513 + b'"}', "id: expected 1 to 512", id="long id"),
        pytest.param(
            b'{"title": "' + b"a" * 2001 + b'"}',
            "title: expected a text of at most 2000 characters, got 2001",
            id="long title",
        ),
        pytest.param(b'{"title": "a", "id": ' + b"7" * 5000 + b"}", "not JSON that can be read", id="very long number"),
        pytest.param(b"[" * 200_000, "not JSON that can be read", id="nested too deeply"),
    ],
)
def test_a_bad_record_says_what_was_given_and_expected(content, said):
    assert said in reason(content)


def test_lines_are_counted_and_blank_ones_skipped():
    content = b'\n{"id": 1, "title": "a"}\r\n \t \n[]\n{"id": 2, "title": "b"}'
    first, bad, second = read(content)
    assert (first.id, bad.where, second.id) == ("1", "news.jsonl:4", "2")


def test_a_byte_order_mark_is_no_part_of_the_text():
    (only,) = read(b'\xef\xbb\xbf{"title": "a"}')
    assert only.title == "a"


def test_a_line_that_is_too_long_is_skipped_in_steps(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 100)
    longest = json.dumps({"id": "longest", "title": "a"}).encode().ljust(100)
    content = b'{"id": "before", "title": "a"}\n' + b"x" * 1000 + b"\n" + longest + b"\n" + b"y" * 101
    before, long, kept, last = read(content)
    assert (before.id, kept.id) == ("before", "longest")
    assert (long, last) == tuple(BadRecord(f"news.jsonl:{line}", "longer than 100 bytes") for line in (2, 4))


@pytest.mark.parametrize("block_bytes", [1, 2, 7, 64, 1000])
def test_lines_are_the_same_wherever_blocks_end(monkeypatch, block_bytes):
    content = b'\n\n{"id": 1, "title": "a"}\r\n \t \n[]\n' + b"x" * 90 + b'\n  {"id": 2, "title": "b"}'
    whole = read(content)
    assert [record.where for record in whole if isinstance(record, BadRecord)] == ["news.jsonl:5", "news.jsonl:6"]
    monkeypatch.setattr(jsonl, "_BLOCK_BYTES", block_bytes)
    assert read(content) == whole


@given(st.lists(st.sampled_from([b"", b" ", b"[]", b" 1", b"x" * 30, b"\r"])), st.integers(1, 50))
def test_every_line_that_is_not_blank_is_read_under_its_number(lines, block_bytes):
    expected = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonl, "_BLOCK_BYTES", block_bytes)
        assert list(jsonl._numbered_lines(io.BytesIO(b"\n".join(lines)))) == expected


def test_a_file_of_blank_lines_is_read_in_seconds():
    lines = 12 * 1024 * 1024
    packed = gzip.compress(b"\n" * lines + b'{"id": 1, "title": "a"}\n[]', 1)
    started = time.process_time()
    article, bad = read_file(packed, "a.jsonl.gz")
    assert (article.id, bad.where) == ("1", f"a.jsonl.gz:{lines + 2}")
    assert time.process_time() - started < 4


def test_a_file_of_useless_records_is_given_up(monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORDS_WITHOUT_ARTICLE", 100)
    reason = "no article in 100 records; nothing can be read from here on"
    for useless in (b"x\n", b"{}\n"):
        read = read_file(b'{"id": 1, "title": "a"}\n' + useless * 1000, "news.jsonl")
        assert read[-1] == BadRecord("news.jsonl:101", reason, ends_file=True)
    assert read_file((b"x\n" * 99 + b"\n" * 99 + b'{"id": 1, "title": "a"}\n') * 5, "news.jsonl")[-1].id == "1"


PACKED = gzip.compress(b'{"id": 1, "title": "a"}\n{"id": 2, "title": "b"}\n' + b'{"title": "filler"}\n' * 3000, 0)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(PACKED[:-9], id="cut off"),
        pytest.param(PACKED[:-8] + bytes(8), id="wrong checksum"),
        pytest.param(PACKED + b"garbage after the end", id="something else after the end"),
        pytest.param(PACKED[:20_000] + b"\xff" * 100 + PACKED[20_100:], id="overwritten in the middle"),
    ],
)
def test_what_comes_before_the_damage_of_a_packed_file_is_read(packed):
    first, second, *_, last = read_file(packed, "a.jsonl.gz")
    assert (first.id, second.id) == ("1", "2")
    assert last.where.startswith("a.jsonl.gz:")
    assert int(last.where.rpartition(":")[2]) > 2
    assert last.ends_file


def test_a_file_that_is_not_packed_although_its_name_says_so():
    (only,) = read_file(b'{"title": "a"}', "a.jsonl.gz")
    assert only.title == "a"


def test_a_small_file_that_unpacks_to_one_endless_line_takes_little_memory(monkeypatch):
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 1000)
    bomb = gzip.compress(bytes(10_000_000))
    (only,) = read_file(bomb, "a.jsonl.gz")
    assert only == BadRecord("a.jsonl.gz:1", "longer than 1000 bytes")


@given(st.dates().map(str) | st.from_regex("[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True))
def test_a_day_in_iso_format_is_read_as_every_other_date(text):
    days = [record.date for record in read_record(title="خبر", date=text) if isinstance(record, Article)]
    assert days == [read_date(text, context="خبر")]


def test_nothing_that_is_printable_is_cleaned_away():
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    for pattern in (cleaning._REPLACED, cleaning._CONTROLS, cleaning._LONE_SURROGATES):
        assert pattern.search(printable) is None


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters())),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(), st.dictionaries(st.sampled_from(list(WHOLE)), JSON_VALUES).map(lambda v: json.dumps(v).encode())
    )
)
def test_no_line_ends_a_run_and_every_article_is_clean(content):
    for record in read(content):
        if isinstance(record, BadRecord):
            assert record.reason.isprintable()
            continue
        assert record.title or record.body
        assert "\n" not in record.title + record.id
        assert 0 < len(record.id) <= 512
        assert json.loads(json.dumps(record.body, ensure_ascii=False).encode()) == record.body
