"""Operation of a public server: proxies in front, access log, metrics and rate limit, each as its setting says."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from indexer import MissingExtraError
from search_app.access_log import log_requests
from search_app.settings import PREFIX, Settings, SettingsError


def operate(app: Flask, settings: Settings) -> None:
    """Set up what ``settings`` ask for; raises SettingsError for a rate that is none, MissingExtraError for libraries.

    Called before anything may refuse a request, so that what is refused is logged and counted as well.
    """
    if count := settings.proxies:
        # Only the last ones count, which the trusted proxies wrote: what a client sends itself is ignored.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if settings.access_log != "off":
        log_requests(app, with_queries=settings.access_log == "queries")
    try:
        if settings.metrics:
            from search_app.metrics import measure_requests

            measure_requests(app)
        if settings.rate_limit:
            from search_app.rate_limit import limit_rate

            limit_rate(app, settings.rate_limit)
    except ImportError as error:
        raise MissingExtraError(f"{error.name} is not installed; run: pip install 'akhbar[server]'") from error
    except ValueError as error:
        raise SettingsError(
            f"rate_limit ({PREFIX}RATE_LIMIT) {settings.rate_limit!r}: expected such as 120/minute or 5/second"
        ) from error
