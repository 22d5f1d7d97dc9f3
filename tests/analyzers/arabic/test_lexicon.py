"""Lexicon entries, and the lexicon of the installed package: compiling, caching, doing without."""

import importlib.metadata
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from analyzers import Analyzer
from analyzers.arabic import arramooz
from analyzers.arabic.lexicon import Entry, Lexicon, text_of
from analyzers.arabic.model import Model
from analyzers.arabic.segmenter import Segmenter
from analyzers.arabic.user_cache import cache_folder, cached_text

NOUNS = [
    ("حكومة", "noun", "", "", "", "", "", "", "x", ""),
    ("وزير", "noun", "", "", "وزراء", "", "x", "", "", ""),
    ("طلب", "مصدر:مصدر", "", "", "", "", "", "", "", "طَلَبَ"),
    ("مستشفى", "noun", "", "", "", "", "", "", "x", ""),
]
COUNTS = [("حُكُومَة", "حكومة", "noun", 900), ("بَغْدَاد", "بغداد", "noun_prop", 500)]
COUNTS += [("طَلَب", "طلب", kind, 90) for kind in ("noun", "verb")]
VERBS = [("استخدم", "خدم", "", False), ("طلب", "طلب", "ضمة", True)]

TINY_TEXT = """\
استخدم\tabcde استخدم~ 3
بغداد\tW بغداد 6.2
حكوم\tAHK حكومه 6.8
ستخدم\tfg استخدم~ 3
طلب\tNabcdefg طلب 4.5
مستشف\tY مستشفي 3
وزراء\tB وزير 2.3
وزير\tHK وزير 1.6\tN وزير 3
"""


@pytest.fixture
def tiny_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with the files of arramooz-pysqlite but few words, and use it as the lexicon package."""
    data = tmp_path / "site" / "arramooz" / "data"
    data.mkdir(parents=True)
    with closing(sqlite3.connect(data / "arabicdictionary.sqlite")) as words:
        words.execute(
            "CREATE TABLE nouns (unvocalized, wordtype, number, single, broken_plural, mankous, feminable,"
            " masculin_plural, feminin_plural, original)"
        )
        words.execute("CREATE TABLE verbs (unvocalized, root, future_type, triliteral)")
        words.executemany("INSERT INTO nouns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", NOUNS)
        words.executemany("INSERT INTO verbs VALUES (?, ?, ?, ?)", VERBS)
        words.commit()
    with closing(sqlite3.connect(data / "wordfreq.sqlite")) as counts:
        counts.execute("CREATE TABLE wordfreq (vocalized, unvocalized, word_type, freq)")
        counts.executemany("INSERT INTO wordfreq VALUES (?, ?, ?, ?)", COUNTS)
        counts.commit()
    (tmp_path / "site" / "tiny-1.0.dist-info").mkdir()
    (tmp_path / "site" / "tiny-1.0.dist-info" / "METADATA").write_text("Name: tiny\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(arramooz, "NAME", "tiny")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    arramooz.installed_lexicon.cache_clear()
    yield
    arramooz.installed_lexicon.cache_clear()


def test_of_two_words_in_one_slot_the_more_frequent_is_kept() -> None:
    lexicon = Lexicon.of([("منطق", Entry("B", "منطق", 9.0)), ("منطق", Entry("B", "منطقه", 14.04))])
    assert lexicon.by_slot("منطق") == {"B": [(14.0, "منطقه", "")]}
    assert lexicon.by_slot("منط") == {}
    assert lexicon.stems == {"منطق"}


def test_a_stem_of_two_texts_has_the_entries_of_both() -> None:
    texts = [text_of([("كتب", entry)]) for entry in (Entry("B", "كتاب", 12.0), Entry("ab", "كتب~", 11.0))]
    assert Lexicon(*texts).by_slot("كتب") == {
        "B": [(12.0, "كتاب", "")],
        "a": [(11.0, "كتب~", "")],
        "b": [(11.0, "كتب~", "")],
    }
    assert len(Lexicon(*texts)) == 1


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        pytest.param(Entry("B", "ا", 2.0), Entry("B", "ب", 3.0), "ب", id="the more frequent"),
        pytest.param(Entry("B", "ا", 3.0), Entry("B", "ب", 3.0), "ا", id="the first of two as frequent"),
    ],
)
def test_of_the_words_of_several_texts_in_one_slot_one_is_read(one: Entry, other: Entry, kept: str) -> None:
    for entries in ((one, other), (other, one)):
        lexicon = Lexicon(*(text_of([("كتب", entry)]) for entry in entries))
        assert Segmenter(Model({("noun", "", ""): 1.0}, {}), lexicon).split("كتب").term == kept


def test_the_text_does_not_depend_on_the_order() -> None:
    entries = [("ب", Entry("N", "ب", 1.0)), ("ا", Entry("N", "ا", 1.0)), ("ا", Entry("M", "ا", 1.0))]
    assert text_of(entries) == text_of(reversed(entries)) == "ا\tMN ا 1\nب\tN ب 1\n"


@pytest.mark.usefixtures("tiny_package")
def test_the_package_is_compiled_once_and_then_read_from_the_cache() -> None:
    source = arramooz.installed_lexicon()
    assert source is not None
    assert (source.name, source.text) == ("tiny 1.0", TINY_TEXT)
    (path,) = cache_folder().iterdir()
    written = path.stat().st_mtime_ns
    arramooz.installed_lexicon.cache_clear()
    assert arramooz.installed_lexicon() == source
    assert path.stat().st_mtime_ns == written


@pytest.mark.usefixtures("tiny_package")
def test_a_damaged_cache_is_compiled_again() -> None:
    source = arramooz.installed_lexicon()
    (path,) = cache_folder().iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    arramooz.installed_lexicon.cache_clear()
    assert arramooz.installed_lexicon() == source
    assert path.read_bytes() == whole


@pytest.mark.usefixtures("tiny_package")
def test_a_cache_that_cannot_be_written_is_done_without() -> None:
    cache_folder().write_text("in the way")
    source = arramooz.installed_lexicon()
    assert source is not None
    assert source.text == TINY_TEXT


def test_of_each_kind_the_cache_keeps_the_last_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for at in range(6):
        cached_text(f"one-{at}.txt", str)
        os.utime(cache_folder() / f"one-{at}.txt", (at, at))
    cached_text("other-0.txt", str)
    assert {path.name for path in cache_folder().iterdir()} == {
        *(f"one-{at}.txt" for at in (2, 3, 4, 5)),
        "other-0.txt",
    }


def test_without_the_package_there_is_no_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arramooz, "NAME", "no-such-package-installed")
    arramooz.installed_lexicon.cache_clear()
    assert Analyzer().lexicon is None
    arramooz.installed_lexicon.cache_clear()


def test_the_analyzer_names_its_lexicon() -> None:
    assert Analyzer().lexicon == f"arramooz-pysqlite {importlib.metadata.version('arramooz-pysqlite')}"


@pytest.fixture(scope="module")
def installed() -> Lexicon:
    """Return the lexicon of the installed package."""
    source = arramooz.installed_lexicon()
    assert source is not None
    return Lexicon(source.text)


@pytest.mark.parametrize(
    ("stem", "entry"),
    [
        pytest.param("حكوم", ("H", "حكومه"), id="feminine noun"),
        pytest.param("وزراء", ("B", "وزير"), id="broken plural"),
        pytest.param("قضا", ("T", "قاضي"), id="broken plural in teh marbuta"),
        pytest.param("مستشف", ("Y", "مستشفي"), id="noun in alef maksura"),
        pytest.param("لبناني", ("H", "لبناني"), id="nisba takes the feminine"),
        pytest.param("ستخدم", ("f", "استخدم~"), id="imperfect"),
        pytest.param("بغداد", ("W", "بغداد"), id="name"),
    ],
)
def test_the_installed_package_has_a_stem(installed: Lexicon, stem: str, entry: tuple[str, str]) -> None:
    slot, term = entry
    assert term in [word for _, word, _ in installed.by_slot(stem)[slot]]
