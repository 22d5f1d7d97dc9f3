"""Which other words mean the same as words of a query: a nationality, a month elsewhere, another name or spelling.

A link never merges terms: nothing of it is in an index, and a query may do without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from analyzers import resources
from analyzers.analyzer import analyzer_for
from analyzers.arabic.letters import ALEF, BEH, FEH, HEH, KAF, LAM, NOON, TEH, WAW, YEH
from analyzers.arabic.numerals import NUMBER
from analyzers.arabic.spelling import other_spellings

SynonymKind = Literal["nationality", "month", "name", "spelling"]

Run = tuple[str, ...]
"""Words side by side."""

_CONJUNCTIONS = (WAW, FEH)
_PREPOSITIONS = (BEH, KAF, LAM)
_MIN_LETTERS = 3
_MIN_OWN_STEM = 4

# Feminine, dual and plurals of a nationality, and its accusative.
_NISBA_ENDINGS = ("", HEH, ALEF, WAW + NOON, YEH + NOON, ALEF + NOON, ALEF + TEH, TEH + ALEF + NOON, TEH + YEH + NOON)


class Synonym(NamedTuple):
    """Words that mean the same as ``words[start : start + length]``, as they are printed; each alternative is a run of words.

    ``kind`` says why: ``nationality`` (a country, its people and what is theirs), ``month`` (the month in another
    tradition), ``name`` (another name), ``spelling`` (another spelling of a name, which need not exist). The likelier
    alternatives come first.
    """

    kind: SynonymKind
    start: int
    length: int
    alternatives: tuple[Run, ...]


class _Group(NamedTuple):
    """Runs of words that mean the same.

    Each of ``offered`` is an alternative to the others, and a link starts from any of ``offered`` and ``known``: with its
    proclitics, or, where it is also in ``inflected``, from every form that has its stem.
    """

    kind: SynonymKind
    offered: tuple[Run, ...]
    known: tuple[Run, ...] = ()
    inflected: frozenset[Run] = frozenset()


class _Table(NamedTuple):
    """The groups by the exact terms of their members, and by the stems of inflected ones."""

    by_exact: dict[Run, _Group]
    by_stem: dict[str, _Group]
    longest: int


def synonyms_of(words: Sequence[str]) -> tuple[Synonym, ...]:
    """Return the links of ``words`` as typed, in order; no two share a word, and a longer run goes before a shorter one.

    >>> [(link.start, link.length, link.alternatives[0]) for link in synonyms_of(["حرب", "تشرين", "الأول"])]
    [(1, 2, ('أكتوبر',))]
    """
    exacts = [terms.exact if (terms := analyzer_for().terms(word)) else "" for word in words]
    found: list[Synonym] = []
    at = 0
    while at < len(words):
        link = _link_at(words, exacts, at)
        found += [link] if link else []
        at += link.length if link else 1
    return tuple(found)


def has_own_stem(word: str) -> bool:
    """Return whether all but an ending of one letter is in the stem of ``word``, so that no other word has that stem.

    A foreign name may end like an inflected word: جونسون like a plural of جنس.
    """
    terms = analyzer_for().terms(word)
    return (
        terms is not None
        and len(terms.stem) >= max(len(terms.exact) - 1, _MIN_OWN_STEM)
        and terms.exact.startswith(terms.stem)
    )


def _link_at(words: Sequence[str], exacts: Sequence[str], at: int) -> Synonym | None:
    table = _table()
    for length in range(min(table.longest, len(words) - at), 0, -1):
        for reading in _readings(exacts[at], shortest=1 if length > 1 else _MIN_LETTERS):
            run = (reading, *exacts[at + 1 : at + length])
            group = table.by_exact.get(run)
            if group and (run not in _not_linked() or _is_beside_date(group, exacts, at)):
                return _link(group, run, at)
    stem = _stem(words[at])
    group = table.by_stem.get(stem)
    if group:
        return _link(group, (exacts[at],), at) if (stem,) not in _not_linked() else None
    spellings = other_spellings(exacts[at])
    return Synonym("spelling", at, 1, tuple((spelling,) for spelling in spellings)) if spellings else None


def _link(group: _Group, run: Run, at: int) -> Synonym | None:
    others = tuple(other for other in group.offered if not _holds(_exact(other), run))
    return Synonym(group.kind, at, len(run), others) if others else None


def _holds(longer: Run, run: Run) -> bool:
    return any(longer[at : at + len(run)] == run for at in range(len(longer) - len(run) + 1))


def _readings(exact: str, *, shortest: int) -> Iterator[str]:
    """Yield an exact term, and what it is without a conjunction and a preposition if that leaves ``shortest`` letters."""
    yield exact
    bare = [exact[1:]] if exact.startswith(_CONJUNCTIONS) else []
    for word in (exact, *bare):
        if word.startswith(LAM + LAM):
            bare.append(ALEF + word[1:])
        if word.startswith(_PREPOSITIONS):
            bare.append(word[1:])
    yield from (word for word in bare if len(word) >= shortest)


def _is_beside_date(group: _Group, exacts: Sequence[str], at: int) -> bool:
    """Return whether a word that may be a month is one: a number or another month stands beside it."""
    months = _table().by_exact
    return group.kind == "month" and any(
        NUMBER.fullmatch(exact) or ((beside := months.get((exact,))) and beside.kind == "month")
        for exact in (*exacts[max(at - 1, 0) : at], *exacts[at + 1 : at + 2])
    )


def _exact(run: Iterable[str]) -> Run:
    return tuple(terms.exact for word in run if (terms := analyzer_for().terms(word)))


def _stem(word: str) -> str:
    """Return the stem of a word, or an empty string for a stop word and for what is none."""
    terms = analyzer_for().terms(word)
    return terms.stem if terms and not analyzer_for().is_stop_word(word) else ""


def _run(text: str) -> Run:
    return tuple(token.text for token in analyzer_for().words(text))


# -- the table


@cache
def _table() -> _Table:
    by_exact: dict[Run, _Group] = {}
    by_stem: dict[str, _Group] = {}
    for group in (*_countries(), *_aliases(), *_months(), *_hijri_months()):
        for member in (*group.offered, *group.known):
            by_exact.setdefault(_exact(member), group)
            if member in group.inflected and len(member) == 1:
                by_stem.setdefault(_stem(member[0]), group)
    by_stem.pop("", None)
    return _Table(by_exact, by_stem, max(map(len, by_exact)))


@cache
def _not_linked() -> frozenset[Run]:
    return frozenset((word,) for word in resources.word_list("ar/not_linked.txt"))


def _countries() -> Iterator[_Group]:
    """Yield a group for each country, region and people; no capital means the same as its country."""
    capitals = frozenset(resources.word_list("en/capitals.txt"))
    for row in resources.read_table("ar/countries.tsv", columns=6):
        _, names, nationalities, people, _, english = map(_names_in, row)
        english = [name for name in english if name.casefold() not in capitals]
        offered = _different((*nationalities, *names, *people, *english))
        # By its endings, not by its stem: that of a people's plural may be a verb's (ترك), of a nationality a name's (أيمن).
        said = [name for name in nationalities if _is_linked(name)]
        forms = [*filter(_is_linked, people), *(name + ending for name in said for ending in _NISBA_ENDINGS)]
        known = (*offered, *((article + name,) for name in forms if " " not in name for article in ("", ALEF + LAM)))
        inflected = frozenset(map(_run, english))
        yield _Group("nationality", tuple(run for run in offered if _exact(run) not in _not_linked()), known, inflected)


def _is_linked(name: str) -> bool:
    return _exact(_run(name)) not in _not_linked()


def _aliases() -> Iterator[_Group]:
    """Yield a group for each name or foreign word of ``ar/aliases.tsv``; another spelling has the same endings."""
    return resources.records("ar/aliases.tsv", columns=2, make=_alias)


def _alias(kind: str, forms: str) -> _Group:
    if kind not in ("name", "spelling"):
        raise ValueError(f"kind {kind!r}; expected name, spelling")
    members = _different(_names_in(forms))
    if kind == "name":
        return _Group("name", members)
    return _Group(
        "spelling", members, inflected=frozenset(run for run in members if len(run) == 1 and has_own_stem(run[0]))
    )


def _names_in(cell: str) -> list[str]:
    """Return the names in a cell: spaces stand between them, and low lines between the words of one."""
    return [name.replace("_", " ") for name in cell.split() if name != "-"]


def _months() -> Iterator[_Group]:
    """Yield a group for each month, the English name last; short forms, digits and "May" start links but are not offered."""
    names: dict[str, list[tuple[str, str]]] = {}
    for number, region, name in resources.read_table("ar/months.tsv", columns=3):
        names.setdefault(number, []).append((region, name))
    for rows in names.values():
        english = max((name for region, name in rows if region == "english"), key=len)
        # Of the spellings in one region the longest is the full one: تشرين الأول before تشرين أول.
        rows.sort(key=lambda row: (row[0], -len(row[1])))
        offered = [name for region, name in rows if region != "english" and name[-1].isalpha()]
        offered += [english] if len(english) > _MIN_LETTERS else []
        yield _Group("month", _different(offered), tuple(_run(name) for _, name in rows))


def _hijri_months() -> Iterator[_Group]:
    spellings: dict[str, list[str]] = {}
    for number, name in resources.read_table("ar/hijri_months.tsv", columns=2):
        spellings.setdefault(number, []).append(name)
    return (_Group("month", _different(names)) for names in spellings.values())


def _different(names: Iterable[str]) -> tuple[Run, ...]:
    """Return the runs of ``names``, each once, however often it is spelled differently with the same terms."""
    runs: dict[Run, Run] = {}
    for run in map(_run, names):
        runs.setdefault(_exact(run), run)
    return tuple(runs.values())
