"""The Flask application: HTML pages and a REST interface over one index."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from search_app import layout
from search_app.api import api
from search_app.delivery import deliver
from search_app.environment import PageEnvironment
from search_app.error_handlers import register_error_handlers
from search_app.exports import exports
from search_app.hosts import parse_hosts
from search_app.index_holder import EXTENSION, IndexHolder
from search_app.operation import operate
from search_app.pages import pages
from search_app.security import protect
from search_app.settings import Settings, read_settings

STATIC_MAX_AGE_S = 3600
"""How long a browser may use the style sheet and the icon without asking for them again."""


class Application(Flask):
    """The application, whose templates are of :class:`PageEnvironment`."""

    jinja_environment = PageEnvironment


class ArticleId(BaseConverter):
    """URL converter for article ids: any text, including slashes and line breaks."""

    regex = r"[\s\S]+"
    part_isolating = False


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application, see :func:`search_app.create_app`."""
    settings = settings or read_settings(os.environ)
    app = Application(__name__)
    app.config[layout.SETTINGS] = settings
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_MAX_AGE_S
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # An article's id may contain "//", because some ids are URLs.
    app.url_map.merge_slashes = False
    app.url_map.converters["article"] = ArticleId
    app.extensions[EXTENSION] = IndexHolder(settings.index)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    app.register_blueprint(exports)
    operate(app, settings)
    protect(app, parse_hosts(settings.hosts))
    deliver(app, settings)
    register_error_handlers(app)
    return app
