"""Reach of pasted texts: how many headlines and sentences find their own article in the first ten hits.

    python benchmarks/retrieval/pasted.py INDEX CORPUS... [--draw 300] [--seed 1] [--misses 3]

``CORPUS`` is a file of articles as JSON Lines (also ``.gz``) that ``INDEX`` holds. For every kind of sign that a query
could take for an operator, ``--draw`` headlines and as many sentences of bodies that hold it are drawn and asked as
they are. Texts to which a reader adds something (an address, the name of the site, a label) are made of headlines.
An article with the same title or text counts as found too: papers print the same report. ``as words`` is what the
texts find when no sign has a meaning (``syntax=words``): the reach that ranking allows. ``alone`` counts the queries
that find one article at most, so that who else wrote of it stays unseen; ``--misses`` prints some of the texts that
find their article only as words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Index, SearchRequest, open_index

FIRST = 10
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!؟?\n\r]{40,400}[.!؟?]?")

SIGNS = {
    "aside, glued dashes": r"(?:^|\s)[-–—ـ][^\s\d-][^-–—]*[^\s-][-–—ـ](?=[\s.,،]|$)",
    "aside, loose dashes": r"\s[-–—ـ] ?[^-–—]+ ?[-–—ـ]\s",
    "one glued dash": r"^(?:(?!\s[-–—]).)*\s-[^\s\d-](?:(?![-–—]).)*$",
    "ليس": r"(?:^|\s)ليس(?=\s)",
    "قرب": r"\sقرب\s",
    "length of time": r"(?:^|\s)(?:آخر|منذ)\s+[\w]+\s+(?:أيام|يوما|يوم|أسابيع|أشهر|شهور|سنوات|سنة|عاما|أعوام)(?=\s|$)",
    "و or أو alone": r"\s(?:و|أو)\s",
    "quotation": r"[«\"“][^»\"”]+[»\"”]",
    "colon before a blank": r"\w:\s",
    "colon, glued": r"[^\W\d_]:[^\W\d_]",
    "parentheses": r"\([^()\d][^()]*\)",
    "minus at a number": r"(?:^|\s)[-−–]\s?\d|\d\s?[-−–]\s?\d",
    "time of day": r"\d:\d\d",
    "slash": r"[^\W_]\s?/\s?[^\W_]",
    "AND, OR, NOT": r"\b(?:AND|OR|NOT)\b",
    "brackets, star, other signs": r"[\[\]{}*~^|#@+=_…]",
    "question mark": r"[؟?]",
}
"""Patterns of what a query could take for an operator, by name."""

MADE: dict[str, Callable[[dict[str, Any]], str]] = {
    "address": lambda article: article["url"],
    "headline and address": lambda article: f"{article['title']} {article['url']}",
    "headline and another address": lambda article: f"{article['title']} https://t.example/aZ09",
    "headline - site": lambda article: f"{article['title']} - {article['source']}",
    "headline | site": lambda article: f"{article['title']} | {article['source']}",
    "مصدر: glued": lambda article: f"مصدر:{article['title']}",
    "نص: glued": lambda article: f"نص:{article['title']}",
    "quoted as a whole": lambda article: f"«{article['title']}»",
}
"""Texts that are made of an article, by name."""


class Question(NamedTuple):
    """A pasted text and the article that it was taken from."""

    text: str
    article: dict[str, Any]


def main() -> None:
    """Print a line for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index")
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--draw", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", type=int, default=0)
    options = parser.parse_args()
    articles = {article["id"]: article for path in options.corpora for article in _read(path)}
    drawn = random.Random(options.seed)  # noqa: S311, a draw that can be repeated
    print(f"{'kind':<32}{'from':<10}{'asked':>6}{'found':>7}{'share':>7}{'as words':>10}{'alone':>7}")
    totals = [0, 0]
    with open_index(options.index) as index:
        for kind, origin, questions in _kinds(articles.values(), drawn):
            chosen = drawn.sample(questions, min(options.draw, len(questions)))
            if not chosen:
                continue
            found, alone = _ask(index, chosen, articles, "full")
            as_words, _ = _ask(index, chosen, articles, "words")
            share = len(found) / len(chosen)
            totals = [totals[0] + len(chosen), totals[1] + len(found)]
            print(f"{kind:<32}{origin:<10}{len(chosen):>6}{len(found):>7}{share:>7.3f}{len(as_words):>10}{alone:>7}")
            lost = [question for question in as_words if question not in found]
            for question in lost[: options.misses]:
                print(f"    {question.text}   [{question.article['id']}: {question.article['title']}]")
    print(f"{'all':<42}{totals[0]:>6}{totals[1]:>7}{totals[1] / totals[0]:>7.3f}")


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _kinds(articles: Iterable[dict[str, Any]], drawn: random.Random) -> Iterator[tuple[str, str, Sequence[Question]]]:
    titled = [article for article in articles if article.get("title") and len(article["title"].split()) > 1]
    headlines = [Question(article["title"], article) for article in titled]
    sentences = [
        Question(sentence.strip(), article)
        for article in drawn.sample(titled, min(len(titled), 12_000))
        for sentence in _SENTENCE.findall(article["body"])
    ]
    for kind, sign in SIGNS.items():
        holds = re.compile(sign).search
        for origin, questions in (("headlines", headlines), ("sentences", sentences)):
            yield kind, origin, [question for question in questions if holds(question.text)]
    for kind, make in MADE.items():
        yield kind, "made", [Question(make(article), article) for article in titled if article.get("url")]


def _ask(
    index: Index, questions: Iterable[Question], articles: dict[str, dict[str, Any]], syntax: Literal["full", "words"]
) -> tuple[list[Question], int]:
    """Return the questions that found their article, and how many found one article or none."""
    finding: list[Question] = []
    alone = 0
    for question in questions:
        ranking = index.ranking(SearchRequest(question.text, syntax=syntax, limit=FIRST))
        alone += len(ranking) <= 1
        if any(_is_same(articles[article_id], question) for article_id, _ in ranking):
            finding.append(question)
    return finding, alone


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


def _is_same(found: dict[str, Any], question: Question) -> bool:
    asked = question.article
    same_text = _words(question.text) in _words(f"{found['title']} {found['body']}")
    return found["id"] == asked["id"] or found["title"] == asked["title"] or found["body"] == asked["body"] or same_text


if __name__ == "__main__":
    main()
