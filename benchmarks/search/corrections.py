"""Corrections: how many misspelt words get the right suggestion first, and how many right words get one.

    python benchmarks/search/corrections.py INDEX

The words are common ones of the news, written for this project in ``words.txt``, those that the index has in at least
ten articles. Each is misspelt in each way that a seed chooses a place for; right words are others of the index, drawn
by the seed, half of them rare.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from indexer import Index, open_index
from indexer.query.plan import EngineRequest, Term

SEED = 5
MIN_ARTICLES = 10
RIGHT_WORDS = 200
SOUNDS = {"ض": "ظ", "ظ": "ض", "ذ": "د", "ث": "س", "ص": "س", "ط": "ت", "ق": "ك", "ح": "ه"}
ROWS = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ىةوزظ", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspellings(word: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield kinds of mistakes with the word misspelt."""
    at = chance.randrange(1, len(word) - 1)
    yield "letter left out", word[:at] + word[at + 1 :]
    yield "letter doubled", word[:at] + word[at] + word[at:]
    yield "letters swapped", word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for place, letter in enumerate(word[1:], 1):
        if letter in SOUNDS:
            yield "letter that sounds alike", word[:place] + SOUNDS[letter] + word[place + 1 :]
            break
    row = next((row for row in ROWS if word[at] in row), "")
    if len(row) > 1:
        key = row.index(word[at])
        yield "neighbour on the keyboard", word[:at] + row[key - 1 if key else 1] + word[at + 1 :]


def articles_with(index: Index, word: str) -> int:
    """Return how many articles have a word as typed."""
    return index.engine.totals([EngineRequest(Term("exact", index.analyzer.exact(word), 1.0))])[0]


def main(url: str) -> None:
    """Count and print."""
    chance = random.Random(SEED)  # noqa: S311, nothing secret
    right: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    wrong: list[str] = []
    with open_index(url) as index:
        words = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
        words = [word for word in words if articles_with(index, word) >= MIN_ARTICLES]
        for word in words:
            for kind, typed in misspellings(word, chance):
                if articles_with(index, typed):
                    continue  # it is another word
                found = index.search(typed).did_you_mean
                tried[kind] += 1
                if found and index.analyzer.exact(found.text) == index.analyzer.exact(word):
                    right[kind] += 1
                else:
                    wrong.append(f"{typed} ({word}): {found.text if found else None}")
        for kind, count in tried.items():
            print(f"{kind}: {right[kind]} of {count}")
        print(f"all: {right.total()} of {tried.total()} = {right.total() / tried.total():.3f} of {len(words)} words")
        vocabulary = index.engine.terms_with_prefix("exact", "", 10**6)
        rare = chance.sample(
            [term.text for term in vocabulary if term.articles <= 3 and len(term.text) > 3], RIGHT_WORDS // 2
        )
        common = chance.sample(
            [term.text for term in vocabulary if term.articles > 30 and len(term.text) > 3], RIGHT_WORDS // 2
        )
        for name, sample in (("rare", rare), ("common", common)):
            changed = [f"{word}: {found.text}" for word in sample if (found := index.search(word).did_you_mean)]
            print(f"{name} words of the index corrected: {len(changed)} of {len(sample)}", *changed[:20])
        print("missed:", *wrong[:40], sep="\n  ")


if __name__ == "__main__":
    main(*sys.argv[1:])
