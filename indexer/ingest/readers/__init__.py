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

A reader takes an open file and the name to report it by; it yields a Record for each article, a RawDocument that must
be parsed, the files in a file, or a BadRecord. To read another kind of file, write its reader and give it a row in the
table of ``formats.py``.
"""

from indexer.ingest.readers.articles import OnBytes, read_articles, read_files
from indexer.ingest.readers.files import STANDARD_INPUT, Sources, find_files
from indexer.ingest.records import BadRecord, PassedOver, ending_of, printable_path

__all__ = [
    "STANDARD_INPUT",
    "BadRecord",
    "OnBytes",
    "PassedOver",
    "Sources",
    "ending_of",
    "find_files",
    "printable_path",
    "read_articles",
    "read_files",
]
