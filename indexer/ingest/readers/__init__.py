r"""Readers of files: find the files below a source, then read them one article at a time.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from indexer.article import Article
>>> with TemporaryDirectory() as folder:
...     _ = Path(folder, "news.jsonl").write_text('{"id": 7, "title": "أسعار القمح ترتفع"}\n[]\n', "utf-8")
...     for read in read_articles(find_files(folder)):
...         print(read.title if isinstance(read, Article) else read.reason)
أسعار القمح ترتفع
expected an object {"title": …, "body": …}, got a list

A reader takes an open file and the name to report it by; it yields an Article or a BadRecord for each record.
To read another kind of file, write its reader and add its ending to the table in ``formats.py``.
"""

from indexer.ingest.readers.articles import OnBytes, read_articles
from indexer.ingest.readers.files import Sources, find_files
from indexer.ingest.readers.records import BadRecord, printable_path

__all__ = ["BadRecord", "OnBytes", "Sources", "find_files", "printable_path", "read_articles"]
