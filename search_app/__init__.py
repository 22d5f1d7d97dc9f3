"""The web application: pages and REST over one index. It searches nothing itself."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from search_app import layout
from search_app.api import api
from search_app.error_handlers import handle_failures
from search_app.index_holder import attach_index
from search_app.pages import pages
from search_app.security import protect
from search_app.settings import Settings, from_environment

__all__ = ["Settings", "create_app"]

STATIC_MAX_AGE_S = 3600


class ArticleId(BaseConverter):
    """An article's id in an address: any text, slashes and line breaks included."""

    regex = r"[\s\S]+"
    part_isolating = False


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application, set up by the environment where no ``settings`` are given.

    The index is opened at the first request, and waited for if it cannot be used.
    """
    settings = settings or from_environment(os.environ)
    app = Flask(__name__)
    app.config[layout.SETTINGS] = settings
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE_S
    app.config["TRUSTED_HOSTS"] = settings.hosts.split() or None  # a permanent link is made of the host asked for
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Ids may hold "//", as addresses do.
    app.url_map.merge_slashes = False
    app.url_map.converters["article"] = ArticleId
    attach_index(app, settings.index)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    protect(app)
    handle_failures(app)
    return app
