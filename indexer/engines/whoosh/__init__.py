"""The default engine: a Whoosh index in a folder of generations.

``pickles`` keeps what Whoosh unpickles harmless, ``schema`` names the fields, ``compiler`` turns
plans into Whoosh queries, ``segments`` writes and ``view`` reads one generation, ``engine`` puts
them behind the protocol.
"""

from indexer.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
