"""The transcript in docs/searching.md is what the commands print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import rebuild
from indexer.commands.cli import cli

LEFT_OUT = "…"
"""A line that stands for any number of lines."""
CHANGING = re.compile(r"\((?:\d+|…) ms\)| · \d+\.\d\d$", re.MULTILINE)
"""Times, and scores, which change with any ranking."""


def transcript() -> Iterator[tuple[str, list[str]]]:
    """Yield each command with the lines below it."""
    text = (Path(__file__).parent.parent / "docs/searching.md").read_text(encoding="utf-8")
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        command, *lines = lines_of(block)
        yield command.removeprefix("$ akhbar "), lines


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in CHANGING.sub("", text).splitlines() if line.strip()]


def is_shown(lines: list[str], printed: list[str]) -> bool:
    """Return whether ``lines`` are those printed, in which LEFT_OUT stands for some."""
    parts = (".*" if line.strip() == LEFT_OUT else re.escape(f"{line}\n") for line in lines)
    return bool(re.fullmatch("".join(parts), "".join(f"{line}\n" for line in printed), re.DOTALL))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "index"
    rebuild(Path(__file__).parent.parent / "sample", folder, jobs=1)
    return folder


@pytest.mark.parametrize(
    ("command", "lines"), [pytest.param(*each, id=f"{n}") for n, each in enumerate(transcript(), 1)]
)
def test_a_search_prints_what_the_transcript_shows(index: Path, command: str, lines: list[str]) -> None:
    done = CliRunner().invoke(cli, [*shlex.split(command), "--index", str(index)], catch_exceptions=False)
    assert is_shown(lines, lines_of(done.output)), f"docs/searching.md shows something else than\n{done.output}"


def test_there_are_twenty_searches() -> None:
    assert len(list(transcript())) == 20


@pytest.mark.parametrize(
    ("lines", "same"),
    [
        pytest.param(["a", "b", "c"], True, id="all"),
        pytest.param(["a", "   …"], True, id="the rest left out"),
        pytest.param(["a", "…", "c"], True, id="one left out"),
        pytest.param(["a", "c"], False, id="one missing"),
        pytest.param(["a", "…", "d"], False, id="another end"),
    ],
)
def test_lines_may_be_left_out(lines: list[str], same: bool) -> None:
    assert is_shown(lines, ["a", "b", "c"]) is same
