"""Analyzer of texts in all scripts: ``Analyzer``, and the shared one, ``analyzer_for``."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from analyzers import parts, resources, tokenizer
from analyzers.arabic import arramooz, numerals
from analyzers.arabic.chain import chain as arabic_chain
from analyzers.chains import Chain
from analyzers.characters import ARABIC_LETTERS, WORD_SIGNS, character_class
from analyzers.encoding import ChunkTerms, term_encoder
from analyzers.english import chain as english
from analyzers.errors import AnalysisError
from analyzers.tokens import AnalyzedText, EncodedTerms, Stage, Terms, Token, Word

CODE_VERSION: Final = 3
"""Counts the changes of code that alter terms; changes of data alter the fingerprint by themselves."""

MODEL_VARIABLE: Final = "AKHBAR_MODEL"
ALIASES_VARIABLE: Final = "AKHBAR_ALIASES"

LANGUAGES: Final = ("ar",)
"""The languages whose articles can be analysed; words of other scripts inside them are too."""

# A form takes 250 bytes, and two generations of forms are kept: 10 MB. Rebuilding 9,965 articles took as long with
# 150,000 forms as with 20,000, with C and without, since chunks are cached before forms.
MAX_CACHED_FORMS: Final = 20_000
MAX_CACHED_LETTERS: Final = 64
"""Longer words are analysed each time."""

_HAS_ARABIC = re.compile(f"[{character_class(ARABIC_LETTERS)}{''.join(WORD_SIGNS)}]")

LexiconFinder = Callable[[], arramooz.Source | None]
_Form = tuple[Terms | None, bool]
"""The terms of a word, and whether it is a stop word."""

_Part = tuple[str, int, int, Terms | None, bool]
"""A word that a printed word stands for, its start and end in it, its terms, and whether it is a stop word."""

# Makes a named tuple without its keyword-aware constructor: streaming a text is a fifth faster.
_new = tuple.__new__

_Value = TypeVar("_Value")


class TwoGenerationCache(dict[str, _Value]):
    """A cache of ``compute(string)`` for short strings, filled on access, of at most 2 × MAX_CACHED_FORMS entries.

    When the young generation, the dict itself, is full, it replaces the old one; an entry that is looked up in the old
    generation returns to the young one.
    """

    def __init__(self, compute: Callable[[str], _Value]) -> None:
        super().__init__()
        self._compute = compute
        self._old: dict[str, _Value] = {}

    def __missing__(self, string: str) -> _Value:
        value = self._old.get(string)
        if value is None:
            value = self._compute(string)
        if len(string) <= MAX_CACHED_LETTERS:
            if len(self) >= MAX_CACHED_FORMS:
                self._old = self.copy()
                self.clear()
            self[string] = value
        return value


class Analyzer:
    """Analyses words and texts, each word by the chain of its own script.

    ``lexicon`` finds the lexicon for Arabic words, by default that of the installed package. The attribute
    ``lexicon`` is its name, or None where there is none: then the project's lists and the learned model work alone,
    and conflate less well. ``own_model`` is the text of a model that ``akhbar learn`` wrote, used instead of the
    shipped one. ``own_aliases`` are names that find each other, each with its forms as in
    ``ar/names_across_scripts.tsv``; no term depends on them.

    The terms of a word depend on nothing but the word, so they are cached for each printed form, and for each chunk
    of a text; both caches are bounded. Several threads may share an analyzer.

    >>> analyzer = Analyzer()
    >>> analyzer.terms("والصحفيون")
    Terms(exact='والصحفيون', stem='صحفي')
    >>> [(word.terms.stem, word.token.position) for word in analyzer.stream("في بيروت") if not word.is_stop]
    [('بيروت', 1)]
    """

    def __init__(
        self,
        language: str = "ar",
        *,
        lexicon: LexiconFinder = arramooz.installed_lexicon,
        own_model: str = "",
        own_aliases: Iterable[str] = (),
    ) -> None:
        if language not in LANGUAGES:
            raise AnalysisError(f"language {language!r}: there is no analyzer for it; expected {', '.join(LANGUAGES)}")
        self.language = language
        self.own_aliases = tuple(own_aliases)
        source = lexicon()
        self.lexicon = source.name if source else None
        learned = hashlib.sha256(own_model.encode()).hexdigest() if own_model else ""
        self._fingerprint = resources.digest(CODE_VERSION, (source.checksum if source else "") + learned)
        self._arabic = arabic_chain(source.text if source else "", own_model)
        self._forms = TwoGenerationCache(self._analyze_word)
        self._printed = TwoGenerationCache(self._analyze_printed_word)
        self._encoder = term_encoder(self._analyze_chunk, self._arabic)
        self._encoder_lock = threading.Lock()

    def words(self, text: str) -> Iterator[Token]:
        """Yield the words of ``text`` as printed; see :func:`analyzers.parts.words`."""
        return parts.words(text)

    def printed_words(self, text: str) -> list[str]:
        """Return the searchable words of ``text`` as printed; :meth:`words` of one are those that it stands for.

        >>> Analyzer().printed_words("عبدالعزيز: F-16")
        ['عبدالعزيز', 'F', '16']
        """
        return [word for word in tokenizer.WORD.findall(text) if any(True for _ in self.stream(word))]

    def exact(self, word: str) -> str:
        """Return the exact term of one word, empty when nothing searchable is left of it; cheaper than its terms."""
        return self._chain_for(word).normalize(word)

    def terms(self, word: str) -> Terms | None:
        """Return the two terms of one word, stop words included, or None when nothing searchable is left of it."""
        return self._forms[word][0]

    def is_stop_word(self, word: str) -> bool:
        """Return whether ``word`` is too common to tell one article from another."""
        return self._forms[word][1]

    def stream(self, text: str) -> Iterator[Word]:
        """Yield every searchable word of ``text`` with its terms, in order.

        Stop words are flagged, not left out, and every word of the text takes a position, searchable or not.
        """
        printed, find = self._printed, text.find
        position = end = 0
        for form in tokenizer.WORD.findall(text):
            # Between two words stands no letter or digit, so find() gives the place where the word was matched.
            start = find(form, end)
            end = start + len(form)
            for word, first, last, terms, is_stop in printed[form]:
                if terms is not None:
                    yield _new(Word, (_new(Token, (word, position, start + first, start + last)), terms, is_stop))
                position += 1

    def analyze(self, text: str) -> AnalyzedText:
        """Return the exact term, the stem and the start offset of every word of ``text``, by position, for an index.

        A word of which nothing searchable is left has None for both terms. A stop word has None for its stem: an index
        finds it by its exact term alone.

        >>> exact, stems, starts = Analyzer().analyze("في بيروت")
        >>> list(exact), list(stems), list(starts)
        (['في', 'بيروت'], [None, 'بيروت'], [0, 3])
        """
        with self._encoder_lock:
            exact, stems, starts, vocabulary = self._encoder.encode(text)
        return AnalyzedText(
            EncodedTerms(array("I", exact), vocabulary),
            EncodedTerms(array("I", stems), vocabulary),
            array("I", starts),
        )

    def explain(self, word: str) -> tuple[Stage, ...]:
        """Return every stage of the chain for ``word``, from the printed form to the stem."""
        chain = self._chain_for(word)
        exact = chain.normalize(word)
        printed = Stage("word", word, "printed", str(len(word)))
        if not exact:
            return (printed, Stage("exact", "", "nothing"))
        stages = (
            Stage("exact", exact, "folded"),
            *chain.explain_stem(chain.spell(word)),
        )
        stop = (Stage("stop word", exact, "stop_word"),)
        return (printed, *stages, *(stop if exact in chain.stop_words else ()))

    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits, which change whenever the terms of any word may have changed."""
        return self._fingerprint

    def _analyze_word(self, word: str) -> _Form:
        chain = self._chain_for(word)
        terms = chain.terms(word)
        return terms, terms is not None and terms.exact in chain.stop_words

    def _analyze_printed_word(self, form: str) -> tuple[_Part, ...]:
        return tuple((*part, *self._forms[part[0]]) for part in parts.parts_of(form))

    def _analyze_chunk(self, chunk: str) -> ChunkTerms:
        flat: list[str | int | None] = []
        for match in tokenizer.WORD.finditer(chunk):
            for _, start, _, terms, is_stop in self._analyze_printed_word(match.group()):
                exact, stem = terms or (None, None)
                flat += (exact, None if is_stop else stem, match.start() + start)
        return tuple(flat)

    def _chain_for(self, word: str) -> Chain:
        if numerals.NUMBER.fullmatch(word):
            return numerals.CHAIN
        return self._arabic if _HAS_ARABIC.search(word) else english.chain_for(word)


@cache
def analyzer_for(language: str = "ar") -> Analyzer:
    """Return the analyzer for articles in ``language``; every caller gets the same object.

    The environment variable ``AKHBAR_MODEL`` names the file of a model to use instead of the shipped one, and
    ``AKHBAR_ALIASES`` a file of names that find each other, one a line: forms separated by white space, the words of
    one form joined by ``_``. Raises AnalysisError for a language that has no analyzer, and for a file that cannot be
    read or used.
    """
    model = _text_of(MODEL_VARIABLE, "cannot be read as a model; write one: akhbar learn")
    aliases = _text_of(ALIASES_VARIABLE, "cannot be read as UTF-8 text; name a file with one name a line, or unset it")
    return Analyzer(language, own_model=model, own_aliases=_alias_rows(aliases))


def _text_of(variable: str, problem: str) -> str:
    """Return the text of the file that a variable of the environment names, or an empty one where it names none."""
    path = os.environ.get(variable, "")
    try:
        return Path(path).read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{variable} {path}: {problem}") from error


def _alias_rows(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(resources.COMMENT) or not line.strip():
            continue
        if len(line.split()) < 2:
            raise AnalysisError(
                f"{ALIASES_VARIABLE}, line {number}: {line!r:.80}: expected two forms of a name or more, separated by "
                "white space; _ joins the words of one form"
            )
        yield line
