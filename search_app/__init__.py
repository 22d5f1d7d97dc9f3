"""The web application: HTML pages and a REST interface over one index, as a Flask application factory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search_app.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application; without ``settings`` they are read from the environment.

    The index is opened at the first request. While it cannot be used, pages answer 503 and each request tries again.
    Raises :class:`SettingsError` when a setting from the environment is outside its range.
    """
    from search_app.application import create_app as create  # every command imports this package, few serve pages

    return create(settings)
