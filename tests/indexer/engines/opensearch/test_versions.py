"""Versions of a cluster that an index can be made on."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.versions import require_version
from indexer.errors import IndexUnusableError

ADDRESS = read_address("opensearch://one/news")


@pytest.mark.parametrize("number", ["3.0.0", "3.8.0", "12.1.0-beta1"])
def test_a_version_from_3_on_will_do(number: str) -> None:
    require_version({"version": {"distribution": "opensearch", "number": number}}, ADDRESS)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"version": {"distribution": "opensearch", "number": "2.19.1"}}, id="too old"),
        pytest.param({"version": {"number": "8.15.0"}}, id="another server"),
        pytest.param({"version": {"distribution": "opensearch", "number": "\n٣.1"}}, id="no number"),
        pytest.param({"version": [1]}, id="another form"),
        pytest.param({}, id="nothing"),
    ],
)
def test_any_other_is_refused_in_one_line(answer: dict[str, Any]) -> None:
    with pytest.raises(IndexUnusableError, match="expected OpenSearch 3 or newer") as caught:
        require_version(answer, ADDRESS)
    assert "\n" not in str(caught.value)
