"""Vectors of articles on a cluster: how they lie in documents, and how nearness to one is asked for.

The texts of an article are nested documents of it, in a field of their encoder, whose dimensions a mapping fixes:

    vectors_0123456789ab.text    hash of the text, by which its vector is found again
    vectors_0123456789ab.vector  its vector of bytes, compared by the k-NN plug-in; missing where all numbers are 0
    vectors_0123456789ab.zero    true where it is missing: its cosine with everything is 0

``embedded`` names the encoder and the number of passages by which an article was encoded. The plug-in builds no graph
for these fields, since the index does not ask for one: it compares all vectors, exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.failures import shorten
from indexer.engines.opensearch.mapping import MATCH_NONE, Json
from indexer.errors import InputError
from indexer.kernels.vectors import Vectors, inverse_lengths
from indexer.query.plan import Nearest
from indexer.storage.segment.vectors import EncoderId

EMBEDDED_FIELD: Final = "embedded"
PLUGIN: Final = "org.opensearch.knn.plugin.KNNPlugin"

_PREFIX: Final = "vectors_"
_FIELD_DIGITS: Final = 12
_HASH_DIGITS: Final = 32
_POSITIVE: Final = "Math.max(_score - 1, 0) * params.boost"
"""Turns 1 + cosine, the score of the plug-in, into that of a plan."""


def vectors_field(fingerprint: str) -> str:
    """Return the field that holds the vectors of the encoder with this fingerprint.

    >>> vectors_field("letters-1")
    'vectors_30b3f8124d44'
    """
    return _PREFIX + _hash(fingerprint, _FIELD_DIGITS)


def is_vectors_field(name: str) -> bool:
    """Return whether a field of an index holds vectors."""
    return name.startswith(_PREFIX)


def embedded_mark(encoder: EncoderId, passages: int) -> str:
    """Return what stands in EMBEDDED_FIELD of articles whose texts, so many passages of each, this encoder has read."""
    return f"{vectors_field(encoder.fingerprint)}:{passages}"


def text_hash(text: str) -> str:
    """Return the hash by which the vector of a text is known: 32 hexadecimal digits."""
    return _hash(text, _HASH_DIGITS)


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def vector_properties(encoder: EncoderId) -> Json:
    """Return the fields that an index needs for the vectors of an encoder."""
    texts = {
        "text": {"type": "keyword"},
        "vector": {"type": "knn_vector", "dimension": encoder.dimensions, "data_type": "byte"},
        "zero": {"type": "boolean", "doc_values": False},
    }
    field = vectors_field(encoder.fingerprint)
    return {field: {"type": "nested", "properties": texts}, EMBEDDED_FIELD: {"type": "keyword", "doc_values": False}}


# -- documents


def text_source(digest: str, vector: bytes) -> Json:
    """Return the nested document of a text, by its hash and its vector."""
    row = np.frombuffer(vector, np.int8)
    return {"text": digest, "vector": row.tolist()} if row.any() else {"text": digest, "zero": True}


def read_vector(source: Any, dimensions: int) -> bytes:
    """Return the vector of a nested document of a text; raises ValueError for anything but so many bytes."""
    numbers = np.array(source["vector"] if "vector" in source else [0] * dimensions)
    row = numbers.astype(np.int8)
    if row.shape != (dimensions,) or (row != numbers).any():
        raise ValueError(f"a vector of {numbers.shape}, expected {dimensions} signed bytes")
    return row.tobytes()


def read_vectors(sources: Iterable[Any], dimensions: int) -> Vectors:
    """Return the vectors of the nested documents of an article, in order."""
    content = b"".join(read_vector(each, dimensions) for each in sources)
    rows = np.frombuffer(content, np.int8).reshape(-1, dimensions)
    return Vectors(rows, inverse_lengths(rows))


# -- queries


def nearest_query(plan: Nearest) -> Json:
    """Return the query that matches what ``plan`` does and scores as it does."""
    script = {"source": _POSITIVE, "params": {"boost": plan.boost}}
    return {"script_score": {"query": nearest_condition(plan), "script": script}}


def nearest_condition(plan: Nearest) -> Json:
    """Return the query that matches articles with a near text; it scores 1 + the highest cosine.

    Where the index has no vectors of the encoder it matches none.
    """
    field = vectors_field(plan.fingerprint)
    any_text: Json = {"constant_score": {"filter": {"exists": {"field": f"{field}.text"}}}}
    if not any(plan.vector):
        near = any_text if plan.least <= 0 else MATCH_NONE
    elif plan.least <= 0:
        zero = {"constant_score": {"filter": {"term": {f"{field}.zero": True}}}}
        near = {"bool": {"should": [_compared_texts(field, plan), zero], "minimum_should_match": 1}}
    else:
        near = _compared_texts(field, plan)
    return {"nested": {"path": field, "query": near, "score_mode": "max", "ignore_unmapped": True}}


def _compared_texts(field: str, plan: Nearest) -> Json:
    """Return the query for the texts whose cosine is high enough, which the plug-in works out and adds to 1."""
    params = {
        "field": f"{field}.vector",
        "query_value": np.frombuffer(plan.vector, np.int8).tolist(),
        "space_type": "cosinesimil",
    }
    script = {"lang": "knn", "source": "knn_score", "params": params}
    scored: Json = {"query": {"exists": {"field": f"{field}.vector"}}, "script": script}
    if plan.least > -1:
        scored["min_score"] = 1 + plan.least
    return {"script_score": scored}


def has_vectors(field: str) -> Json:
    """Return the query for the articles with a vector in a field, none where the index has no such field."""
    return {"nested": {"path": field, "query": {"exists": {"field": f"{field}.text"}}, "ignore_unmapped": True}}


# -- the plug-in


def require_plugin(client: Client) -> None:
    """Raise InputError where a node that holds articles lacks the k-NN plug-in."""
    params = {"filter_path": "nodes.*.name,nodes.*.version,nodes.*.plugins.classname"}
    nodes = client.ask("GET", "/_nodes/data:true/plugins", params=params)["nodes"].values()
    if lacking := [node for node in nodes if PLUGIN not in {each["classname"] for each in node.get("plugins", ())}]:
        names = shorten(", ".join(sorted(str(node["name"]) for node in lacking)))
        version = shorten(lacking[0]["version"])
        raise InputError(
            f"{client.address}: no search by meaning: the k-NN plug-in of OpenSearch, which compares vectors, is "
            f"missing on {names}; run there: bin/opensearch-plugin install org.opensearch.plugin:opensearch-knn:{version}.0, "
            "start it again and repeat this"
        )
