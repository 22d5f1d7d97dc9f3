"""Weight of pages as they are sent: the page, its style and its scripts, compressed."""

from __future__ import annotations

import re

import pytest

MOST_BYTES = 60_000
"""What a page may weigh with all that belongs to it; the fonts are those of the reader's system."""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/", id="first page"),
        pytest.param("/?q=القمح", id="results"),
        pytest.param("/article/elections-1?q=لبنان", id="article"),
        pytest.param("/coverage?q=القمح&q2=لبنان&q3=wheat&by=source", id="coverage"),
        pytest.param("/sources", id="sources"),
    ],
)
def test_a_page_with_all_that_belongs_to_it_is_light(client, path):
    def get(address):
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            return answer.data, answer.headers.get("Content-Encoding")

    page, encoding = get(path)
    assert encoding == "gzip"
    text = client.get(path).text
    parts = re.findall(r'<(?:script src|link rel="(?:stylesheet|icon)" href)="([^"]+)"', text)
    assert len(parts) >= 3
    assert len(page) + sum(len(get(part)[0]) for part in parts) < MOST_BYTES
