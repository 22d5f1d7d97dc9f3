"""Settings: defaults, environment variables, and values that are refused in one clear line."""

from __future__ import annotations

import pytest

from search_app import create_app
from search_app.layout import SETTINGS
from search_app.settings import Settings, SettingsError, read_settings


def test_without_environment_variables_the_defaults_hold():
    assert read_settings({}) == Settings()


def test_every_setting_can_come_from_the_environment():
    environ = {
        "AKHBAR_INDEX": "/srv/news",
        "AKHBAR_PAGE_SIZE": "25",
        "AKHBAR_LATEST": "0",
        "AKHBAR_LANGUAGE": "en",
        "AKHBAR_THREADS": "8",
        "AKHBAR_HOSTS": "akhbar.example",
        "AKHBAR_WORKERS": "2",
        "AKHBAR_RATE_LIMIT": "60/minute",
        "AKHBAR_PROXIES": "1",
        "AKHBAR_ACCESS_LOG": "paths",
        "AKHBAR_METRICS": "1",
        "AKHBAR_CORS": "*",
    }
    assert read_settings(environ) == Settings(
        index="/srv/news",
        page_size=25,
        latest=0,
        language="en",
        threads=8,
        hosts="akhbar.example",
        workers=2,
        rate_limit="60/minute",
        proxies=1,
        access_log="paths",
        metrics=1,
        cors="*",
    )
    assert len(environ) == len(Settings.__dataclass_fields__)


def test_a_blank_variable_counts_as_missing():
    assert read_settings({"AKHBAR_PAGE_SIZE": "  "}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("AKHBAR_PAGE_SIZE", "ten", id="word for number"),
        pytest.param("AKHBAR_PAGE_SIZE", "0", id="too small"),
        pytest.param("AKHBAR_PAGE_SIZE", "101", id="too large"),
        pytest.param("AKHBAR_THREADS", "-1", id="negative"),
        pytest.param("AKHBAR_LANGUAGE", "fr", id="language without a catalogue"),
    ],
)
def test_a_setting_outside_its_range_is_refused(name, value):
    with pytest.raises(SettingsError, match="expected") as refused:
        read_settings({name: value})
    assert refused.value.exit_code == 2


def test_an_application_without_settings_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKHBAR_LANGUAGE", "en")
    assert create_app().config[SETTINGS].language == "en"
