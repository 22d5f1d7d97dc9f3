"""Matched forms: as what the words of a query are printed in its results, and how many articles have each form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from indexer.query.assumptions import Run, assume
from indexer.query.highlight_terms import HighlightTerms
from indexer.query.plan import AllOf, MatchAll, Plan, Term, TermPhrase, all_of
from indexer.results.hits import MarkKind, MatchedForm, WordForms

MAX_FORMS: Final = 12
"""How many forms of one word are told."""
MAX_QUERY_FORMS: Final = 48
"""How many forms of all words are counted; a query of many words has fewer of each."""
_COUNTED_FOR_ONE_TOLD: Final = 2

FormsOf: TypeAlias = Callable[[str], Sequence[tuple[str, int]]]
"""Returns the exact terms of an index that have a stem, each with the number of its articles, the commonest first."""

_ANYHOW: Final = 1 << 62
"""The rank of what is counted however rare it may be: the spellings of a name."""


class FoundForm(NamedTuple):
    """A form of ``word``: its exact terms, side by side where it is a name, and the number of their articles in an index.

    ``stem`` has the stems that stand where it stands, and ``kind`` is that of its marks.
    """

    word: str
    kind: MarkKind
    terms: tuple[str, ...]
    articles: int = _ANYHOW
    stem: tuple[str, ...] = ()

    @property
    def known(self) -> Run:
        """The run by which a plan finds the form, so that its articles are known to match there."""
        return ("stem", self.stem) if self.stem else ("exact", self.terms)

    def plan(self) -> Plan:
        """Return the plan for the articles that have this form, for its word."""
        exact = _side_by_side("exact", self.terms)
        return AllOf((exact, _side_by_side("stem", self.stem))) if self.stem else exact

    def is_counted_by(self, plan: Plan) -> bool:
        """Return whether ``plan`` matches the number of articles that is known already: those with the form and stem."""
        return len(self.terms) == len(self.stem) == 1 and plan == self.plan()


def _side_by_side(space: str, terms: tuple[str, ...]) -> Plan:
    return Term(space, terms[0], 1.0) if len(terms) == 1 else TermPhrase(space, terms, 1.0)


def plans_within(results: Plan, found: Sequence[FoundForm]) -> dict[FoundForm, Plan]:
    """Return for each form the plan for those of the articles matched by ``results`` that have it."""
    bare = assume(results, frozenset())
    others = {run: assume(bare, frozenset({run})) for run in {form.known for form in found}}
    return {
        form: form.plan() if isinstance(other := others[form.known], MatchAll) else all_of([form.plan(), other])
        for form in found
    }


def find_forms(highlight: HighlightTerms, forms_of: FormsOf) -> list[FoundForm]:
    """Return the forms that the words of a query have in an index: of each word the commonest."""
    by_word: dict[str, dict[tuple[str, ...], FoundForm]] = {}
    for form in (*_forms_of_words(highlight, forms_of), *_forms_of_names(highlight, forms_of)):
        by_word.setdefault(form.word, {}).setdefault(form.terms, form)
    most = min(_COUNTED_FOR_ONE_TOLD * MAX_FORMS, MAX_QUERY_FORMS // max(len(by_word), 1))
    return [
        form
        for forms in by_word.values()
        for form in sorted(forms.values(), key=lambda form: -form.articles)[: max(most, 1)]
    ]


def _forms_of_words(highlight: HighlightTerms, forms_of: FormsOf) -> Iterator[FoundForm]:
    for term, word in highlight.exact.items():
        yield FoundForm(word, "exact", (term,))
    for stem, (kind, word) in highlight.stem_matches.items():
        for term, articles in forms_of(stem):
            if term not in highlight.exact:
                yield FoundForm(word, kind, (term,), articles, (stem,))


def _forms_of_names(highlight: HighlightTerms, forms_of: FormsOf) -> Iterator[FoundForm]:
    """Yield the spellings of names, the first word of each in all its forms, and synonyms of several words."""
    for run, words in highlight.phrases.items():
        yield FoundForm(words[0] if len({*words}) == 1 else " ".join(words), "exact", run)
    for stems, word in highlight.compounds.items():
        spellings = [run for run, words in highlight.phrases.items() if words[0] == word and len(run) == len(stems)]
        for term, articles in forms_of(stems[0]):
            for run in spellings:
                yield FoundForm(word, "form", (term, *run[1:]), articles, stems)
    for run, word in highlight.synonym_phrases.items():
        yield FoundForm(word, "alias", run)


def commonest_forms(
    found: Sequence[FoundForm], totals: Mapping[FoundForm, int], printed: Callable[[Sequence[str]], Sequence[str]]
) -> tuple[WordForms, ...]:
    """Return the forms of each word with the number of their articles, the commonest first, at most MAX_FORMS.

    ``totals`` has the number where it is not that in the index; ``printed`` returns how exact terms are printed.
    """
    by_word: dict[str, list[tuple[int, FoundForm]]] = {}
    for form in found:
        if total := totals.get(form, form.articles):
            by_word.setdefault(form.word, []).append((-total, form))
    commonest = {word: sorted(forms)[:MAX_FORMS] for word, forms in by_word.items()}
    terms = [*dict.fromkeys(term for forms in commonest.values() for _, form in forms for term in form.terms)]
    texts = dict(zip(terms, printed(terms), strict=True))
    return tuple(
        WordForms(
            word,
            tuple(MatchedForm(" ".join(map(texts.__getitem__, form.terms)), form.kind, -rank) for rank, form in forms),
        )
        for word, forms in commonest.items()
    )
