"""The commands that build, search and examine an index."""

from __future__ import annotations

import datetime
import io
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from analyzers import AnalysisError, analyzer_for
from indexer.commands.learn import learn
from indexer.dates import Period, read_period
from indexer.errors import AkhbarError, IndexUnusableError, InputError
from indexer.index import open_index, unopened_index
from indexer.ingest import build
from indexer.ingest.build import BuildReport
from indexer.ingest.readers import BadRecord, find_files
from indexer.query.notices import sentence
from indexer.request import MATCHES, SORTS, SYNTAXES, SearchRequest
from indexer.results.as_json import results_as_json
from indexer.results.hits import Hit, SearchResults, Snippet
from indexer.version import VERSION

EXIT_SKIPPED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130  # what a shell expects after Ctrl+C: 128 + SIGINT
MAX_BAD_SHOWN = 20
MAX_UNKNOWN_SHOWN = 5
_SPACES = re.compile(r" {2,}")


def _named(_: click.Context, parameter: click.Parameter, name: str) -> str:
    if not name:
        raise click.BadParameter("expected a folder, got an empty name", param=parameter)
    return name


index_option = click.option(
    "--index",
    callback=_named,
    default="var/index",
    envvar="AKHBAR_INDEX",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="The folder of the index.",
)


class OneLineErrors(click.Group):
    """A group whose commands end with one line and the right exit code when something is wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        _print_what_the_terminal_can()
        try:
            return super().invoke(ctx)
        except AkhbarError as problem:
            click.echo(f"akhbar: {problem}", err=True)
            ctx.exit(problem.exit_code)
        except AnalysisError as problem:
            click.echo(f"akhbar: {_plain(str(problem))}", err=True)
            ctx.exit(EXIT_USAGE)
        except click.UsageError as problem:
            path = (problem.ctx or ctx).command_path
            click.echo(f"akhbar: {_plain(problem.format_message())} See: {path} --help", err=True)
            ctx.exit(EXIT_USAGE)
        except KeyboardInterrupt:
            click.echo("akhbar: interrupted", err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except MemoryError:
            click.echo("akhbar: out of memory; the index was left as it was", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except OSError as problem:
            where = _plain(str(problem.filename or "system"))
            click.echo(f"akhbar: {where}: {problem.strerror or problem}; nothing was changed", err=True)
            ctx.exit(1)


def _print_what_the_terminal_can() -> None:
    """Have letters that the terminal's encoding lacks printed as "?", rather than end with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="akhbar")
def cli() -> None:
    """Full-text search for Middle East news, Arabic first."""


# -- building


def _build_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes that analyse.  [default: one a core]"
        ),
        click.option("--strict", is_flag=True, help="End with exit code 1 when a record was skipped."),
        index_option,
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        command = option(command)
    return command


@cli.command()
@_build_options
def rebuild(sources: tuple[str, ...], index: str, *, jobs: int | None, strict: bool) -> None:
    """Replace the index by the articles of files and folders (.jsonl, .jsonl.gz, .txt)."""
    _build(build.rebuild, sources, index, jobs=jobs, strict=strict)


@cli.command()
@_build_options
def update(sources: tuple[str, ...], index: str, *, jobs: int | None, strict: bool) -> None:
    """Add articles to the index, each in the place of the one with its id."""
    _build(build.update, sources, index, jobs=jobs, strict=strict)


@cli.command()
@index_option
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def delete(ids: tuple[str, ...], index: str) -> None:
    """Remove articles from the index by their ids, which a search shows."""
    with open_index(index) as opened:
        unknown = [each for each in dict.fromkeys(ids) if opened.article(each) is None]
        deleted = opened.delete(ids)
    click.echo(f"{_counted(deleted)} deleted from {index}")
    if unknown:
        raise InputError(f"{_plain(', '.join(unknown[:MAX_UNKNOWN_SHOWN]))}: no article with this id in {index}")


def _build(
    run: Callable[..., BuildReport], sources: Sequence[str], index: str, *, jobs: int | None, strict: bool
) -> None:
    started = time.monotonic()
    size = sum(path.stat().st_size for path in find_files([Path(source) for source in sources]))
    with click.progressbar(length=size, label="indexing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        report = run(sources, index, jobs=jobs, on_bytes=bar.update, on_bad=_BadRecords(), say=_say)
    _tell_report(report, index, time.monotonic() - started)
    if strict and report.skipped:
        raise SystemExit(EXIT_SKIPPED)


class _BadRecords:
    """Names the first bad records as they come, so that a broken file does not flood the screen."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, record: BadRecord) -> None:
        self.count += 1
        if self.count <= MAX_BAD_SHOWN:
            skipped = "; skipped" if record.skipped else ""
            click.echo(f"akhbar: {record.where}: {record.reason}{skipped}", err=True)
        elif self.count == MAX_BAD_SHOWN + 1:
            click.echo("akhbar: more of these are only counted", err=True)


def _say(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\n{line}", err=True, nl=False)


def _tell_report(report: BuildReport, index: str, seconds: float) -> None:
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    again = report.read - report.written
    parts = [f"{_counted(report.written)} in {index}"]
    if again:
        parts.append(f"{again:,} came again with the same id, the last one counts")
    if report.skipped:
        parts.append(f"{report.skipped:,} records skipped")
    if report.mended:
        parts.append(f"{report.mended:,} fields left out that could not be used")
    parts.append(f"{seconds:.1f} s, {peak_mib:,.0f} MiB at most")
    click.echo("; ".join(parts))


# -- searching


def _day(
    edge: Callable[[Period], datetime.date],
) -> Callable[[click.Context, click.Parameter, str | None], datetime.date | None]:
    def read(_: click.Context, parameter: click.Parameter, text: str | None) -> datetime.date | None:
        if text is None:
            return None
        period = read_period(text, today=datetime.date.today())  # noqa: DTZ011, the day where the user is
        if period is None:
            raise click.BadParameter(
                f"{text!r}: expected a date such as 2024-02-11, 2024-02, 2024 or «شباط 2024»", param=parameter
            )
        return edge(period)

    return read


@cli.command()
@click.argument("query")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON, in the shape of the REST API.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 1000), help="How many hits.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Which page of hits.")
@click.option("--from", "date_from", metavar="D", callback=_day(lambda period: period.first), help="The first day.")
@click.option("--to", "date_to", metavar="D", callback=_day(lambda period: period.last), help="The last day.")
@click.option("--source", "sources", metavar="S", multiple=True, help="Only this source, or one of these.")
@click.option("--category", "categories", metavar="C", multiple=True, help="Only this category, or one of these.")
@click.option("--sort", default="relevance", show_default=True, type=click.Choice(SORTS))
@click.option("--match", default="any", show_default=True, type=click.Choice(MATCHES), help="How bare words match.")
@click.option(
    "--syntax", default="full", show_default=True, type=click.Choice(SYNTAXES), help="Read operators, or words only."
)
@click.option(
    "--no-links",
    "links",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Look for no other names and spellings of the words.",
)
def search(query: str, index: str, *, as_json: bool, limit: int, page: int, **choices: Any) -> None:
    """Find articles. Bare words rank together; "phrases", AND OR NOT, title: and source: are understood."""
    request = SearchRequest(query, limit=limit, offset=(page - 1) * limit, **choices)
    started = time.perf_counter()
    with open_index(index) as opened:
        results = opened.search(request)
    if as_json:
        _print_json({"page": page, "size": limit, **results_as_json(results)})
        return
    _tell_results(results, request, time.perf_counter() - started)


def _print_json(value: object) -> None:
    """Print JSON in UTF-8, whatever the terminal's encoding is: JSON knows no other."""
    text = json.dumps(value, ensure_ascii=False, default=lambda day: day.isoformat(), indent=1)
    click.echo(text.encode("utf-8", "replace"))


def _tell_results(results: SearchResults, request: SearchRequest, seconds: float) -> None:
    for notice in results.notices:
        click.echo(f"note: {sentence(notice)}", err=True)
    if not results.hits:
        click.echo("no article found" if not results.total else f"{_counted(results.total)}, none on this page")
        return
    first = request.offset + 1
    shown = f"{first}–{request.offset + len(results)} shown"
    click.echo(f"{_counted(results.total)}, {shown} ({seconds * 1000:.0f} ms)\n")
    for place, hit in enumerate(results, first):
        _tell_hit(place, hit)


def _counted(articles: int) -> str:
    return f"{articles:,} article{'' if articles == 1 else 's'}"


def _tell_hit(place: int, hit: Hit) -> None:
    article = hit.article
    about = " · ".join(str(each) for each in (article.source, article.date, article.category, article.id) if each)
    click.echo(f"{place:3}. {_lit(hit.title) or '—'}")
    click.echo(f"     {_plain(about)}" + (f" · {hit.score:.2f}" if hit.score else ""))
    if hit.snippet.text:
        before, after = "…" * hit.snippet.cut_before, "…" * hit.snippet.cut_after
        click.echo(f"     {before}{_lit(hit.snippet)}{after}")
    click.echo()


def _lit(snippet: Snippet) -> str:
    """Return the text with its marks in bold; click leaves the codes out where there is no terminal."""
    parts, at = [], 0
    for mark in snippet.marks:
        parts += [
            _plain(snippet.text[at : mark.start]),
            click.style(_plain(snippet.text[mark.start : mark.end]), bold=True),
        ]
        at = mark.end
    return "".join([*parts, _plain(snippet.text[at:])])


def _plain(text: str) -> str:
    """Return text on one line, without the control characters that could command a terminal."""
    printable = "".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text)
    return _SPACES.sub(" ", printable)


# -- examining


@cli.command()
@click.argument("text", required=False)
@click.option("--words", "by_word", is_flag=True, help="Read words from standard input, one a line; print their terms.")
@click.option(
    "--field",
    default="stem",
    show_default=True,
    type=click.Choice(["stem", "exact"]),
    help="Which terms --words prints.",
)
def analyze(text: str | None, field: str, *, by_word: bool) -> None:
    """Show how each word of TEXT is read: every stage of the chain, one a line."""
    if by_word == (text is not None):
        raise click.UsageError("give a TEXT, or --words and one word a line on standard input")
    if by_word:
        _terms_by_line(field)
    elif text is not None:
        _tell_stages(text)


def _terms_by_line(field: str) -> None:
    """Copy lines of words to lines of terms, whatever bytes they hold and whatever the locale."""
    analyzer = analyzer_for("ar")
    for line in sys.stdin.buffer:
        words = analyzer.stream(line.decode("utf-8", "replace"))
        terms = " ".join(getattr(word.terms, field) for word in words)
        sys.stdout.buffer.write(terms.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()


def _tell_stages(text: str) -> None:
    analyzer = analyzer_for("ar")
    for token in analyzer.words(text):
        click.echo(f"{_plain(token.text)}  [{token.start}:{token.end}]")
        for stage in analyzer.explain(token.text):
            click.echo(f"  {stage.name:<12} {_plain(stage.output)}" + (f"  ({stage.note})" if stage.note else ""))


@cli.command()
@index_option
def check(index: str) -> None:
    """Read every byte of the index and name each file that is damaged."""
    faults = unopened_index(index).check()
    for fault in faults:
        click.echo(fault)
    if faults:
        raise IndexUnusableError(f"{index}: {len(faults)} faults; rebuild it: akhbar rebuild SOURCE --index {index}")
    click.echo(f"{index}: whole")


@cli.command()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stats(index: str, *, as_json: bool) -> None:
    """Say what the index holds."""
    with open_index(index) as opened:
        found = opened.stats()
        lexicon = opened.analyzer.lexicon
    values = {name: getattr(found, name) for name in found.__dataclass_fields__} | {"lexicon": lexicon}
    if as_json:
        _print_json(values)
        return
    for name, value in values.items():
        shown = f"{value:,}" if isinstance(value, int) else value or "none"
        click.echo(f"{name.replace('_', ' '):<12} {shown}")


@cli.command("eval")
@index_option
@click.option(
    "--queries", required=True, metavar="TSV", type=click.Path(path_type=Path), help="One query a line: id, tab, text."
)
@click.option(
    "--qrels",
    required=True,
    metavar="TREC",
    type=click.Path(path_type=Path),
    help="Judgements: query, 0, article, grade.",
)
@click.option("--run-out", metavar="TREC", type=click.Path(path_type=Path), help="Write the run file here.")
def evaluate(index: str, queries: Path, qrels: Path, run_out: Path | None) -> None:
    """Score the ranking on judged queries, read as bare words: nDCG@10, MRR@10, R@100."""
    from indexer.commands import evaluation

    with open_index(index) as opened:
        scores = evaluation.evaluate(opened, queries, qrels, run_out=run_out)
    for name, value in scores.items():
        click.echo(f"{name:<8} {value:.4f}")


cli.add_command(learn)


def main() -> None:
    """Run the index commands without Flask: ``python -m indexer``."""
    cli(prog_name="python -m indexer")
