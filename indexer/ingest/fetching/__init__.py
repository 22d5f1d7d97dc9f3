"""Fetching: the articles that feeds name become an archive of one's own, politely and resumably."""

from indexer.ingest.fetching.archive import Archive
from indexer.ingest.fetching.crawl import FetchReport, fetch, read_opml

__all__ = ["Archive", "FetchReport", "fetch", "read_opml"]
