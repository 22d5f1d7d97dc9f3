"""Vectors and nearness as JSON for a cluster: what is visible in it, since the results are the same."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engines.opensearch.indexes import Description, _description
from indexer.engines.opensearch.mapping import MATCH_NONE, Json
from indexer.engines.opensearch.plan_compiler import compile_condition, compile_plan
from indexer.engines.opensearch.vectors import (
    embedded_mark,
    is_vectors_field,
    read_vector,
    read_vectors,
    text_source,
    vector_properties,
    vectors_field,
)
from indexer.errors import IndexDamagedError
from indexer.query.plan import Nearest
from indexer.storage.segment.vectors import EncoderId

ENCODER = EncoderId("letters", "letters-1", 3)
FIELD = vectors_field(ENCODER.fingerprint)
VECTOR = bytes([127, 0, 254])  # 127, 0, -2


def texts_query(least: float, vector: bytes = VECTOR) -> Json:
    query: Json = compile_condition(Nearest(ENCODER.fingerprint, vector, least, 1.0))["nested"]
    assert (query["path"], query["score_mode"], query["ignore_unmapped"]) == (FIELD, "max", True)
    near: Json = query["query"]
    return near


@given(st.binary(min_size=4, max_size=4))
def test_a_vector_comes_back_from_json(vector: bytes) -> None:
    source = json.loads(json.dumps(text_source("0f", vector)))
    assert read_vector(source, 4) == vector
    assert ("vector" in source) is any(vector)
    assert source.get("zero", False) is not any(vector)


def test_the_vectors_of_an_article_come_back_in_order() -> None:
    vectors = read_vectors([text_source("0", VECTOR), text_source("1", bytes(3))], 3)
    assert vectors.rows.tolist() == [[127, 0, -2], [0, 0, 0]]
    assert vectors.inverses.tolist() == [pytest.approx(1 / 127.0157), 0.0]


@pytest.mark.parametrize("source", [{"vector": [1, 2]}, {"vector": [[1, 2, 3]]}, {"vector": [1, 2, 300]}])
def test_a_vector_of_another_form_is_refused(source: Json) -> None:
    with pytest.raises(ValueError, match="expected 3 signed bytes"):
        read_vector(source, 3)


def test_vectors_are_compared_by_the_plug_in_from_the_least_cosine_on() -> None:
    scored = texts_query(0.25)["script_score"]
    assert scored["min_score"] == 1.25
    assert scored["script"]["params"] == {
        "field": f"{FIELD}.vector",
        "query_value": [127, 0, -2],
        "space_type": "cosinesimil",
    }
    assert "min_score" not in texts_query(-1.0)["bool"]["should"][0]["script_score"]


def test_texts_without_a_direction_are_near_where_no_nearness_is_asked_for() -> None:
    scored, zero = texts_query(0.0)["bool"]["should"]
    assert scored["script_score"]["min_score"] == 1.0
    assert zero == {"constant_score": {"filter": {"term": {f"{FIELD}.zero": True}}}}
    assert texts_query(0.1, bytes(3)) == MATCH_NONE
    assert texts_query(0.0, bytes(3)) == {"constant_score": {"filter": {"exists": {"field": f"{FIELD}.text"}}}}


def test_what_scores_nothing_is_a_condition() -> None:
    plan = Nearest(ENCODER.fingerprint, VECTOR, 0.25, 0.0)
    assert compile_plan(plan) == {"bool": {"filter": [compile_condition(plan)]}}


def test_each_encoder_has_a_field_of_its_own() -> None:
    other = ENCODER._replace(fingerprint="letters-2", dimensions=5)
    assert is_vectors_field(FIELD)
    assert not is_vectors_field("text_stem")
    assert FIELD not in vector_properties(other)
    assert vector_properties(other)[vectors_field("letters-2")]["properties"]["vector"]["dimension"] == 5
    marks = {embedded_mark(encoder, passages) for encoder in (ENCODER, other) for passages in (0, 1)}
    assert len(marks) == 4


# -- what an index says of itself

DESCRIPTION = Description("abc", "2026-01-01", "2026-01-02", 7)


def content(meta: Json) -> Json:
    return {"mappings": {"_meta": json.loads(json.dumps(meta))}}


def test_the_encoder_stands_in_the_description_of_an_index() -> None:
    embedded = replace(DESCRIPTION, embedded=(*ENCODER, 2))
    assert _description(content(embedded.as_meta()), "x") == embedded
    assert embedded.embedding == (ENCODER, 2)
    assert DESCRIPTION.embedding is None


def test_an_index_made_before_there_were_vectors_has_none() -> None:
    meta = DESCRIPTION.as_meta()
    del meta["embedded"]
    assert _description(content(meta), "x") == DESCRIPTION
    with pytest.raises(IndexDamagedError):
        _description(content({**meta, "embedded": 5}), "x")
