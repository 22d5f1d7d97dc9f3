"""Tuning of the ranking: nDCG@10 of each variant on the dev collections, cross-validated, with paired randomisation.

    python benchmarks/retrieval/tune.py DATA [--queries 500] [part ...]

``DATA`` is laid out as for ``run.py``. The parts are those of VARIANTS in ``variants.py``; a variant changes some
numbers of the part's base. Nothing is indexed: articles are analysed by the product's analyzer, and scored in numpy.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from prototype import Array, Collection, Model, read_articles
from scoring import Query, Ranker, read_query
from variants import PARTS

from analyzers import analyzer_for

CORPORA = {
    "arcd": ("ir/arcd/corpus.jsonl", True),
    "xquad_ar": ("ir/xquad_ar/corpus.jsonl", True),
    "ki_ant": ("corpora/ant.jsonl.gz", False),
    "ki_saudinewsnet": ("corpora/saudinewsnet.jsonl.gz", False),
    "adhoc_saudi": ("corpora/saudinewsnet.jsonl.gz", True),
    "three_ant": ("corpora/ant.jsonl.gz", False),
}
"""The collections: the file of their articles, and whether these keep their titles."""

THREE_WORDS_OF = {"three_ant": "ki_ant"}
FOLDS = 5
ROUNDS = 10_000


class Judged:
    """A collection with its queries and judgements; articles that nobody judged count as wrong."""

    def __init__(self, data: Path, name: str, limit: int, ranker: Ranker) -> None:
        self.name = name
        self.ranker = ranker
        folder = data / "ir" / THREE_WORDS_OF.get(name, name)
        self.grades: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels.trec").read_text("utf-8").splitlines():
            query, _, article, grade = line.split()
            self.grades.setdefault(query, {})[article] = int(grade)
        lines = (folder / "queries.tsv").read_text("utf-8").splitlines()
        rows = [line.split("\t", 1) for line in lines]
        chosen = random.Random(1).sample(rows, min(limit, len(rows)))  # noqa: S311, a sample that repeats
        self.ids = [query for query, _ in chosen]
        texts = [_three_words(text) if name in THREE_WORDS_OF else text for _, text in chosen]
        self.queries: list[Query] = [read_query(text, ranker.collection) for text in texts]

    def measure(self, model: Model) -> tuple[Array, float]:
        """Return nDCG@10 of each query, and the share of the first ten that was judged."""
        values, judged, shown = [], 0, 0
        for query, hits in zip(self.ids, self.ranker.rank(self.queries, model), strict=True):
            grades = self.grades.get(query, {})
            values.append(ndcg([grades.get(id_, 0) for id_ in hits], sorted(grades.values(), reverse=True)))
            judged += sum(id_ in grades for id_ in hits)
            shown += len(hits)
        return np.array(values), judged / max(shown, 1)


def ndcg(found: Sequence[int], best: Sequence[int]) -> float:
    """Return the gain of the first ten grades, discounted by rank, relative to the best order."""

    def gain(grades: Sequence[int]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(grades[:10]))

    return gain(found) / gain(best) if any(best) else 0.0


def _three_words(text: str) -> str:
    """Return three content words of a headline, drawn by its letters, in their order."""
    analyzer = analyzer_for("ar")
    words = [token.text for token in analyzer.words(text) if not analyzer.is_stop_word(token.text)]
    chosen = sorted(random.Random(text).sample(range(len(words)), min(3, len(words))))  # noqa: S311, likewise
    return " ".join(words[at] for at in chosen)


def p_value(before: Array, after: Array) -> float:
    """Return how often chance alone gives as large a difference: Fisher's paired randomisation, two-sided."""
    difference = after - before
    generator = np.random.default_rng(1)
    observed = abs(difference.mean())
    signs = generator.choice((-1.0, 1.0), (ROUNDS, len(difference)))
    return (np.count_nonzero(np.abs((signs * difference).mean(1)) >= observed - 1e-12) + 1) / (ROUNDS + 1)


def cross_validate(results: Mapping[str, Mapping[str, Array]]) -> tuple[float, dict[str, int]]:
    """Return the mean over collections of held-out nDCG@10, and how often each variant was the best of the rest.

    ``results`` has, by variant and collection, the value of each query.
    """
    names = list(results)
    collections = list(results[names[0]])
    held_out: list[float] = []
    chosen: dict[str, int] = {}
    for fold in range(FOLDS):
        means = {name: np.mean([_without(results[name][c], fold).mean() for c in collections]) for name in names}
        best = max(names, key=lambda name: means[name])
        chosen[best] = chosen.get(best, 0) + 1
        held_out.append(float(np.mean([results[best][c][fold::FOLDS].mean() for c in collections])))
    return float(np.mean(held_out)), chosen


def _without(values: Array, fold: int) -> Array:
    return values[np.arange(len(values)) % FOLDS != fold]


def print_part(
    title: str, base: Model, variants: Sequence[tuple[str, dict[str, object]]], judged: list[Judged]
) -> None:
    """Print a line of nDCG@10 for the base and each variant, and what cross-validation chose."""
    print(f"\n{title}\n{'':<28}" + "".join(f"{each.name[:11]:>12}" for each in judged) + f"{'mean':>8}{'p':>7} judged")
    results: dict[str, dict[str, Array]] = {}
    pooled: list[Array] = []
    for name, changes in [("base", {}), *variants]:
        measured = {each.name: each.measure(base._replace(**changes)) for each in judged}
        results[name] = {of: values for of, (values, _) in measured.items()}
        pooled.append(np.concatenate(list(results[name].values())))
        means = [values.mean() for values in results[name].values()]
        p = p_value(pooled[0], pooled[-1]) if len(pooled) > 1 else 1.0
        shown = measured["adhoc_saudi"][1] if "adhoc_saudi" in measured else 0.0
        print(
            f"{name:<28}" + "".join(f"{m:>12.4f}" for m in means) + f"{np.mean(means):>8.4f}{p:>7.3f}{shown:>7.3f}",
            flush=True,
        )
    value, chosen = cross_validate(results)
    print(f"held out {value:.4f}; chosen: {', '.join(f'{name} ({n} of {FOLDS})' for name, n in chosen.items())}")


def main() -> None:
    """Print the parts that were asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--queries", type=int, default=500, help="at most so many of a collection")
    parser.add_argument("--only", nargs="*", default=list(CORPORA), help="collections")
    asked = parser.parse_args()

    @cache
    def ranker(path: str, titles: bool) -> Ranker:
        return Ranker(Collection(read_articles(asked.data / path, titles=titles)))

    judged = [Judged(asked.data, name, asked.queries, ranker(*CORPORA[name])) for name in asked.only]
    for name in asked.parts or PARTS:
        print_part(name, *PARTS[name], judged)


if __name__ == "__main__":
    main()
