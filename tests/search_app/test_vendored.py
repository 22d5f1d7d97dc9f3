"""Files of others that are shipped: as they were published, with their licences."""

from __future__ import annotations

import hashlib

import pytest

PUBLISHED = {
    # htmx.org 4.0.1 of the npm registry, dist/htmx.min.js
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_shipped_file_is_as_published_beside_its_licence(root, name):
    folder = root / "search_app" / "static"
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == PUBLISHED[name]
    assert "WARRANTIES" in (folder / name.replace(".min.js", ".LICENSE.txt")).read_text(encoding="utf-8")
