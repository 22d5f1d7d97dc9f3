"""Groups of words that mean the same: nationalities, months in other traditions, other names, spellings and scripts.

They are read from the data files, which takes a quarter of a second, and kept as JSON in the user's cache.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple, Protocol

from analyzers import resources
from analyzers.arabic.latin_names import latin_key
from analyzers.arabic.letters import ALEF, HEH, LAM, NOON, TEH, WAW, YEH
from analyzers.arabic.spelling import other_spellings
from analyzers.arabic.user_cache import cached_text, package_digest
from analyzers.tokens import Terms, Token

SynonymKind = Literal["nationality", "month", "name", "spelling"]

Run = tuple[str, ...]
"""Words side by side."""

MIN_LETTERS: Final = 3
_MIN_OWN_STEM: Final = 4

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

    def fingerprint(self) -> str:
        """Return what changes whenever the terms of any word may have changed."""

    @property
    def own_aliases(self) -> tuple[str, ...]:
        """The forms of each name that the user adds, as a row of ``ar/names_across_scripts.tsv`` has them."""


class SynonymGroups(NamedTuple):
    """Groups, each with its kind and its expansions, and the number of the group by key and by stem.

    A run of words is written with a space between them.
    """

    groups: list[tuple[SynonymKind, list[str]]]
    by_key: dict[str, int]
    by_stem: dict[str, int]


def groups_for(analyzer: WordAnalyzer) -> SynonymGroups:
    """Return the groups of the data files and of the user's own names, which are not kept in the cache."""
    if analyzer.own_aliases:
        return _GroupReader(analyzer).groups()
    name = f"synonyms-{package_digest()}-{analyzer.fingerprint()}.json"
    _, text = cached_text(name, lambda: _as_json(_GroupReader(analyzer).groups()))
    return SynonymGroups(*json.loads(text))


def _as_json(groups: SynonymGroups) -> str:
    return json.dumps(groups, ensure_ascii=False, separators=(",", ":"))


def not_linked() -> frozenset[Run]:
    """Return the words that have synonyms only where they are meant as names."""
    return frozenset((word,) for word in resources.word_list("ar/not_linked.txt"))


def stem_of(word: str, analyzer: WordAnalyzer) -> str:
    """Return the stem of a word, empty for a stop word and where nothing is searchable."""
    terms = analyzer.terms(word)
    return terms.stem if terms and not analyzer.is_stop_word(word) else ""


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


class _GroupReader:
    """Reads the groups of the data files."""

    def __init__(self, analyzer: WordAnalyzer) -> None:
        self._analyzer = analyzer
        self._not_linked = not_linked()
        self._exacts: dict[Run, Run] = {}

    def groups(self) -> SynonymGroups:
        """Return the groups by the exact terms of their members, and by the stems of inflected ones."""
        names = (*self._countries(), *self._own_names(), *self._names_across_scripts(), *self._aliases())
        found = SynonymGroups([], {}, {})
        for group in (*self._clusters(names), *self._months(), *self._hijri_months()):
            number = len(found.groups)
            found.groups.append((group.kind, [" ".join(run) for run in group.expansions]))
            for member in group.members():
                found.by_key.setdefault(" ".join(self._key(member)), number)
                if len(member) == 1 and member in group.inflected:
                    found.by_stem.setdefault(stem_of(member[0], self._analyzer), number)
        found.by_stem.pop("", None)
        return found

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

    def _exact(self, run: Run) -> Run:
        exact = self._exacts.get(run)
        if exact is None:
            exact = self._exacts[run] = tuple(filter(None, map(self._analyzer.exact, run)))
        return exact

    def _key(self, run: Run) -> Run:
        return latin_key(self._exact(run))

    # -- reading the data files

    def _countries(self) -> Iterator[_Group]:
        """Yield a group for each country, region and people; no capital means the same as its country."""
        capitals = frozenset(resources.word_list("en/capitals.txt"))
        for row in resources.read_table("ar/countries.tsv", columns=6):
            _, names, nationalities, people, _, english = map(_names_in, row)
            english = [name for name in english if name.casefold() not in capitals]
            members = self._different((*names, *nationalities, *people, *english))
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
            expansions += [english] if len(english) > MIN_LETTERS else []
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


def _is_latin(run: Run) -> bool:
    return "".join(run).isascii()


def _names_in(cell: str) -> list[str]:
    """Return the names in a cell: spaces stand between them, and low lines between the words of one."""
    return [name.replace("_", " ") for name in cell.split() if name != "-"]
