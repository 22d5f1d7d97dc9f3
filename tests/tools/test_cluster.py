"""Cluster for tests: the JDK that is chosen, the version of OpenSearch for it, and what is said where one is missing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tools.cluster.assemble import Jdk, MissingToolError, choose_jdk, jdk_in, runner_for, unpack_plugins
from tools.cluster.launch import free_ports


def make_jdk(folder: Path, version: str, *programs: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\nJAVA_VERSION_DATE="2026-01-01"\n')
    for program in programs:
        (folder / "bin" / program).touch()
    return folder


@pytest.mark.parametrize(
    ("version", "programs", "expected"),
    [
        pytest.param("25.0.3", ("java", "javac"), 25, id="a JDK"),
        pytest.param("21", ("java", "javac"), 21, id="the first of a version"),
        pytest.param("1.8.0_402", ("java", "javac"), 8, id="an old one"),
        pytest.param("21.0.1", ("java",), None, id="without a compiler"),
        pytest.param("", ("java", "javac"), None, id="without a version"),
    ],
)
def test_a_jdk_is_read_from_its_folder(
    tmp_path: Path, version: str, programs: tuple[str, ...], expected: int | None
) -> None:
    jdk = jdk_in(make_jdk(tmp_path / "jdk", version, *programs))
    assert (jdk and jdk.version) == expected


def test_no_jdk_is_in_a_folder_without_one(tmp_path: Path) -> None:
    assert jdk_in(tmp_path) is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [(21, "3.8.0.0"), (25, "3.8.0.0")],
)
def test_each_jdk_has_a_version_of_opensearch(version: int, expected: str) -> None:
    assert runner_for(Jdk(Path("jdk"), version)) == expected


def test_the_newest_jdk_is_chosen() -> None:
    jdks = [Jdk(Path("a"), 17), None, Jdk(Path("b"), 25), Jdk(Path("c"), 21)]
    assert choose_jdk({}, jdks).version == 25


def test_a_named_jdk_is_chosen(tmp_path: Path) -> None:
    home = make_jdk(tmp_path / "home", "21.0.7", "java", "javac")
    assert choose_jdk({"JAVA_HOME": str(home)}, [Jdk(Path("b"), 25)]) == Jdk(home, 21)


@pytest.mark.parametrize(
    ("home", "jdks", "expected"),
    [
        pytest.param(None, [None], "no JDK found", id="none"),
        pytest.param(None, [Jdk(Path("old"), 17)], "JDK 17 in old", id="too old"),
        pytest.param("none/here", [Jdk(Path("new"), 25)], "no JDK in none/here", id="JAVA_HOME leads nowhere"),
    ],
)
def test_what_to_install_is_said_in_one_line(home: str | None, jdks: list[Jdk | None], expected: str) -> None:
    environ = {"JAVA_HOME": home} if home else {}
    with pytest.raises(MissingToolError, match=rf"^{expected}: .*JDK 21 or newer; install one.*$"):
        choose_jdk(environ, jdks)


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_the_jars_of_a_plug_in_join_the_others_once(tmp_path: Path) -> None:
    (tmp_path / "jna-5.16.0.jar").write_text("of the node")
    with zipfile.ZipFile(tmp_path / "opensearch-knn-3.5.0.0.zip", "w") as archive:
        for name in ("jna-5.15.0.jar", "jna-platform-5.16.0.jar", "opensearch-knn-3.5.0.0.jar", "NOTICE.txt"):
            archive.writestr(name, "of the plug-in")
    unpack_plugins(tmp_path)
    assert {path.name: path.read_text().split()[-1] for path in tmp_path.iterdir()} == {
        "jna-5.16.0.jar": "node",
        "jna-platform-5.16.0.jar": "plug-in",
        "opensearch-knn-3.5.0.0.jar": "plug-in",
    }
