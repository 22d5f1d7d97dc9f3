"""House rules that no other tool checks: docstrings, names, sizes, imports between rooms, lines of Markdown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGES = ("analyzers", "indexer", "search_app")
DOCUMENTS = ("*.md", "docs/**/*.md", "benchmarks/**/*.md", "sample/*.md")
MAX_FRONT_FILES = 9  # what a newcomer opens first stands in no room
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_MARKDOWN_CHARS = 120

QUESTION_WORDS = re.compile(r"(Which|What|How|Whether|Where|When)\b")

# Not "read", "set", "put", "cut", "split", "hit" and "run": as verbs they look the same.
IRREGULAR_PARTICIPLES = re.compile(
    r"""bound|bought|brought|built|chosen|come|done|drawn|driven|eaten|fallen|fed|felt|
    forgotten|fought|found|given|gone|grown|heard|held|hidden|kept|known|laid|led|left|
    lent|lost|made|meant|met|paid|said|seen|sent|shown|sold|spent|spoken|spun|stood|
    stored|sunk|taken|taught|thought|thrown|told|torn|understood|woken|won|worn|written""",
    re.VERBOSE,
)
PUBLIC_NAMES = frozenset({"marked", "related"})
"""``Index.marked`` and ``Index.related``, which other programs call, and the command of that name."""
NOT_PARTICIPLES = frozenset({"embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


def require_none(faults: list[str], advice: str) -> None:
    assert not faults, "\n".join([f"{advice}:", *faults])


# -- docstrings and names


@pytest.mark.parametrize("folder", [*PACKAGES, "benchmarks", "tests/support", "tools"])
def test_a_module_docstring_names_its_subject(root: Path, folder: str) -> None:
    faults = []
    for path in python_files(root, folder):
        text = ast.get_docstring(parsed(path))
        if text is None:
            faults.append(f"{path.relative_to(root)}: no docstring")
        elif QUESTION_WORDS.match(text):
            faults.append(f"{path.relative_to(root)}: {text.splitlines()[0]}")
    require_none(faults, "begin the docstring of a module with the noun that a newcomer would search for, or a verb")


def is_participle(name: str) -> bool:
    word = name.strip("_")
    if IRREGULAR_PARTICIPLES.fullmatch(word):
        return True
    return word.endswith("ed") and "_" not in word and word not in NOT_PARTICIPLES


def is_property(function: Function) -> bool:
    """Return whether callers read the function as a value, for which a participle is an adjective."""
    return any(
        ast.unparse(decorator).rpartition(".")[2] in ("property", "cached_property")
        for decorator in function.decorator_list
    )


def test_no_function_is_named_by_a_bare_participle(root: Path) -> None:
    faults = [
        f"{path.relative_to(root)}:{function.lineno}: {function.name}"
        for path in python_files(root, *PACKAGES)
        for function in functions(path)
        if is_participle(function.name) and function.name not in PUBLIC_NAMES and not is_property(function)
    ]
    require_none(faults, "name a function by a verb or by what it returns, as in merge_terms or merged_terms")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("_made", True, id="irregular"),
        pytest.param("merged", True, id="regular"),
        pytest.param("merged_terms", False, id="a noun follows"),
        pytest.param("feed", False, id="a verb"),
        pytest.param("read", False, id="verb and participle alike"),
    ],
)
def test_participles_are_recognized(name: str, expected: bool) -> None:
    assert is_participle(name) is expected


# -- sizes


def test_no_file_is_longer_than_a_reader_keeps_in_mind(root: Path) -> None:
    counts = {path: path.read_text(encoding="utf-8").count("\n") for path in python_files(root, *PACKAGES)}
    faults = [f"{path.relative_to(root)}: {lines} lines" for path, lines in counts.items() if lines > MAX_FILE_LINES]
    require_none(faults, f"split files of more than {MAX_FILE_LINES} lines by what they answer")


def test_no_function_is_longer_than_a_screen(root: Path) -> None:
    faults = [
        f"{path.relative_to(root)}:{function.lineno}: {function.name} has {lines} lines"
        for path in python_files(root, *PACKAGES)
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION_LINES
    ]
    require_none(faults, f"split functions of more than {MAX_FUNCTION_LINES} lines")


# -- rooms


def test_the_front_of_the_indexer_stays_small(root: Path) -> None:
    files = sorted(path.name for path in (root / "indexer").glob("*.py"))
    assert len(files) <= MAX_FRONT_FILES, files


def module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(path: Path, modules: frozenset[str]) -> Iterator[str]:
    """Yield the modules of the project that a file imports, at its top or inside a function."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in modules else node.module for name in names)


def room_in(package: str, module: str) -> str:
    """Return the sub-package or loose module of ``package`` that ``module`` lies in, the package for its own file."""
    return ".".join(module.split(".")[: package.count(".") + 2])


def room_graph(package: str, imports: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return which rooms of ``package`` each of its rooms imports."""

    def is_inside(module: str) -> bool:
        return module.startswith(f"{package}.") or (module == package and package in PACKAGES)

    graph: dict[str, set[str]] = {}
    for module in filter(is_inside, imports):
        room = room_in(package, module)
        graph.setdefault(room, set()).update(
            {room_in(package, each) for each in imports[module] if is_inside(each)} - {room}
        )
    return graph


def test_imports_between_rooms_go_one_way(root: Path) -> None:
    """The rooms of a package are its sub-packages and loose modules, at every level; of the three, ``__init__`` too."""
    files = {module_name(root, path): path for path in python_files(root, *PACKAGES)}
    imports = {module: set(imported_modules(path, frozenset(files))) for module, path in files.items()}
    faults = []
    for package in (name for name, path in files.items() if path.name == "__init__.py"):
        try:
            TopologicalSorter(room_graph(package, imports)).prepare()
        except CycleError as cycle:
            faults.append(" -> ".join(cycle.args[1][::-1]))
    require_none(faults, "move what both sides need into a room below them")


def test_a_circle_between_rooms_is_seen() -> None:
    imports = {"indexer.a.x": {"indexer.b"}, "indexer.a.y": {"indexer.a.x"}, "indexer.b": {"indexer.a.y", "analyzers"}}
    graph = room_graph("indexer", imports)
    assert graph == {"indexer.a": {"indexer.b"}, "indexer.b": {"indexer.a"}}
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()


def test_imports_are_found_in_every_form(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("import a.b\nfrom a import c, d\n\ndef load():\n    from a.e import f\n")
    assert set(imported_modules(path, frozenset({"a", "a.b", "a.c", "a.e"}))) == {"a", "a.b", "a.c", "a.e"}


# -- documents


def long_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield number and length of each line that is too long, outside tables and code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        is_code = fenced or line.startswith("    ")
        if len(line) > MAX_MARKDOWN_CHARS and not is_code and not line.lstrip().startswith(("|", "![")):
            yield number, len(line)


def test_lines_of_markdown_are_short(root: Path) -> None:
    faults = [
        f"{path.relative_to(root)}:{number}: {length} characters"
        for pattern in DOCUMENTS
        for path in sorted(root.glob(pattern))
        for number, length in long_lines(path.read_text(encoding="utf-8"))
    ]
    require_none(faults, f"break lines of Markdown after at most {MAX_MARKDOWN_CHARS} characters")


def test_tables_and_code_may_be_long() -> None:
    long = "x" * 121
    text = "\n".join([long, f"| {long} |", "```", long, "```", f"    {long}", f"![{long}](picture.png)", f"- {long}"])
    assert [number for number, _ in long_lines(text)] == [1, 8]
