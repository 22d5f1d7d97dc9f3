"""Relevance: the weights of term spaces and fields, the BM25 formula, and evaluation on judged queries."""
