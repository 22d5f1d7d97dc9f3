"""OpenSearch engine: articles on a cluster, asked by the protocol of :mod:`indexer.engines`."""
