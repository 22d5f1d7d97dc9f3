"""Worker process that analyses articles: their terms, the countries that they are about, their sketches.

A request has a line of JSON, then the texts of articles and the lines of files as they are. Its answer has a line of
JSON with what was read in the lines, the terms of all articles, as :mod:`analyzers.worker` encodes them, then two parts:
a line of codes of countries for each article, and all sketches.
"""

from __future__ import annotations

import datetime
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from analyzers import Analyzer, AnswerDecoder, AnswerEncoder, analyzer_for, decode_texts, encode_texts, receive, send
from indexer.article import Article, restore_article
from indexer.engines.sketches import SKETCH_BYTES, SketchMaker
from indexer.ingest.field_names import USUAL_NAMES, FieldNames
from indexer.ingest.readers.articles import articles_of_line
from indexer.ingest.records import BadRecord, PendingLine
from indexer.names.countries import countries_of
from indexer.schema import TEXT_FIELDS, Document, with_terms

Analyzable = Article | PendingLine
"""What a worker is asked for: documents are made of an article, and of each that a line holds."""


def run_worker() -> None:
    """Answer requests on standard input until it ends; the second argument is a mapping of names as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and then standard input ends
    encoder = DocumentEncoder(analyzer_for("ar"), FieldNames(json.loads(sys.argv[2])))
    while request := receive(sys.stdin.buffer):
        send(sys.stdout.buffer, encoder.encode(request))


def encode_request(asked: Sequence[Analyzable]) -> list[bytes]:
    """Return the request that asks for the documents of articles and lines."""
    heads = [
        None if isinstance(each, Article) else (each.line.where, each.written and each.written.isoformat())
        for each in asked
    ]
    parts = (_texts_of(each) if isinstance(each, Article) else [each.line.raw] for each in asked)
    return [json.dumps(heads).encode(), *(part for texts in parts for part in texts)]


def _texts_of(article: Article) -> list[bytes]:
    return encode_texts(getattr(article, field) for field in TEXT_FIELDS)


class DocumentEncoder:
    """Answers requests, for one :class:`DocumentDecoder` that gets all answers in order."""

    def __init__(self, analyzer: Analyzer, names: FieldNames = USUAL_NAMES) -> None:
        self._analyzer = analyzer
        self._names = names
        self._terms = AnswerEncoder()
        self._sketches = SketchMaker()

    def encode(self, request: Sequence[bytes]) -> list[bytes]:
        """Return the answer to a request of :func:`encode_request`."""
        read: list[list[list[Any]]] = []
        texts: list[str] = []
        parts = iter(request[1:])
        for head in json.loads(request[0]):
            if head is None:
                texts += decode_texts((next(parts), next(parts)))
                continue
            written = head[1] and datetime.datetime.fromisoformat(head[1])
            found = list(articles_of_line(head[0], next(parts), written, self._names))
            texts += [text for each in found if isinstance(each, Article) for text in (each.title, each.body)]
            read.append([_to_json(each) for each in found])
        return [json.dumps(read, ensure_ascii=False).encode("utf-8", "surrogatepass"), *self._analyze(texts)]

    def _analyze(self, texts: Sequence[str]) -> list[bytes]:
        analyzed = [self._analyzer.analyze(text) for text in texts]
        titles, bodies = analyzed[::2], analyzed[1::2]
        countries = (countries_of(title.exact, body.exact) for title, body in zip(titles, bodies, strict=True))
        sketches = self._sketches.sketches([body.stems for body in bodies])
        return [*self._terms.encode(analyzed), "\n".join(map(" ".join, countries)).encode(), b"".join(sketches)]


def _to_json(read: Article | BadRecord) -> list[Any]:
    if isinstance(read, BadRecord):
        return list(read)
    day = read.date and read.date.isoformat()
    labels = (read.source, read.category, read.url, read.lang)
    return [(read.id, read.title, read.body), day, labels, (read.authors, read.other_urls)]


def _from_json(values: list[Any]) -> Article | BadRecord:
    if isinstance(values[0], str):
        return BadRecord(*values)
    texts, day, labels, lists = values
    return restore_article(tuple(texts), day and datetime.date.fromisoformat(day), tuple(labels), tuple(lists))


class DocumentDecoder:
    """Decodes the answers of one :class:`DocumentEncoder`, all of them in order."""

    def __init__(self) -> None:
        self._terms = AnswerDecoder()

    def decode(self, asked: Sequence[Analyzable], answer: Sequence[bytes]) -> list[list[Document | BadRecord]]:
        """Return, for each article and line that was asked for, its documents, and what could not be used."""
        lines = iter(json.loads(answer[0].decode("utf-8", "surrogatepass")))
        read: list[list[Article | BadRecord]] = [
            [each] if isinstance(each, Article) else [_from_json(values) for values in next(lines)] for each in asked
        ]
        documents = self._documents([each for found in read for each in found if isinstance(each, Article)], answer)
        return [[next(documents) if isinstance(each, Article) else each for each in found] for found in read]

    def _documents(self, articles: Sequence[Article], answer: Sequence[bytes]) -> Iterator[Document]:
        _, *terms, countries, sketches = answer
        texts = self._terms.decode(terms)
        codes = countries.decode().split("\n")
        for at, (article, begin) in enumerate(zip(articles, range(0, len(sketches), SKETCH_BYTES), strict=True)):
            sketch = sketches[begin : begin + SKETCH_BYTES]
            yield with_terms(article, next(texts), next(texts), tuple(codes[at].split()), sketch)
