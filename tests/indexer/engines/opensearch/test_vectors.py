"""Vectors on a real cluster: equal to those of the naive engine, and kept whatever else is written.

All here needs AKHBAR_TEST_CLUSTER, and all but what a cluster without the k-NN plug-in says needs that;
``make test-cluster`` runs both. The contract of every engine is in test_embedding.py.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from analyzers import analyzer_for
from indexer.article import Article
from indexer.engines import STALE_S
from indexer.engines.opensearch import OpenSearchEngine, embedding, writer_lock
from indexer.engines.opensearch.address import read_address
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import document_id
from indexer.engines.opensearch.indexes import Indexes
from indexer.engines.opensearch.settings import Settings
from indexer.engines.opensearch.vectors import vectors_field
from indexer.engines.opensearch.writer_lock import WriterLock
from indexer.errors import IndexDamagedError, IndexLockedError, InputError
from indexer.kernels.vectors import Vectors
from indexer.query.plan import AllOf, AndMaybe, AndNot, AnyOf, EngineRequest, MatchAll, Nearest, Plan, Term, TermsFilter
from indexer.schema import Document, document
from tests.support.encoders import LetterEncoder
from tests.support.engines import CLUSTER, HAS_PLUGIN, TOLERANCE, WITHOUT_PLUGIN, address_of, oracle_of, remove

pytestmark = pytest.mark.skipif(not CLUSTER, reason="AKHBAR_TEST_CLUSTER names no cluster")
with_plugin = pytest.mark.skipif(not HAS_PLUGIN, reason=WITHOUT_PLUGIN)

APPLES = Article(id="a", title="aaaa", body="aaab", source="one")
BERRIES = Article(id="b", title="bbbb", body="bbba", source="two")
NEWS = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(80))


def analyse(*articles: Article) -> list[Document]:
    return [document(article, analyzer_for("ar")) for article in articles]


def near(encoder: LetterEncoder, text: str, least: float = 0.2, boost: float = 1.0) -> Nearest:
    return Nearest(encoder.fingerprint, encoder.vector(text), least, boost)


def turned(plan: Nearest) -> Nearest:
    """Return the plan for what lies the other way."""
    return replace(plan, vector=bytes(-number & 0xFF for number in plan.vector))


def found(engine: OpenSearchEngine, plan: Plan) -> list[str]:
    return sorted(each.article.id for each in engine.search(EngineRequest(plan)).articles)


@pytest.fixture
def address() -> Iterator[str]:
    address = address_of("opensearch", None)  # type: ignore[arg-type]  # no folder
    yield address
    remove(address)


@pytest.fixture
def engine(address: str) -> Iterator[OpenSearchEngine]:
    engine = OpenSearchEngine(f"{address}?shards=2", analyzer_for("ar"), "test")
    engine.rebuild(analyse(APPLES, BERRIES))
    yield engine
    engine.close()


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    client = Client(read_address(address), Settings())
    yield client
    client.close()


# -- hits and scores


def random_plans(chance: random.Random, encoder: LetterEncoder) -> Iterator[Plan]:
    while True:
        text = "".join(chance.choices("abc", k=chance.randrange(4)))  # none is a vector of zeros
        nearest = near(encoder, text, chance.choice((-1.0, -1.0, 0.0, 0.3, 0.9)), chance.choice((0.0, 0.5, 3.0)))
        if chance.random() < 0.5:
            nearest = turned(nearest)
        words = Term("exact", "".join(chance.choices("abc", k=2)), 0.0)  # lengths of long articles are rounded
        yield from (
            nearest,
            AnyOf((words, nearest)),
            AllOf((nearest, MatchAll())),
            AndMaybe(words, nearest),
            AndNot(MatchAll(), nearest),
        )


@with_plugin
def test_hits_scores_and_totals_are_those_of_the_naive_engine(engine: OpenSearchEngine) -> None:
    chance, encoder, naive = random.Random(20), LetterEncoder(), oracle_of("opensearch")
    articles = [
        Article(
            id=str(number),
            title=chance.choice(("ab", "12", "ccc")),
            body=" ".join("".join(chance.choices("abc1", k=2)) for _ in range(chance.choice((0, 3, 70)))),
            source=chance.choice(("one", "two")),
        )
        for number in range(60)
    ]
    for each in (engine, naive):
        each.rebuild(analyse(*articles))
        each.embed(encoder.embedding(2))
    filters = (TermsFilter("source", frozenset({"one"})),)
    for plan, _ in zip(random_plans(chance, encoder), range(150), strict=False):
        request = EngineRequest(plan, filters if chance.random() < 0.3 else (), limit=100)
        expected, results = naive.search(request), engine.search(request)
        scores = {each.article.id: each.score for each in expected.articles}
        assert {each.article.id: each.score for each in results.articles} == pytest.approx(
            scores, **TOLERANCE["opensearch"]
        ), plan
        assert engine.totals([request]) == (results.total,) == (expected.total,), plan
    ids = [article.id for article in articles]
    assert engine.nearest_texts(ids, encoder.vector("ab")) == naive.nearest_texts(ids, encoder.vector("ab"))


@with_plugin
def test_what_lies_the_other_way_scores_nothing(engine: OpenSearchEngine) -> None:
    encoder = LetterEncoder()
    engine.embed(encoder.embedding())
    assert engine.score(turned(near(encoder, "a", -1.0)), "a") == 0.0
    assert engine.score(turned(near(encoder, "a", -0.5)), "a") is None


@with_plugin
def test_an_article_without_letters_is_as_far_from_everything(engine: OpenSearchEngine) -> None:
    encoder = LetterEncoder()
    engine.update(analyse(Article(id="n", title="123", body="45")))
    engine.embed(encoder.embedding())
    assert found(engine, near(encoder, "a", 0.0)) == ["a", "b", "n"]
    assert found(engine, near(encoder, "a", 0.001)) == ["a", "b"]
    assert engine.vector_of("n") == (encoder.fingerprint, bytes(64))
    assert engine.vector_of("a") == (encoder.fingerprint, encoder.vector("aaaa\naaab"))
    assert engine.vector_of("unknown") is None


# -- embedding


@with_plugin
@pytest.mark.parametrize("is_rebuilt", [False, True], ids=["in the same index", "after a rebuild"])
def test_whoever_is_interrupted_goes_on(
    engine: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch, *, is_rebuilt: bool
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 32)
    articles = [Article(id=str(number), title="a", body=f"{number} bbb") for number in range(75)]
    engine.rebuild(analyse(*articles))

    class InterruptedError(Exception):
        pass

    def interrupt(done: int, _: int) -> None:
        if done > 32:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        engine.embed(replace(LetterEncoder().embedding(), on_encoded=interrupt))
    assert engine.embedding_stats() is None
    if is_rebuilt:
        engine.rebuild(analyse(*articles))
    told: list[tuple[int, int]] = []
    more = engine.embed(replace(LetterEncoder().embedding(), on_encoded=lambda *each: told.append(each)))
    assert more == 75 - 32
    assert told == [(0, 43), (32, 43), (32, 43), (43, 43)]
    assert engine.totals([EngineRequest(near(LetterEncoder(), "b", 0.5))]) == (75,)


@with_plugin
@pytest.mark.parametrize(("kept", "expected"), [(1 << 17, 3), (1, 6)])
def test_copies_are_encoded_once_as_long_as_their_vector_is_kept(
    engine: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch, kept: int, expected: int
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    monkeypatch.setattr(embedding, "MAX_KNOWN", kept)
    encoder = LetterEncoder()
    engine.rebuild(analyse(*(Article(id=f"{letter}{turn}", title=letter) for turn in "12" for letter in "xyz")))
    assert engine.embed(encoder.embedding()) == expected
    assert [found(engine, near(encoder, letter, 0.9)) for letter in "xyz"] == [["x1", "x2"], ["y1", "y2"], ["z1", "z2"]]


@with_plugin
def test_what_changes_while_texts_are_encoded_is_encoded_in_the_end(engine: OpenSearchEngine, address: str) -> None:
    encoder, other = LetterEncoder(), OpenSearchEngine(address, analyzer_for("ar"), "test")
    usual, changes = encoder.embedding(), iter([1])

    def encode(batches: Iterable[list[str]]) -> Iterator[Vectors]:
        everything = list(batches)
        if next(changes, None):
            other.update(analyse(replace(APPLES, title="dddd", body="d"), Article(id="e", title="eeee")))
            other.delete(["b"])
        yield from usual.encode(everything)

    assert engine.embed(replace(usual, encode=encode)) == 4
    assert [found(engine, near(encoder, letter, 0.5)) for letter in "abde"] == [[], [], ["a"], ["e"]]
    assert engine.embed(encoder.embedding()) == 0
    other.close()


@with_plugin
@pytest.mark.parametrize("rebuilds", [1, 2])
def test_a_rebuild_while_texts_are_encoded_gets_their_vectors(
    engine: OpenSearchEngine, address: str, client: Client, rebuilds: int
) -> None:
    encoder, other = LetterEncoder(), OpenSearchEngine(address, analyzer_for("ar"), "test")
    remaining = list(range(rebuilds))

    def rebuild(*_: int) -> None:
        while remaining:
            remaining.pop()
            other.rebuild(analyse(BERRIES, APPLES))

    assert engine.embed(replace(encoder.embedding(), on_encoded=rebuild)) == 2
    assert engine.embedding_stats() is not None
    assert found(engine, near(encoder, "a", 0.9)) == ["a"]
    answer = client.ask("GET", f"/{client.address.alias}-0*/_mapping")  # nothing was made of the index that is gone
    assert sorted(int(name[-6:]) for name in answer) == [rebuilds, rebuilds + 1]
    other.close()


@with_plugin
def test_a_rebuild_encodes_only_what_is_new_and_a_rollback_brings_vectors_back(engine: OpenSearchEngine) -> None:
    encoder = LetterEncoder()
    engine.embed(encoder.embedding())
    engine.rebuild(analyse(BERRIES, APPLES, Article(id="c", title="cccc")))
    assert engine.embedding_stats() is None
    assert found(engine, near(encoder, "a", 0.9)) == []
    assert engine.embed(encoder.embedding()) == 1
    assert found(engine, near(encoder, "a", 0.9)) == ["a"]
    engine.rollback()
    stats = engine.embedding_stats()
    assert stats is not None
    assert stats.articles == 2
    assert found(engine, near(encoder, "b", 0.9)) == ["b"]


@with_plugin
def test_a_copy_that_comes_leaves_the_vectors_of_the_article_it_is_of(engine: OpenSearchEngine) -> None:
    encoder = LetterEncoder()
    engine.rebuild(analyse(Article(id="first", title="x", body=NEWS)))
    engine.embed(encoder.embedding())
    engine.update(analyse(Article(id="second", title="y", body=NEWS)))
    assert engine.search(EngineRequest(MatchAll(), grouped=True)).stories == 1
    assert found(engine, near(encoder, NEWS, 0.5)) == ["first"]


@with_plugin
def test_vectors_of_another_length_take_the_place_of_those_before(engine: OpenSearchEngine, client: Client) -> None:
    class ShortEncoder(LetterEncoder):
        dimensions = 32

        def encode(self, texts):  # type: ignore[no-untyped-def]
            return super().encode(texts)[:, 32:]

    engine.embed(LetterEncoder().embedding())
    short = ShortEncoder("letters-of-32")
    assert engine.embed(short.embedding()) == 2
    assert found(engine, near(short, "a", 0.9)) == ["a"]
    assert found(engine, near(LetterEncoder(), "a")) == []
    answer = client.ask("POST", f"/{Indexes(client).live().pair.articles}/_search")
    kept = [
        [name for name, value in hit["_source"].items() if name.startswith("vectors_") and value]
        for hit in answer["hits"]["hits"]
    ]
    assert [len(each) for each in kept] == [1, 1]


@with_plugin
def test_an_embedding_that_finds_nothing_to_do_changes_nothing(engine: OpenSearchEngine) -> None:
    engine.embed(LetterEncoder().embedding())
    before = engine.state()
    assert engine.embed(LetterEncoder().embedding()) == 0
    assert engine.state() == before
    assert engine.check() == ()


@with_plugin
def test_an_error_of_the_encoder_is_passed_on(engine: OpenSearchEngine) -> None:
    def fail(_: object) -> Iterator[None]:
        yield from ()
        raise KeyError("weights")

    with pytest.raises(KeyError, match="weights"):
        engine.embed(replace(LetterEncoder().embedding(), encode=fail))  # type: ignore[arg-type]


# -- others that write


@with_plugin
def test_what_another_process_embeds_is_seen_a_second_later(engine: OpenSearchEngine, address: str) -> None:
    other = OpenSearchEngine(address, analyzer_for("ar"), "test")
    assert other.embedding_stats() is None
    engine.embed(LetterEncoder().embedding())
    time.sleep(STALE_S)
    stats = other.embedding_stats()
    assert stats is not None
    assert stats.articles == 2
    other.close()


@with_plugin
def test_vectors_that_no_search_sees_yet_are_not_told(engine: OpenSearchEngine, client: Client) -> None:
    engine.embed(LetterEncoder().embedding())
    pair, before = Indexes(client).live().pair, engine.vector_of("a")
    field = vectors_field(LetterEncoder().fingerprint)
    client.ask("POST", f"/{pair.articles}/_update/{document_id('a')}", {"doc": {field: []}})
    assert engine.vector_of("a") == before
    Indexes(client).refresh(pair)
    assert engine.vector_of("a") is None


@with_plugin
@pytest.mark.parametrize("work", ["encoding", "writing"])
def test_one_process_at_a_time_encodes_or_writes(
    engine: OpenSearchEngine, client: Client, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        writer_lock.WriterLock.__init__, "__kwdefaults__", {**WriterLock.__init__.__kwdefaults__, "wait_s": 0.3}
    )
    with (
        WriterLock(client, work=work, beat_s=0.05),  # type: ignore[arg-type]
        pytest.raises(IndexLockedError, match=f"another process is {work} this index"),
    ):
        engine.embed(LetterEncoder().embedding())
    assert engine.embedding_stats() is None
    encoded = engine.embed(LetterEncoder().embedding())
    assert encoded == (2 if work == "encoding" else 0)  # what was encoded when others wrote is kept
    assert found(engine, near(LetterEncoder(), "a", 0.9)) == ["a"]


@with_plugin
def test_a_description_of_vectors_that_somebody_changed_is_told(engine: OpenSearchEngine, client: Client) -> None:
    engine.embed(LetterEncoder().embedding())
    indexes = Indexes(client)
    live = indexes.live()
    indexes.describe(live.pair, replace(live.description, embedded=("letters",), revision=99))
    with pytest.raises(IndexDamagedError):
        OpenSearchEngine(client.address, analyzer_for("ar"), "test").embedding_stats()


# -- without the plug-in


@pytest.mark.skipif(HAS_PLUGIN, reason="the cluster has the k-NN plug-in; another run is without")
def test_where_the_plug_in_is_missing_it_is_told(engine: OpenSearchEngine) -> None:
    with pytest.raises(
        InputError, match=r"k-NN plug-in .* missing on .*opensearch-plugin install .*opensearch-knn:3\."
    ) as caught:
        engine.embed(LetterEncoder().embedding())
    assert "\n" not in str(caught.value)
    assert engine.embedding_stats() is None
    assert engine.vector_of("a") is None
    assert engine.nearest_texts(["a"], bytes(64)) == (None,)
    assert found(engine, near(LetterEncoder(), "a", -1.0)) == []
    assert found(engine, AndMaybe(MatchAll(), near(LetterEncoder(), "a", -1.0))) == ["a", "b"]
    assert engine.check() == ()
