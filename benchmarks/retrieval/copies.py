"""Near copies of an archive: which repeats of a beginning are in one story, and a sample of copies to read.

    python benchmarks/retrieval/copies.py INDEX [SAMPLE]

A repeat is an article whose first 25 words are those of an earlier one; it is grouped when it is in one story with such
an article. Prints the share of repeats that are grouped, how many articles have copies, how long it takes to find all
stories, and SAMPLE pairs of a copy and the first article of its story, chosen by chance: sources, dates, titles, and
the first words. Whoever reads them counts those that tell of two events.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

from indexer import Article
from indexer.engines.sketches import MIN_STEMS
from indexer.engines.whoosh.documents import article_of
from indexer.engines.whoosh.story_groups import ALONE
from indexer.engines.whoosh.view import View
from indexer.storage.current import read_current

FIRST_WORDS: Final = 25
SHOWN_CHARS: Final = 160
SEED: Final = 11


def main(folder: Path, sample: int) -> None:
    """Print the measures, then the sample."""
    view = View(folder / (read_current(folder) or ""))
    articles = [
        article_of(segment, number)
        for segment in view.segments
        for number in range(segment.documents)
        if not segment.is_deleted(number)
    ]
    started = time.process_time()
    by_segment = view.stories.numbers
    seconds = time.process_time() - started
    stories = [
        int(story)
        for segment, numbers in zip(view.segments, by_segment, strict=True)
        for number, story in enumerate(numbers)
        if not segment.is_deleted(number)
    ]
    _print_measures(articles, stories, seconds)
    firsts: dict[int, Article] = {}
    pairs = [
        (firsts[story], article)
        for article, story in zip(articles, stories, strict=True)
        if story != ALONE and firsts.setdefault(story, article) is not article
    ]
    for at, (one, other) in enumerate(random.Random(SEED).sample(pairs, min(sample, len(pairs)))):  # noqa: S311
        print(f"\n{at + 1}")
        for article in (one, other):
            print(f"  {article.source} {article.date} {article.title} | {' '.join(article.body.split())[:SHOWN_CHARS]}")


def _print_measures(articles: list[Article], stories: list[int], seconds: float) -> None:
    by_beginning: dict[tuple[str, ...], list[int]] = defaultdict(list)
    repeats = grouped = 0
    for article, story in zip(articles, stories, strict=True):
        words = article.body.split()
        if len(words) < max(FIRST_WORDS, MIN_STEMS):
            continue
        before = by_beginning[tuple(words[:FIRST_WORDS])]
        repeats += bool(before)
        grouped += story != ALONE and story in before
        before.append(story)
    copies = sum(story != ALONE for story in stories)
    groups = len({*stories} - {ALONE})
    print(f"{len(articles):,} articles, {len(articles) - copies + groups:,} stories, {groups:,} of several articles")
    print(f"{grouped} of {repeats} repeats grouped ({grouped / max(repeats, 1):.1%}); {seconds * 1000:.0f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
