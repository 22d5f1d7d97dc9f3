"""How documents are written into a Whoosh index: each id once, the last one counts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import whoosh.filedb.filestore
import whoosh.index

from indexer.article import Article
from indexer.engines import Say
from indexer.engines.whoosh.schema import whoosh_schema
from indexer.engines.whoosh.view import UNDATED, open_whoosh
from indexer.schema import Document

BUFFER_MB = 128
"""How much Whoosh collects in memory before it sorts postings out to disk."""

WRITE_LOCK = "MAIN_WRITELOCK"


def create(folder: Path) -> None:
    """Make an empty Whoosh index in ``folder``."""
    whoosh.index.FileIndex.create(whoosh.filedb.filestore.FileStorage(str(folder)), whoosh_schema(), "MAIN")


def write(folder: Path, documents: Iterable[Document], say: Say | None = None) -> int:
    """Add ``documents`` to the index in ``folder``; return how many ids were written.

    An article that stands in the index with the same id is deleted, so is an earlier one of this
    run. When ``documents`` raises, nothing is added.
    """
    writer = open_whoosh(folder).writer(limitmb=BUFFER_MB)
    try:
        places = _add_all(writer, documents)
    except BaseException:
        writer.cancel()
        raise
    if say:
        say("sorting and writing what was read")
    writer.commit()
    with suppress(FileNotFoundError):
        (folder / WRITE_LOCK).unlink()
    return len(places)


def _add_all(writer: Any, documents: Iterable[Document]) -> dict[str, int]:
    """Add every document; return the place of each id within the new segment."""
    places: dict[str, int] = {}
    with writer.searcher() as old:
        for each in documents:
            article_id = each.article.id
            earlier = places.pop(article_id, None)
            if earlier is not None:
                # Whoosh's own update replaces only what was committed before.
                writer.newsegment.delete_document(earlier)
            elif (known := old.document_number(id=article_id)) is not None:
                writer.delete_document(known)
            places[article_id] = writer.docnum
            writer.add_document(**_fields(each))
    return places


def _fields(document: Document) -> dict[str, Any]:
    article = document.article
    return {
        "id": article.id,
        "_stored_article": _record(article),
        "article": "",
        "date": article.date.toordinal() if article.date else UNDATED,
        "source": _bytes(article.source),
        "category": _bytes(article.category),
        **document.terms,
    }


def _record(article: Article) -> dict[str, str | None]:
    record = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    return {**record, "date": article.date.isoformat() if article.date else None}


def _bytes(value: str | None) -> bytes:
    return (value or "").encode("utf-8", "replace")
