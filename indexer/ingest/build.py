"""How files of articles become an index, or are added to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from indexer.article import Article
from indexer.engines import Say
from indexer.errors import SourceError
from indexer.index import Index, unopened_index
from indexer.ingest.parallel import all_cores, analysed
from indexer.ingest.readers import BadRecord, find_files, read_articles, shown

OnBytes = Callable[[int], None]
OnBad = Callable[[BadRecord], None]
MAX_NAMED = 3


@dataclass(slots=True)
class BuildReport:
    """What a rebuild or an update did.

    ``written`` counts distinct articles; ``read`` the records that were good, so their difference
    is how many came again with the same id. ``skipped`` counts the bad ones, and ``mended``
    the fields that good ones lost because they could not be used, such as a date.
    """

    written: int = 0
    read: int = 0
    skipped: int = 0
    mended: int = 0


def rebuild(
    sources: Sequence[str | Path],
    index: str | Path | Index,
    *,
    jobs: int | None = None,
    on_bytes: OnBytes | None = None,
    on_bad: OnBad | None = None,
    say: Say | None = None,
) -> BuildReport:
    """Replace an index by the articles of ``sources``, at once when all are in; return what was done.

    Sources are files or folders. ``jobs`` processes analyse the articles, by default one for each core. A bad record is told to ``on_bad`` and skipped; ``on_bytes``
    gets the bytes read, for a progress bar. While it runs, and when it fails, the old index serves.
    Raises SourceError for sources that cannot be read or hold no article, and IndexLockedError.
    """
    target = _opened(index)
    return _build(sources, target, target.engine.rebuild, jobs=jobs, on_bytes=on_bytes, on_bad=on_bad, say=say)


def update(
    sources: Sequence[str | Path],
    index: str | Path | Index,
    *,
    jobs: int | None = None,
    on_bytes: OnBytes | None = None,
    on_bad: OnBad | None = None,
    say: Say | None = None,
) -> BuildReport:
    """Add the articles of ``sources`` to an index, each in the place of the one with its id.

    Everything else is as for :func:`rebuild`; the index must exist and be of these analyzers.
    """
    target = _opened(index)
    return _build(sources, target, target.engine.update, jobs=jobs, on_bytes=on_bytes, on_bad=on_bad, say=say)


def _build(
    sources: Sequence[str | Path],
    target: Index,
    write: Callable[..., int],
    *,
    jobs: int | None,
    on_bytes: OnBytes | None,
    on_bad: OnBad | None,
    say: Say | None,
) -> BuildReport:
    files = find_files([Path(source) for source in sources])
    report = BuildReport()
    articles = _articles(files, report, on_bytes, on_bad)
    with closing(analysed(articles, target.analyzer, jobs=jobs or all_cores())) as documents:
        report.written = write(documents, say=say)
    return report


def _opened(index: str | Path | Index) -> Index:
    return index if isinstance(index, Index) else unopened_index(index)


def _articles(
    files: Sequence[Path], report: BuildReport, on_bytes: OnBytes | None, on_bad: OnBad | None
) -> Iterator[Article]:
    for article in _good(read_articles(files, on_bytes), report, on_bad):
        report.read += 1
        yield article
    if not report.read:
        names = ", ".join(map(shown, files[:MAX_NAMED])) + (", …" if len(files) > MAX_NAMED else "")
        raise SourceError(f"{names}: no article could be read; the index was left as it was")


def _good(records: Iterable[Article | BadRecord], report: BuildReport, on_bad: OnBad | None) -> Iterator[Article]:
    for record in records:
        if isinstance(record, Article):
            yield record
            continue
        report.skipped += record.skipped
        report.mended += not record.skipped
        if on_bad:
            on_bad(record)
