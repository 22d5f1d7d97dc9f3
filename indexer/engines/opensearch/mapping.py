"""Mapping of the two indexes on a cluster: the fields of an article, those of a word, and how their texts are cut.

The cluster analyses nothing: a field holds terms with blanks between. Fields of a term space:

    stem, exact              what scores: each term once, with its weighted frequency behind a bar
    stem_early               the same terms, their frequency such that Lucene's BM25 gives the bonus of an early place
    text_stem, text_exact    every position of title and body, for phrases and nearness; GAP where no term stands
    title_stem, title_exact  the positions of the title

``article`` is kept as it is, and not indexed. ``story`` is the number of a story; ``copied_story`` is the same, and is
missing only where no other article is in it.
"""

from __future__ import annotations

from typing import Any, Final

from indexer.ranking import weights
from indexer.schema import COLUMNS, SPACES

FORMAT: Final = 3
"""Raised with every change of what the indexes hold; an older one asks for a rebuild."""

GAP: Final = "∅"
"""Stands where a word has no term: a filter removes it and keeps its position."""
MARK: Final = "∎"
"""Stands before the body in text fields, and in scored ones of articles without a term: so each counts in statistics."""
BAR: Final = "|"
"""Stands between a term and its frequency, and between the terms of a family."""

EARLY_K1: Final = 10_000
"""The k1 of the early fields: a frequency f scores idf · f / (f + EARLY_K1)."""
EARLY_SPACES: Final = tuple(space for space in SPACES if weights.EARLY_WEIGHTS[space])

MAX_TOKEN_CHARS: Final = 255
MAX_RESULT_WINDOW: Final = 100_000
"""The last hit that an offset may reach; whoever wants more iterates."""

MAX_PRECISION: Final = 40_000
"""Up to so many distinct values a cluster counts about exactly; it takes no more."""

Json = dict[str, Any]
"""An object of JSON."""

MATCH_ALL: Final[Json] = {"match_all": {}}
MATCH_NONE: Final[Json] = {"match_none": {}}

_ANALYSIS: Final[Json] = {
    "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": MAX_TOKEN_CHARS}},
    "filter": {
        "frequency": {"type": "delimited_term_freq", "delimiter": BAR},
        "alternatives": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{BAR}]+)"]},
        "gaps": {"type": "stop", "stopwords": [GAP]},
    },
    "analyzer": {
        "terms": {"type": "custom", "tokenizer": "blanks"},
        "frequencies": {"type": "custom", "tokenizer": "blanks", "filter": ["frequency"]},
        "positions": {"type": "custom", "tokenizer": "blanks", "filter": ["gaps"]},
        "family": {"type": "custom", "tokenizer": "keyword", "filter": ["alternatives"]},
    },
}
_SIMILARITY: Final[Json] = {
    "weighted": {"type": "BM25", "k1": weights.K1, "b": weights.B},
    "early": {"type": "BM25", "k1": EARLY_K1, "b": 0.0},
    "adjacency": {"type": "BM25", "k1": weights.K1, "b": 0.0},
}


def article_properties() -> Json:
    """Return the fields of the index of articles."""
    return {
        "article": {"type": "object", "enabled": False},
        "id": {"type": "keyword"},
        "url_key": {"type": "keyword", "doc_values": False},
        **{column: {"type": "keyword"} for column in COLUMNS},
        "day": {"type": "date", "format": "strict_date"},
        "seq": {"type": "long"},
        "story": {"type": "long"},
        "copied_story": {"type": "long", "index": False},
        "bands": {"type": "keyword", "doc_values": False},
        "sketch": {"type": "binary"},
        **{space: _scoring_field("weighted", norms=True) for space in SPACES},
        **{f"{space}_early": _scoring_field("early", norms=False) for space in EARLY_SPACES},
        **{f"{part}_{space}": _positional_field() for part in ("title", "text") for space in SPACES},
    }


def word_properties() -> Json:
    """Return the fields of the index of words: a document for each term of a space.

    ``articles`` counts those that have the term; ``stem`` is, of an exact term, that of the place where it first stood.
    """
    return {
        "space": {"type": "keyword"},
        "term": {"type": "keyword"},
        "articles": {"type": "long"},
        "stem": {"type": "keyword", "doc_values": False},
    }


def articles_body(settings: Json, meta: Json) -> Json:
    """Return the body of the request that makes an index of articles, with settings such as ``number_of_shards``."""
    index = {"max_result_window": MAX_RESULT_WINDOW, "similarity": _SIMILARITY, "analysis": _ANALYSIS, **settings}
    return _body(index, article_properties(), meta)


def words_body(settings: Json, meta: Json) -> Json:
    """Return the body of the request that makes an index of words."""
    return _body({"max_result_window": MAX_RESULT_WINDOW, **settings}, word_properties(), meta)


def _body(settings: Json, properties: Json, meta: Json) -> Json:
    mappings = {"dynamic": "strict", "_meta": meta, "properties": properties}
    return {"settings": {"index": settings}, "mappings": mappings}


def _scoring_field(similarity: str, *, norms: bool) -> Json:
    return {
        "type": "text",
        "analyzer": "frequencies",
        "search_analyzer": "terms",
        "index_options": "freqs",
        "norms": norms,
        "similarity": similarity,
    }


def _positional_field() -> Json:
    return {
        "type": "text",
        "analyzer": "positions",
        "search_analyzer": "terms",
        "norms": False,
        "similarity": "adjacency",
    }
