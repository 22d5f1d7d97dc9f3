"""That the documents are true: commands, options, settings and links exist, and the examples of the README run."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

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


def documents(root: Path) -> list[Path]:
    return sorted(path for pattern in DOCUMENTS for path in root.glob(pattern))


def test_every_command_and_option_is_described(root: Path) -> None:
    text = (root / "docs/commands.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        assert f"`akhbar {name}" in text
        for parameter in command.params:
            for option in (each for each in parameter.opts if each.startswith("--")):
                assert option in text, f"akhbar {name} {option}"


def test_every_setting_is_described(root: Path) -> None:
    text = (root / "docs/commands.md").read_text(encoding="utf-8")
    for setting in dataclasses.fields(Settings):
        assert f"`{PREFIX}{setting.name.upper()}`" in text


def test_every_link_leads_somewhere(root: Path) -> None:
    for path in documents(root):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_room_of_the_architecture_exists(root: Path) -> None:
    text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for cell in re.findall(r"^\| (`.+?) \|", text, flags=re.MULTILINE):
        names = re.findall(r"`([^`]+)`", cell)
        folder = names[0].rpartition("/")[0]
        for name in names:
            assert (root / name).exists() or (root / folder / name).exists(), name


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
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    shown = run(sandbox, root, sys.executable, "-c", example)
    assert len(shown.splitlines()) == 3
    assert re.match(r"\d+\.\d\d  \d{4}-\d\d-\d\d  \S", shown)


def test_no_document_speaks_of_places_outside_the_project(root: Path) -> None:
    for path in documents(root):
        assert not re.search(r"/(work|home|root|tmp)/", path.read_text(encoding="utf-8")), path
