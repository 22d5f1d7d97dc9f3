"""How good the ranking is on judged queries.

Queries are ``id<TAB>text`` lines, judgements and runs are in the formats of TREC; the measures
come from ir-measures, which is an extra: ``pip install akhbar[eval]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.errors import InputError, MissingExtraError, SourceError
from indexer.index import Index
from indexer.request import SearchRequest

DEPTH = 100
RUN_NAME = "akhbar"


def evaluate(index: Index, queries: Path, qrels: Path, *, run_out: Path | None = None) -> dict[str, float]:
    """Return nDCG@10, MRR@10 (RR@10) and R@100, means over the judged queries.

    A judged query that finds nothing scores 0. ``run_out`` gets the run, six columns a line.
    Raises SourceError for a file that cannot be read or judges nothing that is asked, InputError for a run that
    cannot be written, MissingExtraError without ir-measures.
    """
    measures = _measures()
    judged = list(_judgements(qrels))
    asked = list(_queries(queries))
    if not {query_id for query_id, _ in asked} & {query_id for query_id, _, _ in judged}:
        raise SourceError(f"{qrels}: judges none of the queries in {queries}; expected the same ids in both")
    run = [line for query_id, text in asked for line in _run(index, query_id, text)]
    if run_out:
        rows = (f"{query} Q0 {article} {rank} {score:.6f} {RUN_NAME}\n" for query, article, rank, score in run)
        try:
            run_out.write_text("".join(rows), encoding="utf-8")
        except OSError as problem:
            raise InputError(f"{run_out}: cannot be written ({problem.strerror}); name another --run-out") from problem
    library = measures["library"]
    scored = library.calc_aggregate(
        [each for name, each in measures.items() if name != "library"],
        [library.Qrel(query, article, grade) for query, article, grade in judged],
        # Scores by rank: equal scores keep the order in which they were found.
        [library.ScoredDoc(query, article, float(DEPTH - rank)) for query, article, rank, _ in run],
    )
    return {name: float(scored[each]) for name, each in measures.items() if name != "library"}


def _measures() -> dict[str, Any]:
    try:
        import ir_measures
    except ImportError as problem:
        raise MissingExtraError("akhbar eval needs ir-measures; run: pip install 'akhbar[eval]'") from problem
    return {
        "library": ir_measures,
        "nDCG@10": ir_measures.nDCG @ 10,
        "MRR@10": ir_measures.RR @ 10,
        "R@100": ir_measures.R @ 100,
    }


def _run(index: Index, query_id: str, text: str) -> Iterator[tuple[str, str, int, float]]:
    ranking = index.ranking(SearchRequest(text, syntax="words", limit=DEPTH))
    for rank, (article_id, score) in enumerate(ranking, 1):
        yield query_id, article_id, rank, score


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in _lines(path):
        query_id, tab, text = line.partition("\t")
        if not tab or not query_id:
            raise SourceError(f"{path}:{number}: expected a query's id, a tab and its text")
        yield query_id, text


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in _lines(path):
        columns = line.split()
        if len(columns) != 4 or not columns[3].lstrip("-").isdecimal():
            raise SourceError(f"{path}:{number}: expected four columns: query, 0, article, grade")
        yield columns[0], columns[2], int(columns[3])


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as problem:
        raise SourceError(f"{path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise SourceError(f"{path}: not UTF-8") from problem
