"""Rebuild and update: files of articles replace an index, or are added to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from indexer.article import Article, describe_value
from indexer.engines import Say
from indexer.errors import InputError, SourceError
from indexer.index import Index, unopened_index
from indexer.ingest.parallel import analyze_articles, available_cores, peak_memory_bytes
from indexer.ingest.readers import BadRecord, OnBytes, Sources, find_files, printable_path, read_articles

OnBad = Callable[[BadRecord], None]
_MAX_FILES_NAMED = 3


@dataclass(slots=True)
class BuildReport:
    """Counts of a rebuild or an update.

    ``written`` counts distinct articles and ``read`` all good records: the difference came again with the same id.
    ``skipped`` counts bad records, ``mended`` the fields that good ones lost because they could not be used, such as
    a date, and ``cut_short`` the files that were not read to their end. ``peak_memory_bytes`` is the sum of the
    peaks of this process and its workers.
    """

    written: int = 0
    read: int = 0
    skipped: int = 0
    mended: int = 0
    cut_short: int = 0
    peak_memory_bytes: int = 0


def rebuild(
    sources: Sources,
    index: str | Path | Index,
    *,
    jobs: int | None = None,
    on_bytes: OnBytes | None = None,
    on_bad: OnBad | None = None,
    say: Say | None = None,
) -> BuildReport:
    """Replace an index by the articles of ``sources``, at once when all are in; return what was done.

    ``sources`` is a file or folder, or several. ``jobs`` processes analyse the articles, by default one for each core.
    A bad record is skipped, and ``on_bad`` is called with it; ``on_bytes`` is called with the number of bytes read
    since the last call, for a progress bar. While it runs, and when it fails, the old index serves.

    Raises InputError for arguments of the wrong type, SourceError for sources that cannot be read or hold no article,
    IndexLockedError while another process writes, DiskFullError, WorkerLostError when a process that analyses is
    killed, and other kinds of IndexUnusableError.
    """
    target = _open_target(index)
    return _build(sources, target, target.engine.rebuild, jobs=jobs, on_bytes=on_bytes, on_bad=on_bad, say=say)


def update(
    sources: Sources,
    index: str | Path | Index,
    *,
    jobs: int | None = None,
    on_bytes: OnBytes | None = None,
    on_bad: OnBad | None = None,
    say: Say | None = None,
) -> BuildReport:
    """Add the articles of ``sources`` to an index, each in the place of the one with its id.

    Everything else is as for :func:`rebuild`; the index must exist, and the installed analyzers must be those
    that built it.
    """
    target = _open_target(index)
    return _build(sources, target, target.engine.update, jobs=jobs, on_bytes=on_bytes, on_bad=on_bad, say=say)


def _build(
    sources: Sources,
    target: Index,
    write: Callable[..., int],
    *,
    jobs: int | None,
    on_bytes: OnBytes | None,
    on_bad: OnBad | None,
    say: Say | None,
) -> BuildReport:
    files = find_files(sources)
    report = BuildReport()

    def add_peak(of_worker: int) -> None:
        report.peak_memory_bytes += of_worker

    articles = _articles(files, report, on_bytes, on_bad)
    jobs = jobs or available_cores()
    with closing(analyze_articles(articles, target.analyzer, jobs=jobs, on_worker_peak=add_peak)) as documents:
        report.written = write(documents, say=say)
    report.peak_memory_bytes += peak_memory_bytes()
    return report


def _open_target(index: str | Path | Index) -> Index:
    if isinstance(index, Index):
        return index
    if not isinstance(index, str | PathLike):
        raise InputError(f"index: expected the folder of an index, got {describe_value(index)}")
    return unopened_index(index)


def _articles(
    files: Sequence[Path], report: BuildReport, on_bytes: OnBytes | None, on_bad: OnBad | None
) -> Iterator[Article]:
    for record in read_articles(files, on_bytes):
        if isinstance(record, Article):
            report.read += 1
            yield record
            continue
        report.cut_short += record.ends_file
        report.skipped += record.skipped and not record.ends_file
        report.mended += not record.skipped
        if on_bad:
            on_bad(record)
    if not report.read:
        names = ", ".join(map(printable_path, files[:_MAX_FILES_NAMED])) + ", …" * (len(files) > _MAX_FILES_NAMED)
        raise SourceError(f"{names}: no article could be read; the index was left as it was")
