"""Rebuild and update: files of articles, or articles of a program, replace an index or are added to one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice, takewhile
from os import PathLike
from pathlib import Path
from typing import Final, TypedDict, TypeVar, Unpack

from indexer.article import Article, check_articles, describe_value
from indexer.engines import Say
from indexer.errors import InputError, SourceError
from indexer.index import Index, unopened_index
from indexer.ingest.copies import join_copies
from indexer.ingest.field_names import FieldNames
from indexer.ingest.parallel import Analyzed, Read, analyze_articles, available_cores, peak_memory_bytes
from indexer.ingest.readers import (
    BadRecord,
    OnBytes,
    PassedOver,
    Sources,
    ending_of,
    find_files,
    printable_path,
    read_articles,
    read_files,
)
from indexer.ingest.records import EndOfSources
from indexer.schema import Document

OnBad = Callable[[BadRecord], None]
PART_OF_UPDATE: Final = 50_000
"""So many articles of an update go live at once; an update that is interrupted keeps those."""
_LOOKED_UP_AT_ONCE: Final = 256
_MAX_FILES_NAMED = 3
_T = TypeVar("_T")


class BuildOptions(TypedDict, total=False):
    """Options of rebuild, update and preview.

    ``articles`` are articles of the program, which follow those of the sources. ``mapping`` gives, by field, the name
    to read it from in records: ``{"title": "headline"}``. ``keep_going`` takes sources that end too early for what
    they hold. ``jobs`` processes analyse, by default one for each core that writing leaves free. ``on_bytes`` is
    called with the number of bytes read since the last call, for a progress bar; ``on_bad`` with each bad record; ``say``
    with lines of progress.
    """

    articles: Iterable[Article]
    mapping: Mapping[str, str]
    keep_going: bool
    jobs: int | None
    on_bytes: OnBytes | None
    on_bad: OnBad | None
    say: Say | None


@dataclass(slots=True)
class BuildReport:
    """Counts of a rebuild or an update.

    ``written`` counts distinct articles, ``unchanged`` those of an update that were in the index already, and ``read``
    all good records: the others came again with the same id.
    ``skipped`` counts bad records, ``mended`` the fields that good ones lost because they could not be used, such as
    a date, ``guessed`` the dates whose day and month could be exchanged, ``without_body`` the articles whose text stands in no field that is read, ``cut_short`` the files that were
    not read to their end, and ``passed_over`` the files that no reader knows, by their ending. ``peak_memory_bytes`` is
    the sum of the peaks of this process and its workers.
    """

    written: int = 0
    unchanged: int = 0
    read: int = 0
    skipped: int = 0
    mended: int = 0
    guessed: int = 0
    without_body: int = 0
    cut_short: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    peak_memory_bytes: int = 0

    def count_bad(self, record: BadRecord) -> None:
        """Count a bad record."""
        self.cut_short += record.ends_file
        self.skipped += record.skipped and not record.ends_file
        self.without_body += record.lost_text
        self.guessed += record.is_guess
        self.mended += not (record.skipped or record.lost_text or record.is_guess)


def rebuild(
    sources: Sources | None = None, index: str | Path | Index | None = None, **options: Unpack[BuildOptions]
) -> BuildReport:
    """Replace an index by the articles of ``sources``, at once when all are in; return what was done.

    ``sources`` is a file or folder, or several; ``-`` is standard input. A bad record is skipped. A source that ends
    too early ends the rebuild, unless ``keep_going`` is given. While it runs, and when it fails, the old index serves.

    Raises InputError for arguments of the wrong type, SourceError for sources that cannot be read to their end or hold
    no article, MissingExtraError for a file whose library is not installed, IndexLockedError while another process
    writes, DiskFullError, WorkerLostError when a process that analyses is killed, and other kinds of
    IndexUnusableError.
    """
    target, report = _open_target(index), BuildReport()
    files, given = _inputs(sources, report, options)
    with closing(_documents(files, given, target, report, options)) as documents:
        report.written = target.engine.rebuild(documents, say=options.get("say"))
    report.peak_memory_bytes += peak_memory_bytes()
    return report


def update(
    sources: Sources | None = None, index: str | Path | Index | None = None, **options: Unpack[BuildOptions]
) -> BuildReport:
    """Add the articles of ``sources`` to an index, each in the place of the one with its id.

    Articles that the index has already, equal in every field, are left out, and 50,000 others at a time go live: after
    an interruption the same update goes on where it was. Everything else is as for :func:`rebuild`, but what a broken
    source holds is added; the index must exist, and the installed analyzers must be those that built it.
    """
    target, report = _open_target(index), BuildReport()
    articles = _articles(sources, report, options)
    if target.stats().degraded is None:  # else the engine says what is damaged
        articles = _changed_articles(articles, target, report)
    while (first := next(articles, None)) is not None:
        part = chain((first,), islice(articles, PART_OF_UPDATE - 1))
        with closing(_analysis(part, target, report, options)) as documents:
            report.written += target.engine.update(_of_kind(Document, documents), say=options.get("say"))
    report.peak_memory_bytes += peak_memory_bytes()
    return report


def preview(sources: Sources | None = None, **options: Unpack[BuildOptions]) -> tuple[BuildReport, Iterator[Article]]:
    """Return the articles that a rebuild would index, and a report that is complete once they are exhausted."""
    report = BuildReport()
    return report, _articles(sources, report, options)


def _analysis(
    read: Iterable[Read], target: Index, report: BuildReport, options: BuildOptions
) -> Generator[Analyzed, None, None]:
    """Yield what was read with the terms of its articles, by several processes."""

    def add_peak(of_worker: int) -> None:
        report.peak_memory_bytes += of_worker

    names = FieldNames(options.get("mapping"))
    jobs = _jobs(options, target)
    return analyze_articles(read, target.analyzer, jobs=jobs, names=names, on_worker_peak=add_peak)


def _changed_articles(articles: Iterator[Article], target: Index, report: BuildReport) -> Iterator[Article]:
    """Yield the articles that the index has not, or not so, and count the others.

    One that comes again after a changed one with its id is yielded too: the last of them counts.
    """
    changed: set[str] = set()
    while batch := list(islice(articles, min(_LOOKED_UP_AT_ONCE, PART_OF_UPDATE))):
        known = target.engine.articles([article.id for article in batch])
        for article, its_state in zip(batch, known, strict=True):
            if article.id not in changed and its_state == article:
                report.unchanged += 1
            else:
                changed.add(article.id)
                yield article


def _jobs(options: BuildOptions, target: Index | None = None) -> int:
    busy = target.engine.writing_cores if target else 0
    return options.get("jobs") or max(1, available_cores() - busy)


def _open_target(index: str | Path | Index | None) -> Index:
    if isinstance(index, Index):
        return index
    if not isinstance(index, str | PathLike):
        raise InputError(f"index: expected the folder of an index, got {describe_value(index)}")
    return unopened_index(index)


def _documents(
    files: tuple[Path, ...], given: Iterator[Article], target: Index, report: BuildReport, options: BuildOptions
) -> Generator[Document, None, None]:
    """Yield the documents of files and program, counted in ``report``."""
    read = read_files(
        files, options.get("on_bytes"), names=FieldNames(options.get("mapping")), jobs=_jobs(options, target)
    )
    everything: Iterable[Read] = chain(read, (EndOfSources(),), given)
    with closing(read), closing(_analysis(everything, target, report, options)) as analyzed:
        joined = join_copies(takewhile(lambda each: not isinstance(each, EndOfSources), analyzed))
        is_whole = not options.get("keep_going", False)
        records = _count(chain(joined, analyzed), files, report, options.get("on_bad"), is_whole=is_whole)
        yield from _of_kind(Document, records)


def _articles(sources: Sources | None, report: BuildReport, options: BuildOptions) -> Iterator[Article]:
    """Return the articles of sources and program, counted in ``report``; sources are looked for at once."""
    files, given = _inputs(sources, report, options)
    names = FieldNames(options.get("mapping"))
    records = join_copies(read_articles(files, options.get("on_bytes"), names=names, jobs=_jobs(options)))
    counted = _count(chain(records, given), files, report, options.get("on_bad"), is_whole=False)
    return _of_kind(Article, counted)


def _inputs(
    sources: Sources | None, report: BuildReport, options: BuildOptions
) -> tuple[tuple[Path, ...], Iterator[Article]]:
    """Return the files of sources, and the articles of the program."""
    given = check_articles(options["articles"], "articles") if "articles" in options else iter(())
    names = FieldNames(options.get("mapping"))
    files: tuple[Path, ...] = ()
    if sources is not None or "articles" not in options:
        files = find_files(() if sources is None else sources, report.passed_over, names)
    return files, given


def _of_kind(kind: type[_T], records: Iterable[object]) -> Iterator[_T]:
    return (each for each in records if isinstance(each, kind))


def _count(
    records: Iterable[Article | Analyzed],
    files: tuple[Path, ...],
    report: BuildReport,
    on_bad: OnBad | None,
    *,
    is_whole: bool,
) -> Iterator[Article | Document]:
    for record in records:
        if isinstance(record, Article | Document):
            report.read += 1
            yield record
        elif isinstance(record, PassedOver):
            report.passed_over[ending_of(record.name)] += 1
        elif isinstance(record, BadRecord):
            if is_whole and record.ends_file:
                raise SourceError(
                    f"{record.where}: {record.reason}; the index was left as it was; --keep-going takes the rest"
                )
            report.count_bad(record)
            if on_bad:
                on_bad(record)
    if not report.read:
        names = ", ".join(map(printable_path, files[:_MAX_FILES_NAMED])) + ", …" * (len(files) > _MAX_FILES_NAMED)
        raise SourceError(f"{names or 'articles'}: no article could be read; the index was left as it was")
