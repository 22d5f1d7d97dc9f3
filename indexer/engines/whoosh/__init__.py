"""Whoosh engine, the default: Whoosh's schema, queries, searcher and results over the segments of ``indexer.storage``.

``open_whoosh`` hands a generation, read-only, to any code that knows Whoosh: ``index``, ``reader``, ``postings``,
``searcher``, ``hits`` and ``schema`` are Whoosh's own interfaces. ``plan_compiler`` turns plans into kernel trees and
``query_compiler`` Whoosh queries. ``documents`` lays articles out, ``indexing`` writes and ``view`` reads one
generation, ``serving`` chooses it, and ``engine`` puts them behind the protocol of :mod:`indexer.engines`.
"""

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index import open_whoosh
from indexer.engines.whoosh.weighting import Weighting

__all__ = ["Weighting", "WhooshEngine", "open_whoosh"]
