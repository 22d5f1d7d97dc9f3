"""Paradigms: where a form of a frequent noun or verb leaves its word.

    python benchmarks/analysis/paradigms.py ARTICLES.jsonl[.gz] … [--words 3000] [--every]

Of the most frequent nouns and verbs of the articles, those that a dictionary has, every form that grammar allows is made
and stemmed. Printed are, for each kind of form, how many leave their word, with the commonest; --every prints all.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from speed import bodies

from analyzers import Analyzer
from analyzers.arabic import arramooz
from analyzers.arabic.conjugation import Verb, stems

ALL = 1 << 40
PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "كم", "ك")
SEATS = frozenset("أإآؤئء")  # a hamza changes its seat from form to form: such verbs are left out
VERB_FORMS = (
    ("a", "perfect", ("", "و", "ف"), ("",)),
    ("c", "perfect with an ending", ("",), ("ت", "وا")),
    ("b", "perfect with a pronoun", ("",), ("ه", "ها", "هم")),
    ("f", "imperfect", ("ي", "ت", "ن", "وي", "سي", "ست", "لي"), ("",)),
    ("f", "imperfect with a pronoun", ("ي",), ("ه", "ها", "هم")),
    ("g", "imperfect plural", ("ي",), ("ون", "وا")),
)
"""The slot of a stem, the kind of form, and what stands before and after the stem."""

SHOWN = 8  # forms of a kind


class Form(NamedTuple):
    """A form of a word, and its kind: what was joined to what."""

    kind: str
    text: str


def noun_forms(noun: str) -> Iterator[Form]:
    """Yield the forms of a noun or adjective, written as in a dictionary, singular and dual, with their clitics."""
    is_feminine = noun.endswith("ة")
    joined = noun[:-1] + "ت" if is_feminine else noun[:-1] + "ا" if noun.endswith("ى") else noun
    doubled = noun[:-1] + "ي" if noun.endswith("ى") else joined
    for prefix in ("و", "ف", "ب", "ل", "ك", "وب", "ول"):
        yield Form("preposition or conjunction", prefix + noun)
    for prefix in ("ال", "وال", "بال", "كال", "فال", "لل", "ولل"):
        yield Form("article", prefix + (noun[1:] if noun.startswith("ل") and prefix.endswith("لل") else noun))
    for pronoun in PRONOUNS:
        yield Form("pronoun", joined + pronoun)
        yield Form("preposition and pronoun", "ب" + joined + pronoun)
        yield Form("dual with a pronoun", doubled + "ي" + pronoun)
    yield from (Form("dual", doubled + ending) for ending in ("ان", "ين"))
    yield from (Form("dual with an article", "ال" + doubled + ending) for ending in ("ان", "ين"))
    yield from (Form("dual in construct", prefix + doubled + "ي") for prefix in ("", "و", "ل", "ب"))
    if is_feminine:
        plural = noun[:-1] + "ات"
        yield from (Form("sound plural", text) for text in (plural, "ال" + plural, "و" + plural, "ل" + plural))
        yield from (Form("sound plural with a pronoun", plural + pronoun) for pronoun in PRONOUNS)
    elif noun[-1] not in "اىيءو":
        yield Form("accusative", noun + "ا")


def verb_forms(verb: Verb) -> Iterator[Form]:
    """Yield the forms of a verb, third person, active, with their clitics."""
    for stem in stems(verb):
        for slot, kind, prefixes, endings in VERB_FORMS if stem.share == 1 else ():
            if slot in stem.slots:
                yield from (Form(kind, prefix + stem.letters + ending) for prefix in prefixes for ending in endings)


def dictionary() -> tuple[set[str], dict[str, list[Verb]]]:
    """Return the spellings of the nouns of the lexicon package that have a dual, and its verbs by their spelling."""
    path = importlib.metadata.distribution(arramooz.NAME).locate_file("arramooz/data/arabicdictionary.sqlite")
    vowels = {"فتحة": "a", "كسرة": "i", "ضمة": "u"}
    verbs: defaultdict[str, list[Verb]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as words:
        nouns = {noun for (noun,) in words.execute("SELECT unvocalized FROM nouns WHERE number = 'مفرد' AND dualable")}
        for verb, root, vowel, is_first_form in words.execute(
            "SELECT unvocalized, root, future_type, triliteral FROM verbs"
        ):
            verbs[verb].append(Verb(verb, root, vowels.get(vowel, "u") if is_first_form else "-"))  # type: ignore[arg-type]
    return nouns, verbs


def words(counts: Counter[str], analyzer: Analyzer, most: int) -> Iterator[tuple[str, Iterable[Form]]]:
    """Yield the most frequent words that are spelt as in the dictionary of the lexicon package, with their forms."""
    nouns, verbs = dictionary()
    found = 0
    for word, _ in counts.most_common():
        terms = analyzer.terms(word)
        if terms is None or analyzer.is_stop_word(word) or len(word) < 3 or found == most:
            continue
        forms: list[Form] = []
        if word in nouns and terms.stem == terms.exact:
            forms = list(noun_forms(word))
        elif terms.stem == f"{terms.exact}~" and not SEATS & set(word):
            forms = [form for verb in verbs.get(word, ()) for form in verb_forms(verb)]
        found += bool(forms)
        yield from [(word, forms)] if forms else []


def main() -> None:
    """Print the kinds of forms, the one with the most that leave first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--words", type=int, default=3000)
    parser.add_argument("--every", action="store_true")
    given = parser.parse_args()
    analyzer = Analyzer()
    counts: Counter[str] = Counter(
        token.text for path in given.articles for text in bodies(path, ALL) for token in analyzer.words(text)
    )
    tried: Counter[str] = Counter()
    left: defaultdict[str, list[str]] = defaultdict(list)
    for word, forms in words(counts, analyzer, given.words):
        own = analyzer.terms(word)
        for kind, text in dict.fromkeys(forms):
            found = analyzer.terms(text)
            tried[kind] += 1
            if found != own and (found is None or own is None or found.stem != own.stem):
                left[kind].append(f"{word}: {text} = {found.stem if found else ''}")
    print(f"{sum(map(len, left.values())):,} of {sum(tried.values()):,} forms leave their word")
    for kind in sorted(tried, key=lambda kind: -len(left[kind])):
        print(
            f"{kind:32}{len(left[kind]):>7,} of {tried[kind]:>7,}",
            *left[kind][: None if given.every else SHOWN],
            sep="  ",
        )


if __name__ == "__main__":
    main()
