"""Scripts: whether a query is written in other letters than most articles of an index."""

from __future__ import annotations

from typing import Final

from indexer.engines import SearchEngine
from indexer.names.languages import script_of, script_of_language
from indexer.query.plan import EngineRequest, MatchAll

USUAL: Final = "arabic"
"""The script of articles whose language nothing tells."""


def has_another_script(engine: SearchEngine, text: str) -> bool:
    """Return whether most letters of a text are of another script than the commonest language of the articles."""
    script = script_of(text)
    languages = engine.search(EngineRequest(MatchAll(), limit=0, facets=("language",), facet_limit=1)).facets[
        "language"
    ]
    of_articles = script_of_language(languages[0].value) if languages else USUAL
    return None not in (script, of_articles) and script != of_articles
