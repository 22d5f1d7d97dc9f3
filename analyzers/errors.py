"""Errors of analysis. Only data files and arguments cause them: no text is ever refused."""

from __future__ import annotations


class AnalysisError(ValueError):
    """A data file, a model or an argument that the analyzers cannot use."""
