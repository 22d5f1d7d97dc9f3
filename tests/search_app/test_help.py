"""Help and About: the table of queries is that of the documents, in both languages, and its examples can be tried."""

from __future__ import annotations

import html
import re

import pytest

from search_app.messages import messages


def documented_rows(root):
    """Return the cells of the first table of docs/query.md."""
    text = (root / "docs/query.md").read_text(encoding="utf-8").partition("\nPhrases, fields")[0]
    text = re.sub(r" \(\[[^]]*\]\([^)]*\)\)", "", text)  # links to other documents
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) > 10
    return rows


def test_the_help_has_the_rows_of_the_documents(root):
    assert messages("en").catalogue["help.rows"] == documented_rows(root)


def test_both_languages_explain_the_same_queries(root):
    typed = [[row[0] for row in messages(language).catalogue["help.rows"]] for language in ("ar", "en")]
    assert typed[0] == typed[1]
    codes = [
        [re.findall("`[^`]+`", row[1]) for row in messages(language).catalogue["help.rows"]]
        for language in ("ar", "en")
    ]
    assert codes[0] == codes[1]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_example_of_the_help_can_be_tried(page, language):
    text = page("/help", lang=language)
    addresses = re.findall(r'<td class="typed"[^>]*>(.*?)</td>', text, re.DOTALL)
    links = [html.unescape(address) for cell in addresses for address in re.findall(r'href="([^"]+)"', cell)]
    assert len(links) > len(addresses)
    for address in links:
        assert page(address)
        assert ("lang=en" in address) == (language == "en")


@pytest.mark.parametrize("path", ["/help", "/about"])
def test_pages_about_the_site_are_in_both_languages(page, path):
    arabic, english = page(path), page(path, lang="en")
    assert "<h1" in arabic
    assert "<h1" in english
    assert arabic != english


def test_help_needs_no_index(tmp_path):
    from search_app import Settings, create_app

    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    assert client.get("/help").status_code == 200
    assert client.get("/about").status_code == 200
