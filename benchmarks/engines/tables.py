"""Figures as tables, each beside its target."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questions import ASKED, KINDS

Figures = dict[str, Any]

NAMES = {
    "stock": "stock Whoosh",
    "tantivy": "tantivy-py",
    "fts5": "SQLite FTS5",
    "ours": "ours, C",
    "numpy": "ours, numpy",
}

PAGE_TIMES_STOCK = {"rare": 5}
PAGE_TIMES_TANTIVY, NUMPY_TIMES_TANTIVY = 1.5, 0.4
TIMES_STOCK, TIMES_TANTIVY = 25, 1.3
SIZE_TO_TEXT = 1.2
MEMORY_TO_TANTIVY = 1.5


@dataclass(frozen=True)
class Target:
    """A limit for one of our figures."""

    limit: float
    text: str
    at_least: bool = False

    def verdict(self, value: float | None) -> str:
        """Return whether ``value`` keeps it."""
        if value is None:
            return self.text
        kept = value >= self.limit if self.at_least else value <= self.limit
        return f"{self.text} {'ok' if kept else 'MISSED'}"


def median(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def format_value(value: float | None) -> str:
    """Return a figure with three digits that count."""
    if value is None:
        return "–"
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if value >= least:
            return f"{value:,.{digits}f}"
    return f"{value:.3f}"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with its title over it; the first column stands left, the others right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def format_line(line: Sequence[str]) -> str:
        first, *rest = line
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        return "  ".join(cells).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([title, "", format_line(lines[0]), rule, *map(format_line, lines[1:]), ""])


class Report:
    """The tables of one run."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._engines: list[str] = figures["engines"]

    def text(self) -> str:
        """Return all tables that there are figures for."""
        parts = [self._head()]
        if "index" in self._figures:
            parts += [self._indexing(), *self._questions(), self._changes(), self._agreement()]
        if self._figures.get("raw"):
            parts.append(self._raw())
        if "growth" in self._figures:
            parts += list(self._growth())
        return "\n".join(parts)

    def _head(self) -> str:
        python = f"Python {platform.python_version()}"
        return f"{python}, {platform.machine()}, {os.cpu_count()} processors; milliseconds and seconds are of CPU, all threads\n"

    def _row(self, name: str, values: dict[str, float | None], targets: dict[str, Target] | None = None) -> list[str]:
        """Return a line: a cell for each engine, ours against stock and tantivy, the verdicts."""
        ours = values.get("ours")
        cells = [format_value(values.get(engine)) for engine in self._engines]
        ratios = [_times(values.get(peer), ours) for peer in ("stock", "tantivy")]
        verdicts = [f"{target.verdict(values.get(engine))}" for engine, target in (targets or {}).items()]
        return [name, *cells, *ratios, "; ".join(verdicts)]

    def _columns(self, first: str, last: str = "") -> list[str]:
        return [first, *(NAMES[engine] for engine in self._engines), "stock/ours", "tantivy/ours", last]

    # -- indexing

    def _indexing(self) -> str:
        rounds = {
            what: {engine: median(each[what] for each in found) for engine, found in self._figures["index"].items()}
            for what in ("documents_per_s", "peak_mb", "base_mb", "bytes")
        }
        text = self._figures["text_bytes"]
        rate, size = rounds["documents_per_s"], {each: value / text for each, value in rounds["bytes"].items()}
        targets = {}
        if "tantivy" in rate and "stock" in rate:
            limit = max(TIMES_STOCK * rate["stock"], TIMES_TANTIVY * rate["tantivy"])
            targets = {
                "ours": Target(limit, f">={TIMES_STOCK}x stock, {TIMES_TANTIVY}x tantivy: {limit:,.0f}", at_least=True)
            }
        rows = [
            _row_with_ratios(self._row("documents a CPU second", dict(rate), targets), rate),
            self._row("size / text", dict(size), {"ours": Target(SIZE_TO_TEXT, f"<={SIZE_TO_TEXT}")}),
            self._row("peak memory, MB", dict(rounds["peak_mb"]), _memory_targets(rounds["peak_mb"])),
            self._row("memory before, MB", dict(rounds["base_mb"])),
        ]
        title = f"Indexing {self._figures['documents']:,} articles of ready-made terms ({text / 1e6:.0f} MB)"
        return table(title, self._columns("", "target"), rows)

    # -- asking

    def _questions(self) -> Iterable[str]:
        asked = self._figures["asked"]
        title = f"A page of 10: search and load id, title, date, source; ms, mean of {ASKED} questions"
        yield table(
            f"{title}, each new to its process",
            self._columns("question", "target: C; numpy"),
            self._pages(asked["new"], with_targets=True),
        )
        yield table("The same questions asked again", self._columns("question"), self._pages(asked["again"]))
        yield table("Search alone, nothing loaded", self._columns("question"), self._pages(asked["search"]))
        yield table("A page with 10 snippets, words marked", self._columns("question"), self._pages(asked["snippets"]))
        opened = {each: found["open_ms"] for each, found in asked["opened"].items()}
        yield table("Opening, ms", self._columns(""), [self._row("open", opened)])
        yield "\n".join(f"{NAMES[each]}: {found['version']}" for each, found in asked["opened"].items()) + "\n"

    def _pages(self, found: Figures, *, with_targets: bool = False) -> Iterable[list[str]]:
        for kind in KINDS:
            if kind not in found:
                continue
            values = _medians(kind, found[kind])
            yield self._row(kind, values, _page_targets(kind, values) if with_targets else None)

    # -- changing

    def _changes(self) -> str:
        return self._change_table(self._figures["changed"], self._figures["documents"])

    def _change_table(self, changed: Figures, count: int) -> str:
        rows = []
        for what, name in (("update", "add 100, commit"), ("delete", "delete 100, commit")):
            values: dict[str, float | None] = {each: median(ms) for each, ms in changed[what].items()}
            tantivy = values.get("tantivy")
            rows.append(self._row(name, values, {"ours": Target(tantivy, f"<={tantivy:.1f}")} if tantivy else None))
        return table(f"Changing an index of {count:,}, ms", self._columns("", "target"), rows)

    # -- answers

    def _agreement(self) -> str:
        answers = self._figures["asked"]["answers"]
        reference = "stock" if "stock" in answers else self._engines[0]
        rows = []
        for kind in KINDS:
            cells = []
            for engine in self._engines:
                pairs = list(zip(answers[reference][kind], answers[engine][kind], strict=True))
                cells.append(_agreement_of(pairs))
            rows.append([kind, *cells])
        head = ["question", *(NAMES[engine] for engine in self._engines)]
        title = f"Answers like {NAMES[reference]}'s, of {ASKED}: totals that differ; pages that hold the same 10"
        return table(title, head, rows)

    # -- raw and growth

    def _raw(self) -> str:
        raw = self._figures["raw"]
        rows = []
        for name, found in raw["found"].items():
            cpu_s, wall_s = median(found["cpu_s"]), median(found["wall_s"])
            rows.append([name, *map(format_value, (cpu_s, wall_s, raw["articles"] / cpu_s, raw["articles"] / wall_s))])
        title = f"From {raw['articles']:,} raw articles ({raw['text_bytes'] / 1e6:.0f} MB of JSONL) to an index that answers"
        return table(title, ["", "CPU s", "wall s", "articles a CPU s", "articles a wall s"], rows)

    def _growth(self) -> Iterable[str]:
        growth = {int(count): found for count, found in self._figures["growth"].items()}
        rows = []
        for count, found in growth.items():
            per_document = {each: 1000 / one["documents_per_s"] for each, one in found["index"].items()}
            rows.append(self._row(f"{count:>9,}  index, ms a document", dict(per_document)))
            memory = {each: one["peak_mb"] for each, one in found["index"].items()}
            rows.append(self._row(f"{count:>9,}  peak memory, MB", dict(memory), _memory_targets(memory)))
            for kind, engines in found["asked"]["new"].items():
                rows.append(self._row(f"{count:>9,}  page, {kind}", _medians(kind, engines)))
        yield table("Growth (single round)", self._columns("documents", "target"), rows)
        for count, found in growth.items():
            yield self._change_table(found["changed"], count)


def _medians(kind: str, found: Figures) -> dict[str, float | None]:
    """Return the figure of each engine; SQLite has no fuzzy questions."""
    return {each: None if (each, kind) == ("fts5", "fuzzy") else median(ms) for each, ms in found.items()}


def _memory_targets(peak_mb: Mapping[str, float]) -> dict[str, Target]:
    if "tantivy" not in peak_mb:
        return {}
    limit = MEMORY_TO_TANTIVY * peak_mb["tantivy"]
    return {"ours": Target(limit, f"<={limit:.0f}")}


def _page_targets(kind: str, values: Mapping[str, float | None]) -> dict[str, Target]:
    """Return the limits that the peers of the same run set."""
    stock, tantivy = values.get("stock"), values.get("tantivy")
    if not stock or not tantivy:
        return {}
    limit = min(stock / PAGE_TIMES_STOCK.get(kind, TIMES_STOCK), tantivy / PAGE_TIMES_TANTIVY)
    numpy_limit = tantivy / NUMPY_TIMES_TANTIVY
    return {"ours": Target(limit, f"<={limit:.3f}"), "numpy": Target(numpy_limit, f"<={numpy_limit:.3f}")}


def _times(peer: float | None, ours: float | None) -> str:
    return f"{peer / ours:.1f}x" if peer and ours else "–"


def _row_with_ratios(row: list[str], rate: dict[str, float]) -> list[str]:
    """Return a row whose figures are better when they are greater."""
    ours = rate.get("ours")
    ratios = [_times(ours, rate.get(peer)) for peer in ("stock", "tantivy")]
    return [*row[:-3], *ratios, row[-1]]


def _agreement_of(pairs: list[tuple[Figures, Figures]]) -> str:
    if any(given["total"] is None for _, given in pairs):
        return "–"
    differ = sum(wanted["total"] != given["total"] for wanted, given in pairs)
    same = sum(set(wanted["ids"]) == set(given["ids"]) for wanted, given in pairs)
    return f"{differ}; {same}"


def report(figures: Figures) -> str:
    """Return the tables."""
    return Report(figures).text()
