"""Stored vectors of an index on a cluster: how many articles have some, those of one, and those of texts met before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from indexer.engines import EmbeddingStats, NearestText
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import document_id
from indexer.engines.opensearch.indexes import Live
from indexer.engines.opensearch.mapping import Json
from indexer.engines.opensearch.searching import ask_search
from indexer.engines.opensearch.vectors import has_vectors, read_vector, read_vectors, vectors_field
from indexer.kernels.vectors import Vectors, cosines
from indexer.storage.segment.vectors import EncoderId

HASHES_A_REQUEST: Final = 256


class StoredVectors:
    """The vectors of the live index, those of the encoder that its description names."""

    def __init__(self, client: Client, live: Live) -> None:
        self._client = client
        self._index = live.pair.articles
        self._embedding = live.description.embedding

    def stats(self) -> EmbeddingStats | None:
        """Return the encoder and how many articles it has given vectors; None where none has any."""
        if self._embedding is None:
            return None
        encoder, passages = self._embedding
        body = {"size": 0, "track_total_hits": True, "query": has_vectors(vectors_field(encoder.fingerprint))}
        articles = int(ask_search(self._client, self._index, body)["hits"]["total"]["value"])
        return EmbeddingStats(encoder, passages, articles) if articles else None

    def first_of(self, article_id: str) -> tuple[str, bytes] | None:
        """Return the fingerprint of the encoder and the vector of an article's first text; None without."""
        (vectors,) = self._of([article_id])
        return (self._embedding[0].fingerprint, vectors.rows[0].tobytes()) if self._embedding and vectors else None

    def nearest(self, ids: Sequence[str], vector: bytes) -> tuple[NearestText | None, ...]:
        """Return which of the texts of each article is nearest to a vector; None for one without any."""
        found = [cosines(vector, vectors) if vectors else None for vectors in self._of(ids)]
        return tuple(None if each is None else NearestText(int(each.argmax()), float(each.max())) for each in found)

    def _of(self, ids: Sequence[str]) -> list[Vectors | None]:
        """Return the vectors of the texts of each article, as searches see them; None for one without any."""
        if self._embedding is None or not ids:
            return [None] * len(ids)
        encoder, _ = self._embedding
        field = vectors_field(encoder.fingerprint)
        params = {"realtime": "false", "_source_includes": f"{field}.vector,{field}.zero"}
        items = self._client.documents(self._index, [document_id(article_id) for article_id in ids], params)
        texts = [item.get("_source", {}).get(field) for item in items]
        return [read_vectors(each, encoder.dimensions) if each else None for each in texts]


def find_vectors(client: Client, indexes: Sequence[str], encoder: EncoderId, hashes: Sequence[str]) -> dict[str, bytes]:
    """Return the vectors that an encoder has made of texts with these hashes, of those that some indexes have."""
    found: dict[str, bytes] = {}
    for start in range(0, len(hashes) if indexes else 0, HASHES_A_REQUEST):
        batch = hashes[start : start + HASHES_A_REQUEST]
        body = _one_of_each(vectors_field(encoder.fingerprint), batch)
        answer = ask_search(client, ",".join(indexes), body)
        for bucket in answer["aggregations"]["texts"]["wanted"]["each"]["buckets"]:
            (hit,) = bucket["one"]["hits"]["hits"]
            found[str(bucket["key"])] = read_vector(hit["_source"], encoder.dimensions)
    return found


def _one_of_each(field: str, hashes: Sequence[str]) -> Json:
    """Return the body of the search for one text with each of some hashes, whatever articles have it."""
    wanted = {"terms": {f"{field}.text": list(hashes)}}
    one = {"top_hits": {"size": 1, "_source": [f"{field}.vector", f"{field}.zero"]}}
    # By map: few articles match, and ordinals of the hashes of all texts would be made for them.
    each = {"terms": {"field": f"{field}.text", "size": len(hashes), "execution_hint": "map"}, "aggs": {"one": one}}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": {"nested": {"path": field, "query": wanted}},
        "aggs": {"texts": {"nested": {"path": field}, "aggs": {"wanted": {"filter": wanted, "aggs": {"each": each}}}}},
    }
