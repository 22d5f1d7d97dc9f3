"""Programmatic API of Akhbar: indexes articles, and searches them for ranked, highlighted hits.

>>> from indexer import Article, open_index
>>> index = open_index("memory:")
>>> index.add([Article(id="1", title="انتخابات بلدية في لبنان"), Article(id="2", title="أسعار القمح")])
2
>>> [hit.article.id for hit in index.search("الانتخابات")]
['1']
"""

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if os.name != "posix":
    raise ImportError(f"Akhbar needs a POSIX system, such as Linux or macOS; this is {sys.platform}")

from indexer.article import Article, is_language_tag, is_web_address
from indexer.dates.periods import Period, read_period
from indexer.engines import IndexStats
from indexer.errors import (
    AkhbarError,
    DiskFullError,
    IndexClosedError,
    IndexDamagedError,
    IndexLockedError,
    IndexNotFoundError,
    IndexOutOfDateError,
    IndexReadOnlyError,
    IndexUnavailableError,
    IndexUnreachableError,
    IndexUnusableError,
    InputError,
    MissingExtraError,
    PartialResultsError,
    RequestError,
    SourceError,
    WorkerLostError,
    WriteUncertainError,
)
from indexer.index import Index, create, open_index
from indexer.meaning.search import load_encoder
from indexer.names.labels import value_label
from indexer.query.limits import MAX_QUERY_CHARS
from indexer.query.notices import Notice, sentence
from indexer.query.reading import cut_query
from indexer.request import (
    COPY_MODES,
    FACET_LIMIT,
    FACETS,
    HISTOGRAMS,
    MATCHES,
    MAX_HALF_LIFE_DAYS,
    MAX_NAME_CHARS,
    MAX_PAGING_DEPTH,
    MEANING_MODES,
    PERIODS,
    SORTS,
    SYNTAXES,
    PeriodUnit,
    SearchRequest,
    Sort,
)
from indexer.results.alternatives import Change, Correction, Rung, Suggestion
from indexer.results.as_json import article_as_json, coverage_as_json, hit_as_json, results_as_json, terms_as_json
from indexer.results.coverage import Coverage, PeriodShare
from indexer.results.histogram import PeriodCount
from indexer.results.hits import (
    AppliedFilters,
    FacetCount,
    Hit,
    Mark,
    MarkedArticle,
    MarkKind,
    MatchedForm,
    SearchResults,
    Snippet,
    WordForms,
)
from indexer.results.significance import SignificantTerm
from indexer.results.word_readings import WordReading, read_words
from indexer.version import VERSION

if TYPE_CHECKING:
    from indexer.ingest.build import BuildReport, rebuild, update
    from indexer.ingest.readers import BadRecord

__all__ = [
    "COPY_MODES",
    "FACETS",
    "FACET_LIMIT",
    "HISTOGRAMS",
    "MATCHES",
    "MAX_HALF_LIFE_DAYS",
    "MAX_NAME_CHARS",
    "MAX_PAGING_DEPTH",
    "MAX_QUERY_CHARS",
    "MEANING_MODES",
    "PERIODS",
    "SORTS",
    "SYNTAXES",
    "VERSION",
    "AkhbarError",
    "AppliedFilters",
    "Article",
    "BadRecord",
    "BuildReport",
    "Change",
    "Correction",
    "Coverage",
    "DiskFullError",
    "FacetCount",
    "Hit",
    "Index",
    "IndexClosedError",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexOutOfDateError",
    "IndexReadOnlyError",
    "IndexStats",
    "IndexUnavailableError",
    "IndexUnreachableError",
    "IndexUnusableError",
    "InputError",
    "Mark",
    "MarkKind",
    "MarkedArticle",
    "MatchedForm",
    "MissingExtraError",
    "Notice",
    "PartialResultsError",
    "Period",
    "PeriodCount",
    "PeriodShare",
    "PeriodUnit",
    "RequestError",
    "Rung",
    "SearchRequest",
    "SearchResults",
    "SignificantTerm",
    "Snippet",
    "Sort",
    "SourceError",
    "Suggestion",
    "WordForms",
    "WordReading",
    "WorkerLostError",
    "WriteUncertainError",
    "article_as_json",
    "coverage_as_json",
    "create",
    "cut_query",
    "hit_as_json",
    "is_language_tag",
    "is_web_address",
    "load_encoder",
    "open_index",
    "read_period",
    "read_words",
    "rebuild",
    "results_as_json",
    "sentence",
    "terms_as_json",
    "update",
    "value_label",
]

# Reading files is imported when it is asked for: a search needs none of its libraries.
_INGEST = {
    "BadRecord": "indexer.ingest.readers",
    "BuildReport": "indexer.ingest.build",
    "rebuild": "indexer.ingest.build",
    "update": "indexer.ingest.build",
}


def __getattr__(name: str) -> Any:
    if name not in _INGEST:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_INGEST[name]), name)
