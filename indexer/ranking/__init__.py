"""Relevance: the weights of term spaces and fields, and the BM25 formula."""
