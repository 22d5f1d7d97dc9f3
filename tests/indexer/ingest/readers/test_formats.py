"""One article in a file of every kind: read alike, by content as well as by ending, packed or not."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.ingest.field_names import FieldNames
from indexer.ingest.readers import BadRecord, PassedOver, find_files, read_articles
from indexer.ingest.readers.formats import ENDINGS
from tests.indexer.ingest.readers.page_layouts import STORIES, wordpress

HAS_READERS = importlib.util.find_spec("trafilatura") is not None
STORY = STORIES[0]
FIELDS = {
    "title": STORY.title,
    "body": STORY.body,
    "date": STORY.iso,
    "source": "ضفة النهر",
    "url": "https://river.example/17",
}


def jsonl() -> bytes:
    return json.dumps(FIELDS).encode() + b"\n"


def table(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, delimiter=delimiter)
    rows.writerows([[name.upper() for name in FIELDS], FIELDS.values()])
    return text.getvalue().encode(encoding)


def rss() -> bytes:
    item = f"""<item><title>{STORY.title}</title><link>https://river.example/17</link><pubDate>Wed, 06 Mar 2024 10:00:00 +0200</pubDate>
    <description>ملخص قصير</description><content:encoded><![CDATA[<p>{"</p><p>".join(STORY.paragraphs)}</p>]]></content:encoded></item>"""
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>ضفة النهر</title>{item}</channel></rss>'.encode()


def atom() -> bytes:
    return f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>ضفة النهر</title><entry><title>{STORY.title}</title><link href="https://river.example/17"/>
    <published>2024-03-06T10:00:00Z</published><summary type="html">&lt;p&gt;{"&lt;/p&gt;&lt;p&gt;".join(STORY.paragraphs)}&lt;/p&gt;</summary></entry></feed>""".encode()


def page() -> bytes:
    return wordpress(STORY).encode()


def warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://river.example/17\r\nWARC-Date: 2024-03-07T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    return head.encode() + http + b"\r\n\r\n"


def text() -> bytes:
    return f"{STORY.title}\n{STORY.title}\n\n{STORY.printed}\n\n{STORY.body}\n\nالمصدر: ضفة النهر\n".encode()


def zipped(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"folder/{name}", content)
        archive.writestr("folder/notes.pdf", b"%PDF-1.7")
    return packed.getvalue()


def tarred(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("passwords.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


LIGHT: dict[str, Callable[[], bytes]] = {
    "news.jsonl": jsonl,
    "news.ndjson": jsonl,
    "news.jsonl.gz": lambda: gzip.compress(jsonl()),
    "array.json": lambda: json.dumps([FIELDS], indent=1).encode(),
    "one.json": lambda: json.dumps(FIELDS, indent=1).encode(),
    "answer.json": lambda: json.dumps({"status": "ok", "hits": {"total": 1, "hits": [FIELDS]}}).encode(),
    "lines.json": jsonl,
    "news.csv": table,
    "semicolons.csv": lambda: table(";"),
    "excel.csv": lambda: table(";", "utf-8-sig"),
    "windows.csv": lambda: table(",", "cp1256"),
    "wide.csv": lambda: table("\t", "utf-16"),
    "news.tsv": lambda: table("\t"),
    "story.txt": text,
    "windows.txt": lambda: text().decode().encode("cp1256"),
    "wide.txt": lambda: text().decode().encode("utf-16-le"),
    "table.txt": table,
    "lines.txt": jsonl,
    "windows.jsonl": lambda: json.dumps(FIELDS, ensure_ascii=False).encode("cp1256"),
    "wide.jsonl": lambda: json.dumps(FIELDS, ensure_ascii=False).encode("utf-16"),
    "news.zip": lambda: zipped("a.jsonl", jsonl()),
    "twice.zip": lambda: zipped("inner.zip", zipped("a.csv", table())),
    "news.tar.gz": lambda: tarred("a/b.json", jsonl()),
    "news.tgz": lambda: tarred("a.txt", text()),
}
HEAVY: dict[str, Callable[[], bytes]] = {
    "page.html": page,
    "page.htm.gz": lambda: gzip.compress(page()),
    "page.txt": page,
    "page.php": page,
    "feed.rss": rss,
    "feed.xml": atom,
    "feed.txt": rss,
    "wide.xml": lambda: atom().decode().encode("utf-16"),
    "pages.warc": warc,
    "pages.warc.gz": lambda: (
        gzip.compress(warc()) + gzip.compress(warc().replace(b"WARC-Type: response", b"WARC-Type: metadata"))
    ),
    "pages.zip": lambda: zipped("a.html", page()),
}
KINDS = LIGHT | (HEAVY if HAS_READERS else {})


@pytest.mark.parametrize("name", KINDS)
def test_the_same_article_is_read_from_a_file_of_every_kind(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(KINDS[name]())
    articles = [read for read in read_articles(find_files(tmp_path)) if not isinstance(read, PassedOver)]
    (article,) = articles
    assert isinstance(article, Article), article
    assert (article.title, article.body) == (STORY.title, STORY.body)
    assert (str(article.date), article.source, article.lang) == (STORY.iso, "ضفة النهر", "ar")


def test_every_ending_has_a_row_of_this_table():
    named = {ending for ending in ENDINGS if any(ending in name for name in LIGHT | HEAVY)}
    assert set(ENDINGS) - named <= {".xhtml", ".atom", ".rdf", ".arc"}  # other names of the same


def test_a_folder_of_all_kinds_is_read_in_one_run_and_the_rest_is_passed_over(tmp_path: Path):
    for name, content in KINDS.items():
        (tmp_path / name).write_bytes(content())
    read = list(read_articles(find_files(tmp_path), jobs=2))
    assert sum(isinstance(each, Article) for each in read) == len(KINDS)
    passed_over = [each.name for each in read if isinstance(each, PassedOver)]
    assert [name.rpartition("/")[2] for name in passed_over] == ["notes.pdf"] * len(passed_over)


@pytest.mark.skipif(not HAS_READERS, reason="needs the extra `readers`")
def test_records_come_in_the_order_of_files_although_several_processes_parse(tmp_path: Path):
    for number in range(30):
        if number % 3:
            (tmp_path / f"{number:02}.html").write_text(
                wordpress(STORY).replace(STORY.title, f"عنوان الخبر رقم {number}"), "utf-8"
            )
        else:
            (tmp_path / f"{number:02}.txt").write_text(f"عنوان الخبر رقم {number}\n\n{STORY.body}", "utf-8")
    titles = [read.title for read in read_articles(find_files(tmp_path), jobs=2) if isinstance(read, Article)]
    assert titles == [f"عنوان الخبر رقم {number}" for number in range(30)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.jsonl.gz", gzip.compress(jsonl() * 9, 0)[:-20], "ended before the end", id="gzip"),
        pytest.param("a.zip", zipped("a.jsonl", jsonl() * 999)[:-30], "not a zip file", id="zip"),
        pytest.param("a.tar", gzip.decompress(tarred("a.jsonl", jsonl() * 99))[:9000], "unexpected end", id="tar"),
        pytest.param("a.json", json.dumps([FIELDS] * 9).encode()[:-20], "not JSON", id="array in a value"),
        pytest.param("a.json", json.dumps([FIELDS] * 9).encode()[:-1], "has no end", id="array between values"),
        *(
            [
                pytest.param("a.xml", rss()[:-40], "has no end", id="feed"),
                pytest.param("a.warc", warc()[:-300], "middle", id="warc"),
            ]
            if HAS_READERS
            else []
        ),
    ],
)
def test_a_file_that_ends_too_early_is_told_as_such(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    *_, last = (read for read in read_articles([tmp_path / name]) if isinstance(read, BadRecord))
    assert last.ends_file
    assert said in last.reason


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"maintext": STORY.body, "title": STORY.title, "date_publish": "2024-03-06 10:00:00", "source_domain": "ضفة النهر"}, id="news-please"),
        pytest.param({"title": STORY.title, "text": STORY.body, "published": STORY.iso, "site": "ضفة النهر"}, id="title and text"),
        pytest.param({"Headline": STORY.title, "Article": STORY.body, "pubDate": STORY.iso, "Publisher": "ضفة النهر"}, id="capitals"),
        pytest.param({"head_line": STORY.title, "content": STORY.body, "publishedAt": STORY.iso, "source": {"id": 7, "name": "ضفة النهر"}}, id="source in an object"),
        pytest.param({"title": {"rendered": STORY.title}, "content": {"rendered": f"<p>{'</p><p>'.join(STORY.paragraphs)}</p>"}, "date": STORY.iso, "outlet": "ضفة النهر"}, id="WordPress REST"),
        pytest.param({"العنوان": STORY.title, "النص": STORY.body, "التاريخ": STORY.iso, "المصدر": "ضفة النهر"}, id="Arabic names"),
        pytest.param({"headline": STORY.title, "paragraphs": list(STORY.paragraphs), "created": STORY.iso, "site_name": "ضفة النهر"}, id="list of paragraphs"),
        pytest.param({"title": STORY.title, "summary": STORY.paragraphs[0], "description": STORY.body, "created_at": STORY.iso, "source": "ضفة النهر"}, id="the longest text"),
    ],
)  # fmt: skip
def test_usual_names_of_fields_are_understood(tmp_path: Path, record: dict[str, object]):
    (tmp_path / "a.jsonl").write_text(json.dumps(record), "utf-8")
    (article,) = read_articles([tmp_path / "a.jsonl"])
    assert isinstance(article, Article), article
    assert (article.title, article.body, str(article.date), article.source) == (
        STORY.title,
        STORY.body,
        STORY.iso,
        "ضفة النهر",
    )


def test_other_names_are_mapped_and_count_before_the_usual_ones(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"kop": "خبر", "title": "قديم", "Alinea": STORY.body}), "utf-8")
    (article,) = read_articles([tmp_path / "a.jsonl"], names=FieldNames({"title": "KOP", "body": "alinea"}))
    assert isinstance(article, Article)
    assert (article.title, article.body) == ("خبر", STORY.body)


@pytest.mark.parametrize("title", ["title", "headline", "HEAD_LINE", "x" * 3000])
def test_records_with_names_that_came_before_are_read_alike(title: str):
    names = FieldNames()
    for value in ("one", None, "other"):
        found = names.values({"text": "last", title: value, "body": value})
        known = [] if value is None or len(title) > 60 else [value]
        assert [each for *_, each in found.get("title", [])] == known
        assert [each for *_, each in found["body"]] == ([value] if value else []) + ["last"]


def test_a_record_whose_text_stands_in_no_known_field_is_named(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"title": "خبر", "alinea": STORY.body, "photo": "https://a.example/i"}), "utf-8"
    )
    lost, article = read_articles([tmp_path / "a.jsonl"])
    assert isinstance(lost, BadRecord)
    assert "body: empty, while there is text in 'alinea'; name the field with --map" in lost.reason
    assert (lost.lost_text, lost.skipped) == (True, False)
    assert isinstance(article, Article)
