"""Made-up Arabic articles, the states of an index of them, and what each state must answer.

Every commit that adds articles also moves the *clock*: one article that answers nearly every question and is the newest of
all, so that an answer tells which state it came from. Deletions leave the clock alone, and change totals.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from indexer import Article, Index, SearchRequest, open_index, rebuild
from indexer.request import FacetName

State = Mapping[str, Article]
"""The articles of an index, by id."""

# No two of these share a stem, so what holds a word is known without an analyzer.
WORDS = ("ميناء", "قمح", "مجلس", "جسر", "انتخابات", "سوق", "قطار", "مدرسة", "جفاف", "مهرجان", "مصنع", "مطار")
SOURCES = ("وكالة الشام", "صحيفة النيل", "بريد الخليج", "صوت المغرب", "أخبار الرافدين")
CATEGORIES = ("سياسة", "اقتصاد", "ثقافة")
COLUMNS: tuple[FacetName, ...] = ("source", "category", "author")
"""The columns whose values are known without an analyzer."""
CLOCK = "clock"
PAGE = 5
_FIRST_DAY = datetime.date(1990, 1, 1)
_CLOCK_DAY = datetime.date(2100, 1, 1)


def make_article(number: int, version: int) -> Article:
    """Return the article of this number; another version of it has other words under the same id."""
    chance = random.Random(f"{number}/{version}")
    return Article(
        id=f"n{number}",
        title=f"{chance.choice(WORDS)} {number} نسخة {version}",
        body=" ".join(chance.choices(WORDS, k=chance.randint(10, 60))),
        date=_FIRST_DAY + datetime.timedelta(days=number),
        source=SOURCES[number % len(SOURCES)],
        category=CATEGORIES[number % len(CATEGORIES)],
    )


def clock_article(version: int) -> Article:
    """Return the newest article of all, which answers every query and so comes first when sorted by date."""
    body = " ".join(WORDS)
    return Article(
        id=CLOCK, title=f"ساعة {version}", body=body, date=_CLOCK_DAY, source=SOURCES[0], category=CATEGORIES[0]
    )


def state_of(articles: Iterable[Article]) -> State:
    """Return the state of an index built of these."""
    return {each.id: each for each in articles}


def after_update(state: State, articles: Iterable[Article]) -> State:
    """Return the state after an update with these."""
    return {**state, **state_of(articles)}


def after_deletion(state: State, ids: Iterable[str]) -> State:
    """Return the state after the deletion of these ids."""
    gone = set(ids)
    return {id_: each for id_, each in state.items() if id_ not in gone}


def write_articles(path: Path, articles: Iterable[Article]) -> Path:
    """Write articles as JSON Lines; return the file."""
    with path.open("w", encoding="utf-8") as file:
        for each in articles:
            file.write(json.dumps(_record(each), ensure_ascii=False) + "\n")
    return path


def _record(article: Article) -> dict[str, str | None]:
    names = ("id", "title", "body", "source", "category")
    return {name: getattr(article, name) for name in names} | {
        "date": article.date.isoformat() if article.date else None
    }


# -- what must be answered


class Question(NamedTuple):
    """A request, and which articles answer it."""

    request: SearchRequest
    holds: Callable[[Article], bool]


def _asks(query: str, holds: Callable[[Article], bool], **choices: object) -> Question:
    plain = {"sort": "newest", "limit": PAGE, "links": False}
    return Question(SearchRequest(query, **(plain | choices)), holds)  # type: ignore[arg-type]


@cache
def _words(article: Article) -> list[str]:
    """Return the words of an article; a gap where the title ends, so that no phrase crosses it."""
    return [*article.title.split(), "", *article.body.split()]


def _has(*words: str) -> Callable[[Article], bool]:
    return lambda article: set(words) <= set(_words(article))


def _has_side_by_side(first: str, second: str) -> Callable[[Article], bool]:
    def holds(article: Article) -> bool:
        words = _words(article)
        return (first, second) in itertools.pairwise(words)

    return holds


QUESTIONS = (
    _asks("", lambda _: True, facets=COLUMNS),
    _asks("قمح", _has("قمح")),
    _asks("ميناء AND جسر", _has("ميناء", "جسر"), sort="oldest"),
    _asks("سوق NOT مطار", lambda article: _has("سوق")(article) and not _has("مطار")(article)),
    _asks('"سوق قطار"', _has_side_by_side("سوق", "قطار"), facets=COLUMNS),
    _asks("مدرسة", lambda article: article.source == SOURCES[0] and _has("مدرسة")(article), sources=(SOURCES[0],)),
)

Answers = tuple[str, ...]
"""For each question the total, the first hits and the counts of columns, as JSON."""


def answer(index: Index, question: Question) -> str:
    """Return what ``index`` answers."""
    results = index.search(question.request)
    hits = [[hit.article.id, hit.article.title] for hit in results.hits]
    facets = {name: [[each.value, each.count] for each in counts] for name, counts in results.facets.items()}
    return json.dumps([results.total, hits, facets], ensure_ascii=False)


def answers(index: Index) -> Answers:
    """Return what ``index`` answers to each question."""
    return tuple(answer(index, each) for each in QUESTIONS)


def expected_answers(state: State) -> Answers:
    """Return what an index in this state must answer, found by looking at each article."""
    return tuple(_expected_answer(state, each) for each in QUESTIONS)


def _expected_answer(state: State, question: Question) -> str:
    request = question.request
    found = [each for each in state.values() if question.holds(each)]
    ordered = sorted(found, key=lambda each: each.date or _FIRST_DAY, reverse=request.sort == "newest")
    facets = {}
    for name in request.facets:
        counts = Counter(value for each in found if (value := getattr(each, name)))
        facets[name] = sorted(map(list, counts.items()), key=lambda each: (-each[1], each[0]))
    hits = [[each.id, each.title] for each in ordered[:PAGE]]
    return json.dumps([len(found), hits, facets], ensure_ascii=False)


def digest(articles: Iterable[Article]) -> str:
    """Return a hash of the articles, in whatever order they come: equal hashes mean equal texts."""
    texts = sorted(json.dumps(_record(each)) for each in articles)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def prepare(folder: Path) -> None:
    """Load the analyzers and an engine, so that processes forked afterwards have them in memory.

    Raises ValueError when the naive engine or the one on disk answers otherwise than :func:`expected_answers`.
    """
    state = state_of([*(make_article(number, 0) for number in range(60)), clock_article(0)])
    rebuild([write_articles(folder / "first.jsonl", state.values())], folder / "first")
    with open_index("memory:") as naive, open_index(folder / "first") as index:
        naive.add(state.values())
        for each in (naive, index):
            for question, found, wanted in zip(QUESTIONS, answers(each), expected_answers(state), strict=True):
                if found != wanted:
                    raise ValueError(f"{each.stats().engine}: {question.request.query!r}: {found}, expected {wanted}")
