"""Lines of each room and imports between rooms: a room is a sub-package, or a loose module of a package.

python tools/rooms.py            the rooms of analyzers, indexer and search_app
python tools/rooms.py --arrows   and the number of imports from each room to each other one
"""

import ast
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGES = ("analyzers", "indexer", "search_app")
ROOT = Path(__file__).resolve().parent.parent


def room_of(parts: tuple[str, ...]) -> str:
    """Return the room of a module, given by the parts of its dotted name: an engine is a room of its own."""
    depth = 3 if parts[:2] == ("indexer", "engines") else 2
    return ".".join(parts[:depth])


def module_parts(path: Path) -> tuple[str, ...]:
    """Return the parts of a file's dotted name."""
    relative = path.relative_to(ROOT).with_suffix("")
    return relative.parts[:-1] if relative.name == "__init__" else relative.parts


def imported_modules(path: Path) -> list[tuple[str, ...]]:
    """Return the dotted names of our own modules that a file imports, type-checking imports included."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [tuple(name.split(".")) for name in names if name.split(".")[0] in PACKAGES]


def existing_module(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``parts`` without the trailing name of something inside a module."""
    while len(parts) > 1 and not any((ROOT.joinpath(*parts).with_suffix(end)).exists() for end in (".py", "")):
        parts = parts[:-1]
    return parts


def count_lines_and_imports() -> tuple[dict[str, Counter[str]], Counter[tuple[str, str]]]:
    """Return the lines of each room by language, and the imports from room to room."""
    lines: dict[str, Counter[str]] = {}
    arrows: Counter[tuple[str, str]] = Counter()
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*")):
        kind = {".py": "Python", ".c": "C", ".h": "C"}.get(path.suffix)
        if kind is None:
            continue
        room = room_of(module_parts(path))
        lines.setdefault(room, Counter())[kind] += len(path.read_text("utf-8").splitlines())
        if kind == "Python":
            for target in map(room_of, map(existing_module, imported_modules(path))):
                if target != room:
                    arrows[room, target] += 1
    return lines, arrows


def find_circle(arrows: Counter[tuple[str, str]]) -> list[str]:
    """Return the rooms of a circle of imports, empty when there is none; what a package exports of itself is none."""
    graph: dict[str, set[str]] = {}
    for source, target in arrows:
        if not target.startswith(f"{source}."):
            graph.setdefault(source, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def main() -> None:
    """Print the tables."""
    lines, arrows = count_lines_and_imports()
    total = sum(counts.total() for counts in lines.values())
    print(f"{'room':32}{'Python':>8}{'C':>8}{'share':>8}")
    for room, counts in sorted(lines.items(), key=lambda item: -item[1].total()):
        print(f"{room:32}{counts['Python']:8}{counts['C']:8}{counts.total() / total:8.1%}")
    python, c = (sum(counts[kind] for counts in lines.values()) for kind in ("Python", "C"))
    print(f"{'all':32}{python:8}{c:8}   {total} lines")
    print(f"{arrows.total()} imports between rooms, along {len(arrows)} arrows")
    print("circle: " + " -> ".join(rooms) if (rooms := find_circle(arrows)) else "no circles")
    if "--arrows" in sys.argv:
        for (source, target), count in sorted(arrows.items()):
            print(f"{count:4}  {source} -> {target}")


if __name__ == "__main__":
    main()
