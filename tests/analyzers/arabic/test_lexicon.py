"""What a lexicon remembers, and how the installed package is compiled, cached and done without."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzers import Analyzer
from analyzers.arabic import arramooz
from analyzers.arabic.lexicon import Entry, Lexicon, text_of


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty folder that the compiled lexicon is cached in."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    arramooz.installed.cache_clear()
    yield tmp_path / "akhbar"
    arramooz.installed.cache_clear()


def test_of_two_words_in_one_slot_the_more_frequent_is_kept() -> None:
    lexicon = Lexicon.of([("منطق", Entry("B", "منطق", 9.0)), ("منطق", Entry("B", "منطقه", 14.04))])
    assert lexicon.by_slot("منطق") == {"B": (14.0, "منطقه")}
    assert lexicon.by_slot("منط") == {}
    assert lexicon.stems == {"منطق"}


def test_a_stem_of_two_texts_has_the_entries_of_both() -> None:
    texts = [text_of([("كتب", entry)]) for entry in (Entry("B", "كتاب", 12.0), Entry("ab", "كتب~", 11.0))]
    assert Lexicon(*texts).by_slot("كتب") == {"B": (12.0, "كتاب"), "a": (11.0, "كتب~"), "b": (11.0, "كتب~")}
    assert len(Lexicon(*texts)) == 1


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        pytest.param(Entry("B", "ا", 2.0), Entry("B", "ب", 3.0), (3.0, "ب"), id="the more frequent"),
        pytest.param(Entry("B", "ا", 3.0), Entry("B", "ب", 3.0), (3.0, "ا"), id="the first of two as frequent"),
    ],
)
def test_of_the_words_of_several_texts_in_one_slot_one_is_kept(
    one: Entry, other: Entry, kept: tuple[float, str]
) -> None:
    for entries in ((one, other), (other, one)):
        assert Lexicon(*(text_of([("كتب", entry)]) for entry in entries)).by_slot("كتب") == {"B": kept}


def test_the_text_does_not_depend_on_the_order() -> None:
    entries = [("ب", Entry("N", "ب", 1.0)), ("ا", Entry("N", "ا", 1.0)), ("ا", Entry("M", "ا", 1.0))]
    assert text_of(entries) == text_of(reversed(entries)) == "ا\tMN ا 1\nب\tN ب 1\n"


def test_the_lexicon_is_compiled_once_and_then_read_from_the_cache(cache: Path) -> None:
    first = arramooz.installed()
    (path,) = cache.iterdir()
    written = path.stat().st_mtime_ns
    arramooz.installed.cache_clear()
    assert arramooz.installed() == first
    assert path.stat().st_mtime_ns == written


def test_a_damaged_cache_is_compiled_again(cache: Path) -> None:
    first = arramooz.installed()
    (path,) = cache.iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    arramooz.installed.cache_clear()
    assert arramooz.installed() == first


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    arramooz.installed.cache_clear()
    source = arramooz.installed()
    arramooz.installed.cache_clear()
    assert source is not None
    assert len(source.text) > 1_000_000


def test_without_the_package_there_is_no_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arramooz, "NAME", "no-such-package-installed")
    arramooz.installed.cache_clear()
    assert Analyzer().lexicon is None
    arramooz.installed.cache_clear()


def test_the_analyzer_names_its_lexicon() -> None:
    assert Analyzer().lexicon == f"arramooz-pysqlite {importlib.metadata.version('arramooz-pysqlite')}"


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
def test_what_the_package_knows(stem: str, entry: tuple[str, str]) -> None:
    source = arramooz.installed()
    assert source is not None
    slot, term = entry
    assert Lexicon(source.text).by_slot(stem)[slot][1] == term
