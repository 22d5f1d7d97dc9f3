"""Alerts on the command line: what is printed, sent or written, what is kept when a run dies, and how each ends."""

from __future__ import annotations

import email
import email.policy
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from indexer import Article, create, open_index
from indexer.commands.cli import cli

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NEW = Article(
    id="n/1", title="القمح <b>يرتفع</b>", body="قال تاجر إن القمح نادر.", date="2024-05-01", source="الشرفة & شركاه"
)

Alert = Callable[..., Result]


@pytest.fixture
def alert(tmp_path: Path) -> Alert:
    """Return what runs the command, after a first run, on a file of one search."""
    create(tmp_path / "index", [Article(id="old", title="القمح")]).close()
    (tmp_path / "searches").write_text("wheat = القمح\n", encoding="utf-8")

    def alert(*options: object) -> Result:
        texts = ["alert", tmp_path / "searches", "--index", tmp_path / "index", *options]
        return CliRunner().invoke(cli, list(map(str, texts)), catch_exceptions=False)

    first = alert()
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr == "first run: 1 article taken as known; from now on, new ones are told\n"
    return alert


def add(tmp_path: Path, *articles: Article) -> None:
    with open_index(tmp_path / "index") as index:
        index.add(articles or [NEW])


def test_news_are_printed_once(alert: Alert, tmp_path: Path) -> None:
    assert alert().output == ""
    add(tmp_path)
    done = alert()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "wheat: 1",
        "========",
        "",
        "1. القمح <b>يرتفع</b>",
        "   الشرفة & شركاه · 2024-05-01",
        "   قال تاجر إن القمح نادر.",
        "   id n/1",
    ]
    assert alert().output == ""


def test_links_lead_to_the_page_or_to_the_original(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path, Article(id="a b", title="القمح", url="https://n.example/1"))
    assert "\n   https://n.example/1\n" in alert("--dry-run").stdout
    shown = alert("--site", "https://akhbar.example/").stdout
    assert "\n   https://akhbar.example/article/a%20b?q=%D8%A7%D9%84%D9%82%D9%85%D8%AD\n" in shown


def test_what_is_not_told_is_counted_and_copies_are_named(alert: Alert, tmp_path: Path) -> None:
    body = " ".join(f"كلمة{number}" for number in range(40))
    copies = [Article(id=name, title="القمح", body=body, date="2024-05-03", source=name) for name in ("س", "ش")]
    others = [Article(id=str(day), title=f"القمح {day}", date=f"2024-05-0{day}") for day in (1, 2)]
    add(tmp_path, *copies, *others)
    shown = alert("--limit", 1).stdout
    assert "wheat: 3\n" in shown
    assert "   +1: ش\n" in shown
    assert "\n… +2\n" in shown


def test_each_story_is_a_line_of_json(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path)
    (line,) = alert("--json").stdout.splitlines()
    story = json.loads(line)
    assert (story["search"], story["id"], story["copies"], story["other_copies"]) == ("wheat", "n/1", 1, [])
    assert story["title_html"] == '<mark class="exact">القمح</mark> &lt;b&gt;يرتفع&lt;/b&gt;'


def test_a_mail_is_whole(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path)
    (tmp_path / "searches").write_text("قمح\u2028\x0bBcc: eve@x.example = القمح", encoding="utf-8")
    mail = email.message_from_bytes(
        alert("--mail-to", "desk@x.example").stdout_bytes,
        policy=email.policy.default,  # type: ignore[arg-type]
    )
    assert mail["To"] == "desk@x.example"
    assert mail["Subject"] == "Akhbar: قمح Bcc: eve@x.example (1)"
    assert mail["Bcc"] is None
    assert "1. القمح <b>يرتفع</b>\n" in mail.get_content()  # type: ignore[attr-defined]


def test_a_feed_holds_the_last_reports_and_keeps_its_ids(alert: Alert, tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    assert alert("--atom", feed).output == ""
    empty = ElementTree.parse(feed)
    assert empty.find("a:entry", ATOM) is None
    add(tmp_path, Article(id="\ufffen", title="القمح \x00\ufffe]]>&amp;", url="https://n.example/?a=1&b=2"))
    alert("--atom", feed)
    add(tmp_path, NEW, Article(id="n/2", title="القمح أمس", date="2024-04-30"))
    alert("--atom", feed)
    full = ElementTree.parse(feed)
    assert full.findtext("a:id", "", ATOM) == empty.findtext("a:id", "", ATOM)
    entries = full.findall("a:entry", ATOM)
    assert [entry.findtext("a:title", "", ATOM) for entry in entries] == [
        "wheat: القمح <b>يرتفع</b>",
        "wheat: القمح أمس",
        "wheat: القمح   ]]>&amp;",
    ]
    assert entries[0].findtext("a:published", "", ATOM) == "2024-05-01T00:00:00Z"
    assert entries[0].findtext("a:author/a:name", "", ATOM) == "الشرفة & شركاه"
    assert (link := entries[2].find("a:link", ATOM)) is not None
    assert link.get("href") == "https://n.example/?a=1&b=2"
    assert "<mark" in entries[0].findtext("a:summary", "", ATOM)
    before = feed.read_bytes()
    alert("--atom", feed)
    assert feed.read_bytes() == before
    assert not list(tmp_path.glob(".feed*"))


def test_news_are_sent_only_where_there_are_any(alert: Alert, tmp_path: Path) -> None:
    out = tmp_path / "out"
    send = ("--send", f"{sys.executable} -c 'import sys; open(sys.argv[1], \"a\").write(sys.stdin.read())' {out}")
    assert alert(*send).output == ""
    assert not out.exists()
    add(tmp_path)
    assert alert(*send, "--dry-run").stdout.startswith("wheat: 1\n")
    assert alert(*send).output == ""
    assert out.read_text(encoding="utf-8").startswith("wheat: 1\n")


@pytest.mark.parametrize(
    ("command", "exit_code", "told"),
    [
        pytest.param("false", 1, "ended with exit code 1; the news stay new", id="a command that fails"),
        pytest.param("no-such-command", 2, "cannot be run", id="no command"),
        pytest.param("'", 2, "cannot be run", id="an open quotation mark"),
    ],
)
def test_what_could_not_be_sent_stays_new(
    alert: Alert, tmp_path: Path, command: str, exit_code: int, told: str
) -> None:
    add(tmp_path)
    done = alert("--send", command)
    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert told in done.stderr
    assert alert().stdout.startswith("wheat: 1\n")


def test_bad_lines_are_told_and_the_others_run(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path)
    (tmp_path / "searches").write_text("=\nwheat = القمح\nw\x1b[2J = !\n", encoding="utf-8")
    done = alert()
    assert done.exit_code == 1
    assert [line.partition("searches:")[2] for line in done.stderr.splitlines()] == [
        "1: expected NAME = QUERY",
        "3: '!': expected a query with a word in it",
    ]
    assert "wheat: 1\n" in done.stdout


def test_a_trial_tells_how_searches_are_read(alert: Alert, tmp_path: Path) -> None:
    (tmp_path / "searches").write_text("wheat = القمح NOT مطر", encoding="utf-8")
    done = alert("--dry-run")
    assert "wheat: 1 article by now\nnote: wheat: “NOT” was read as NOT" in done.stderr


@pytest.mark.parametrize(
    ("options", "exit_code", "told"),
    [
        pytest.param(["--json", "--mail-to", "a@b"], 2, "expected one of --json, --mail-to and --atom", id="two kinds"),
        pytest.param(["--index", "/nowhere"], 3, "no index here", id="no index"),
        pytest.param(["--state", "/nowhere/known"], 2, "cannot be written", id="no place for the known articles"),
        pytest.param(["--mail-to", "a\nb"], 2, "expected the address of a mail", id="no address"),
    ],
)
def test_a_run_that_cannot_be_ends_with_one_line(
    alert: Alert, tmp_path: Path, options: list[str], exit_code: int, told: str
) -> None:
    add(tmp_path)
    done = alert(*options)
    assert done.exit_code == exit_code
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_file_without_a_search_is_refused(alert: Alert, tmp_path: Path) -> None:
    (tmp_path / "searches").write_text("# none", encoding="utf-8")
    done = alert()
    assert (done.exit_code, done.stderr.count("no search in it")) == (2, 1)


# -- runs that die, and runs at the same time


def start(tmp_path: Path, *options: object) -> subprocess.Popen[bytes]:
    texts = (sys.executable, "-m", "indexer", "alert", tmp_path / "searches", "--index", tmp_path / "index", *options)
    return subprocess.Popen(list(map(str, texts)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_run_that_is_killed_leaves_the_news_new(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path)
    begun = tmp_path / "begun"
    (script := tmp_path / "send.sh").write_text(f"touch {begun}; exec sleep 60", encoding="utf-8")
    run = start(tmp_path, "--send", f"sh {script}")
    deadline = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert alert().stdout.startswith("wheat: 1\n")
    assert alert().output == ""


def test_of_runs_at_the_same_time_one_tells_the_news(alert: Alert, tmp_path: Path) -> None:
    add(tmp_path)
    told = [run.communicate()[0] for run in [start(tmp_path) for _ in range(3)]]
    assert sorted(map(len, told))[:2] == [0, 0]
    assert max(told).startswith(b"wheat: 1\n")
