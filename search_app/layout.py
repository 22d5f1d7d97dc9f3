"""The page frame: language, masthead and links that all pages share."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast
from urllib.parse import quote

from flask import current_app, render_template, request, url_for

from search_app.messages import Messages, messages
from search_app.settings import LANGUAGES, Language, Settings
from search_app.urls import FILTERS, Parameters, read_parameters

SETTINGS = "AKHBAR_SETTINGS"
_STATIC = Path(__file__).with_name("static")
_SAFE_IN_PATH = "/!$&'()*+,:;=@"
_KEPT_BY_SEARCH_BOX = (*FILTERS, "sort", "match", "lang")


def settings() -> Settings:
    """Return the settings of the current application."""
    return cast("Settings", current_app.config[SETTINGS])


def today() -> datetime.date:
    """Return the date in the server's time zone, which words such as «أمس» (yesterday) refer to."""
    return datetime.datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page. ``parameters`` include ``lang`` only where it is not the default language."""

    messages: Messages
    parameters: Parameters
    path: str
    home_path: str

    @property
    def query(self) -> str:
        """The query as typed."""
        return self.parameters.first("q")

    @property
    def home(self) -> str:
        """The address of the landing page, in this language."""
        return self.parameters.only("lang").address(self.home_path)

    def page(self, path: str) -> str:
        """Return the address of the page at ``path`` of this application, in this language."""
        language = self.parameters.first("lang")
        return f"{self.site(path)}?lang={language}" if language else self.site(path)

    def site(self, path: str) -> str:
        """Return ``path`` of this application, which needs no encoding, as a path of the site, without parameters."""
        return self.home_path + path[1:]

    def with_search(self, path: str) -> str:
        """Return the address of the page at ``path`` about what this page searches for."""
        return self.parameters.without("sort", "copies").address(self.site(path))

    def static(self, name: str) -> str:
        """Return the address of the static file ``name``, which changes with the file: browsers keep it for good."""
        return f"{self.site(f'{current_app.static_url_path}/{name}')}?v={static_version(name)}"

    @property
    def form_inputs(self) -> tuple[tuple[str, str], ...]:
        """Hidden inputs of the search box: the filters, order and language in use."""
        return self.parameters.only(*_KEPT_BY_SEARCH_BOX).pairs

    @property
    def other_language(self) -> Messages:
        """The messages of the language to switch to."""
        return messages(next(language for language in LANGUAGES if language != self.messages.language))

    @property
    def switch(self) -> str:
        """The address of this page in the other language."""
        language = self.other_language.language
        return with_language(self.parameters, language).address(self.path)


def with_language(parameters: Parameters, language: Language) -> Parameters:
    """Return ``parameters`` with ``lang`` set to ``language``, or without it for the default language."""
    return parameters.with_position("lang", "" if language == settings().language else language)


def current_frame() -> Frame:
    """Return the frame of the page requested."""
    parameters = read_parameters(request.args)
    given = parameters.first("lang")
    language = next((known for known in LANGUAGES if known == given), settings().language)
    return Frame(messages(language), with_language(parameters, language), site_path(request.path), site_path("/"))


def site_path(path: str) -> str:
    """Return ``path`` of this application as a percent-encoded path of the site.

    Error pages use it too, for requests whose host is malformed; Flask's ``url_for`` does not work in these.
    """
    # One slash at the start: two would name another host.
    return quote(f"/{(request.script_root + path).lstrip('/')}", safe=_SAFE_IN_PATH, errors="replace")


@lru_cache(maxsize=64)
def static_version(name: str) -> str:
    """Return digits that change with the static file ``name``; empty where there is no such file."""
    file = _STATIC / Path(name).name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def server_address() -> str:
    """Return the address of this application as the request reached it, with a slash at its end."""
    return url_for("pages.search", _external=bool(request.host))


def render(template: str, frame: Frame, **values: object) -> str:
    """Return ``template`` rendered with ``values``, the ``frame`` and its messages as ``t``."""
    return render_template(template, frame=frame, t=frame.messages, **values)
