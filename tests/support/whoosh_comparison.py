"""A comparison of the columnar index with stock Whoosh: the same collection, the same queries, the same answers.

Compared are hits, order, scores (to one in a million), totals, filters and sorting.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whoosh.sorting import FieldFacet

from tests.support import whoosh_oracle as oracle
from tests.support.whoosh_documents import write_index
from tests.support.whoosh_queries import BY_CLASS, Collection, Queries, schema

EXACT = 1e-6


def differences(documents: Collection, queries: Queries, a_class: int) -> list[str]:
    """Return a line for each query that is answered differently; ``a_class`` of each class are asked."""
    with tempfile.TemporaryDirectory() as folder:
        index = write_index(Path(folder), schema(), *documents)
        with index.searcher() as ours:
            stock = oracle.stock_index(schema(), documents.batches, documents.deleted).searcher()
            found = []
            for maker in BY_CLASS:
                for _ in range(a_class):
                    query, options = queries.of(maker, 3), random_options(queries)
                    difference = compared(ours, stock, query, options)
                    if difference:
                        found.append(f"{query!r:.300} {options}: {difference}")
            return found


def random_options(queries: Queries) -> dict[str, Any]:
    """Return what else to ask of a search: how many hits, which ones only, in which order."""
    chance = queries.chance
    options: dict[str, Any] = {"limit": chance.choice((1, 3, 10, None))}
    if chance.random() < 0.25:
        options["filter"] = queries.any(2)
    if chance.random() < 0.15:
        options["mask"] = queries.any(1)
    if chance.random() < 0.25:
        fields = chance.sample(("number", "day", "source"), chance.choice((1, 1, 2, 3)))
        options["sortedby"] = [FieldFacet(name, reverse=chance.random() < 0.4) for name in fields]
        options["reverse"] = chance.random() < 0.3
    return options


def compared(ours: Any, stock: Any, query: Any, options: Mapping[str, Any]) -> str | None:
    """Return in what two searchers differ about a query, ``None`` for nothing."""
    unlimited = {key: value for key, value in options.items() if key != "limit"}
    wanted = oracle.answer(stock, query, **unlimited)
    results = ours.search(query, **options)
    if type(results).__name__ != "ColumnarResults":
        return "not found by kernels"
    if len(results) != wanted.total or results.estimated_length() != wanted.total:
        return f"{len(results)} documents, expected {wanted.total}"
    if results.docs() != {document for _, document in wanted.hits}:
        return "other documents"
    expected = wanted.hits[: options["limit"]]
    if "sortedby" in options:
        got, right = ([document for _, document in each] for each in (results.top_n, expected))
        return None if got == right else f"order {got[:5]}, expected {right[:5]}"
    return scored_alike(results.top_n, expected, wanted.hits)


def scored_alike(
    got: list[tuple[Any, int]], expected: list[tuple[Any, int]], hits: list[tuple[Any, int]]
) -> str | None:
    """Compare best hits; documents whose scores differ by rounding only may have changed places."""
    if len(got) != len(expected) or len({document for _, document in got}) != len(got):
        return f"{len(got)} hits, expected {len(expected)}"
    own = {document: score for score, document in hits}
    for place, ((score, document), (best, _)) in enumerate(zip(got, expected, strict=True)):
        if abs(score - best) > EXACT * abs(best) or abs(score - own[document]) > EXACT * abs(score):
            return f"hit {place}: {document} scores {score}, expected {best} ({own[document]} for this document)"
    return None
