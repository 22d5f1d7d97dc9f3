"""The default engine: Whoosh's schema, queries, results and scores over segments of arrays, in a folder of generations.

``open_whoosh`` hands the plain Whoosh index in a generation to any Whoosh code. ``segment`` is what lies on disk,
``writer`` changes it, ``kernels`` search it; ``codec``, ``index`` and ``searcher`` are Whoosh's own interfaces, ``trees`` turns its
queries into what kernels evaluate. ``documents`` says how an article lies in there, ``compiler`` turns plans into
Whoosh queries, ``changing`` writes and ``view`` reads one generation, ``engine`` puts them behind the protocol.
"""

from indexer.engines.whoosh.engine import WhooshEngine
from indexer.engines.whoosh.index import open_whoosh

__all__ = ["WhooshEngine", "open_whoosh"]
