"""Alerts: named searches in a file, and what of the articles new to an index each of them finds."""
