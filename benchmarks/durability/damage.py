"""Damage to the files of an index: is it found, and does it do harm? Prints tables; exits 1 on any failure.

    python benchmarks/durability/damage.py [--count 500] [--seed 1] [--articles 120]

*Damaged*: one thing is wrong with one file of the live generation, its manifest or ``CURRENT`` (bits, blocks, sizes, files
swapped, missing, or of another kind; in place, where the generation before shares the bytes, or apart from it). ``check``
must name the file. Opening and asking, in a process with a bounded memory, must neither crash nor hang nor raise what is no
clear error; the answers of the live state or of the one before are as good. Answers that are neither are counted as
altered: only sizes and tables of contents are looked at when an index is opened, ``check`` reads every byte. An update
must refuse to build upon the damage or leave it to be found: never may ``check`` be clean over other articles than those
written. Every few damages a rebuild must succeed and be clean.

*Sealed*: the same, with a manifest that fits the damage, as someone who plants files would write it. Nothing can be found by
hashes then; there must be no crash, no hang and no unclear error.

*Planted*: pickles that would create a file if anything loaded them, under names that Whoosh reads and in place of the index's
own files. Nothing may be executed, and ``check`` must name each stranger in the live generation.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import pickle
import random
import resource
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import project  # noqa: F401, finds the packages
from reporting import options, tell, workplace

from indexer import Index, IndexUnusableError, SearchRequest, open_index
from indexer.index import unopened_index
from indexer.request import MAX_LIMIT
from indexer.storage.files import record_of
from indexer.storage.manifest import MANIFEST, Manifest
from tests.support.durability.observation import observe
from tests.support.durability.processes import add_work, command_work, copy_index, delete_work, run_in_child
from tests.support.durability.states import (
    State,
    after_deletion,
    after_update,
    answers,
    clock_article,
    digest,
    expected_answers,
    make_article,
    prepare,
    state_of,
    write_articles,
)

PATIENCE_S = 20.0
MEMORY_BYTES = 2 << 30
"""What a use of a damaged index may take above what the script has."""
REBUILD_EVERY = 10
BLOCK = 512
NEXT = [*(make_article(number, 51) for number in range(3, 120, 10)), clock_article(51)]
"""What an update of a damaged index writes: it replaces articles in every segment."""


# -- damages


class Damage(NamedTuple):
    """One way to damage a file: what becomes of its bytes."""

    name: str
    bytes_after: Callable[[bytes, random.Random], bytes]


def _flip_bit(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def _flip(content: bytes, chance: random.Random) -> bytes:
    return _flip_bit(content, chance.randrange(len(content) * 8))


def _flip_head(content: bytes, chance: random.Random) -> bytes:
    return _flip_bit(content, chance.randrange(min(64, len(content)) * 8))


def _flip_tail(content: bytes, chance: random.Random) -> bytes:
    return _flip_bit(content, len(content) * 8 - 1 - chance.randrange(min(2000, len(content)) * 8))


def _block(content: bytes, chance: random.Random, new: bytes) -> bytes:
    at = chance.randrange(max(1, len(content) // BLOCK)) * BLOCK
    return content[:at] + new[: len(content) - at] + content[at + BLOCK :]


def _zero_block(content: bytes, chance: random.Random) -> bytes:
    return _block(content, chance, bytes(BLOCK))


def _random_block(content: bytes, chance: random.Random) -> bytes:
    return _block(content, chance, chance.randbytes(BLOCK))


def _small_number(content: bytes, chance: random.Random) -> bytes:
    """Change a bit of one of the first numbers behind the head, where small files have all they have."""
    place = 64 + 2 * chance.randrange(max(1, min(6, (len(content) - 64) // 2)))
    return _flip_bit(content, (place * 8 + chance.randrange(1, 3)) % (len(content) * 8))


def _few_bytes(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(4):
        changed[chance.randrange(len(changed))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


DAMAGES = (
    Damage("a bit", _flip),
    Damage("a bit near the start", _flip_head),
    Damage("a bit near the end", _flip_tail),
    Damage("a block of zeros", _zero_block),
    Damage("a block of anything", _random_block),
    Damage("some bytes", _few_bytes),
    Damage("a small number", _small_number),
    Damage("cut short", _cut),
    Damage("a byte short", lambda content, _: content[:-1]),
    Damage("emptied", lambda _, __: b""),
    Damage("longer", lambda content, chance: content + chance.randbytes(chance.randint(1, 100))),
    Damage("longer by zeros", lambda content, _: content + bytes(BLOCK)),
    Damage("other bytes", lambda content, chance: chance.randbytes(len(content))),
)


def _missing(path: Path, _: random.Random) -> list[Path]:
    path.unlink()
    return [path]


def _to_folder(path: Path, _: random.Random) -> list[Path]:
    path.unlink()
    path.mkdir()
    return [path]


def _to_pipe(path: Path, _: random.Random) -> list[Path]:
    path.unlink()
    os.mkfifo(path)
    return [path]


def _to_link(path: Path, _: random.Random) -> list[Path]:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere.name)
    return [path]


def _swap(path: Path, chance: random.Random) -> list[Path]:
    """Swap a file of the live generation with another; without its manifest no other file can be named."""
    files = [each for each in live_files(path.parent.parent) if each.name not in (MANIFEST, "CURRENT")]
    others = [each for each in files if each.read_bytes() != path.read_bytes()]
    other = chance.choice(others)
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)
    return [path] if path.name == MANIFEST else [path, other]


def _byte_damage(damage: Damage) -> Callable[[Path, random.Random], list[Path]]:
    def apply(path: Path, chance: random.Random) -> list[Path]:
        content = path.read_bytes()
        changed = content
        while changed == content:
            changed = damage.bytes_after(content, chance)
        if chance.random() < 0.5:
            path.unlink()  # the generation before keeps its own
        path.write_bytes(changed)
        return [path]

    return apply


ALL: tuple[tuple[str, Callable[[Path, random.Random], list[Path]]], ...] = (
    *((each.name, _byte_damage(each)) for each in DAMAGES),
    ("missing", _missing),
    ("a folder", _to_folder),
    ("a pipe", _to_pipe),
    ("a link", _to_link),
    ("swapped", _swap),
)
"""Every damage: applied to a path it returns the files that are wrong now."""


def live_files(index: Path) -> list[Path]:
    """Return the files of the live generation, its manifest and CURRENT, none of them empty."""
    name = (index / "CURRENT").read_text().split()[0]
    paths = [*sorted((index / name).iterdir()), index / "CURRENT"]
    return [path for path in paths if path.is_file() and path.stat().st_size]


# -- a use of the index


def use_index(index: Path) -> dict[str, Any]:
    """Check the index, open it and ask everything; return faults, the clear error if any, and what it holds."""
    _bound_memory()
    found: dict[str, Any] = {"faults": unopened_index(index).check()}
    try:
        with open_index(index) as opened:
            opened.stats()
            found["answers"] = answers(opened)
            ids = [id_ for id_, _ in opened.ranking(SearchRequest("", limit=MAX_LIMIT))]
            opened.search(SearchRequest('ميناؤ~ OR قم* OR "مجلس جسر"', links=False, limit=200))
            found["digest"] = digest([article for id_ in ids if (article := opened.article(id_)) is not None])
    except IndexUnusableError as problem:
        found["error"] = str(problem)
    return found


def _bound_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@dataclass
class Base:
    """The good index that is damaged: where it is, its state and the one before."""

    index: Path
    live: State
    before: State

    def kind_of(self, found: dict[str, Any]) -> str:
        """Return how a use ended."""
        if "error" in found:
            return "clear error"
        for name, state in (("live state", self.live), ("state before", self.before)):
            if (found["digest"], tuple(found["answers"])) == (digest(state.values()), expected_answers(state)):
                return name
        return "altered"


@dataclass
class Trial:
    """What came of the damages of one kind."""

    name: str
    done: int = 0
    named: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Return the counts."""
        kinds = ("clear error", "state before", "live state", "altered", "update refused", "update done")
        return {
            "": self.name,
            "damages": self.done,
            "named by check": self.named,
            **{kind: self.counts[kind] for kind in kinds},
            "failures": len(self.failures),
        }


def use(trial: Trial, base: Base, index: Path, what: str) -> dict[str, Any] | None:
    """Use the index in a process of its own; count how it ended; return what was found."""
    ended = run_in_child(lambda: use_index(index), PATIENCE_S)
    if ended.fault:
        trial.failures.append(f"{what}: {ended.fault}")
        return None
    found: dict[str, Any] = ended.result
    error = found.get("error", "")
    if "\n" in error or not error.isprintable():
        trial.failures.append(f"{what}: more than a line: {error!r}")
    trial.counts[base.kind_of(found)] += 1
    return found


# -- damaged


def try_damages(base: Base, index: Path, count: int, chance: random.Random) -> Trial:
    """Damage the index ``count`` times, every file and every kind in turn."""
    trial = Trial("damaged")
    source = write_articles(index.with_name("rebuild.jsonl"), [make_article(1, 50), clock_article(50)])
    kinds = itertools.cycle(ALL)
    for number in range(count):
        copy_index(base.index, index)
        name, apply = next(kinds)
        files = live_files(index)
        path = files[number * 7 % len(files)]
        if name == "swapped" and path.name == "CURRENT":
            path = files[0]
        wrong = apply(path, chance)
        what = f"{number}: {path.relative_to(index)}, {name}"
        trial.done += 1
        found = use(trial, base, index, what)
        if found is not None:
            unnamed = [each for each in wrong if not any(line.startswith(f"{each}: ") for line in found["faults"])]
            trial.named += not unnamed
            trial.failures += [f"{what}: check does not name {each.name}" for each in unnamed]
        build_upon(trial, base, index, what)
        if number % REBUILD_EVERY == 0:
            rebuild_over(trial, index, source, what)
    return trial


def update_work(index: Path) -> Callable[[], str | None]:
    """Return the work of an update; its result is the clear error, if any."""

    def work() -> str | None:
        _bound_memory()
        try:
            with open_index(index) as opened:
                opened.add(NEXT)
        except IndexUnusableError as problem:
            return str(problem)
        return None

    return work


def build_upon(trial: Trial, base: Base, index: Path, what: str, *, sealed_too: bool = False) -> None:
    """Update the damaged index; see that the damage is refused or, where no manifest fits it, can still be found."""
    ended = run_in_child(update_work(index), PATIENCE_S)
    if ended.fault:
        trial.failures.append(f"{what}: an update {ended.fault}")
        return
    trial.counts["update refused" if ended.result else "update done"] += 1
    if ended.result:
        return
    after = {digest(after_update(state, NEXT).values()) for state in (base.live, base.before)}
    seen = observe(index, patience_s=PATIENCE_S)
    if not sealed_too and not seen.problem and not seen.faults and seen.digest not in after:
        trial.failures.append(f"{what}: an update was built upon it, and check finds nothing")


def rebuild_over(trial: Trial, index: Path, source: Path, what: str) -> None:
    """Rebuild the damaged index; see that it is whole."""
    ended = run_in_child(command_work("rebuild", source, "--index", index))
    if (index / "CURRENT").is_dir() and "remove it" in ended.said:
        return
    if ended.fault:
        trial.failures.append(f"{what}: a rebuild {ended.fault}")
        return
    faults = observe(index).faults_as(state_of([make_article(1, 50), clock_article(50)]))
    trial.failures += [f"{what}: after a rebuild: {fault}" for fault in faults]


# -- sealed


def try_sealed_damages(base: Base, index: Path, count: int, chance: random.Random) -> Trial:
    """Damage files and give them a manifest that fits; see that it does no harm."""
    trial = Trial("sealed")
    kinds = itertools.cycle(DAMAGES)
    for number in range(count):
        copy_index(base.index, index)
        files = [path for path in live_files(index) if path.name not in (MANIFEST, "CURRENT")]
        path = files[number * 7 % len(files)]
        damage = next(kinds)
        _byte_damage(damage)(path, chance)
        seal(path.parent)
        trial.done += 1
        what = f"sealed {number}: {path.relative_to(index)}, {damage.name}"
        found = use(trial, base, index, what)
        trial.named += bool(found and any(line.startswith(f"{path}: ") for line in found["faults"]))
        build_upon(trial, base, index, what, sealed_too=True)
    return trial


def seal(folder: Path) -> None:
    """Write a manifest that fits the files as they are."""
    manifest = Manifest.read(folder / MANIFEST)
    files = {name: record_of(folder / name) for name in manifest.files}
    (folder / MANIFEST).unlink()
    (folder / MANIFEST).write_bytes(dataclasses.replace(manifest, files=files).as_bytes())


# -- planted


class Bait:
    """What makes a file when its pickle is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.marker, "w")


STRANGERS = (
    "_MAIN_1.toc", "_MAIN_99999.toc", "MAIN_1.toc", "MAIN_x.seg", "MAIN_0123456789abcdef.seg", "MAIN_x.trm", "MAIN_x.pst",
    "MAIN_x.vps", "MAIN_x.dcz", "MAIN_x.dci", "MAIN_x.fdz", "MAIN_x.col", "x.trm", "0.seg", "x-1.del", "toc.json.new",
    "schema.pickle", "index.pkl", "MAIN_WRITELOCK", ".hidden",
)  # fmt: skip


def try_planted_files(base: Base, index: Path, count: int, chance: random.Random) -> Trial:
    """Plant pickles under the names that Whoosh reads, and in place of the index's files; ``count`` at most."""
    trial = Trial("planted")
    marker = index.with_name("executed")
    plots = list(itertools.product((0, 2, 5), _plots(base.index)))
    for protocol, (name, path_of) in chance.sample(plots, min(count, len(plots))):
        copy_index(base.index, index)
        path = path_of(index)
        stranger = not path.exists()
        path.unlink(missing_ok=True)
        path.write_bytes(pickle.dumps([Bait(marker)], protocol))
        if not stranger:
            seal(path.parent)
        trial.done += 1
        what = f"planted {name}, protocol {protocol}"
        found = use(trial, base, index, what)
        if found is not None and any(line.startswith(f"{path}: ") for line in found["faults"]):
            trial.named += 1
        elif found is not None and stranger and path.parent != index:
            trial.failures.append(f"{what}: check does not name it")
        build_upon(trial, base, index, what, sealed_too=True)
        if marker.exists():
            trial.failures.append(f"{what}: executed")
            marker.unlink()
    return trial


def _plots(good: Path) -> Iterator[tuple[str, Callable[[Path], Path]]]:
    """Return where to plant: a name, and the path of it in a copy of the index."""
    live = Path((good / "CURRENT").read_text().split()[0])
    own = [path.name for path in live_files(good) if path.name not in (MANIFEST, "CURRENT")]
    for place, names in ((live, [*STRANGERS, *own]), (Path(), STRANGERS)):
        for name in names:
            yield f"{place / name}", lambda index, at=place / name: index / at  # type: ignore[misc]


# -- all


def build_base(folder: Path, articles: int) -> Base:
    """Build the index that is damaged: several segments, deletions where this version has them, a state before."""
    index = folder / "good"
    state = state_of([*(make_article(number, 0) for number in range(articles)), clock_article(0)])
    works = [command_work("rebuild", write_articles(folder / "start.jsonl", state.values()), "--index", index)]
    before = state
    for version in (1, 2, 3):
        more = [*(make_article(number, version) for number in range(version, articles, 9)), clock_article(version)]
        works.append(add_work(index, more))
        before, state = state, after_update(state, more)
    if hasattr(Index, "delete"):
        ids = [f"n{number}" for number in range(0, articles, 11)]
        works.append(delete_work(index, ids))
        before, state = state, after_deletion(state, ids)
    for work in works:
        if fault := run_in_child(work).fault:
            raise RuntimeError(fault)
    for fault in observe(index).faults_as(state):
        raise RuntimeError(fault)
    return Base(index, state, before)


def main() -> int:
    """Damage as the command line asks; return the exit code."""
    parser = options("Damage an index; see that it is found and does no harm.", count=500, counted="damages")
    parser.set_defaults(articles=120)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)  # noqa: S311
    with workplace(chosen.work) as folder:
        prepare(folder)
        base = build_base(folder, chosen.articles)
        index = folder / "index"
        files = [f"{path.name} ({path.stat().st_size:,} bytes)" for path in live_files(base.index)]
        print(f"files: {', '.join(files)}")
        trials = [
            try_damages(base, index, chosen.count, chance),
            try_sealed_damages(base, index, chosen.count // 2, chance),
            try_planted_files(base, index, chosen.count, chance),
        ]
        shutil.rmtree(index, ignore_errors=True)
    return tell([each.row() for each in trials], [failure for each in trials for failure in each.failures])


if __name__ == "__main__":
    raise SystemExit(main())
