"""Near copies on pages, in REST and in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Article, rebuild
from indexer.commands.search import search
from search_app import Settings, create_app

NEWS = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(40))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = [Article(id=f"{at}", title=f"Title {at}", body=NEWS, source=f"s{at}") for at in range(3)]
    rebuild(articles=articles, index=tmp_path / "index")
    return tmp_path / "index"


def test_the_command_line_tells_copies_and_lists_them(folder: Path) -> None:
    def run(*options: str) -> str:
        return CliRunner().invoke(search, ["wordaa", "--index", str(folder), *options]).output

    assert "3 articles, 1 story, 1–1 shown" in run()
    assert "+2 copies: s1، s2" in run()
    assert "3 articles, 1 story, 1–1 shown" in run("--group")
    assert "3 articles, 1–3 shown" in run("--no-group")
    assert "3 articles, 1–3 shown" in run("--story", "1")


def test_pages_and_rest_carry_copies_and_story(folder: Path) -> None:
    client = create_app(Settings(index=str(folder))).test_client()
    page = client.get("/?q=wordaa&lang=en").get_data(as_text=True)
    assert "1</bdi> story" in page
    assert "2</bdi> other copies" in page
    assert "q=wordaa&amp;story=0" in page
    listed = client.get("/?q=wordaa&story=0&lang=en").get_data(as_text=True)
    assert listed.count("<article") == 3
    assert "Copies of one article" in listed
    grouped = client.get("/api/v1/search?q=wordaa").get_json()
    assert (grouped["total"], grouped["stories"], grouped["hits"][0]["copy_sources"]) == (3, 1, ["s1", "s2"])
    assert len(client.get("/api/v1/search?q=wordaa&copies=all").get_json()["hits"]) == 3
    assert client.get("/api/v1/search?copies=none").status_code == 400
