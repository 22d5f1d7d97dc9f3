"""Queries: text to tokens, to a tree, to an engine-independent plan."""
