"""Terms of words and texts, the analyzer's caches and its explanations."""

import threading
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import analyzers
from analyzers import AnalysisError, Analyzer, Terms, Token, Word, analyzer_for
from analyzers import analyzer as module

ANALYZER = analyzer_for()
GOLDEN = Path(__file__).parent / "golden" / "ar.tsv"

VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u06e1"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئةى"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
VOWELLED = st.lists(
    st.tuples(st.sampled_from(LETTERS), st.text(st.sampled_from(VOWELS), max_size=3)), min_size=1, max_size=15
)


def golden_rows() -> list[tuple[str, str]]:
    lines = GOLDEN.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(text, expected) for text, expected in rows]


def notation(word: Word) -> str:
    term = word.terms.exact if word.terms.exact == word.terms.stem else f"{word.terms.exact}/{word.terms.stem}"
    return f"{term}@{word.token.position}{'!' if word.is_stop else ''}"


@pytest.mark.parametrize(("text", "expected"), golden_rows())
def test_texts_give_the_terms_of_the_golden_file(text: str, expected: str) -> None:
    assert " ".join(map(notation, ANALYZER.stream(text))) == expected


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        pytest.param("والصحفيون", Terms("والصحفيون", "صحفي"), id="arabic"),
        pytest.param("Lebanon’s", Terms("lebanon", "lebanon"), id="latin"),
        pytest.param("١٬٢٠٠", Terms("1200", "1200"), id="number"),
        pytest.param("و٦", Terms("6", "6"), id="conjunction before a number"),
        pytest.param("في", Terms("في", "في"), id="stop words have terms"),
        pytest.param("ﷺ", Terms("صلياللهعليهوسلم", "صلياللهعليهوسلم"), id="formula"),
        pytest.param("", None, id="empty"),
        pytest.param("ـ\u064b \ud800!", None, id="nothing searchable"),
    ],
)
def test_terms(word: str, terms: Terms | None) -> None:
    assert ANALYZER.terms(word) == terms


@pytest.mark.parametrize("word", ["في", "فِي", "وفي", "على", "إلى", "هذه", "وهي", "فقد", "لها", "The", "of"])
def test_stop_words(word: str) -> None:
    assert ANALYZER.is_stop_word(word)


@pytest.mark.parametrize("word", ["بيروت", "وهم", "فهم", "وزير", "Beirut", "2024", "", "والي"])
def test_words_that_are_no_stop_words(word: str) -> None:
    assert not ANALYZER.is_stop_word(word)


def test_a_stop_word_keeps_its_position_and_is_flagged() -> None:
    assert list(ANALYZER.stream("وزيرٌ في لبنان")) == [
        Word(Token("وزيرٌ", 0, 0, 5), Terms("وزير", "وزير"), is_stop=False),
        Word(Token("في", 1, 6, 8), Terms("في", "في"), is_stop=True),
        Word(Token("لبنان", 2, 9, 14), Terms("لبنان", "لبنان"), is_stop=False),
    ]


@given(st.one_of(ANY_TEXT, st.text(st.sampled_from("ابلوفa1.,٣ \u064e\u200cـ'\ud800\ufdfa\ufe70"), max_size=40)))
def test_a_stream_is_the_words_with_their_terms(text: str) -> None:
    expected = [
        (token, ANALYZER.terms(token.text), ANALYZER.is_stop_word(token.text)) for token in ANALYZER.words(text)
    ]
    assert [tuple(word) for word in ANALYZER.stream(text)] == [row for row in expected if row[1] is not None]


@given(ANY_TEXT)
def test_no_term_is_empty_long_or_holds_white_space(text: str) -> None:
    for word in [text, *(token.text for token in ANALYZER.words(text))]:
        terms = ANALYZER.terms(word)
        if terms is not None:
            assert 1 <= len(terms.exact) <= 64
            assert 1 <= len(terms.stem) <= 66  # a perfect's alef and a verb's sign may be added
            assert not any(map(str.isspace, terms.exact + terms.stem))
            (terms.exact + terms.stem).encode("utf-8")


@given(VOWELLED)
def test_a_vowelled_and_a_bare_spelling_have_the_same_terms(letters: list[tuple[str, str]]) -> None:
    bare = "".join(letter for letter, _ in letters)
    vowelled = "".join(letter + marks for letter, marks in letters)
    assert ANALYZER.terms(vowelled) == ANALYZER.terms(bare) is not None
    assert ANALYZER.terms(unicodedata.normalize("NFD", vowelled)) == ANALYZER.terms(bare)
    assert [token.text for token in ANALYZER.words(vowelled)] == [vowelled]


@pytest.mark.parametrize("word", ["کتابها", "کتاب\u200cها", "کتابهای", "کتاب\u200cهای"])
def test_persian_plurals_have_the_stem_of_their_noun(word: str) -> None:
    assert ANALYZER.terms(word).stem == ANALYZER.terms("کتاب").stem  # type: ignore[union-attr]


def test_the_caches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CACHED_FORMS", 10)
    analyzer = Analyzer()
    numbers = [str(number) for number in range(100)]
    assert [analyzer.terms(number) for number in numbers] == [Terms(number, number) for number in numbers]
    assert list(analyzer.analyze(" ".join(numbers)).exact) == numbers
    analyzer.terms("ا" * 65)
    list(analyzer.stream(" ".join(numbers)))
    for generation in (analyzer._forms, analyzer._forms._old, analyzer._printed, analyzer._printed._old):
        assert 1 <= len(generation) <= 10
        assert max(map(len, generation)) <= 2


def test_threads_may_share_an_analyzer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CACHED_FORMS", 7)
    analyzer, text = Analyzer(), "وزير الخارجية في بيروت يلتقي سفراء الدول العربية والأوروبية صباح اليوم"
    expected, found = (list(Analyzer().stream(text)), Analyzer().analyze(text)), []
    threads = [
        threading.Thread(
            target=lambda: found.extend((list(analyzer.stream(text)), analyzer.analyze(text)) for _ in range(50))
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 400


@pytest.mark.parametrize(
    ("word", "stages"),
    [
        pytest.param(
            "وَبِالصَّحفِيِّين",
            [
                ("word", "وَبِالصَّحفِيِّين"),
                ("exact", "وبالصحفيين"),
                ("affixes", "صحفي"),
                ("reading", "صحفي"),
                ("stem", "صحفي"),
            ],
            id="arabic",
        ),
        pytest.param(
            "وفي",
            [
                ("word", "وفي"),
                ("exact", "وفي"),
                ("affixes", "في"),
                ("reading", "في"),
                ("stem", "في"),
                ("stop word", "وفي"),
            ],
            id="stop word",
        ),
        pytest.param("Qur’an", [("word", "Qur’an"), ("exact", "quran"), ("stem", "quran")], id="latin"),
        pytest.param("٣٫٥", [("word", "٣٫٥"), ("exact", "3.5"), ("stem", "3.5")], id="number"),
        pytest.param("ـ", [("word", "ـ"), ("exact", "")], id="nothing searchable"),
    ],
)
def test_every_stage_is_explained(word: str, stages: list[tuple[str, str]]) -> None:
    explained = ANALYZER.explain(word)
    assert [(stage.name, stage.output) for stage in explained] == stages
    assert all(stage.note for stage in explained)


@given(ANY_TEXT)
def test_an_explanation_ends_in_the_terms(word: str) -> None:
    outputs = {stage.name: stage.output for stage in ANALYZER.explain(word)}
    terms = ANALYZER.terms(word)
    assert outputs["exact"] == (terms.exact if terms else "")
    assert outputs.get("stem") == (terms.stem if terms else None)


def test_there_is_one_analyzer_for_a_language() -> None:
    assert analyzer_for("ar") is analyzer_for("ar")
    assert analyzer_for().language == "ar"


def test_a_language_without_analyzer_is_named() -> None:
    with pytest.raises(AnalysisError, match=r"^language 'xx': there is no analyzer for it; expected ar$"):
        analyzer_for("xx")


def test_the_package_exports_what_it_says() -> None:
    assert sorted(analyzers.__all__, key=lambda name: (not name.isupper(), name)) == analyzers.__all__
    assert all(hasattr(analyzers, name) for name in analyzers.__all__)


# Words, and what stands between words: chunks of one word, of several and of none.
RUNNING_TEXT = st.lists(
    st.sampled_from(
        ["في", "بيروت", "«وزير»", "(CNN)،", "و6", "1.2.3", "ـ", "ﷺ", "-", " ", "  ", "\n", "\t", "\u00a0", "\u2028"]
    ),
    max_size=30,
).map("".join)


@given(st.text(max_size=80) | RUNNING_TEXT)
def test_analyze_and_stream_agree(text: str) -> None:
    exact, stems, starts = ANALYZER.analyze(text)
    assert len(exact) == len(stems) == len(starts)
    assert list(starts) == [token.start for token in ANALYZER.words(text)]
    told = [(position, term, stems[position]) for position, term in enumerate(exact) if term is not None]
    streamed = ANALYZER.stream(text)
    assert told == [
        (token.position, terms.exact, None if is_stop else terms.stem) for token, terms, is_stop in streamed
    ]


def read_analyzer(monkeypatch: pytest.MonkeyPatch, path: Path) -> Analyzer:
    monkeypatch.setenv(module.ALIASES_VARIABLE, str(path))
    return analyzer_for.__wrapped__("ar")


def test_a_file_of_own_aliases_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "aliases.txt"
    path.write_text("# clubs\n\nنادي_الفجر Dawn_Club\n", encoding="utf-8")
    assert read_analyzer(monkeypatch, path).own_aliases == ("نادي_الفجر Dawn_Club",)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param("# clubs\nنادي_الفجر\n".encode(), "line 2: 'نادي_الفجر': expected two forms", id="one form"),
        pytest.param(b"\xff", "UTF-8", id="no text"),
        pytest.param(None, "cannot be read", id="no file"),
    ],
)
def test_a_file_of_own_aliases_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "aliases.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AnalysisError, match=told):
        read_analyzer(monkeypatch, path)
