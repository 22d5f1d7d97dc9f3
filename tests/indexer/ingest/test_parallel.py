"""Parallel analysis: several processes give what one gives, in order, and end with it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from itertools import chain

import pytest

from analyzers import analyzer_for
from indexer import Article, WorkerLostError
from indexer.engines.sketches import SketchMaker
from indexer.ingest import parallel, records
from indexer.ingest.field_names import USUAL_NAMES, FieldNames
from indexer.ingest.parallel import analyze_articles
from indexer.ingest.readers import find_files, read_articles, read_files
from indexer.ingest.records import BadRecord, Line, Patience, PendingLine
from indexer.schema import Document, document

ANALYZER = analyzer_for("ar")


@pytest.fixture
def articles(monkeypatch):
    monkeypatch.setattr(parallel, "FIRST_HERE", 5)
    monkeypatch.setattr(parallel, "BATCH", 7)
    return [
        Article(
            id=str(number), title=f"خبر {number}", body="قال الوزير إن الانتخابات في لبنان\nستجرى غدا" * (number % 4)
        )
        for number in range(100)
    ]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_several_processes_give_what_one_gives(articles, jobs):
    made = list(analyze_articles(articles, ANALYZER, jobs=jobs))
    alone = [document(article, ANALYZER) for article in articles]
    assert [each._replace(sketch=b"") for each in made] == alone
    sketches = [SketchMaker().sketch(each.terms["stem"][each.body_start :]) for each in alone]
    assert [each.sketch for each in made] == sketches
    assert len(set(sketches)) == 2  # three bodies are too short for one
    assert {each.countries for each in made} == {(), ("LB",)}


LINES = [
    *(
        {"id": number, "title": f"خبر {number}", "body": "قال الوزير في لبنان", "date": "11/02/2024"}
        for number in range(40)
    ),
    {"id": "no date", "title": "خبر", "date": "soon"},
    {"articles": [{"id": "first", "title": "خبر"}, {"id": "second", "title": "", "headlines": "a b c d"}]},
    ["no object"],
    {"id": "map", "kop": "عنوان", "title": "another"},
    *({"id": f"late {number}", "title": "خبر", "url": "https://news.example/"} for number in range(40)),
]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_lines_give_what_reading_them_gives(articles, write_jsonl, jobs):
    names = FieldNames({"title": "kop"})
    file = write_jsonl(*LINES)
    file.write_bytes(file.read_bytes() + b"\xff{\n" + b" \n")
    read = list(read_articles([file], names=names))
    wrong = [each for each in read if isinstance(each, BadRecord)]
    assert len(wrong) == 40 + 1 + 1 + 1 + 1
    assert [each.title for each in read if isinstance(each, Article) and each.id == "map"] == ["عنوان"]
    made = list(
        analyze_articles(chain(read_files([file], names=names), articles[:9]), ANALYZER, jobs=jobs, names=names)
    )
    expected = [*read, *articles[:9]]
    assert [each.article if isinstance(each, Document) else each for each in made] == expected
    alone = [document(each, ANALYZER) for each in expected if isinstance(each, Article)]
    assert [each._replace(sketch=b"") for each in made if isinstance(each, Document)] == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_of_useless_lines_is_given_up(articles, tmp_path, monkeypatch, jobs):
    monkeypatch.setattr(records, "MAX_RECORDS_WITHOUT_ARTICLE", 30)
    (tmp_path / "a.jsonl").write_bytes(b'{"title": "a"}\n' + b"{}\n" * 5000 + b'{"title": "b"}\n')
    (tmp_path / "b.jsonl").write_bytes(b'{"title": "c"}\n')
    made = list(analyze_articles(read_files(find_files(tmp_path)), ANALYZER, jobs=jobs))
    assert [each.article.title for each in made if isinstance(each, Document)] == ["a", "c"]
    wrong = [each for each in made if isinstance(each, BadRecord)]
    assert len(wrong) == 31
    assert wrong[-1].ends_file
    assert wrong[-1].where.endswith("a.jsonl:31")


def test_few_long_articles_are_a_batch(articles, monkeypatch):
    monkeypatch.setattr(parallel, "_MAX_BATCH_SIZE", 100)
    read = [
        PendingLine(Line("a:1", b" " * 99), None, Patience()),
        *(Article(id="1", body="خبر" * 33) for _ in range(2)),
    ]
    assert [len(parallel._next_batch(remaining)) for remaining in [iter(read)] for _ in range(3)] == [2, 1, 0]


def test_few_articles_start_no_process(articles, monkeypatch):
    monkeypatch.setattr(parallel, "_Worker", None)
    assert len(list(analyze_articles(articles[:5], ANALYZER, jobs=4))) == 5


@pytest.mark.skipif(not hasattr(fcntl, "F_GETPIPE_SZ"), reason="pipes have one size there")
def test_a_pipe_to_a_process_takes_a_whole_batch():
    with parallel._Worker(USUAL_NAMES, lambda _: None) as worker:
        pipes = worker._process.stdin, worker._process.stdout
        assert [fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) for pipe in pipes] == [1 << 20] * 2


def test_an_error_while_reading_ends_the_processes(articles):
    def failing():
        yield from articles[:60]
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(analyze_articles(failing(), ANALYZER, jobs=2))


def test_a_process_that_is_killed_is_named(articles, monkeypatch):
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    documents = analyze_articles(articles, ANALYZER, jobs=1 + 1)
    for _ in range(6):
        next(documents)
    for process in started:
        os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(WorkerLostError, match=r"ended \(SIGKILL\).*--jobs 1"):
        list(documents)


def test_whoever_stops_early_leaves_no_process_behind(articles):
    documents = analyze_articles(articles, ANALYZER, jobs=2)
    for _ in range(10):
        next(documents)
    documents.close()
    left = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True).stdout
    assert "indexer.ingest.analysis" not in left


def test_a_program_needs_no_guard_against_being_imported_again(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "from indexer import Article\nfrom indexer.ingest import parallel\n"
        "from analyzers import analyzer_for\n"
        "parallel.FIRST_HERE = 1\n"
        "many = [Article(id=str(n), title='خبر') for n in range(300)]\n"
        "print(sum(1 for _ in parallel.analyze_articles(many, analyzer_for('ar'), jobs=2)))\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run([sys.executable, program], capture_output=True, text=True, env=environment)
    assert (ran.stdout, ran.stderr) == ("300\n", "")
