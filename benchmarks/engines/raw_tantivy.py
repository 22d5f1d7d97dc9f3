"""Index raw articles with tantivy and its own Arabic stemmer, as one would who has nothing of ours.

python benchmarks/engines/raw_tantivy.py ARTICLES.jsonl FOLDER THREADS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import tantivy
from tantivy_rust import HEAP_BYTES, instant

ALL_PROCESSORS = "0"


def main(articles: Path, folder: Path, threads: int) -> None:
    """Read the articles, index title and body, commit, and ask for a word."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "source", "category"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_date_field("date", stored=True, fast=True)
    for name in ("title", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="arabic", index_option="position")
    folder.mkdir()
    index = tantivy.Index(builder.build(), str(folder))
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    arabic = words.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("Arabic")).build()
    index.register_tokenizer("arabic", arabic)
    writer = index.writer(heap_size=HEAP_BYTES, num_threads=threads)
    with articles.open(encoding="utf-8") as lines:
        for line in lines:
            writer.add_document(_document(json.loads(line)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    print(len(index.searcher().search(index.parse_query("مصر", ["title", "body"])).hits))


def _document(article: dict[str, str | None]) -> tantivy.Document:
    document = tantivy.Document()
    for name in ("id", "source", "category", "title", "body"):
        document.add_text(name, article[name] or "")
    if article["date"]:
        document.add_date("date", instant(article["date"]))
    return document


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
