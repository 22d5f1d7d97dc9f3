"""The commands as a user types them: what they print, where, and how they end."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analyzers import analyzer_for
from indexer import Article, rebuild
from indexer.commands.cli import cli
from indexer.engines import open_engine
from indexer.schema import document

RECORDS = (
    {
        "id": "a",
        "title": "انتخابات بلدية في لبنان",
        "body": "جرت الانتخابات أمس.",
        "date": "2024-04-16",
        "source": "الشرفة",
    },
    {"id": "b", "title": "أسعار القمح", "body": "ارتفعت أسعار القمح.", "date": "2024-03-10", "source": "الضفاف"},
    {"id": "c", "title": "كأس السواحل", "body": "فاز الفريق.", "date": "2023-05-12", "category": "رياضة"},
)


def akhbar(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)), input=stdin, catch_exceptions=False)


@pytest.fixture
def index(tmp_path: Path, write_jsonl) -> Path:
    path = tmp_path / "index"
    result = akhbar("rebuild", write_jsonl(*RECORDS), "--index", path)
    assert result.exit_code == 0, result.output
    return path


def hit_ids(index: Path, query: str, *options: object) -> list[str]:
    result = akhbar("search", query, "--index", index, "--json", *options)
    assert result.exit_code == 0, result.output
    return [hit["id"] for hit in json.loads(result.stdout)["hits"]]


def test_an_index_is_made_of_another_one_without_its_sources(index: Path, tmp_path: Path, write_jsonl) -> None:
    copy = tmp_path / "copy"
    result = akhbar("rebuild", "--from", index, "--index", copy)
    assert result.exit_code == 0, result.output
    assert "3 articles" in result.stdout
    assert hit_ids(copy, "القمح") == hit_ids(index, "القمح") == ["b"]
    more = write_jsonl({"id": "d", "title": "القمح في الميناء"})
    assert akhbar("rebuild", more, "--from", index, "--index", index).exit_code == 0
    assert sorted(hit_ids(index, "القمح")) == ["b", "d"]


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_without_a_source_nothing_is_done(command: str, index: Path) -> None:
    result = akhbar(command, "--index", index)
    assert result.exit_code == 2
    assert "SOURCE" in result.stderr
    assert hit_ids(index, "القمح") == ["b"]


def test_a_rollback_undoes_a_change_and_itself(index: Path, write_jsonl) -> None:
    assert akhbar("delete", "b", "--index", index).exit_code == 0
    result = akhbar("rollback", "--index", index)
    assert (result.exit_code, hit_ids(index, "القمح")) == (0, ["b"])
    assert "3 articles" in result.stdout
    assert akhbar("rollback", "--index", index).exit_code == 0
    assert hit_ids(index, "القمح") == []


def test_a_rollback_without_an_index_before_is_refused_in_one_line(index: Path) -> None:
    result = akhbar("rollback", "--index", index)
    assert result.exit_code == 3
    assert result.stderr.startswith(f"akhbar: {index}: no index is kept")
    assert result.stderr.count("\n") == 1


def test_rebuild_says_how_many_and_how_long(tmp_path: Path, write_jsonl) -> None:
    result = akhbar("rebuild", write_jsonl(*RECORDS), "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert "3 articles" in result.stdout
    assert "MiB" in result.stdout


def test_counts_agree_with_their_nouns(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('{"id": "a", "title": "خبر", "date": "30/02/2024"}\n[]\n', encoding="utf-8")
    told = akhbar("rebuild", source, "--index", tmp_path / "index").stdout
    assert told.startswith(f"1 article in {tmp_path / 'index'}; 1 record skipped; 1 field left out that could not")


def test_a_file_that_ends_early_is_told_as_such(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl.gz"
    whole = gzip.compress("".join(f'{{"id": {number}, "title": "خبر"}}\n' for number in range(5000)).encode(), 0)
    source.write_bytes(whole[: len(whole) // 2])
    assert "the file is damaged" in one_line(akhbar("rebuild", source, "--index", tmp_path / "index"), 2)
    assert not list((tmp_path / "index").glob("gen-*"))
    result = akhbar("rebuild", source, "--index", tmp_path / "index", "--strict", "--keep-going")
    assert result.exit_code == 1
    assert "1 file not read to the end" in result.stdout
    assert "skipped" not in result.output
    assert akhbar("update", source, "--index", tmp_path / "index").exit_code == 0


def test_peak_memory_counts_the_workers(tmp_path: Path, write_jsonl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.ingest.parallel.FIRST_HERE", 1)
    many = write_jsonl(*({"id": str(number), "title": f"خبر {number}"} for number in range(300)))
    alone, with_workers = (rebuild(many, tmp_path / "index", jobs=jobs).peak_memory_bytes for jobs in (1, 2))
    assert alone >= 20 * 2**20
    assert with_workers >= alone + 2 * 20 * 2**20


def test_search_prints_hits_for_people(index: Path) -> None:
    result = akhbar("search", "الانتخابات", "--index", index)
    assert result.exit_code == 0
    assert "1 article," in result.stdout
    assert "انتخابات بلدية في لبنان" in result.stdout
    assert "الشرفة · 2024-04-16" in result.stdout


def test_search_prints_json_for_programs(index: Path) -> None:
    (hit,) = json.loads(akhbar("search", "القمح", "--index", index, "--json").stdout)["hits"]
    assert (hit["id"], hit["date"], hit["source"]) == ("b", "2024-03-10", "الضفاف")
    mark = hit["title_marks"][0]
    assert hit["title"][mark["start"] : mark["end"]] == "القمح"


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        pytest.param(["", "--sort", "newest"], ["a", "b", "c"], id="newest first"),
        pytest.param(["", "--sort", "oldest"], ["c", "b", "a"], id="oldest first"),
        pytest.param(["", "--from", "2024"], ["a", "b"], id="since a year"),
        pytest.param(["", "--to", "أيار 2023"], ["c"], id="until a month in words"),
        pytest.param(["", "--from", "2024-03", "--to", "2024-03"], ["b"], id="one month"),
        pytest.param(["", "--source", "الشرفة"], ["a"], id="a source"),
        pytest.param(["", "--source", "الشرفة", "--source", "الضفاف"], ["a", "b"], id="two sources"),
        pytest.param(["", "--category", "رياضة"], ["c"], id="a category"),
        pytest.param(["", "--limit", "1"], ["a"], id="limit"),
        pytest.param(["", "--limit", "1", "--page", "2"], ["b"], id="second page"),
        pytest.param(["أسعار لبنان", "--match", "all"], [], id="all words"),
        pytest.param(["القمح ليس أسعار"], [], id="operators are read"),
        pytest.param(["القمح ليس أسعار", "--syntax", "words"], ["b"], id="operators are words"),
        pytest.param(["القمح ليس أسعار", "--undo", "operator.6"], ["b"], id="one operator is a word"),
    ],
)
def test_search_options(index: Path, options: list[str], ids: list[str]) -> None:
    assert hit_ids(index, *options) == ids


def test_notices_go_to_stderr(index: Path) -> None:
    result = akhbar("search", "القمح ليس لبنان", "--index", index)
    assert "read as NOT" in result.stderr
    assert "note" not in result.stdout


def test_links_can_be_left_out(index: Path, write_jsonl) -> None:
    akhbar(
        "update",
        write_jsonl({"id": "d", "title": "قمة أكتوبر"}, {"id": "e", "title": "قمة تشرين الأول"}),
        "--index",
        index,
    )
    assert hit_ids(index, "أكتوبر") == ["d", "e"]
    assert hit_ids(index, "أكتوبر", "--no-links") == ["d"]


def test_nothing_found_is_said_and_is_no_error(index: Path) -> None:
    result = akhbar("search", "كلمةلاتوجد", "--index", index)
    assert (result.exit_code, result.stdout) == (0, "no article found\n")


def test_update_replaces_by_id(index: Path, write_jsonl) -> None:
    newer = write_jsonl({"id": "a", "title": "تأجيل"}, {"id": "d", "title": "خبر"}, {"id": "d", "title": "خبر أخير"})
    result = akhbar("update", newer, "--index", index)
    assert result.exit_code == 0
    assert "2 articles" in result.stdout
    assert "1 came again with the same id" in result.stdout
    assert hit_ids(index, "الانتخابات") == []
    assert hit_ids(index, "أخير") == ["d"]
    assert json.loads(akhbar("stats", "--index", index, "--json").stdout)["articles"] == 4


def test_delete_removes_by_id(index: Path) -> None:
    result = akhbar("delete", "a", "c", "a", "--index", index)
    assert (result.exit_code, result.stdout) == (0, f"2 articles deleted from {index}\n")
    assert hit_ids(index, "") == ["b"]
    assert akhbar("check", "--index", index).exit_code == 0


def test_delete_names_an_unknown_id_and_removes_the_others(index: Path) -> None:
    result = akhbar("delete", "nobody\x1b[31m", "a", "--index", index)
    assert result.exit_code == 2
    assert result.stdout == f"1 article deleted from {index}\n"
    assert result.stderr == f"akhbar: nobody [31m: no article with this id in {index}\n"
    assert sorted(hit_ids(index, "")) == ["b", "c"]


def test_several_processes_build_what_one_builds(tmp_path: Path, write_jsonl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.ingest.parallel.FIRST_HERE", 10)
    many = write_jsonl(*({"id": str(number), "title": f"خبر {number}", "body": "قال الوزير"} for number in range(300)))
    for jobs in ("1", "2"):
        assert akhbar("rebuild", many, "--index", tmp_path / jobs, "--jobs", jobs).exit_code == 0
    (one,), (two,) = (list((tmp_path / jobs).glob("gen-1/*.seg")) for jobs in ("1", "2"))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("given", ["15", "much", "-1", "", "٣٠"])
def test_a_memory_that_is_no_number_is_one_line(
    index: Path, write_jsonl, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("AKHBAR_MEMORY_MB", given)
    result = akhbar("update", write_jsonl({"id": "new", "title": "خبر"}), "--index", index)
    assert result.exit_code == 2
    assert result.stderr == f"akhbar: AKHBAR_MEMORY_MB {given!r}: expected a number of megabytes, 16 at least\n"
    assert len(hit_ids(index, "")) == 3


def test_stats_and_check(index: Path) -> None:
    assert "articles     3" in akhbar("stats", "--index", index).stdout
    stats = json.loads(akhbar("stats", "--index", index, "--json").stdout)
    assert (stats["articles"], stats["sources"], stats["first_date"]) == (3, 2, "2023-05-12")
    result = akhbar("check", "--index", index)
    assert (result.exit_code, result.stdout) == (0, f"{index}: whole\n")


def test_stats_name_missing_native_parts(index: Path) -> None:
    whole = json.loads(akhbar("stats", "--index", index, "--json").stdout)
    assert (
        f"native code  {'complete' if not whole['native_missing'] else 'missing in '}"
        in akhbar("stats", "--index", index).stdout
    )
    assert whole["degraded"] is None
    assert "degraded     none" in akhbar("stats", "--index", index).stdout


def test_check_names_the_damaged_file(index: Path) -> None:
    segment = next(index.glob("gen-*/*.seg"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    result = akhbar("check", "--index", index)
    assert result.exit_code == 3
    assert str(segment) in result.stdout
    assert f"{index}: 1 fault; rebuild it" in result.stderr


# -- what is wrong is said in one line, with the right exit code


def one_line(result: Result, exit_code: int) -> str:
    assert result.exit_code == exit_code, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    assert "Traceback" not in result.output
    return lines[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("latin.jsonl", b'{"title": "\xb2\xb3\xb4\xb5"}', "latin.jsonl:1: ", id="no encoding"),
        pytest.param("broken.jsonl", b'{"title": "x"', "broken.jsonl:1: ", id="broken JSON"),
        pytest.param("latin.txt", bytes(range(128, 256)), "latin.txt", id="text in no encoding"),
    ],
)
def test_a_bad_record_is_named_and_skipped(tmp_path: Path, index: Path, name: str, content: bytes, said: str) -> None:
    bad = tmp_path / name
    bad.write_bytes(content + b"\n")
    good = tmp_path / "good.jsonl"
    good.write_text('{"id": "g", "title": "خبر"}\n', encoding="utf-8")
    line = one_line(akhbar("update", bad, good, "--index", index), 0)
    assert said in line
    assert "skipped" in line
    assert hit_ids(index, "خبر") == ["g"]
    assert akhbar("update", bad, good, "--index", index, "--strict").exit_code == 1


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_an_empty_file_leaves_the_index(tmp_path: Path, index: Path, command: str) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")
    assert "no article" in one_line(akhbar(command, empty, "--index", index), 2)
    assert hit_ids(index, "القمح") == ["b"]


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    assert "nowhere.jsonl" in one_line(akhbar("rebuild", tmp_path / "nowhere.jsonl", "--index", tmp_path / "i"), 2)
    assert not (tmp_path / "i").exists()


AS_NOBODY = """
import os, sys
sys.path.insert(0, sys.argv.pop(1))
import click._termui_impl, indexer.engines.whoosh, indexer.commands.rebuild, indexer.commands.search, indexer.commands.stats
from analyzers import analyzer_for
from indexer.commands.cli import cli
analyzer_for("ar").fingerprint()  # all that is read from where nobody may not look
if os.geteuid() == 0:  # who may read everything must give that up first
    os.setgroups([])
    os.setegid(65534)
    os.seteuid(65534)
cli()
"""


def test_a_folder_without_read_permission_is_named(root: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        closed = Path(folder, "closed")
        closed.mkdir(mode=0)
        arguments = [str(root), "rebuild", str(closed), "--index", str(Path(folder, "index"))]
        result = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, *arguments], capture_output=True, text=True, check=False
        )
        closed.chmod(0o700)
    assert result.returncode == 2, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert str(closed) in line


@pytest.mark.parametrize(
    ("mode", "command"),
    [(0, "search"), (0, "stats"), (0o555, "rebuild"), (0o555, "update")],
    ids=["search", "stats", "rebuild", "update"],
)
def test_an_index_without_permission_is_exit_code_three(root: Path, mode: int, command: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        index, source = Path(folder, "index"), Path(folder, "news.txt")
        source.write_text("أسعار القمح ترتفع", encoding="utf-8")
        akhbar("rebuild", source, "--index", index)
        source.write_text("أسعار الشعير ترتفع", encoding="utf-8")
        (index / "LOCK").unlink()
        index.chmod(mode)
        operand = [] if command == "stats" else [str(source)]
        arguments = [str(root), command, *operand, "--index", str(index)]
        result = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, *arguments], capture_output=True, text=True, check=False
        )
        index.chmod(0o700)
    assert result.returncode == 3, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert str(index) in line
    assert "permission" in line


@pytest.mark.parametrize(
    "command",
    [["search", "x"], ["stats"], ["check"], ["update"]],
    ids=["search", "stats", "check", "update"],
)
def test_no_index_is_exit_code_three(tmp_path: Path, write_jsonl, command: list[str]) -> None:
    source = [write_jsonl(*RECORDS)] if command == ["update"] else []
    line = one_line(akhbar(*command, *source, "--index", tmp_path / "none"), 3)
    assert "no index here" in line
    assert "akhbar rebuild" in line
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["search", "x", "--from", "لاحقاً"], id="no date"),
        pytest.param(["search", "x", "--sort", "best"], id="no such order"),
        pytest.param(["search", "x", "--limit", "-1"], id="negative limit"),
        pytest.param(["search"], id="no query"),
        pytest.param(["rebuild"], id="no source"),
        pytest.param(["analyze"], id="nothing to analyse"),
        pytest.param(["search", "x", "--page", "0"], id="no such page"),
        pytest.param(["stats", "--index", ""], id="index without a name"),
        pytest.param(["frobnicate"], id="no such command"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_two(index: Path, arguments: list[str]) -> None:
    named = ["--index", str(index)] if arguments[0] in ("search", "rebuild") else []
    assert "--help" in one_line(akhbar(*arguments, *named), 2)


def test_an_interruption_is_one_line(root: Path) -> None:
    command = [sys.executable, "-m", "indexer", "analyze", "--words"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, cwd=root, bufsize=0) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write("خبر\n".encode())
        running.stdin.write(b"x\n" * 20_000)  # enough for lines to come out: the command is at work
        assert running.stdout.read(1)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
    assert (running.returncode, said.decode()) == (130, "akhbar: interrupted\n")


def test_json_is_utf_8_in_any_terminal(index: Path) -> None:
    command = [sys.executable, "-m", "indexer", "search", "القمح", "--index", str(index)]
    environ = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(Path(__file__).parents[3])}
    as_json = subprocess.run([*command, "--json"], capture_output=True, check=True, env=environ).stdout
    assert json.loads(as_json.decode("utf-8"))["hits"][0]["title"] == "أسعار القمح"
    assert subprocess.run(command, capture_output=True, check=True, env=environ).stdout


def test_hits_beyond_the_last_page_are_refused(index: Path) -> None:
    assert "can be paged" in one_line(akhbar("search", "x", "--index", index, "--page", "5000"), 2)


def test_other_analyzers_ask_for_a_rebuild(tmp_path: Path) -> None:
    article = document(Article(id="x", title="خبر"), analyzer_for("ar"))
    open_engine(tmp_path / "old", analyzer_for("ar"), fingerprint="of other analyzers").rebuild([article])
    assert "rebuild needed" in one_line(akhbar("search", "x", "--index", tmp_path / "old"), 3)


def test_control_characters_of_an_article_never_reach_the_terminal(tmp_path: Path, write_jsonl) -> None:
    source = write_jsonl({"id": "x", "title": "خبر \u009b31m \u202e", "source": "\u001b]0;owned\u0007"})
    akhbar("rebuild", source, "--index", tmp_path / "i")
    shown = akhbar("search", "خبر", "--index", tmp_path / "i").stdout
    assert not {"\u001b", "\u009b", "\u0007", "\u202e"} & set(shown)


# -- analyze


def test_analyze_words_gives_a_line_for_each_line() -> None:
    result = akhbar("analyze", "--words", "--field", "exact", stdin="الدُّوَلُ\n\n!?\nإيران ٢٠٢٤\n")
    assert result.stdout == "الدول\n\n\nايران 2024\n"


def test_analyze_shows_every_stage() -> None:
    result = akhbar("analyze", "وَالصُّحُفِ")
    assert result.exit_code == 0
    assert "وَالصُّحُفِ" in result.stdout
    assert "والصحف" in result.stdout
    assert len(result.stdout.splitlines()) > 2


def test_runs_without_flask() -> None:
    script = "import sys; sys.modules['flask'] = None; from indexer.commands.cli import cli; cli(['--help'])"
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )
    assert result.returncode == 0, result.stderr
    assert "rebuild" in result.stdout


def test_a_full_disk_claims_nothing_about_what_was_changed(root: Path) -> None:
    line = one_line(akhbar("learn", root / "sample", "--out", "/dev/full"), 1)
    assert line == "akhbar: system: No space left on device"


# -- a model of one's own


def with_model(root: Path, model: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "indexer", *map(str, arguments)]
    environ = os.environ | {"AKHBAR_MODEL": str(model), "PYTHONPATH": str(root)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ)


def test_a_learned_model_is_used_and_asks_for_a_rebuild(root: Path, tmp_path: Path, index: Path) -> None:
    model = tmp_path / "model.tsv"
    assert akhbar("learn", root / "sample", "--out", model).exit_code == 0
    assert "rebuild needed" in with_model(root, model, "search", "x", "--index", index).stderr
    rebuilt = with_model(root, model, "rebuild", root / "sample", "--index", index)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert with_model(root, model, "search", "الانتخابات", "--index", index).returncode == 0
    assert "rebuild needed" in akhbar("search", "x", "--index", index).stderr


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no file"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b"# nothing\n", id="empty"),
        pytest.param("noun\tو\t-\tnan\n".encode(), id="no number"),
        pytest.param("noun\tو\t-\t-1\n".encode(), id="negative"),
        pytest.param(b"three\tcells\there\n", id="no row"),
    ],
)
def test_what_is_no_model_is_one_line(root: Path, tmp_path: Path, content: bytes | None) -> None:
    model = tmp_path / "model.tsv"
    if content is not None:
        model.write_bytes(content)
    done = with_model(root, model, "analyze", "خبر")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("akhbar: ")
    assert "akhbar learn" in line


# -- options of rebuild and update


def test_fields_are_mapped_and_lost_texts_count_under_strict(tmp_path: Path, write_jsonl) -> None:
    source = write_jsonl({"id": "1", "kop": "خبر عاجل", "title": "قديم", "alinea": "نص طويل من كلمات"})
    result = akhbar("rebuild", source, "--index", tmp_path / "i", "--strict")
    assert result.exit_code == 1
    assert "--map body=NAME" in result.stderr
    assert "1 article without the text that their records have" in result.stdout
    mapped = ("--map", "title=KOP", "--map", "body=alinea")
    assert akhbar("rebuild", source, "--index", tmp_path / "i", "--strict", *mapped).exit_code == 0
    assert hit_ids(tmp_path / "i", "عاجل") == hit_ids(tmp_path / "i", "كلمات") == ["1"]


@pytest.mark.parametrize("given", ["title", "title=", "=kop", "kop=title"])
def test_a_wrong_mapping_is_one_line(tmp_path: Path, write_jsonl, given: str) -> None:
    assert "expected" in one_line(
        akhbar("rebuild", write_jsonl(*RECORDS), "--index", tmp_path / "i", "--map", given), 2
    )


def test_a_dry_run_shows_articles_and_writes_nothing(tmp_path: Path, write_jsonl) -> None:
    result = akhbar("rebuild", write_jsonl(*RECORDS, {"id": "d"}), "--index", tmp_path / "i", "--dry-run")
    assert result.exit_code == 0
    assert "a 2024-04-16 الشرفة انتخابات بلدية في لبنان" in result.stdout
    assert "3 articles in no index; 1 record skipped" in result.stdout
    assert not (tmp_path / "i").exists()


def test_a_report_lists_bad_records_and_files_passed_over(tmp_path: Path, write_jsonl) -> None:
    write_jsonl(
        *RECORDS,
        {"id": "d"},
        {"id": "e", "title": "خبر", "date": "30/02/2024"},
        {"id": "f", "title": "خبر", "date": "02/11/2024"},
        {"id": "g", "title": "خبر", "body": "اليوم السبت", "date": "02/11/2024"},
    )
    (tmp_path / "notes.pdf").touch()
    akhbar("rebuild", tmp_path, "--index", tmp_path / "i", "--report", tmp_path / "out.json")
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    first, second, third = report.pop("records")
    assert report == {
        "read": 6,
        "skipped": 1,
        "mended": 1,
        "guessed": 1,
        "without_body": 0,
        "cut_short": 0,
        "passed_over": {".pdf": 1},
        "more": 0,
    }
    assert (first["file"], first["line"], first["skipped"]) == (str(tmp_path / "articles.jsonl"), 4, True)
    assert (second["line"], second["skipped"]) == (5, False)
    assert "date: expected a day" in second["reason"]
    assert (third["line"], third["skipped"]) == (6, False)
    assert "day and month could be exchanged" in third["reason"]
