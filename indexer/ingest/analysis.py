"""Worker process that analyses articles: their terms, the countries that they are about, their sketches.

A request has the text fields of articles. Its answer has their terms, as :mod:`analyzers.worker` encodes them, then two
parts: a line of codes of countries for each article, and all sketches.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from analyzers import Analyzer, AnswerDecoder, AnswerEncoder, analyzer_for, decode_texts, encode_texts, receive, send
from indexer.article import Article
from indexer.engines.sketches import SKETCH_BYTES, SketchMaker
from indexer.names.countries import countries_of
from indexer.schema import TEXT_FIELDS, Document, with_terms


def run_worker() -> None:
    """Answer requests on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted too, and then standard input ends
    encoder = DocumentEncoder(analyzer_for("ar"))
    while request := receive(sys.stdin.buffer):
        send(sys.stdout.buffer, encoder.encode(request))


def encode_articles(articles: Sequence[Article]) -> list[bytes]:
    """Return the request that asks for the documents of ``articles``."""
    return encode_texts([getattr(article, field) for article in articles for field in TEXT_FIELDS])


class DocumentEncoder:
    """Answers requests, for one :class:`DocumentDecoder` that gets all answers in order."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._terms = AnswerEncoder()
        self._sketches = SketchMaker()

    def encode(self, request: Sequence[bytes]) -> list[bytes]:
        """Return the answer to a request of :func:`encode_articles`."""
        texts = [self._analyzer.analyze(text) for text in decode_texts(request)]
        titles, bodies = texts[::2], texts[1::2]
        countries = (countries_of(title.exact, body.exact) for title, body in zip(titles, bodies, strict=True))
        sketches = self._sketches.sketches([body.stems for body in bodies])
        return [*self._terms.encode(texts), "\n".join(map(" ".join, countries)).encode(), b"".join(sketches)]


class DocumentDecoder:
    """Decodes the answers of one :class:`DocumentEncoder`, all of them in order."""

    def __init__(self) -> None:
        self._terms = AnswerDecoder()

    def decode(self, articles: Sequence[Article], answer: Sequence[bytes]) -> list[Document]:
        """Return the documents of the articles that were asked for."""
        *terms, countries, sketches = answer
        texts = iter(self._terms.decode(terms))
        codes = countries.decode().split("\n")
        return [
            with_terms(
                article, next(texts), next(texts), tuple(codes[at].split()), sketches[begin : begin + SKETCH_BYTES]
            )
            for at, (article, begin) in enumerate(zip(articles, range(0, len(sketches), SKETCH_BYTES), strict=True))
        ]
