"""Related articles: the stems that tell an article from all others, and the plan that looks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from indexer.query.plan import AllOf, AndNot, AnyOf, Nearest, Plan, Term, scale
from indexer.ranking import weights
from indexer.results.hits import Hit, Snippet
from indexer.schema import ID_FIELD, Document

TELLING_STEMS: Final = 20
"""How many stems of an article are looked for, as Lucene's MoreLikeThis looks for 25."""

# Of the score that an article itself reaches, 12 random ones of a month of a country's papers gave the same news .90 and
# more in papers that print the agency's text, what is told of it elsewhere .30 to .74, and less than .2 what has
# nothing to do with it.
NEAR_COPY: Final = 0.85
"""The share of the article's own score from which on another one tells the same in the same words."""

RELATED: Final = 0.2
"""The least share of the article's own score."""

# docs/meaning.md says how often these are right. Reports of one kind (weather, telegrams, verdicts) are near in meaning
# and share words, but not those that tell one of them.
SAME_STORY: Final = 0.35
"""The least share of articles that go on with the story of another, which also are near in meaning …"""
BEST_TELLING: Final = 5
BEST_SHARED: Final = 4
"""… and have so many of the five stems that tell it best."""


def stem_counts(document: Document) -> Counter[str]:
    """Return how often each stem occurs in a document; one that its title has counts once more."""
    stems = document.terms["stem"]
    in_title = {stem for stem in stems[: document.body_start] if stem}
    return Counter(stem for stem in stems if stem) + Counter(in_title)


def telling_stems(counts: Mapping[str, int], articles_with: Mapping[str, int], articles: int) -> tuple[str, ...]:
    """Return the stems of an article with the highest frequency × idf, the highest first.

    A stem that no other of the ``articles`` of the index has finds nothing and is left out.
    """
    found = (
        (-count * weights.idf(articles, articles_with[stem]), stem)
        for stem, count in counts.items()
        if articles_with[stem] > 1
    )
    return tuple(stem for _, stem in sorted(found)[:TELLING_STEMS])


def related_plan(article_id: str, stems: tuple[str, ...]) -> AndNot:
    """Return the plan of the articles that have any of ``stems``, at least two, but not the article itself."""
    return AndNot(AnyOf(tuple(Term("stem", stem, 1.0) for stem in stems)), Term(ID_FIELD, article_id, 1.0))


def running_story_plan(article_id: str, stems: tuple[str, ...], nearest: Nearest) -> Plan:
    """Return the plan of the articles that are also ``nearest`` and have most of the best of ``stems``.

    They score what :func:`related_plan` gives them.
    """
    related = related_plan(article_id, stems)
    best = (Term("stem", stem, 1.0) for stem in stems[:BEST_TELLING])
    most = AnyOf(tuple(AllOf(some) for some in combinations(best, BEST_SHARED)))
    return AndNot(AllOf((related.part, scale(most, 0.0), scale(nearest, 0.0))), related.excluded)


def related_hits(title: str, own_score: float, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the hits, the best first, that are related to an article and no near copies of it, each title once."""
    titles = {title}
    for hit in hits:
        if hit.score < RELATED * own_score:
            return
        if hit.score < NEAR_COPY * own_score and hit.article.title not in titles:
            titles.add(hit.article.title)
            yield hit._replace(title=Snippet(hit.article.title), snippet=Snippet(""))
