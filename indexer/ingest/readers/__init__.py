r"""How files become articles: find the files, then read them one article at a time.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from indexer.article import Article
>>> with TemporaryDirectory() as folder:
...     _ = Path(folder, "news.jsonl").write_text('{"id": 7, "title": "أسعار القمح ترتفع"}\n[]\n', "utf-8")
...     for read in read_articles(find_files([Path(folder)])):
...         print(read.title if isinstance(read, Article) else read.reason)
أسعار القمح ترتفع
expected an object {"title": …, "body": …}, got a list

A reader takes an open file and the name to report it by, and yields articles and what was wrong with records.
To read another kind of file, write its reader and add its ending to the table in ``formats.py``.
"""

from indexer.ingest.readers.articles import read_articles
from indexer.ingest.readers.files import find_files
from indexer.ingest.readers.records import BadRecord, shown

__all__ = ["BadRecord", "find_files", "read_articles", "shown"]
