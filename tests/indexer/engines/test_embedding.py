"""Embedding: each engine finds the nearest articles, encodes a text once, and keeps what is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines import SearchEngine, open_engine
from indexer.engines.whoosh.view import View
from indexer.errors import IndexDamagedError, IndexLockedError
from indexer.query.plan import (
    AndMaybe,
    AndNot,
    AnyOf,
    EngineRequest,
    MatchAll,
    Nearest,
    Plan,
    Term,
    TermsFilter,
    compares_vectors,
)
from indexer.schema import Document, document
from indexer.storage.segment.vectors import EncoderId
from indexer.storage.vector_log import LOG, VectorLog
from tests.support.encoders import LetterEncoder
from tests.support.engines import WITH_VECTORS, engine_named

APPLES = Article(id="a", title="aaaa", body="aaab", source="one")
BERRIES = Article(id="b", title="bbbb", body="bbba", source="two")
CHERRIES = Article(id="c", title="cccc", body="cccc", source="two")
PLAN = Term("exact", "cccc", 1.0)


@pytest.fixture(params=WITH_VECTORS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    with engine_named(request.param, tmp_path) as engine:
        yield engine


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def documents(*articles: Article) -> list[Document]:
    return [document(article, analyzer_for("ar")) for article in articles]


def near(encoder: LetterEncoder, text: str, least: float = 0.2, boost: float = 1.0) -> Nearest:
    return Nearest(encoder.fingerprint, encoder.vector(text), least, boost)


def found(engine: SearchEngine, plan: Plan) -> dict[str, float]:
    return {each.article.id: round(each.score, 2) for each in engine.search(EngineRequest(plan)).articles}


def test_the_nearest_articles_are_found_with_their_cosines(engine: SearchEngine) -> None:
    encoder = LetterEncoder()
    engine.rebuild(documents(APPLES, BERRIES, CHERRIES))
    assert found(engine, near(encoder, "a")) == {}
    assert engine.embedding_stats() is None
    assert engine.nearest_texts(["a"], encoder.vector("a")) == (None,)
    assert engine.embed(encoder.embedding()) == 3
    assert engine.embedding_stats() == (EncoderId("letters", "letters-1", 64), 0, 3)
    assert found(engine, near(encoder, "a")) == {"a": 0.99}
    assert found(engine, near(encoder, "a", 0.0, 10.0)) == {"a": 9.9, "b": 1.4, "c": 0.0}
    assert found(engine, near(encoder, "z", 0.1)) == {}
    assert found(engine, near(LetterEncoder("another"), "a")) == {}


def test_nearness_adds_to_the_score_of_words_and_is_filtered_and_counted_like_them(engine: SearchEngine) -> None:
    encoder = LetterEncoder()
    engine.rebuild(documents(APPLES, BERRIES, CHERRIES))
    engine.embed(encoder.embedding())
    by_word = found(engine, PLAN)["c"]
    every, wanted = near(encoder, "bc", -1.0), near(encoder, "b", 0.5)
    assert found(engine, AndMaybe(PLAN, every))["c"] == pytest.approx(by_word + 0.71, abs=0.011)
    results = engine.search(EngineRequest(AnyOf((PLAN, wanted)), facets=("source",)))
    assert [each.article.id for each in results.articles] == ["c", "b"]
    assert results.total == 2
    assert [(each.value, each.count) for each in results.facets["source"]] == [("two", 2)]
    only = TermsFilter("source", frozenset({"one"}))
    assert engine.totals([EngineRequest(wanted, (only,)), EngineRequest(wanted)]) == (0, 1)


def test_each_passage_counts_and_the_nearest_is_told(engine: SearchEngine) -> None:
    encoder = LetterEncoder()
    long = Article(id="long", title="aaaa", body=" ".join(["aa"] * 30 + ["bb"] * 30 + ["cc"] * 30))
    engine.rebuild(documents(long))
    engine.embed(encoder.embedding(0))
    assert found(engine, near(encoder, "c")) == {}
    engine.embed(encoder.embedding(9))
    assert found(engine, near(encoder, "c")) == {"long": 1.0}
    nearest = [engine.nearest_texts(["long"], encoder.vector(letter))[0] for letter in "abc"]
    assert [each and (each.number, each.cosine) for each in nearest] == [(0, 1), (2, 1), (4, 1)]
    two = engine.nearest_texts(["unknown", "long"], encoder.vector("c"))
    assert [each and each.number for each in two] == [None, 4]
    assert engine.nearest_texts([], encoder.vector("a")) == ()


def test_only_what_is_new_is_encoded(engine: SearchEngine) -> None:
    encoder = LetterEncoder()
    engine.rebuild(documents(APPLES, BERRIES))
    engine.embed(encoder.embedding())
    assert engine.embed(encoder.embedding()) == 0
    changed = replace(BERRIES, title="dddd")
    engine.update(documents(CHERRIES, changed, replace(APPLES, id="a2")))
    assert found(engine, near(encoder, "b")) == {}  # the article that had this vector is replaced
    assert engine.embed(encoder.embedding()) == 2
    assert found(engine, near(encoder, "a", 0.9)) == {"a": 0.99, "a2": 0.99}
    assert found(engine, near(encoder, "d", 0.5)) == {"b": 0.78}
    engine.delete(["a"])
    assert found(engine, near(encoder, "a", 0.9)) == {"a2": 0.99}


def test_another_encoder_reads_everything_again(engine: SearchEngine) -> None:
    engine.rebuild(documents(APPLES, BERRIES))
    engine.embed(LetterEncoder().embedding())
    other = LetterEncoder("letters-2")
    assert engine.embed(other.embedding()) == 2
    assert found(engine, near(LetterEncoder(), "a")) == {}
    assert found(engine, near(other, "a")) == {"a": 0.99}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(Nearest("f", b"", 0.0, 1.0), True, id="alone"),
        pytest.param(AndMaybe(PLAN, Nearest("f", b"", 0.0, 1.0)), True, id="added"),
        pytest.param(AndMaybe(AnyOf((PLAN, Nearest("f", b"", 0.0, 1.0))), PLAN), True, id="among others"),
        pytest.param(AndNot(Nearest("f", b"", 0.0, 1.0), PLAN), True, id="without some"),
        pytest.param(AndMaybe(AnyOf((PLAN, PLAN)), PLAN), False, id="words"),
    ],
)
def test_plans_that_compare_vectors_are_told(plan: Plan, *, expected: bool) -> None:
    assert compares_vectors(plan) is expected


def test_plans_that_compare_vectors_are_not_kept(index: Path) -> None:
    view = View(embedded(index))
    view.search(EngineRequest(near(LetterEncoder(), "a")))
    assert not view._compiled
    view.search(EngineRequest(AnyOf((PLAN, PLAN))))
    assert view._compiled


def embedded(index: Path) -> Path:
    engine = whoosh(index, APPLES)
    engine.embed(LetterEncoder().embedding())
    engine.close()
    return index / "gen-2"


# -- on disk


def whoosh(index: Path, *articles: Article) -> SearchEngine:
    engine = open_engine(index, analyzer_for("ar"), fingerprint="test")
    engine.rebuild(documents(*articles))
    return engine


def test_a_rebuild_encodes_only_what_is_new_also_after_an_update(index: Path) -> None:
    engine = whoosh(index, APPLES, BERRIES)
    engine.embed(LetterEncoder().embedding())
    engine.rebuild(documents(BERRIES, APPLES))
    engine.update(documents(CHERRIES))
    assert engine.embedding_stats() is None
    assert engine.embed(LetterEncoder().embedding()) == 1
    assert found(engine, near(LetterEncoder(), "a")) == {"a": 0.99}
    names = [sorted(path.name for path in (index / gen).glob("*.vec")) for gen in ("gen-4", "gen-5")]
    assert names == [["spent-1.vec"], ["s1.vec", "s2.vec"]]
    assert engine.check() == ()


def test_merged_segments_keep_their_vectors(index: Path) -> None:
    engine = whoosh(index, APPLES)
    engine.embed(LetterEncoder().embedding())
    articles = [replace(BERRIES, id=f"b{number}", body=f"bbb {number}") for number in range(30)]
    for article in articles:
        engine.update(documents(article))
        engine.embed(LetterEncoder().embedding())
    encoder = LetterEncoder()
    assert engine.embed(encoder.embedding()) == 0
    assert encoder.encoded == []
    assert len(found(engine, near(encoder, "b", 0.9))) == 10
    assert engine.totals([EngineRequest(near(encoder, "b", 0.9))]) == (30,)
    assert engine.check() == ()


def test_whoever_is_interrupted_goes_on(index: Path) -> None:
    articles = [Article(id=str(number), title="a", body=f"{number} bbb") for number in range(600)]
    engine = whoosh(index, *articles)

    class InterruptedError(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        engine.embed(replace(LetterEncoder().embedding(), on_encoded=interrupt))
    assert engine.embedding_stats() is None
    with (index / LOG).open("ab") as log:
        log.write(b"torn record")
    told: list[tuple[int, int]] = []
    more = engine.embed(replace(LetterEncoder().embedding(), on_encoded=lambda *each: told.append(each)))
    assert more == 600 - 256
    assert told == [(0, 344), (256, 344), (344, 344)]
    assert not (index / LOG).exists()
    assert engine.totals([EngineRequest(near(LetterEncoder(), "b", 0.5))]) == (600,)


def test_a_changed_record_of_the_log_is_encoded_again(index: Path) -> None:
    engine = whoosh(index, APPLES)
    id_ = EncoderId("letters", "letters-1", 64)
    with VectorLog(index, id_) as log:
        embedding = LetterEncoder().embedding()
        (vectors,) = embedding.encode(iter([["a", "b"]]))
        hashes = (vectors.inverses * 1e6).astype("u8")
        log.add(hashes, vectors)
        assert log.read()[0].tolist() == hashes.tolist()
    content = bytearray((index / LOG).read_bytes())
    content[-20] ^= 1
    (index / LOG).write_bytes(content)
    with VectorLog(index, id_) as log:
        assert log.read()[0].tolist() == hashes[:1].tolist()
    with VectorLog(index, id_._replace(fingerprint="another")) as log:
        assert len(log.read()[0]) == 0
    engine.close()


def test_two_processes_do_not_encode_one_index_at_once(index: Path) -> None:
    engine = whoosh(index, APPLES)
    with (
        VectorLog(index, EncoderId("letters", "letters-1", 64)),
        pytest.raises(IndexLockedError, match="another process is encoding this index"),
    ):
        engine.embed(LetterEncoder().embedding())


@pytest.mark.parametrize("at", [9, 70, 200, -30, -1])
def test_damage_is_told_and_the_generation_before_answers(index: Path, at: int) -> None:
    engine = whoosh(index, APPLES, BERRIES)
    engine.embed(LetterEncoder().embedding())
    path = index / "gen-2" / "s1.vec"
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(content)
    assert "s1.vec" in engine.check()[0]
    again = open_engine(index, analyzer_for("ar"), fingerprint="test")
    assert found(again, PLAN) == {}
    with pytest.raises(IndexDamagedError, match=r"s1\.vec"):
        again.embed(LetterEncoder("another").embedding())


def test_an_index_without_articles_that_have_words_left_is_embedded(index: Path) -> None:
    engine = whoosh(index, APPLES, BERRIES)
    engine.delete(["a", "b"])
    assert engine.embed(LetterEncoder().embedding()) == 0
    assert engine.search(EngineRequest(MatchAll())).total == 0
