"""Injection: each payload in each field of an article and in each parameter, in a real Chromium.

    python benchmarks/serving/injection.py

Pages of results and of articles are visited one by one; what a payload left behind is printed, and the exit status is 1.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from indexer import Article, create
from search_app import Settings, create_app
from tests.support.injection import (
    FIELDS,
    PARAMETERS,
    PAYLOADS,
    address,
    article_path,
    chromium_at,
    hostile_article,
)

PAGES = ("/", article_path("plain-0"), "/analyze", "/help")


def articles() -> tuple[list[Article], int]:
    """Return an article for each payload and field, and how many were refused."""
    made = [
        hostile_article({"id": f"{field}-{number}", field: payload}, number)
        for number, payload in enumerate(PAYLOADS.values())
        for field in FIELDS
    ]
    usable = [article for article in made if article]
    return usable, len(made) - len(usable)


def addresses(indexed: list[Article]) -> Iterator[str]:
    """Yield the pages of results and of articles, and every page with every parameter."""
    for number, payload in enumerate(PAYLOADS.values()):
        yield address("/", {"q": f"رقم{number}"})
        yield address("/", {"q": f"رقم{number}", "lang": "en", "copies": "all"})
        yield from (address(page, {"q": "خبر", name: payload}) for page in PAGES for name in PARAMETERS)
    yield from (address(article_path(article.id), {"q": "خبر"}) for article in indexed)


def main() -> None:
    """Visit all and print what was found."""
    indexed, refused = articles()
    left = 0
    with tempfile.TemporaryDirectory() as folder:
        create(f"{folder}/index", [Article(id="plain-0", title="خبر", body="خبر رقم0"), *indexed]).close()
        with chromium_at(create_app(Settings(index=f"{folder}/index"))) as watch:
            for path in addresses(indexed):
                for found in watch.left_by(path):
                    left += 1
                    print(f"{path}: {found}")
            print(
                f"{len(PAYLOADS)} payloads: {len(indexed)} articles and {refused} refused by the rules of their fields; "
                f"{watch.visited} pages; {left} nodes, dialogs, refusals of the policy and requests to others"
            )
    sys.exit(bool(left))


if __name__ == "__main__":
    main()
