"""Stems of the forms of weak and strong verbs."""

import pytest

from analyzers.arabic.conjugation import Verb, Vowel, possible_perfects, stems


def letters(verb: Verb, slot: str) -> set[str]:
    return {stem.letters for stem in stems(verb) if slot in stem.slots}


@pytest.mark.parametrize(
    ("perfect", "root", "vowel", "of_perfect", "of_imperfect"),
    [
        pytest.param("كتب", "كتب", "u", {"كتب"}, {"كتب"}, id="strong"),
        pytest.param("قال", "قول", "u", {"قال", "قيل"}, {"قول", "قال", "قل"}, id="hollow in waw"),
        pytest.param("باع", "بيع", "i", {"باع", "بيع"}, {"بيع", "باع", "بع"}, id="hollow in yeh"),
        pytest.param("خاف", "خوف", "a", {"خاف", "خيف"}, {"خاف", "خف"}, id="hollow in alef"),
        pytest.param("أشار", "شور", "-", {"اشار", "اشير"}, {"شير", "شار", "شر"}, id="hollow fourth form"),
        pytest.param("اختار", "خير", "-", {"اختار"}, {"ختار", "ختر"}, id="hollow eighth form"),
        pytest.param("استفاد", "فيد", "-", {"استفاد", "استفيد"}, {"ستفيد", "ستفاد", "ستفد"}, id="hollow tenth form"),
        pytest.param("دعا", "دعو", "u", {"دعا", "دعي"}, {"دعو", "دعي", "دع"}, id="defective in waw"),
        pytest.param("رمى", "رمي", "i", {"رمى", "رمي"}, {"رمي", "رما", "رم"}, id="defective in yeh"),
        pytest.param("بقي", "بقي", "a", {"بقي"}, {"بقى", "بقا", "بق"}, id="defective perfect in yeh"),
        pytest.param("وصل", "وصل", "i", {"وصل"}, {"صل", "وصل"}, id="assimilated"),
        pytest.param("أخذ", "أخذ", "u", {"اخذ"}, {"اخذ"}, id="hamza, first form"),
        pytest.param("أكد", "أكد", "-", {"اكد"}, {"ءكد"}, id="hamza, second form"),
        pytest.param("آمن", "أمن", "-", {"امن"}, {"ءمن", "ءامن"}, id="madda"),
        pytest.param("أعلن", "علن", "-", {"اعلن"}, {"علن"}, id="fourth form"),
        pytest.param("اجتمع", "جمع", "-", {"اجتمع"}, {"جتمع"}, id="eighth form"),
        pytest.param("استخدم", "خدم", "-", {"استخدم"}, {"ستخدم"}, id="tenth form"),
    ],
)
def test_stems(perfect: str, root: str, vowel: Vowel, of_perfect: set[str], of_imperfect: set[str]) -> None:
    verb = Verb(perfect, root, vowel)
    assert letters(verb, "a") == of_perfect
    assert letters(verb, "f") == of_imperfect


def test_a_verb_of_one_letter_has_no_stems() -> None:
    assert list(stems(Verb("ق", "وقي", "i"))) == list(stems(Verb("قال", "", "u"))) == []


@pytest.mark.parametrize(
    ("rest", "perfect"),
    [
        pytest.param("ستخدم", "استخدم", id="tenth form"),
        pytest.param("ستفيد", "استفاد", id="hollow tenth form"),
        pytest.param("نعكس", "انعكس", id="seventh form"),
        pytest.param("شير", "اشار", id="hollow fourth form"),
        pytest.param("دعو", "دعا", id="defective"),
        pytest.param("ءكد", "اكد", id="hamza"),
        pytest.param("صل", "وصل", id="assimilated"),
    ],
)
def test_an_unknown_imperfect_may_be_of_several_perfects(rest: str, perfect: str) -> None:
    found = list(possible_perfects(rest))
    assert found[0] == rest
    assert perfect in found
