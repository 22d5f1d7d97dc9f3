"""Data files ship, are in order, and are refused with the place of an error."""

import shutil
from pathlib import Path

import pytest

from analyzers import AnalysisError, Analyzer, analyzer, resources
from analyzers.arabic import affixes
from analyzers.arabic.months import month_names
from analyzers.arabic.normalizer import normalize

MODEL = "ar/model.tsv"
FILES = resources.file_names()
TABLES = tuple(name for name in FILES if name != MODEL)
COLUMNS = {
    "ar/aliases.tsv": 2,
    "ar/arramooz.tsv": 2,
    "ar/broken_plurals.tsv": 2,
    "ar/compounds.tsv": 2,
    "ar/countries.tsv": 6,
    "ar/folds.tsv": 2,
    "ar/hijri_months.tsv": 2,
    "ar/irregular.tsv": 2,
    "ar/letter_names.tsv": 2,
    "ar/months.tsv": 3,
    "ar/names.txt": 1,
    "ar/names_across_scripts.tsv": 2,
    "ar/not_linked.txt": 1,
    "ar/places.tsv": 3,
    "ar/prefixes.tsv": 3,
    "ar/stop_words.txt": 1,
    "ar/suffixes.tsv": 4,
    "ar/verbs.tsv": 3,
    "ar/whole_words.txt": 1,
    "en/capitals.txt": 1,
    "en/given_names.txt": 1,
    "en/stop_words.txt": 1,
    "en/whole_words.txt": 1,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data files that a test may damage."""
    return Path(shutil.copytree(str(resources.DATA), tmp_path / "data"))


def test_every_data_file_ships() -> None:
    assert tuple(COLUMNS) == TABLES
    assert MODEL in FILES


@pytest.mark.parametrize("name", TABLES)
def test_a_file_is_sorted_and_unique(name: str) -> None:
    rows = ["\t".join(row) for row in resources.read_table(name, COLUMNS[name])]
    assert rows
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_holds_and_whose_it_is(name: str) -> None:
    header = [line for line in (resources.DATA / name).read_text("utf-8").splitlines() if line.startswith("#")]
    for entry in ("# Content: ", "# Columns: ", "# Source: ", "# Licence: GPL-3.0-or-later"):
        assert any(line.startswith(entry) for line in header), entry


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("one\ttwo", "line 2: 2 columns, expected 1; see the file's header", id="columns"),
        pytest.param(" one", "line 2: white space round a cell; remove it", id="white space"),
        pytest.param("cafe\u0301", "line 2: not in Unicode form NFC; normalize the file", id="not NFC"),
    ],
)
def test_a_wrong_line_is_named(data: Path, line: str, message: str) -> None:
    (data / "ar" / "words.txt").write_text(f"# header\n{line}\n", "utf-8")
    with pytest.raises(AnalysisError) as caught:
        resources.word_list("ar/words.txt", data)
    assert str(caught.value) == f"ar/words.txt, {message}"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("noun\tال", "line 2: 2 columns, expected 3; see the file's header", id="columns"),
        pytest.param(
            "particle\t2\tال", "line 2: word class 'particle'; expected noun, perfect, imperfect", id="word class"
        ),
        pytest.param("noun\ttwo\tال", "line 2: invalid literal for int() with base 10: 'two'", id="number"),
    ],
)
def test_a_row_that_makes_no_record_is_named(data: Path, row: str, message: str) -> None:
    (data / "ar" / "prefixes.tsv").write_text(f"# header\n{row}\n", "utf-8")
    with pytest.raises(AnalysisError) as caught:
        list(resources.records("ar/prefixes.tsv", 3, affixes.prefix_row, data))
    assert str(caught.value) == f"ar/prefixes.tsv, {message}"


def test_one_name_means_one_month() -> None:
    months: dict[str, set[str]] = {}
    for number, _, name in resources.read_table("ar/months.tsv", columns=3):
        months.setdefault(normalize(name), set()).add(number)
    assert {name: numbers for name, numbers in months.items() if len(numbers) > 1} == {}


def test_a_missing_file_is_named(data: Path) -> None:
    with pytest.raises(AnalysisError, match=r"^ar/nothing\.txt: cannot be read \(No such file"):
        resources.word_list("ar/nothing.txt", data)


def test_a_file_that_is_not_utf8_is_named(data: Path) -> None:
    (data / "ar" / "words.txt").write_bytes(b"abc\n\xc8\xc7\xc8\n")
    with pytest.raises(AnalysisError, match=r"^ar/words\.txt, byte 4: not UTF-8; save the file as UTF-8$"):
        resources.word_list("ar/words.txt", data)


@pytest.mark.parametrize("name", sorted({*TABLES} - resources.NOT_FOR_TERMS))
def test_the_fingerprint_changes_with_a_row(data: Path, name: str) -> None:
    before = resources.digest(1, root=data)
    with (data / name).open("a", encoding="utf-8") as file:
        file.write("\t".join(["ي"] * COLUMNS[name]) + "\n")
    assert resources.digest(1, root=data) != before


def test_the_fingerprint_changes_with_the_code_and_a_new_file(data: Path) -> None:
    before = resources.digest(1, root=data)
    assert resources.digest(2, root=data) != before
    (data / "en" / "new.txt").write_text("word\n", "utf-8")
    assert resources.digest(1, root=data) != before


def test_the_fingerprint_ignores_comments_and_months(data: Path) -> None:
    before = resources.digest(1, root=data)
    for name in ("ar/stop_words.txt", "ar/months.tsv"):
        text = (data / name).read_text("utf-8")
        (data / name).write_text("# another comment\n" + text, "utf-8")
    (data / "ar" / "months.tsv").write_text("", "utf-8")
    assert resources.digest(1, root=data) == before


def test_the_fingerprint_is_the_installed_one() -> None:
    fingerprint = Analyzer().fingerprint()
    assert fingerprint != Analyzer(lexicon=lambda: None).fingerprint() == resources.digest(analyzer.CODE_VERSION)
    assert len(bytes.fromhex(fingerprint)) == 8


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, ["كانون الثاني", "كانون2", "يناير", "جانفي", "January", "Jan"]),
        (2, ["شباط", "فبراير", "فيفري", "february"]),
        (3, ["آذار", "مارس", "March"]),
        (4, ["نيسان", "أبريل", "إبريل", "أفريل", "April"]),
        (5, ["أيار", "ايار", "مايو", "ماي", "May"]),
        (6, ["حزيران", "يونيو", "يونية", "جوان", "June"]),
        (7, ["تموز", "يوليو", "جويلية", "يوليوز", "July"]),
        (8, ["آب", "أغسطس", "أوت", "غشت", "August"]),
        (9, ["أيلول", "سبتمبر", "شتنبر", "September", "Sept"]),
        (10, ["تشرين الأول", "تشرين أول", "أكتوبر", "October"]),
        (11, ["تشرين الثاني", "نوفمبر", "نونبر", "November"]),
        (12, ["كانون الأول", "ديسمبر", "دجنبر", "December"]),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_month_names(month: int, names: list[str]) -> None:
    for name in names:
        assert month_names()[" ".join(map(normalize, name.split()))] == month


def test_every_region_names_twelve_months() -> None:
    months: dict[str, set[str]] = {}
    for number, region, _ in resources.read_table("ar/months.tsv", columns=3):
        months.setdefault(region, set()).add(number)
    assert {region: len(numbers) for region, numbers in months.items()} == dict.fromkeys(
        ("levant", "gulf", "maghreb_tn", "maghreb_dz", "maghreb_ma", "english"), 12
    )


def test_month_names_are_normalized_and_cannot_be_changed() -> None:
    names = month_names()
    assert all(key == " ".join(map(normalize, key.split())) for key in names)
    with pytest.raises(TypeError):
        names["شباط"] = 3  # type: ignore[index]


def test_every_word_of_a_list_is_one_word_however_it_is_spelt() -> None:
    for name in ("ar/stop_words.txt", "ar/whole_words.txt", "ar/names.txt"):
        spellings = [normalize(word.removesuffix("+")) for word in resources.word_list(name)]
        assert all(spellings)
        assert sorted(spellings) == sorted(set(spellings)), name
