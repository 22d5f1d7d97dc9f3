"""The wheel and the sdist hold every module and every data file, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("analyzers", "indexer", "search_app")


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a wheel and an sdist, built from a copy of the project."""
    copy = tmp_path_factory.mktemp("project")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((root / name).read_bytes())
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(copy / "out"), str(copy)]
    quick = os.environ | {"CFLAGS": "-O0"}  # what was compiled is not run here
    build = subprocess.run(command, capture_output=True, text=True, check=False, env=quick)
    assert build.returncode == 0, build.stdout[-3000:] + build.stderr[-3000:]
    return copy / "out"


def shipped_files(root: Path) -> set[str]:
    kept = {".py", ".pyi", ".typed", ".tsv", ".txt", ".json", ".html", ".xml", ".js", ".css", ".svg", ".woff2"}
    files = (path for package in PACKAGES for path in (root / package).rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix() for path in files if path.suffix in kept and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_packages_whole_and_nothing_else(built: Path, root: Path) -> None:
    (wheel,) = built.glob("akhbar-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    # Where there is a compiler, the extensions are there as well.
    assert {name for name in names if ".dist-info/" not in name and not name.endswith(".so")} == shipped_files(root)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_gives_the_command(built: Path) -> None:
    (wheel,) = built.glob("akhbar-*.whl")
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "akhbar = search_app.cli:main" in archive.read(entry_points).decode()
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    assert "License-Expression: GPL-3.0-or-later" in archive.read(metadata).decode()


def test_the_sdist_holds_what_make_needs(built: Path, root: Path) -> None:
    (sdist,) = built.glob("akhbar-*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert shipped_files(root) <= names
    assert {"Makefile", "constraints.txt", "LICENSE", "sample/articles.jsonl", "tools/check_python.py"} <= names
