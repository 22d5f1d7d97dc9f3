"""Searching on the command line: words without quotes, counts, CSV, all hits, one article, what is alike, coverage."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import Article, create
from indexer.commands.cli import cli

BODY = "ارتفعت أسعار القمح في الميناء بعد توقف السفن القادمة من أوكرانيا"


def akhbar(*arguments: object, color: bool = False, env: dict[str, str] | None = None) -> Result:
    texts = list(map(str, arguments))
    return CliRunner().invoke(cli, texts, color=color, env=env, catch_exceptions=False)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = [
        Article(
            id="a", title="انتخابات لبنان", body=BODY, date="2024-04-16", source="الشرفة", url="https://n.example/a"
        ),
        Article(id="b", title="سفن بيضاء", body="السفن من أوكرانيا", date="2024-03-10", source="الضفاف"),
        Article(id="c", title="=HYPERLINK(1)", body="لبنان بلا انتخابات\nسطر ثان", date="2024-03-12"),
        *(Article(id=f"d{number}", title=f"طقس {number}", body="سماء صافية") for number in range(9)),
    ]
    create(tmp_path / "index", articles).close()
    return tmp_path / "index"


def test_words_need_no_quotes(index: Path) -> None:
    result = akhbar("search", "انتخابات", "لبنان", "--index", index, "--json")
    assert {hit["id"] for hit in json.loads(result.stdout)["hits"]} == {"a", "c"}


def test_facets_and_a_histogram_are_printed(index: Path) -> None:
    shown = akhbar("search", "لبنان أوكرانيا", "--facets", "--histogram", "month", "--index", index).stdout
    assert "3 articles, 1 of them with all words, 1–3 shown" in shown
    assert "source: الشرفة 1  ·  الضفاف 1" in shown
    assert "category: none" in shown
    assert "2024-03-01        2  " + "█" * 40 in shown
    assert "2024-04-01        1  " + "█" * 20 + "\n" in shown


def test_sources_and_countries_are_printed_by_their_names(tmp_path: Path) -> None:
    names = {"first": "okaz", "second": "www.aawsat.com"}
    body = f"{BODY} وعادت المخابز إلى العمل صباح اليوم، وقال تجار الحبوب إن المخزون يكفي ثلاثة أشهر على الأقل."
    articles = [
        Article(id=id, title="الطقس في مصر", body=body, date="2024-04-16", source=source)
        for id, source in names.items()
    ]
    create(tmp_path / "index", articles).close()
    shown = akhbar("search", "الطقس", "--facets", "--index", tmp_path / "index").stdout
    assert "source: Okaz 1  ·  Asharq Al-Awsat 1\n" in shown
    assert "country: Egypt 2" in shown
    assert "+1 copy: Asharq Al-Awsat\n" in shown
    assert not any(source in shown for source in names.values())
    found = json.loads(akhbar("search", "الطقس", "--json", "--index", tmp_path / "index").stdout)
    assert found["hits"][0]["source"] in names.values()


def test_forms_are_printed_with_the_number_of_their_articles(index: Path) -> None:
    shown = akhbar("search", "Lebanon سفن", "--forms", "--index", index).stdout
    assert "Lebanon: (لبنان) ×2\n" in shown
    assert "سفن: السفن ×2  ·  سفن ×1\n" in shown
    assert "×" not in akhbar("search", "Lebanon سفن", "--index", index).stdout


def test_csv_has_a_row_a_hit_and_no_formula(index: Path) -> None:
    result = akhbar("search", "لبنان", "--sort", "oldest", "--csv", "--index", index)
    first, second = csv.DictReader(io.StringIO(result.stdout))
    assert (first["id"], first["title"], first["date"]) == ("c", "'=HYPERLINK(1)", "2024-03-12")
    assert (second["id"], second["source"], second["url"]) == ("a", "الشرفة", "https://n.example/a")


def test_all_hits_are_lines_of_json_rows_of_csv_or_a_list(index: Path) -> None:
    lines = akhbar("search", "طقس", "--all", "--json", "--limit", 2, "--index", index).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [f"d{number}" for number in range(9)]
    assert json.loads(lines[0])["title_html"] == '<mark class="exact">طقس</mark> 0'
    assert len(akhbar("search", "طقس", "--all", "--csv", "--index", index).stdout.splitlines()) == 10
    assert "  9. طقس" in akhbar("search", "طقس", "--all", "--index", index).stdout


@pytest.mark.parametrize(
    ("options", "environ", "has_colour"),
    [
        pytest.param((), {}, True, id="terminal"),
        pytest.param((), {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(("--no-color",), {}, False, id="switched off"),
        pytest.param(("--color",), {"NO_COLOR": "1"}, True, id="asked for"),
    ],
)
def test_marks_are_coloured_in_a_terminal(index: Path, options, environ, has_colour) -> None:
    shown = akhbar("search", "القمح", "--index", index, *options, color=True, env=environ).stdout
    assert ("\x1b[33m\x1b[1mالقمح\x1b[0m" in shown) is has_colour


@pytest.mark.parametrize("name", ["c", "a", "http://www.n.example/a"])
def test_get_shows_an_article_by_id_or_address(index: Path, name: str) -> None:
    shown = akhbar("get", name, "--index", index).stdout
    assert ("لبنان بلا انتخابات\n\nسطر ثان" if name == "c" else f"https://n.example/a\n\n{BODY}") in shown
    assert json.loads(akhbar("get", name, "--json", "--index", index).stdout)["id"] == name[-1]


@pytest.mark.parametrize("command", ["get", "related", "running-story"])
def test_an_article_that_is_not_there_is_told_in_one_line(index: Path, command: str) -> None:
    result = akhbar(command, "nobody", "--index", index)
    assert (result.exit_code, result.stderr) == (2, "akhbar: 'nobody': no article has this id or address\n")


def test_related_lists_what_is_alike(index: Path) -> None:
    assert ". سفن بيضاء" in akhbar("related", "a", "--index", index).stdout
    assert [hit["id"] for hit in json.loads(akhbar("related", "a", "--json", "--index", index).stdout)["hits"]] == [
        "b",
        "c",
    ]
    assert akhbar("related", "c", "--limit", 0, "--index", index).stdout == "no article is alike\n"


def test_a_running_story_needs_vectors(index: Path) -> None:
    said = akhbar("running-story", "a", "--index", index).stdout
    assert said == "the index has no vectors; run akhbar embed\n"
    assert json.loads(akhbar("running-story", "a", "--json", "--index", index).stdout) == {"hits": []}


def test_coverage_prints_counts_and_shares(index: Path) -> None:
    shown = akhbar("coverage", "لبنان", "انتخابات", "--period", "month", "--by", "source", "--index", index).stdout
    assert shown.startswith("2 articles, by month\n2024-03-01        1 of       2   50.00%\n")
    assert "\nالشرفة: 1 article\n" in shown
    answer = json.loads(akhbar("coverage", "لبنان", "--period", "month", "--json", "--index", index).stdout)
    assert [(each["count"], each["articles"], each["share"]) for each in answer["periods"]] == [(1, 2, 0.5), (1, 1, 1)]
    assert answer["sources"] == []


def test_terms_print_what_marks_the_hits(index: Path) -> None:
    shown = akhbar("terms", "طقس", "--index", index).stdout
    assert shown == "   9 of 9 articles        سماء صافية\n"
    assert json.loads(akhbar("terms", "طقس", "--json", "--index", index).stdout)["terms"][0]["articles"] == 9
    assert akhbar("terms", "زعفران", "--index", index).stdout == "no word marks these articles\n"
