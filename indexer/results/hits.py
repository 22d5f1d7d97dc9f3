"""Results of a search: hits, snippets with their marks, facet counts and the filters applied."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar, get_args, overload

from indexer.article import Article
from indexer.query.nodes import Column
from indexer.query.notices import Notice
from indexer.query.plan import DateRange, TermsFilter
from indexer.results.alternatives import Correction, Rung
from indexer.results.explanation import ScorePart
from indexer.results.histogram import PeriodCount

T = TypeVar("T", str, bytes)
MarkKind = Literal["exact", "form", "alias"]


class Mark(NamedTuple):
    """A word to highlight: ``text[start:end]`` of the snippet that carries it.

    ``kind`` is ``exact`` for the word as typed (vowel marks and hamza ignored), ``form`` for another form of it, and
    ``alias`` for a synonym; ``word`` is the word of the query that it matches, or the words that share the synonym.
    """

    start: int
    end: int
    kind: MarkKind
    word: str


class Snippet(NamedTuple):
    """A slice of an article's text as printed, with the words in it that match the query.

    ``start`` is the slice's offset in the article's text, in code points; ``cut_before`` and ``cut_after`` tell
    whether text was left out on that side, other than site furniture. Marks are in order and do not overlap.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False

    def html(self) -> str:
        """Return the text as HTML: escaped, each mark a ``mark`` element with its kind as the class.

        >>> Snippet("a < b", (Mark(4, 5, "form", "b"),)).html()
        'a &lt; <mark class="form">b</mark>'
        """
        parts: list[str] = []
        end = 0
        for mark in self.marks:
            word = html.escape(self.text[mark.start : mark.end])
            parts += html.escape(self.text[end : mark.start]), f'<mark class="{mark.kind}">{word}</mark>'
            end = mark.end
        return "".join((*parts, html.escape(self.text[end:])))


class Hit(NamedTuple):
    """An article that matches, its score (0 when sorted by date), its whole title and its best passage, with marks.

    Where copies are grouped, ``copies`` counts the matching articles of its story, itself among them, and
    ``copy_sources`` are the other sources of these. ``explanation`` has the parts that add up to the score, where the request asked for them.
    ``nearness``, where no word of the query stands in the article, is its cosine with the query: it was found by its
    meaning, and the snippet is its nearest sentence.
    """

    article: Article
    score: float
    title: Snippet
    snippet: Snippet
    copies: int = 1
    copy_sources: tuple[str, ...] = ()
    explanation: tuple[ScorePart, ...] = ()
    nearness: float | None = None


class FacetCount(NamedTuple):
    """One value of a column and the number of matching articles that have it."""

    value: str
    count: int  # type: ignore[assignment]  # hides what a tuple has by this name


class MatchedForm(NamedTuple):
    """A form of a word of the query: ``text`` as it is mostly printed, and in how many of the results it stands.

    ``kind`` is that of its marks. ``exclusion`` is the query without those articles; empty where it cannot be written.
    """

    text: str
    kind: MarkKind
    articles: int
    exclusion: str = ""


class WordForms(NamedTuple):
    """A word of the query, or several that have a name together, and its forms in the results, the commonest first."""

    word: str
    forms: tuple[MatchedForm, ...]

    def with_exclusions(self, texts: Mapping[str, str]) -> WordForms:
        """Return the same with the queries without each form, given by its text."""
        forms = (form._replace(exclusion=texts.get(form.text, "")) for form in self.forms)
        return self._replace(forms=tuple(forms))


@dataclass(frozen=True, slots=True)
class AppliedFilters:
    """The filters that applied: those of the request and those in the query, combined."""

    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @classmethod
    def of(cls, filters: Iterable[object]) -> AppliedFilters:
        """Return the filters of a plan; those on the stories of an article are none of these."""
        dates = next((part for part in filters if isinstance(part, DateRange)), DateRange())
        values: dict[Column, set[str]] = {column: set() for column in get_args(Column)}
        for part in filters:
            if isinstance(part, TermsFilter):
                values[part.column] |= part.values
        return cls(dates.first, dates.last, *map(tuple, map(sorted, values.values())))


@dataclass(frozen=True, slots=True)
class SearchResults(Sequence[Hit]):
    """A sequence of the hits on one page, best first; ``total`` counts the matching articles on all pages.

    ``total_all`` counts those of them that have every bare word of the query, as far as its operators let it be told.
    ``stories`` counts the hits on all pages: stories where copies are grouped, else articles. ``facets`` maps each
    column asked for to its values, the most frequent first. Where a word is in hardly any article, ``did_you_mean`` is
    the query with what was probably meant; where no article has all words, ``ladder`` has the searches that find more.
    ``histogram`` counts the articles of each period, whatever days are filtered by. ``forms`` has the
    words of the query that match, each with its forms, where the request asked for them.
    """

    hits: tuple[Hit, ...]
    total: int
    stories: int
    notices: tuple[Notice, ...] = ()
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    filters: AppliedFilters = AppliedFilters()
    did_you_mean: Correction | None = None
    ladder: tuple[Rung, ...] = ()
    histogram: tuple[PeriodCount, ...] = ()
    total_all: int = 0
    forms: tuple[WordForms, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """A whole article, with every word that matches a query marked in title and body."""

    article: Article
    title: Snippet
    body: Snippet
