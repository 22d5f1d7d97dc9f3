"""The hand-written word lists are in order and agree, and the stems decide the gold pairs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from analyzers import analyzer_for, resources, synonyms_of
from analyzers.arabic.latin_names import latin_key
from analyzers.arabic.normalizer import normalize

HERE = Path(__file__).parent
ANALYZER = analyzer_for("ar")

# Each file's folder, number of columns and least number of rows; test_resources.py holds what is true of all data files.
FILES = {
    "ar/aliases.tsv": (resources.DATA, 2, 450),
    "ar/broken_plurals.tsv": (resources.DATA, 2, 1300),
    "ar/countries.tsv": (resources.DATA, 6, 300),
    "ar/names.txt": (resources.DATA, 1, 1100),
    "ar/names_across_scripts.tsv": (resources.DATA, 2, 1900),
    "gold/pairs.tsv": (HERE, 4, 550),
}

# Shares of the pairs of gold/pairs.tsv that the stems decide rightly, one point below what was measured: .911 of the
# pairs that must meet (a verb and a noun of one spelling mostly do not: كتب, he wrote and books), all of those that must
# not. Lower one only on purpose, and say why.
FLOORS = {"+": 0.901, "-": 0.99}

# Two capitals and countries may be written the same.
SHARED_BY_COUNTRIES = {"عمان": {"OM", "JO"}}

PLURALS = [(singular, plurals.split(" ")) for singular, plurals in resources.read_table("ar/broken_plurals.tsv", 2)]
COUNTRIES = list(resources.read_table("ar/countries.tsv", 6))
ALIASES = [(kind, forms.split(" ")) for kind, forms in resources.read_table("ar/aliases.tsv", 2)]
ACROSS_SCRIPTS = [
    (arabic.split(" "), latin.split(" ")) for arabic, latin in resources.read_table("ar/names_across_scripts.tsv", 2)
]
NAMES = resources.word_list("ar/names.txt")
NOT_LINKED = {(word,) for word in resources.word_list("ar/not_linked.txt")}
PAIRS = list(resources.read_table("gold/pairs.tsv", 4, HERE))


def duplicates(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]


def spelling(form: str) -> str:
    return "_".join(map(normalize, form.split("_")))


def cell(text: str) -> list[str]:
    return [] if text == "-" else text.split(" ")


def share(sign: str) -> float:
    decided = [same_stem(*words) == (sign == "+") for _, wanted, *words in PAIRS if wanted == sign]
    return sum(decided) / len(decided)


def same_stem(word: str, other: str) -> bool:
    first, second = ANALYZER.terms(word), ANALYZER.terms(other)
    return first is not None and second is not None and first.stem == second.stem


def country_names() -> Iterator[tuple[str, str]]:
    for code, *cells, english in COUNTRIES:
        yield from ((spelling(name), code) for name in {name for text in cells for name in cell(text)})
        yield from ((name.casefold(), code) for name in cell(english))


@pytest.mark.parametrize("name", FILES)
def test_a_list_has_its_size(name: str) -> None:
    root, columns, size = FILES[name]
    assert len(list(resources.read_table(name, columns, root))) >= size


def test_the_gold_pairs_are_sorted_and_unique() -> None:
    rows = ["\t".join(row) for row in PAIRS]
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("name", FILES)
def test_a_cell_holds_words_parted_by_one_space(name: str) -> None:
    root, columns, _ = FILES[name]
    for row in resources.read_table(name, columns, root):
        assert all(word and word.strip("_") == word for text in row for word in text.split(" ")), row


def test_a_word_has_one_row_of_plurals_and_a_plural_one_singular() -> None:
    assert duplicates(normalize(singular) for singular, _ in PLURALS) == []
    assert duplicates(normalize(plural) for _, plurals in PLURALS for plural in plurals) == []


def test_no_plural_is_a_singular() -> None:
    singulars = {normalize(singular) for singular, _ in PLURALS}
    assert singulars.isdisjoint(normalize(plural) for _, plurals in PLURALS for plural in plurals)


def test_a_plural_has_the_stem_of_its_singular() -> None:
    """With an article or without: عرف alone is he knew, and التقي is mostly he met."""
    pairs = [(singular, plural) for singular, plurals in PLURALS for plural in plurals]
    apart = [pair for pair in pairs if not same_stem(*pair) and not same_stem(*(f"ال{word}" for word in pair))]
    assert apart == []


def test_no_plural_is_a_whole_word() -> None:
    whole = set(map(normalize, resources.word_list("ar/whole_words.txt")))
    assert whole.isdisjoint(normalize(plural) for _, plurals in PLURALS for plural in plurals)


def test_no_protected_name_is_a_plural_or_another_name() -> None:
    names = [normalize(name) for name in NAMES]
    assert duplicates(names) == []
    assert set(names).isdisjoint(normalize(plural) for _, plurals in PLURALS for plural in plurals)


def test_no_protected_name_is_an_inflected_nationality() -> None:
    nationalities = [normalize(word) for row in COUNTRIES for word in cell(row[2])]
    inflected = {word + ending for word in nationalities for ending in ("ه", "ات", "ون", "ين")}
    assert inflected & set(map(normalize, NAMES)) == set()


def test_a_country_has_one_code_and_a_name_one_country() -> None:
    assert duplicates(code for code, *_ in COUNTRIES) == []
    owners: dict[str, set[str]] = {}
    for name, code in country_names():
        owners.setdefault(name, set()).add(code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == SHARED_BY_COUNTRIES


@pytest.mark.parametrize("row", COUNTRIES, ids=lambda row: row[0])
def test_a_country_is_written_as_the_header_says(row: tuple[str, ...]) -> None:
    code, names, nationality, people, capitals, english = row
    assert re.fullmatch(r"[A-Z]{2}|x(-[a-z]+)+", code)
    assert cell(names) or cell(nationality)
    assert all(word.endswith("ي") for word in cell(nationality))
    assert re.fullmatch(r"[A-Za-z_' ]+", english)
    assert all(normalize(name) for text in (names, people, capitals) for name in cell(text))


def test_a_form_is_in_one_group_of_aliases_of_its_kind() -> None:
    assert {kind for kind, _ in ALIASES} == {"name", "spelling"}
    assert all(len({spelling(form) for form in forms}) > 1 for _, forms in ALIASES)
    assert duplicates(f"{kind} {spelling(form)}" for kind, forms in ALIASES for form in forms) == []


def key(form: str) -> tuple[str, ...]:
    return latin_key(tuple(map(ANALYZER.exact, form.split("_"))))


def test_a_name_has_forms_in_both_scripts() -> None:
    for arabic, latin in ACROSS_SCRIPTS:
        assert not any(re.search("[a-zA-Z]", form) for form in arabic), arabic
        assert all(re.fullmatch("[A-Za-z0-9'_]+", form) for form in latin), latin


def test_the_words_of_a_form_are_those_of_a_text() -> None:
    for form in chain.from_iterable((*arabic, *latin) for arabic, latin in ACROSS_SCRIPTS):
        words = form.split("_")
        assert "".join(token.text for token in ANALYZER.words(" ".join(words))) == "".join(words)
        assert all(map(ANALYZER.exact, words)), form


def test_a_form_is_in_one_row_and_no_two_forms_in_a_row_are_the_same() -> None:
    owners: dict[tuple[str, ...], set[int]] = {}
    for number, row in enumerate(ACROSS_SCRIPTS):
        forms = [form for forms in row for form in forms]
        assert duplicates("_".join(map(ANALYZER.exact, form.split("_"))) for form in forms) == []
        for form in forms:
            owners.setdefault(key(form), set()).add(number)
    assert {form: rows for form, rows in owners.items() if len(rows) > 1} == {}


def test_every_form_of_a_name_finds_the_others() -> None:
    for arabic, latin in ACROSS_SCRIPTS:
        forms = [tuple(token.text for token in ANALYZER.words(form.replace("_", " "))) for form in (*arabic, *latin)]
        for form in forms:
            if tuple(map(ANALYZER.exact, form)) not in NOT_LINKED:
                assert finds_all_but_itself(form, forms), (form, forms)


def finds_all_but_itself(form: tuple[str, ...], forms: list[tuple[str, ...]]) -> bool:
    """Return whether each form is, or holds, the form itself or one of its synonyms, or is held by the form."""
    (synonym,) = synonyms_of(form, ANALYZER)
    exacts = [" ".join(map(ANALYZER.exact, run)) for run in (form, *synonym.alternatives)]
    return synonym.length == len(form) and all(
        any(f" {found} " in f" {other} " for found in exacts)
        or f" {other} " in f" {exacts[0]} "
        or (other,) in NOT_LINKED
        for other in (" ".join(map(ANALYZER.exact, run)) for run in forms)
    )


def test_gold_pairs_are_of_two_words_and_asked_once() -> None:
    assert {sign for _, sign, _, _ in PAIRS} == set(FLOORS)
    assert all(word != other for *_, word, other in PAIRS)
    assert duplicates(" ".join(sorted(words)) for *_, words in ((row[0], row[2:]) for row in PAIRS)) == []


@pytest.mark.parametrize("sign", FLOORS)
def test_the_stems_decide_the_gold_pairs(sign: str) -> None:
    wrong = [row for row in PAIRS if row[1] == sign and same_stem(*row[2:]) != (sign == "+")]
    assert share(sign) >= FLOORS[sign], wrong
