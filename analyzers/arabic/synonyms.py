"""Synonyms of words of a query: nationalities, months in other traditions, other names, spellings and scripts.

A synonym never merges terms: no index holds one, and a query may do without.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final, Literal, NamedTuple, Protocol

from analyzers import resources
from analyzers.arabic.latin_names import LATIN_ARTICLES, latin_key
from analyzers.arabic.letters import ALEF, BEH, FEH, HEH, KAF, LAM, NOON, TEH, WAW, YEH
from analyzers.arabic.numerals import NUMBER
from analyzers.arabic.spelling import other_spellings
from analyzers.tokens import Terms, Token

SynonymKind = Literal["nationality", "month", "name", "spelling"]

Run = tuple[str, ...]
"""Words side by side."""

_CONJUNCTIONS: Final = (WAW, FEH)
_PREPOSITIONS: Final = (BEH, KAF, LAM)
_MIN_LETTERS: Final = 3
_MIN_OWN_STEM: Final = 4

_MAX_LATIN_ARTICLES: Final = 2
"""How many Latin articles a name may have beyond those in the table."""
_KINDS_OF_NAMES: Final[Sequence[SynonymKind]] = ("spelling", "nationality", "name")
"""The kinds of groups that are merged; the last one of the parts is that of the whole."""

# Feminine, dual and plurals of a nationality, and its accusative.
_NISBA_ENDINGS: Final = (
    "", HEH, ALEF, WAW + NOON, YEH + NOON, ALEF + NOON, ALEF + TEH, TEH + ALEF + NOON, TEH + YEH + NOON,
)  # fmt: skip


class WordAnalyzer(Hashable, Protocol):
    """What synonyms need of an :class:`~analyzers.analyzer.Analyzer`."""

    def words(self, text: str) -> Iterator[Token]:
        """Yield the words of a text."""

    def exact(self, word: str) -> str:
        """Return the exact term of a word, empty when nothing searchable is left of it."""

    def terms(self, word: str) -> Terms | None:
        """Return the terms of a word, or None when nothing searchable is left of it."""

    def is_stop_word(self, word: str) -> bool:
        """Return whether a word is too common to tell texts apart."""

    @property
    def own_aliases(self) -> tuple[str, ...]:
        """The forms of each name that the user adds, as a row of ``ar/names_across_scripts.tsv`` has them."""


class Synonym(NamedTuple):
    """Other words, as printed, for ``words[start : start + length]`` of a query; each alternative is a run of words.

    ``kind`` says why: ``nationality`` (a country, its people and what is theirs), ``month`` (the month in another
    tradition), ``name`` (another name, also in another script), ``spelling`` (another spelling of a name). The likelier
    alternatives come first. Names and spellings need not exist.
    """

    kind: SynonymKind
    start: int
    length: int
    alternatives: tuple[Run, ...]


def synonyms_of(words: Sequence[str], analyzer: WordAnalyzer) -> tuple[Synonym, ...]:
    """Return the synonyms of ``words`` as typed, in order; no two share a word, and a longer run wins.

    >>> from analyzers.analyzer import analyzer_for
    >>> found = synonyms_of(["حرب", "تشرين", "الأول"], analyzer_for("ar"))
    >>> [(synonym.start, synonym.length, synonym.alternatives[0]) for synonym in found]
    [(1, 2, ('أكتوبر',))]
    """
    table = _table_for(analyzer)
    exacts = [analyzer.exact(word) for word in words]
    synonyms: list[Synonym] = []
    at = 0
    while at < len(words):
        synonym = table.at(words, exacts, at)
        synonyms += [synonym] if synonym else []
        at += synonym.length if synonym else 1
    return tuple(synonyms)


def has_own_stem(terms: Terms) -> bool:
    """Return whether the stem of a word is all of it but one letter at most, so that no other word has that stem.

    A foreign name may end like an inflected word: جونسون like a plural of جنس.
    """
    shortest = max(len(terms.exact) - 1, _MIN_OWN_STEM)
    return len(terms.stem) >= shortest and terms.exact.startswith(terms.stem)


class _Group(NamedTuple):
    """Runs of words that mean the same.

    Each of ``expansions`` is an alternative to the others. A run that is among the expansions or the ``triggers`` has
    them as synonyms, with its proclitics; where it is also ``inflected``, so has every form with its stem.
    """

    kind: SynonymKind
    expansions: tuple[Run, ...]
    triggers: tuple[Run, ...] = ()
    inflected: frozenset[Run] = frozenset()

    def members(self) -> tuple[Run, ...]:
        """Return the runs that have the expansions as synonyms."""
        return (*self.expansions, *self.triggers)


class _SynonymTable:
    """The groups of the data files, by the exact terms of their members and by the stems of inflected ones."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        self._analyzer = analyzer
        self._not_linked = frozenset((word,) for word in resources.word_list("ar/not_linked.txt"))
        self._exacts: dict[Run, Run] = {}
        self._by_key: dict[Run, _Group] = {}
        self._by_stem: dict[str, _Group] = {}
        names = (*self._countries(), *self._own_names(), *self._names_across_scripts(), *self._aliases())
        for group in (*self._clusters(names), *self._months(), *self._hijri_months()):
            for member in group.members():
                self._by_key.setdefault(self._key(member), group)
                if len(member) == 1 and member in group.inflected:
                    self._by_stem.setdefault(self._stem(member[0]), group)
        self._by_stem.pop("", None)
        self._longest = max(map(len, self._by_key)) + _MAX_LATIN_ARTICLES

    def _clusters(self, groups: Iterable[_Group]) -> Iterator[_Group]:
        """Yield the groups, as one those that share a member."""
        clusters: dict[Run, list[_Group]] = {}
        for group in groups:
            shared = {id(known): known for run in group.members() if (known := clusters.get(self._key(run)))}
            cluster, *others = list(shared.values()) or [[]]
            moved = [*chain.from_iterable(others), group]
            cluster += moved
            clusters |= {self._key(run): cluster for part in moved for run in part.members()}
        for cluster in {id(cluster): cluster for cluster in clusters.values()}.values():
            yield cluster[0] if len(cluster) == 1 else self._union(cluster)

    def _union(self, groups: Sequence[_Group]) -> _Group:
        """Return groups as one, the forms in Arabic letters first."""
        forms = self._unlike(run for group in groups for run in group.expansions)
        return _Group(
            max((group.kind for group in groups), key=_KINDS_OF_NAMES.index),
            tuple(sorted(forms, key=_is_latin)),
            tuple(run for group in groups for run in group.triggers),
            frozenset(run for group in groups for run in group.inflected),
        )

    # -- looking up

    def at(self, words: Sequence[str], exacts: Sequence[str], at: int) -> Synonym | None:
        """Return the synonym of the longest run at a word, if any; ``exacts`` are the words' exact terms."""
        for length in range(min(self._longest, len(words) - at), 0, -1):
            for run in _readings(tuple(exacts[at : at + length])):
                group = self._by_key.get(latin_key(run))
                if group and (run not in self._not_linked or self._is_meant(group, words, exacts, at)):
                    return self._synonym(group, run, at, length)
        stem = self._stem(words[at])
        if group := self._by_stem.get(stem):
            return self._synonym(group, (exacts[at],), at, 1) if (stem,) not in self._not_linked else None
        spellings = other_spellings(exacts[at])
        return Synonym("spelling", at, 1, tuple((spelling,) for spelling in spellings)) if spellings else None

    def _synonym(self, group: _Group, run: Run, at: int, length: int) -> Synonym | None:
        """Return the other members of a group; a name that holds another one finds no article that the other does not."""
        others: list[Run] = []
        held = [run]
        for other in sorted(group.expansions, key=len):
            exact = self._exact(other)
            if not any(_contains(exact, shorter) for shorter in held) and not _contains(run, exact):
                others.append(other)
                held.append(exact)
        others.sort(key=group.expansions.index)
        return Synonym(group.kind, at, length, tuple(others)) if others else None

    def _is_meant(self, group: _Group, words: Sequence[str], exacts: Sequence[str], at: int) -> bool:
        """Return whether a word that may be a name is one: an acronym in capitals, or a month beside a date.

        Beside a date means that a number or another month stands there.
        """
        if group.kind != "month":
            return words[at].isupper()
        return any(
            NUMBER.fullmatch(exact) or ((beside := self._by_key.get((exact,))) and beside.kind == "month")
            for exact in (*exacts[max(at - 1, 0) : at], *exacts[at + 1 : at + 2])
        )

    def _exact(self, run: Run) -> Run:
        exact = self._exacts.get(run)
        if exact is None:
            exact = self._exacts[run] = tuple(filter(None, map(self._analyzer.exact, run)))
        return exact

    def _key(self, run: Run) -> Run:
        return latin_key(self._exact(run))

    def _stem(self, word: str) -> str:
        """Return the stem of a word, empty for a stop word and where nothing is searchable."""
        terms = self._analyzer.terms(word)
        return terms.stem if terms and not self._analyzer.is_stop_word(word) else ""

    # -- reading the data files

    def _countries(self) -> Iterator[_Group]:
        """Yield a group for each country, region and people; no capital means the same as its country."""
        capitals = frozenset(resources.word_list("en/capitals.txt"))
        for row in resources.read_table("ar/countries.tsv", columns=6):
            _, names, nationalities, people, _, english = map(_names_in, row)
            english = [name for name in english if name.casefold() not in capitals]
            members = self._different((*nationalities, *names, *people, *english))
            expansions = tuple(run for run in members if self._exact(run) not in self._not_linked)
            # By endings, not by stems: a people's plural may have a verb's (ترك), a nationality a name's (أيمن).
            inflected = [name + ending for name in filter(self._is_linked, nationalities) for ending in _NISBA_ENDINGS]
            forms = [form for form in (*filter(self._is_linked, people), *inflected) if " " not in form]
            triggers = (*members, *((article + form,) for form in forms for article in ("", ALEF + LAM)))
            yield _Group("nationality", expansions, triggers, frozenset(map(self._run, english)))

    def _is_linked(self, name: str) -> bool:
        return self._exact(self._run(name)) not in self._not_linked

    def _names_across_scripts(self) -> Iterator[_Group]:
        """Yield a group for each name of ``ar/names_across_scripts.tsv``, with the spellings of a foreign g."""
        for arabic, latin in resources.read_table("ar/names_across_scripts.tsv", columns=2):
            runs = [self._run(name) for name in _names_in(arabic)]
            runs += [(text,) for run in runs if len(run) == 1 for text in other_spellings(*self._exact(run))]
            runs += [self._run(name) for name in _names_in(latin)]
            members = self._unlike(runs)
            yield _Group("name", tuple(run for run in members if self._exact(run) not in self._not_linked), members)

    def _own_names(self) -> Iterator[_Group]:
        return (_Group("name", self._different(_names_in(forms))) for forms in self._analyzer.own_aliases)

    def _aliases(self) -> Iterator[_Group]:
        """Yield a group for each name or foreign word of ``ar/aliases.tsv``; another spelling has the same endings."""
        return resources.records("ar/aliases.tsv", columns=2, make=self._alias)

    def _alias(self, kind: str, forms: str) -> _Group:
        if kind not in ("name", "spelling"):
            raise ValueError(f"kind {kind!r}; expected name, spelling")
        members = self._different(_names_in(forms))
        if kind == "name":
            return _Group("name", members)
        words = (
            run for run in members if len(run) == 1 and (terms := self._analyzer.terms(run[0])) and has_own_stem(terms)
        )
        return _Group("spelling", members, inflected=frozenset(words))

    def _months(self) -> Iterator[_Group]:
        """Yield a group for each month, the English name last; short forms, digits and "May" are triggers alone."""
        names: dict[str, list[tuple[str, str]]] = {}
        for number, region, name in resources.read_table("ar/months.tsv", columns=3):
            names.setdefault(number, []).append((region, name))
        for rows in names.values():
            english = max((name for region, name in rows if region == "english"), key=len)
            # Of the spellings in one region the longest is the full one: تشرين الأول before تشرين أول.
            rows.sort(key=lambda row: (row[0], -len(row[1])))
            expansions = [name for region, name in rows if region != "english" and name[-1].isalpha()]
            expansions += [english] if len(english) > _MIN_LETTERS else []
            yield _Group("month", self._different(expansions), tuple(self._run(name) for _, name in rows))

    def _hijri_months(self) -> Iterator[_Group]:
        spellings: dict[str, list[str]] = {}
        for number, name in resources.read_table("ar/hijri_months.tsv", columns=2):
            spellings.setdefault(number, []).append(name)
        return (_Group("month", self._different(names)) for names in spellings.values())

    def _different(self, names: Iterable[str]) -> tuple[Run, ...]:
        """Return the runs of ``names``; of several with the same exact terms the first."""
        return self._unlike(map(self._run, names))

    def _unlike(self, runs: Iterable[Run]) -> tuple[Run, ...]:
        """Return ``runs``; of several with the same exact terms the first."""
        unlike: dict[Run, Run] = {}
        for run in runs:
            unlike.setdefault(self._exact(run), run)
        unlike.pop((), None)
        return tuple(unlike.values())

    def _run(self, text: str) -> Run:
        return tuple(token.text for token in self._analyzer.words(text))


@lru_cache(maxsize=4)
def _table_for(analyzer: WordAnalyzer) -> _SynonymTable:
    return _SynonymTable(analyzer)


def _contains(longer: Run, run: Run) -> bool:
    return any(longer[at : at + len(run)] == run for at in range(len(longer) - len(run) + 1))


def _is_latin(run: Run) -> bool:
    return "".join(run).isascii()


def _readings(run: Run) -> Iterator[Run]:
    """Yield the readings of exact terms side by side as a name: without proclitics or a Latin article before it."""
    first, *others = run
    if run[-1] in LATIN_ARTICLES:
        return
    yield from ((reading, *others) for reading in _without_proclitics(first, shortest=1 if others else _MIN_LETTERS))
    if first in LATIN_ARTICLES:
        yield run[1:]


def with_proclitics(exact: str) -> tuple[str, ...]:
    """Return an exact term, and it behind the proclitics with which a newspaper writes a name: «ولحزب الله».

    Of 351 articles that name حزب الله, 33 % have it behind و or ل and 3 % behind ب; only one in ninety has
    another proclitic alone.
    """
    after_lam = LAM + exact.removeprefix(ALEF) if exact.startswith(ALEF + LAM) else LAM + exact
    return (exact, WAW + exact, after_lam, BEH + exact, WAW + after_lam)


def _without_proclitics(exact: str, *, shortest: int) -> Iterator[str]:
    """Yield an exact term, then its rests of ``shortest`` letters without a conjunction, a preposition, or both."""
    yield exact
    bare = [exact[1:]] if exact.startswith(_CONJUNCTIONS) else []
    for word in (exact, *bare):
        if word.startswith(LAM + LAM):
            bare.append(ALEF + word[1:])
        if word.startswith(_PREPOSITIONS):
            bare.append(word[1:])
    yield from (word for word in bare if len(word) >= shortest)


def _names_in(cell: str) -> list[str]:
    """Return the names in a cell: spaces stand between them, and low lines between the words of one."""
    return [name.replace("_", " ") for name in cell.split() if name != "-"]
