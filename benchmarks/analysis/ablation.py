"""Ablation of the Arabic chain: conflation and speed without one stage after the other, one line a variant.

python benchmarks/analysis/ablation.py GOLD.tsv [GOLD.tsv ...] [--judged FOLDER ...]

GOLD has one row a word: surface, lemma, …, count (the last column), tab-separated. Two words should share their stem
exactly when they share a lemma; P, R and F1 are over pairs of words, wF1 weights a pair by both words' counts.
A judged FOLDER holds corpus.jsonl, queries.tsv and qrels.trec; it adds nDCG@10 with each variant's stems.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from analyzers import Analyzer
from analyzers.arabic import arramooz, lists, model
from analyzers.arabic.lexicon import Entry, Lexicon, text_of
from analyzers.arabic.model import Model
from analyzers.arabic.normalizer import fold, spell
from analyzers.arabic.segmenter import Segmenter
from indexer import Index, rebuild
from indexer.commands.eval import evaluate_index
from indexer.engines import open_engine

Stem = Callable[[str], str]


class Gold(NamedTuple):
    """Words with their lemmas and counts, and the pairs that share a lemma."""

    lemmas: dict[str, set[str]]
    counts: Counter[str]
    pairs: set[tuple[str, str]]


def gold(path: Path) -> Gold:
    """Return the gold pairs of a file."""
    lemmas: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for line in path.read_text("utf-8").splitlines():
        surface, lemma, *_, count = line.split("\t")
        lemmas[surface].add(lemma)
        counts[surface] += int(count)
    return Gold(lemmas, counts, pairs((word, lemma) for word, of_word in lemmas.items() for lemma in of_word))


def pairs(classes: Iterator[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return every pair of words, in order, that are in one class."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for word, name in classes:
        members[name].add(word)
    return {pair for words in members.values() for pair in itertools.combinations(sorted(words), 2)}


def f1(found: float, correct: float, expected: float) -> tuple[float, float, float]:
    """Return precision, recall and their harmonic mean."""
    precision, recall = correct / found if found else 1.0, correct / expected
    return precision, recall, 2 * precision * recall / (precision + recall or 1.0)


def scores(stem: Stem, reference: Gold) -> tuple[float, float, float, float]:
    """Return P, R, F1 and the weighted F1 of a stemmer."""
    found = pairs((word, stem(spell(word))) for word in reference.lemmas if spell(word))
    correct = found & reference.pairs

    def weight(some: set[tuple[str, str]]) -> float:
        return sum(reference.counts[one] * reference.counts[other] for one, other in some)

    weighted = f1(weight(found), weight(correct), weight(reference.pairs))[2]
    return (*f1(len(found), len(correct), len(reference.pairs)), weighted)


def variants() -> Iterator[tuple[str, Stem]]:
    """Yield the chain, then the chain without one stage after the other."""
    source, learned, own = arramooz.installed_lexicon(), model.shipped_model(), list(lists.entries())
    package = source.text if source else ""

    def chain(entries: list[tuple[str, Entry]], text: str, trained: Model = learned) -> Stem:
        segmenter = Segmenter(trained, Lexicon(text_of(entries), text))
        return lambda word: segmenter.split(word).term

    def without(slots: str) -> list[tuple[str, Entry]]:
        return [(stem, entry) for stem, entry in own if not set(entry.slots) & set(slots)]

    whole = chain(own, package)
    yield "normalization only", fold
    yield "the whole chain", whole
    yield "without the lexicon package", chain(own, "")
    yield "without the project's lists", chain([], package)
    yield "without both: the model alone", chain([], "")
    yield "without listed names, stop words", chain(without("Wx"), package)
    yield "without listed plurals, irregulars", chain(without("BT"), package)
    yield "without listed verbs", chain(without("abcdefghi"), package)
    yield "without the model's stems", chain(own, package, learned._replace(stems={}))
    yield "verbs and nouns in one term", lambda word: whole(word).removesuffix("~")


class Variant(Analyzer):
    """The analyzer with another stemmer of Arabic words."""

    def __init__(self, stem: Stem) -> None:
        super().__init__(lexicon=lambda: None)
        self._arabic = self._arabic._replace(stem=stem)


def ndcg(stem: Stem, judged: Path) -> float:
    """Return nDCG@10 of an index whose Arabic stems ``stem`` makes."""
    analyzer = Variant(stem)
    with tempfile.TemporaryDirectory() as folder, Index(open_engine(folder, analyzer), analyzer) as index:
        rebuild([judged / "corpus.jsonl"], index)
        return evaluate_index(index, judged / "queries.tsv", judged / "qrels.trec")["nDCG@10"]


def main() -> None:
    """Print one line a variant and file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--judged", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    for judged in given.judged:
        print(f"{judged.name:36}{'nDCG@10':>8}")
        for name, stem in variants():
            print(f"{name:36}{ndcg(stem, judged):8.4f}", flush=True)
    for path in given.gold:
        reference = gold(path)
        print(f"{path.name:36}{'P':>7}{'R':>7}{'F1':>7}{'wF1':>7}{'words/s':>10}")
        for name, stem in variants():
            started = time.process_time()
            figures = scores(stem, reference)
            taken = time.process_time() - started
            print(
                f"{name:36}"
                + "".join(f"{figure:7.3f}" for figure in figures)
                + f"{len(reference.lemmas) / taken:10,.0f}"
            )


if __name__ == "__main__":
    main()
