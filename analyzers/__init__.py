"""Analysis of news texts, Arabic first: tokenizing, normalizing, stemming. Text in, terms out.

A *token* is a word as printed, with its position and offsets. A word has two *terms*: ``exact``, its normalized
letters, and ``stem``, one term for all forms of the word. :func:`analyzer_for` gives the :class:`Analyzer` that makes
them; nothing here knows an index, a file of articles or a web page.

>>> analyzer = analyzer_for("ar")
>>> [(token.text, token.position) for token in analyzer.words("وزيرُ الخارجية، CNN")]
[('وزيرُ', 0), ('الخارجية', 1), ('CNN', 2)]
>>> analyzer.terms("الخارجية")
Terms(exact='الخارجيه', stem='خارجي')
"""

from analyzers.analyzer import MODEL_VARIABLE, Analyzer, analyzer_for
from analyzers.arabic.learning import learn_model
from analyzers.arabic.lexicon import VERB_SIGN
from analyzers.arabic.model import dump as dump_model
from analyzers.arabic.months import month_names
from analyzers.arabic.normalizer import normalize
from analyzers.arabic.synonym_groups import has_own_stem
from analyzers.arabic.synonyms import Synonym, synonyms_of, with_proclitics
from analyzers.characters import JOINERS, MARKS, character_class
from analyzers.compounds import Compound, compounds, usual_spelling
from analyzers.errors import AnalysisError
from analyzers.extension import NATIVE_WANTED, load_extension
from analyzers.parts import words
from analyzers.resources import read_table
from analyzers.tokenizer import end_of_word
from analyzers.tokens import AnalyzedText, EncodedTerms, Stage, Terms, Token, Word
from analyzers.whoosh_analyzer import ArabicAnalyzer
from analyzers.worker import AnswerDecoder, AnswerEncoder, decode_texts, encode_texts, receive, send

__all__ = [
    "JOINERS",
    "MARKS",
    "MODEL_VARIABLE",
    "NATIVE_WANTED",
    "VERB_SIGN",
    "AnalysisError",
    "AnalyzedText",
    "Analyzer",
    "AnswerDecoder",
    "AnswerEncoder",
    "ArabicAnalyzer",
    "Compound",
    "EncodedTerms",
    "Stage",
    "Synonym",
    "Terms",
    "Token",
    "Word",
    "analyzer_for",
    "character_class",
    "compounds",
    "decode_texts",
    "dump_model",
    "encode_texts",
    "end_of_word",
    "has_own_stem",
    "learn_model",
    "load_extension",
    "month_names",
    "normalize",
    "read_table",
    "receive",
    "send",
    "synonyms_of",
    "usual_spelling",
    "with_proclitics",
    "words",
]
