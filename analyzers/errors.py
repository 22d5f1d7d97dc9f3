"""What can go wrong in analysis: only the data files, since no text is ever refused."""

from __future__ import annotations


class AnalysisError(ValueError):
    """A data file of the analyzers, or a request for one, cannot be used as given."""
