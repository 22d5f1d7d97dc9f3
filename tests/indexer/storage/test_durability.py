"""The durability benchmarks in small counts; and that they would notice if an index were broken."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.durability.disk import LUCK, Disk, File, Folder, Luck, Resize, UnmodelledError, Write, leave
from tests.support.durability.observation import ObservedAnswer, Step, Witness
from tests.support.durability.states import (
    after_deletion,
    after_update,
    clock_article,
    expected_answers,
    make_article,
    prepare,
    state_of,
)
from tests.support.durability.tracing import calls_in

BENCHMARKS = Path(__file__).parents[3] / "benchmarks" / "durability"
SCRIPTS = {
    "powerloss.py": ("--count", "10", "--articles", "20"),
    "syscalls.py": ("--count", "2", "--articles", "20"),
    "diskfull.py": ("--count", "2", "--articles", "30", "--disks", "tmpfs"),
    "damage.py": ("--count", "9", "--articles", "40"),
    "readers.py": ("--count", "8", "--articles", "60"),
}


def run(script: str, work: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(BENCHMARKS / script), "--seed", "3", "--work", str(work), *SCRIPTS[script]]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)


# -- the scripts


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_index_survives(script: str, tmp_path: Path) -> None:
    ran = run(script, tmp_path)
    if ran.returncode == 2 and re.search("here|not installed", ran.stderr):
        pytest.skip(ran.stderr.strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "no failure" in ran.stdout


def test_a_script_that_needs_strace_says_so(tmp_path: Path) -> None:
    for script in ("syscalls.py", "powerloss.py"):
        ran = subprocess.run(
            [sys.executable, str(BENCHMARKS / script), "--work", str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": ""},
        )
        assert (ran.returncode, "strace is not installed" in ran.stdout + ran.stderr) == (2, True), ran.stderr


# -- what a searcher may see


START = state_of([make_article(1, 0), make_article(2, 0), clock_article(0)])
STATES = (
    START,
    after_update(START, [make_article(1, 1), clock_article(1)]),
    after_deletion(after_update(START, [make_article(1, 1), clock_article(1)]), ["n2"]),
)
STEPS = [
    Step(begun, begun + 1.0, expected_answers(state)) for begun, state in zip((0.0, 10.0, 20.0), STATES, strict=True)
]


def faults(*asked: tuple[float, int]) -> list[str]:
    """Return the faults of a searcher that got, at these moments, what these states answer to everything."""
    seen = [ObservedAnswer("reader", at, at + 0.1, 0, STEPS[state].answers[0]) for at, state in asked]
    return Witness(seen).faults_given(STEPS)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([(5.0, 0), (15.0, 1), (25.0, 2)], id="each after its acknowledgement"),
        pytest.param([(10.5, 0), (10.6, 1)], id="either while it is written"),
        pytest.param([(20.2, 1), (20.3, 2)], id="a deletion"),
    ],
)
def test_answers_of_the_states_in_order_are_right(asked: list[tuple[float, int]]) -> None:
    assert faults(*asked) == []


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        pytest.param([(15.0, 0)], "an older one", id="older than acknowledged"),
        pytest.param([(10.4, 1), (10.6, 0)], "an older one", id="older than seen before"),
        pytest.param([(5.0, 1)], "one not yet written", id="from the future"),
    ],
)
def test_answers_out_of_order_are_found(asked: list[tuple[float, int]], kind: str) -> None:
    (fault,) = faults(*asked)
    assert fault.endswith(f"the answer of {kind}")


def test_an_answer_of_no_state_is_found() -> None:
    witness = Witness([ObservedAnswer("reader", 5.0, 5.1, 0, "IndexDamagedError: gone")])
    (fault,) = witness.faults_given(STEPS)
    assert fault.endswith("the answer of none")


def test_the_states_are_what_engines_answer(tmp_path: Path) -> None:
    prepare(tmp_path)


# -- the pessimistic disk

CHANGES = st.lists(
    st.builds(Write, st.integers(0, 3000), st.binary(min_size=1, max_size=1500))
    | st.builds(Resize, st.integers(0, 4000)),
    max_size=6,
)


def left(file: File, luck: Luck, folder: Path, seed: int = 0) -> bytes:
    disk = Disk(folder)
    disk.top = Folder(durable={"file": file})
    target = folder / "left"
    shutil.rmtree(target, ignore_errors=True)
    leave(disk, target, luck, random.Random(seed))
    return (target / "file").read_bytes()


@settings(max_examples=30)
@given(st.binary(max_size=2000), CHANGES)
def test_a_file_is_left_between_what_was_synced_and_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, durable: bytes, changes: list[Write | Resize]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "disk"
    folder.mkdir(exist_ok=True)
    file = File(durable, list(changes))
    written = bytes(file.live())
    assert left(file, LUCK["nothing unsynced"], folder) == durable
    assert left(file, LUCK["all, as after a kill"], folder) == written
    file.sync()
    for name, luck in LUCK.items():
        assert left(file, luck, folder) == written, name


def test_a_synced_file_without_a_synced_folder_may_be_gone_and_a_rename_is_never_half_done(tmp_path: Path) -> None:
    old, new = File(b"old"), File(b"new")
    found = set()
    for seed in range(60):
        disk = Disk(tmp_path)
        disk.top = Folder({"CURRENT": old}, live={"CURRENT": old})
        disk.top.change({"CURRENT.new": new})
        disk.top.change({"CURRENT.new": None, "CURRENT": new})
        leave(disk, tmp_path / str(seed), LUCK["half of all"], random.Random(seed))
        found.add(tuple((path.name, path.read_bytes()) for path in sorted((tmp_path / str(seed)).iterdir())))
    assert found == {
        (("CURRENT", b"old"),),
        (("CURRENT", b"old"), ("CURRENT.new", b"new")),
        (("CURRENT", b"new"),),
    }


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def test_a_recording_is_read_into_calls_and_played(tmp_path: Path) -> None:
    here, file = hexed(str(tmp_path)), hexed(str(tmp_path / "file"))
    (tmp_path / "log").write_text(
        f'7 openat(AT_FDCWD</>, "{file}", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 3<{file}>\n'
        f'7 write(3<{file}>, "{hexed("hello")}", 5) = 5\n'
        f"7 lseek(3<{file}>, 1, SEEK_SET) = 1\n"
        f'7 write(3<{file}>, "{hexed("ipp")}", 3 <unfinished ...>\n'
        f"8 close(4</>) = 0\n"
        f"7 <... write resumed>) = 3\n"
        f"7 ftruncate(3<{file}>, 4) = 0\n"
        f'7 rename("{file}", "{here}{hexed("/other")}") = 0\n'
        f'7 unlink("{here}{hexed("/none")}") = -1 ENOENT (No such file or directory)\n'
        "7 +++ exited with 0 +++\n",
        encoding="ascii",
    )
    calls = list(calls_in(tmp_path / "log"))
    assert [(call.name, call.nth, call.result) for call in calls if call.name in ("write", "unlink")] == [
        ("write", 1, 5),
        ("write", 2, 3),
        ("unlink", 1, -1),
    ]
    disk = Disk(tmp_path)
    for call in calls:
        disk.apply(call)
    assert disk.files() == {tmp_path / "other": b"hipp"}


def test_what_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    file = hexed(str(tmp_path / "file"))
    (tmp_path / "log").write_text(
        f'7 openat(AT_FDCWD</>, "{file}", O_RDWR|O_CREAT, 0666) = 3<{file}>\n'
        f"7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3<{file}>, 0) = 0x7f\n",
        encoding="ascii",
    )
    disk = Disk(tmp_path)
    opening, mapping = calls_in(tmp_path / "log")
    disk.apply(opening)
    with pytest.raises(UnmodelledError):
        disk.apply(mapping)
