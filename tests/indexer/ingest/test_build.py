"""Rebuild and update from Python: articles of a program, sources that end too early, reports."""

from __future__ import annotations

import gzip
import io
import json
import sys
from dataclasses import replace

import pytest

from indexer import Article, InputError, SourceError, create, open_index, rebuild, update
from indexer.ingest import build
from indexer.ingest.build import preview

ARTICLES = [Article(id=str(number), title=f"خبر رقم {number}", body="نص الخبر") for number in range(5)]
CUT = gzip.compress(b"".join(json.dumps({"id": n, "title": "خبر"}).encode() + b"\n" for n in range(5000)), 1)[:-60]


def ids(index) -> set[str]:
    with open_index(index) as opened:
        return {article.id for article in opened.latest(100)}


def test_articles_of_a_program_are_rebuilt_and_added(tmp_path):
    assert rebuild(articles=iter(ARTICLES), index=tmp_path / "index").written == 5
    assert update(articles=Article(id="new", title="خبر"), index=tmp_path / "index").written == 1
    assert ids(tmp_path / "index") == {"0", "1", "2", "3", "4", "new"}


def test_articles_of_a_program_follow_those_of_sources(tmp_path, write_jsonl):
    report = rebuild([write_jsonl({"id": "4", "title": "قديم"})], tmp_path / "index", articles=ARTICLES)
    assert (report.read, report.written) == (6, 5)
    with open_index(tmp_path / "index") as index:
        assert index.article("4") == ARTICLES[4]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param({"articles": [{"title": "خبر"}]}, "articles: dict .*: expected an Article", id="no article"),
        pytest.param({"articles": 7}, "articles: int 7: expected articles", id="a number"),
        pytest.param({"articles": []}, "articles: no article could be read", id="none"),
        pytest.param({}, "no source given", id="nothing"),
        pytest.param({"articles": ARTICLES, "mapping": {"headline": "title"}}, "map: expected one of .*'headline'", id="map"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_named(tmp_path, options, said):
    with pytest.raises(InputError, match=said):
        rebuild(index=tmp_path / "index", **options)


def test_an_index_is_created_empty_and_is_there_from_the_first_article_on(tmp_path):
    with create(tmp_path / "index") as index:
        assert index.add([]) == 0
        assert index.add(ARTICLES[0]) == 1
        assert index.add(ARTICLES[1:]) == 4
        assert index.search("خبر").total == 5
    assert len(ids(tmp_path / "index")) == 5


def test_an_index_that_exists_is_not_created_again(tmp_path):
    create(tmp_path / "index", ARTICLES).close()
    with pytest.raises(InputError, match="there is an index already"):
        create(tmp_path / "index")
    assert len(ids(tmp_path / "index")) == 5


def test_a_source_that_ends_too_early_fails_a_rebuild_unless_told_to_keep_going(tmp_path):
    rebuild(articles=ARTICLES, index=tmp_path / "index")
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(CUT)
    with pytest.raises(SourceError, match=r"cut\.jsonl\.gz:[0-9]+: .*the index was left as it was; --keep-going"):
        rebuild(cut, tmp_path / "index")
    assert ids(tmp_path / "index") == {article.id for article in ARTICLES}
    report = rebuild(cut, tmp_path / "index", keep_going=True)
    assert (report.cut_short, report.skipped) == (1, 0)
    assert report.written > 100
    assert update(cut, tmp_path / "index").cut_short == 1


def test_standard_input_is_a_source(tmp_path, monkeypatch):
    for content in (b'{"id": "1", "title": "a"}\n[]\n', gzip.compress(b'[{"id": "1", "title": "a"}, 7]')):
        stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))
        monkeypatch.setattr(sys, "stdin", stream)
        bad = []
        assert rebuild("-", tmp_path / "index", on_bad=bad.append).written == 1
        assert bad[0].where in ("standard input:2", "standard input#2")
        assert ids(tmp_path / "index") == {"1"}


def test_a_preview_reads_and_writes_nothing(write_jsonl):
    report, articles = preview([write_jsonl({"id": "1", "kop": "خبر"}, {"id": "2"})], mapping={"title": "kop"})
    assert [article.title for article in articles] == ["خبر"]
    assert (report.read, report.skipped) == (1, 1)


def test_files_that_are_passed_over_are_counted_by_ending(tmp_path, write_jsonl):
    write_jsonl({"id": "1", "title": "خبر"})
    (tmp_path / "a.pdf").touch()
    (tmp_path / "b.PDF").touch()
    report, articles = preview(tmp_path)
    assert len(list(articles)) == 1
    assert report.passed_over == {".pdf": 2}


def test_an_update_leaves_out_what_the_index_has_already(tmp_path):
    rebuild(articles=ARTICLES, index=tmp_path / "index")
    changed = replace(ARTICLES[0], title="خبر آخر")
    report = update(articles=[changed, *ARTICLES[1:], Article(id="new", title="خبر")], index=tmp_path / "index")
    assert (report.read, report.written, report.unchanged) == (len(ARTICLES) + 1, 2, len(ARTICLES) - 1)
    report = update(articles=[changed], index=tmp_path / "index")
    assert (report.written, report.unchanged) == (0, 1)


def test_of_several_articles_with_one_id_an_update_keeps_the_last_although_the_index_has_it(tmp_path):
    rebuild(articles=ARTICLES, index=tmp_path / "index")
    old = replace(ARTICLES[0], title="خبر قديم")
    assert update(articles=[old, ARTICLES[0]], index=tmp_path / "index").written == 1
    with open_index(tmp_path / "index") as index:
        assert index.article(ARTICLES[0].id) == ARTICLES[0]


def test_an_update_that_fails_keeps_the_parts_before(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "PART_OF_UPDATE", 2)
    rebuild(articles=ARTICLES[:1], index=tmp_path / "index")

    def failing():
        yield from ARTICLES[:4]
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        update(articles=failing(), index=tmp_path / "index")
    assert ids(tmp_path / "index") == {article.id for article in ARTICLES[:3]}
    report = update(articles=ARTICLES, index=tmp_path / "index")
    assert (report.unchanged, report.written) == (3, len(ARTICLES) - 3)
