"""REST held against its own description: every kind of request that it describes gets an answer that it describes.

``benchmarks/serving/described_api.py`` does the same at length, over HTTP.
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from search_app.openapi import ENDPOINTS
from tests.support import described_api  # registers its hooks

assert described_api.filter_failure


@pytest.fixture(scope="module")
def described(app):
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.mark.parametrize(
    ("endpoint", "mode"),
    [
        pytest.param(endpoint, mode, id=f"{endpoint.name} {mode.value}")
        for endpoint in ENDPOINTS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE or {*endpoint.parameters} - {"id"}  # any text may be an id
    ],
)
def test_an_operation_does_what_is_described(described, endpoint, mode):
    operation = described[endpoint.path]["GET"]

    @settings(max_examples=10, derandomize=True, suppress_health_check=[*HealthCheck], deadline=None)
    @given(operation.as_strategy(generation_mode=mode))
    def answers_as_described(case):
        case.call_and_validate(headers={"Accept-Encoding": "identity"})  # in process nothing is unpacked

    answers_as_described()
