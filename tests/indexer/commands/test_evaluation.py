"""Evaluation on judged queries: the measures, the run file, and errors of the input."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from indexer import Article, Index, InputError, SearchRequest, SourceError, open_index
from indexer.commands.eval import evaluate_index


@pytest.fixture
def index() -> Index:
    opened = open_index("memory:")
    titles = {"a": "أسعار القمح", "b": "القمح القمح في الميناء", "c": "كأس السواحل ليس هنا"}
    opened.add(Article(id=id_, title=title) for id_, title in titles.items())
    return opened


def write(folder: Path, queries: str, qrels: str) -> tuple[Path, Path]:
    (folder / "q.tsv").write_text(queries, encoding="utf-8")
    (folder / "qrels.trec").write_text(qrels, encoding="utf-8")
    return folder / "q.tsv", folder / "qrels.trec"


def test_perfect_and_missed_queries_average(index: Index, tmp_path: Path) -> None:
    queries, qrels = write(tmp_path, "1\tكأس السواحل\n2\tغير موجودة\n", "1 0 c 1\n2 0 a 1\n")
    assert evaluate_index(index, queries, qrels) == {"nDCG@10": 0.5, "MRR@10": 0.5, "R@100": 0.5}


def test_the_second_place_counts_less(index: Index, tmp_path: Path) -> None:
    (_first, _), (second, _) = index.ranking(SearchRequest("القمح"))
    queries, qrels = write(tmp_path, "1\tالقمح\n", f"1 0 {second} 1\n")
    scores = evaluate_index(index, queries, qrels)
    assert scores == pytest.approx({"nDCG@10": 1 / math.log2(3), "MRR@10": 0.5, "R@100": 1.0})


def test_operators_are_read_as_words(index: Index, tmp_path: Path) -> None:
    queries, qrels = write(tmp_path, '1\tكأس ليس "السواحل\n', "1 0 c 1\n")
    assert evaluate_index(index, queries, qrels)["nDCG@10"] == 1.0


def test_the_run_file_has_six_columns(index: Index, tmp_path: Path) -> None:
    queries, qrels = write(tmp_path, "1\tالقمح\n", "1 0 a 1\n")
    evaluate_index(index, queries, qrels, run_out=tmp_path / "run.trec")
    rows = [line.split() for line in (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()]
    assert [(row[0], row[1], row[3], row[5]) for row in rows] == [
        ("1", "Q0", "1", "akhbar"),
        ("1", "Q0", "2", "akhbar"),
    ]
    assert float(rows[0][4]) >= float(rows[1][4]) > 0


@pytest.mark.parametrize(
    ("queries", "qrels", "said"),
    [
        pytest.param("no tab\n", "1 0 a 1\n", "q.tsv:1: expected a query's id", id="query without a tab"),
        pytest.param("1\tx\n", "1 0 a 1\n1 a\n", "qrels.trec:2: expected four columns", id="short judgement"),
        pytest.param("1\tx\n", "1 0 a good\n", "qrels.trec:1: expected four columns", id="grade in words"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(
    index: Index, tmp_path: Path, queries: str, qrels: str, said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        evaluate_index(index, *write(tmp_path, queries, qrels))


def test_a_missing_file_is_named(index: Index, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.tsv: No such file"):
        evaluate_index(index, tmp_path / "none.tsv", write(tmp_path, "", "1 0 a 1\n")[1])


@pytest.mark.parametrize("qrels", ["", "2 0 a 1\n"], ids=["empty", "of other queries"])
def test_judgements_of_nothing_that_is_asked_are_refused(index: Index, tmp_path: Path, qrels: str) -> None:
    with pytest.raises(SourceError, match="judges none of the queries"):
        evaluate_index(index, *write(tmp_path, "1\tالقمح\n", qrels))


def test_a_run_that_cannot_be_written_is_named(index: Index, tmp_path: Path) -> None:
    queries, qrels = write(tmp_path, "1\tالقمح\n", "1 0 a 1\n")
    with pytest.raises(InputError, match="cannot be written"):
        evaluate_index(index, queries, qrels, run_out=tmp_path / "no folder" / "run.trec")
