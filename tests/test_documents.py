"""Documents are true: commands, options, settings, files and links exist, and the examples of the README run."""

from __future__ import annotations

import dataclasses
import doctest
import json
import pkgutil
import re
import shlex
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from indexer import rebuild
from indexer.ingest.readers.formats import ENDINGS
from indexer.schema import COLUMNS, SKETCH_COLUMNS
from search_app.cli import main
from search_app.settings import PREFIX, Settings

DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/*.md",
    "docs/decisions/*.md",
    "benchmarks/**/*.md",
    "sample/*.md",
)
CONFIGURATION = ("pyproject.toml", "setup.cfg", "setup.py", "Makefile", "MANIFEST.in", ".ci/run", "tools/*.sh")
PACKAGES = ("analyzers", "indexer", "search_app")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs", "sample", "tools")

PATH = re.compile(rf"(?<![\w./<-])(?:{'|'.join(FOLDERS)})/[\w./*-]*[\w/*]")
"""A path from the top of the project, wherever it is named."""
FILE = re.compile(r"(?<![\w./*~-])[\w./*-]+\.(?:pyi?|c|h|md|toml|cfg|tsv|txt|trec|sh|json|svg)(?![\w.])")
"""A file by the end of its path; in prose it stands between backticks."""
MODULE = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+(?![\w/])")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

PLACEHOLDER = re.compile(r"[A-Z]+\.(?!md$)\w+")
"""A file whose name the reader chooses, such as ``GOLD.tsv``."""
NOT_OURS = frozenset(
    {"manifest.json", "toc.json", "figures.json", "figures-growth.json", "dev.tsv", "train.tsv", "/openapi.json"}
)
"""Files that an index or a benchmark writes or the server answers with, or that a reader of the documents has."""


def texts(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        yield path, path.read_text(encoding="utf-8")


def spans(text: str) -> str:
    """Return what stands between backticks, a span a line."""
    return "\n".join(re.findall(r"`([^`\n]+)`", text))


# -- commands, options, variables


def rows_of(root: Path, command: str) -> str:
    """Return the rows of the table of commands that are about ``command``."""
    text = (root / "docs/commands.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^\| `akhbar {command}\b.*$", text, flags=re.MULTILINE))


def names_of(parameter: click.Parameter) -> set[str]:
    return {name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")}


@pytest.mark.parametrize("name", sorted(main.addresses))
def test_a_command_has_a_row_with_its_own_options_and_no_others(root: Path, name: str) -> None:
    rows = rows_of(root, name)
    assert rows, f"docs/commands.md has no row for akhbar {name}"
    described = set(OPTION.findall(rows))
    command = main.get_command(click.Context(main), name)
    options = [names for parameter in command.params if (names := names_of(parameter) - {"--index"})]
    for names in options:
        assert names & described, f"akhbar {name} {' or '.join(sorted(names))} is not in its row"
    assert not described - set().union(*options), f"akhbar {name} has no such option"


def test_every_environment_variable_is_described_and_every_described_one_is_read(root: Path) -> None:
    described = set(re.findall(r"AKHBAR_[A-Z_]+", (root / "docs/commands.md").read_text(encoding="utf-8")))
    sources = [text for _, text in texts(root, tuple(f"{package}/**/*.py" for package in PACKAGES))]
    read = {name for text in sources for name in re.findall(r"\bAKHBAR_[A-Z_]+\b", text)}
    read |= {f"{PREFIX}{setting.name.upper()}" for setting in dataclasses.fields(Settings)}
    read -= {PREFIX, "AKHBAR_SETTINGS"}  # the second is a key of Flask's configuration
    assert described == read
    for path, text in texts(root, DOCUMENTS):
        if path.name != "CHANGELOG.md":  # it tells what a variable was called before
            assert set(re.findall(r"AKHBAR_[A-Z_]+", text)) <= read, path


def test_every_kind_of_file_is_described(root: Path) -> None:
    text = (root / "docs/commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\.[\w.]+)` \|", text, flags=re.MULTILINE)) == set(ENDINGS)


def test_every_make_target_that_is_named_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for path, text in texts(root, DOCUMENTS):
        named = re.findall(r"^ {4}make ([a-z]+)|`(?:\w+=\w+ )?make ([a-z]+)", text, flags=re.MULTILINE)
        assert {first or second for first, second in named} <= targets, path


# -- links, files, modules


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_examples_in_python_run(root: Path) -> None:
    tried = doctest.testfile(str(root / "docs/python.md"), module_relative=False)
    assert (tried.failed, tried.attempted > 20) == (0, True)


def test_every_link_leads_somewhere(root: Path) -> None:
    for path, text in texts(root, DOCUMENTS):
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", text):
            goal = path.parent / target if target else path
            assert goal.exists(), f"{path.name}: {target}"
            if anchor:
                assert anchor in anchors(goal.read_text(encoding="utf-8")), f"{path.name}: {target}#{anchor}"


def named_files(root: Path, document: Path, name: str) -> list[Path]:
    """Return the files that a document may mean by ``name``: from the top, beside it, or the end of a path anywhere."""
    return [path for folder in (root, document.parent) for path in folder.glob(name)] or [
        path for folder in FOLDERS for path in (root / folder).rglob(name)
    ]


def test_every_path_that_is_named_exists(root: Path) -> None:
    for path, text in texts(root, DOCUMENTS + CONFIGURATION):
        for name in PATH.findall(text):
            is_extension = (root / f"{name}.pyi").exists()  # which may not be built
            assert is_extension or named_files(root, path, name), f"{path.relative_to(root)} names {name}, not there"


def test_every_file_that_is_named_exists(root: Path) -> None:
    quoted = [(path, spans(text)) for path, text in texts(root, DOCUMENTS)]
    quoted += [(path, re.sub("<[^>]*>", " ", text)) for path, text in texts(root, ("docs/*.svg",))]
    quoted += [(path, "\n".join(re.findall(r'"([^"\n]+)"', text))) for path, text in texts(root, ("pyproject.toml",))]
    for path, text in quoted:
        for name in {name for name in FILE.findall(text) if not PLACEHOLDER.fullmatch(name)} - NOT_OURS:
            assert named_files(root, path, name), f"{path.relative_to(root)} names {name}, which is not there"


def test_every_benchmark_that_can_be_run_is_described(root: Path) -> None:
    readmes = {path.parent: text for path, text in texts(root, ("benchmarks/**/*.md",))}
    for path, text in texts(root, ("benchmarks/**/*.py",)):
        if "__main__" in text:
            in_own_readme = path.name in readmes.get(path.parent, "")
            assert in_own_readme or f"{path.parent.name}/{path.name}" in readmes[root / "benchmarks"], path


def test_every_module_that_is_named_can_be_imported(root: Path) -> None:
    for path, text in texts(root, DOCUMENTS + CONFIGURATION):
        for name in MODULE.findall(text):
            if not root.joinpath(*name.split(".")).with_suffix(".pyi").exists():  # an extension that may not be built
                assert resolve(name), f"{path.relative_to(root)} names {name}, which is not there"


def resolve(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize(
    ("pattern", "text", "names"),
    [
        pytest.param(PATH, "see indexer/gone.py, or tests/**.", ["indexer/gone.py", "tests/**"], id="paths in prose"),
        pytest.param(PATH, "https://x.example/docs/a <docs/b", [], id="no paths in addresses"),
        pytest.param(FILE, "python kernels/c/*.c pickles.py", ["kernels/c/*.c", "pickles.py"], id="files in a span"),
        pytest.param(FILE, "articles.jsonl 3.5.c.d model.tsv.gz", [], id="no other endings"),
        pytest.param(MODULE, '"indexer.engines.whoosh.*"', ["indexer.engines.whoosh"], id="modules in pyproject"),
        pytest.param(MODULE, "my.indexer.x analyzers/a.b", [], id="no modules inside names"),
    ],
)
def test_names_are_recognized(pattern: re.Pattern[str], text: str, names: list[str]) -> None:
    assert pattern.findall(text) == names


# -- the index format


def arrays_of(path: Path) -> set[str]:
    """Return the names of the arrays in a file, read as docs/index-format.md says."""
    content = path.read_bytes()
    offset, length, checksum, magic = struct.unpack("<QQI8s", content[-28:])
    table = content[offset : offset + length]
    assert content[:8] == magic == b"AKHBARS1"
    assert zlib.crc32(table) == checksum
    return set(json.loads(table)["arrays"])


def test_every_array_of_a_segment_is_described_and_every_described_one_is_there(root: Path, tmp_path: Path) -> None:
    rebuild(root / "sample", tmp_path / "index", jobs=1)
    (segment,) = (tmp_path / "index").glob("gen-1/*.seg")
    letters = {"exact": "F", "stem": "F", "id": "F", "url": "F"}
    letters |= {"body": "X", "date": "C"}
    letters |= dict.fromkeys((*COLUMNS, *SKETCH_COLUMNS), "C")
    arrays = {"/".join(letters.get(part, part) for part in name.split("/")) for name in arrays_of(segment)}
    described = re.findall(
        r"`((?:F|column/C|stored|text/X)/\w+|body_starts)", (root / "docs/index-format.md").read_text("utf-8")
    )
    assert set(described) == arrays


# -- examples


@pytest.fixture
def sandbox(root: Path, tmp_path: Path) -> Path:
    """Return a folder that looks like the project's to the examples of the README."""
    (tmp_path / "sample").symlink_to(root / "sample")
    return tmp_path


def run(folder: Path, root: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_examples_of_the_readme_run(root: Path, sandbox: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    (console,) = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    commands = [shlex.split(line[2:]) for line in console.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 4
    for program, *arguments in commands:
        assert program == ".venv/bin/akhbar"
        assert run(sandbox, root, sys.executable, "-m", "indexer", *arguments).strip()
    examples = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    shown = [run(sandbox, root, sys.executable, "-c", example) for example in examples]
    assert len(shown[0].splitlines()) == 3
    assert re.match(r"\d+\.\d\d  \d{4}-\d\d-\d\d  \S", shown[0])
    assert all(shown)


def test_no_document_speaks_of_places_outside_the_project(root: Path) -> None:
    for path, text in texts(root, DOCUMENTS):
        assert not re.search(r"/(work|home|root|tmp)/", text), path
