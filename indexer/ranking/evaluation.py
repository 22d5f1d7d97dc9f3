"""Evaluation of a ranking on judged queries: nDCG@10, MRR@10 and R@100.

Queries are ``id<TAB>text`` lines, judgements and runs are in the formats of TREC; the measures come from ir-measures,
which is an extra: ``pip install akhbar[eval]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from indexer.errors import InputError, MissingExtraError, SourceError

DEPTH: Final = 100
"""How many hits of each query are scored: as many as R@100 looks at."""
RUN_NAME: Final = "akhbar"

Rank = Callable[[str], Sequence[tuple[str, float]]]
"""Takes the text of a query, returns the ids and scores of its first DEPTH hits, best first."""


class _RunLine(NamedTuple):
    query: str
    article: str
    rank: int
    score: float


def evaluate_ranking(rank: Rank, queries: Path, qrels: Path, *, run_out: Path | None = None) -> dict[str, float]:
    """Return nDCG@10, MRR@10 (RR@10) and R@100, means over the judged queries.

    A judged query that finds nothing scores 0. The run is written to ``run_out``, six columns a line.
    Raises SourceError for a file that cannot be read or that judges none of the queries, InputError for a run that
    cannot be written, MissingExtraError without ir-measures.
    """
    library = _measures_library()
    judgements = list(_read_judgements(qrels))
    asked = list(_read_queries(queries))
    if not {query for query, _ in asked} & {query for query, _, _ in judgements}:
        raise SourceError(f"{qrels}: judges none of the queries in {queries}; expected the same ids in both")
    run = [
        _RunLine(query, article, place, score)
        for query, text in asked
        for place, (article, score) in enumerate(rank(text), 1)
    ]
    if run_out:
        _write_run(run, run_out)
    measures = {"nDCG@10": library.nDCG @ 10, "MRR@10": library.RR @ 10, "R@100": library.R @ 100}
    scores = library.calc_aggregate(
        list(measures.values()),
        [library.Qrel(*judgement) for judgement in judgements],
        # Scored by rank: the library would put equal scores into another order than the search did.
        [library.ScoredDoc(line.query, line.article, float(DEPTH - line.rank)) for line in run],
    )
    return {name: float(scores[measure]) for name, measure in measures.items()}


def _measures_library() -> Any:
    try:
        import ir_measures
    except ImportError as error:
        raise MissingExtraError("akhbar eval needs ir-measures; run: pip install 'akhbar[eval]'") from error
    return ir_measures


def _write_run(run: Sequence[_RunLine], path: Path) -> None:
    rows = (f"{line.query} Q0 {line.article} {line.rank} {line.score:.6f} {RUN_NAME}\n" for line in run)
    try:
        path.write_text("".join(rows), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name another --run-out") from error


def _read_queries(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in _read_lines(path):
        query, tab, text = line.partition("\t")
        if not tab or not query:
            raise SourceError(f"{path}:{number}: expected a query's id, a tab and its text")
        yield query, text


def _read_judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in _read_lines(path):
        columns = line.split()
        if len(columns) != 4 or not columns[3].lstrip("-").isdecimal():
            raise SourceError(f"{path}:{number}: expected four columns: query, 0, article, grade")
        yield columns[0], columns[2], int(columns[3])


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that are not blank, with their numbers."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8") from error
