"""What every page shares: its language, its masthead and the links of its frame."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from flask import current_app, render_template, request, url_for

from search_app.messages import Messages, messages
from search_app.settings import LANGUAGES, Language, Settings
from search_app.urls import Parameters, read_parameters

SETTINGS = "AKHBAR_SETTINGS"
_SAFE_IN_PATH = "/!$&'()*+,:;=@"
_FORM = ("from", "to", "source", "category", "sort", "match", "lang")


def settings() -> Settings:
    """Return the settings of the application that serves this request."""
    return cast("Settings", current_app.config[SETTINGS])


def today() -> datetime.date:
    """Return the date where the server is; «أمس» is the day before."""
    return datetime.datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page. ``parameters`` name a language only where it is not the default one."""

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
        """The address of the first page, in this language."""
        return self.parameters.only("lang").on(self.home_path)

    @property
    def form_inputs(self) -> tuple[tuple[str, str], ...]:
        """What the search box sends along with a query: the filters in use."""
        return self.parameters.only(*_FORM).pairs

    @property
    def other_language(self) -> Messages:
        """The messages of the language to switch to."""
        return messages(next(language for language in LANGUAGES if language != self.messages.language))

    @property
    def switch(self) -> str:
        """The address of this page in the other language."""
        language = self.other_language.language
        return with_language(self.parameters, language).on(self.path)


def with_language(parameters: Parameters, language: Language) -> Parameters:
    """Return ``parameters`` in ``language``; the default one is not written."""
    return parameters.placed("lang", "" if language == settings().language else language)


def current_frame() -> Frame:
    """Return the frame of the page that is asked for."""
    parameters = read_parameters(request.args)
    given = parameters.first("lang")
    language = next((each for each in LANGUAGES if each == given), settings().language)
    return Frame(messages(language), with_language(parameters, language), _own_path(), url_for("pages.search"))


def _own_path() -> str:
    """Return the path of the page that is asked for, as it is written in an address of this site."""
    # One slash at the start: two would name another host.
    return quote(f"/{(request.script_root + request.path).lstrip('/')}", safe=_SAFE_IN_PATH, errors="replace")


def render(template: str, frame: Frame, **values: object) -> str:
    """Return ``template`` filled in; it knows ``frame``, and its messages as ``t``."""
    return render_template(template, frame=frame, t=frame.messages, **values)
