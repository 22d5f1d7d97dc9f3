"""Learning a model from texts without labels, and the model's file."""

import pytest

from analyzers import AnalysisError
from analyzers.arabic import model
from analyzers.arabic.learning import forms, learn_model

WORDS = ["كتاب", "بيت", "رجل", "ملك", "شارع", "مكتب", "مصنع", "مطار", "معلم", "مدير", "كاتب", "لاعب"]
TEXTS = [" ".join(f"{word} ال{word} وال{word} {word}ها {word}هم" for word in WORDS)] * 4


def test_forms_are_normalized_frequent_and_in_order() -> None:
    assert forms(["المدرسةُ المدرسه CNN 12", "المدرسة مرة"], least_seen=2) == ["المدرسه"]


def test_affixes_that_many_stems_share_are_learned() -> None:
    learned = learn_model(TEXTS)
    assert learned.affixes["noun", "ال", ""] > 10 * learned.affixes["noun", "ك", ""]
    assert learned.stems["كتاب"] > 10 * learned.stems["الكتاب"]


def test_learning_is_repeatable_and_uses_every_form_once() -> None:
    assert list(model.dump(learn_model(TEXTS))) == list(model.dump(learn_model(TEXTS * 3)))
    assert sum(learn_model(TEXTS).stems.values()) == pytest.approx(len(forms(TEXTS)))


def test_no_text_gives_an_empty_model() -> None:
    assert learn_model([]) == model.Model({}, {})


def test_a_model_is_read_as_it_was_written() -> None:
    rows = list(model.dump(model.Model({("noun", "", "ها"): 2.0}, {"كتاب": 1.5, "كت": 0.2})))
    assert rows == ["noun\t-\tها\t2.0", "كتاب\t1.5"]
    assert model.parse(rows) == model.Model({("noun", "", "ها"): 2.0}, {"كتاب": 1.5})


@pytest.mark.parametrize("row", ["particle\t-\t-\t1", "كتاب\tone", "كتاب", "a\tb\tc"])
def test_a_malformed_row_is_named(row: str) -> None:
    with pytest.raises(AnalysisError, match="is not a row of a model"):
        model.parse([row])


def test_the_shipped_model_has_affixes_of_every_class_and_stems() -> None:
    shipped = model.shipped_model()
    assert {word_class for word_class, _, _ in shipped.affixes} == {"noun", "perfect", "imperfect"}
    assert len(shipped.stems) > 10_000
