"""OpenSearch engine: articles on a cluster, asked by the protocol of :mod:`indexer.engines`.

``address`` and ``settings`` say where it is, ``client`` asks it and ``failures`` names what goes wrong. ``mapping`` and
``documents`` lay articles out, ``indexes`` keeps the live index and the one before it, ``rebuilding`` and ``updating``
write, and ``engine`` puts all behind the protocol.
"""

from indexer.engines.opensearch.engine import OpenSearchEngine

__all__ = ["OpenSearchEngine"]
