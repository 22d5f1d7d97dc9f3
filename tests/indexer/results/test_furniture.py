"""Site furniture is told from prose, and passages show prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import analyzer_for
from indexer.article import Article
from indexer.query.nodes import Sequence, Word
from indexer.query.planner import plan_query
from indexer.results.furniture import find_prose, may_show_furniture
from indexer.results.highlight import best_passage, whole
from indexer.results.hits import Snippet
from indexer.results.locator import DocumentLocator
from indexer.schema import document

TITLE = "افتتاح سوق السمك في المرفأ القديم"
LEAD = "افتتح الوزير أمس السوق بحضور عدد كبير من الصيادين. وقال إن العمل استمر عامين كاملين. "
MORE = "وأضاف أن الأسعار ستبقى كما كانت، وأن الأبواب تفتح قبل الفجر وتغلق عند المساء."
BODY = LEAD + MORE
FIRST = LEAD[:58]


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param("", id="nothing"),
        pytest.param("\nرابط الخبر بصحيفة المرفأ: " + TITLE, id="a link with the title on a line"),
        pytest.param(" رابط الخبر بصحيفة المرفأ: " + TITLE, id="a link with the title behind a sentence"),
        pytest.param(" خبر الصحيفة: " + TITLE, id="the title behind a label that is not known"),
        pytest.param("\n\n" + TITLE, id="the title on a line"),
        pytest.param(" سمات أسماك سوق صيد مرفأ", id="tags behind a sentence"),
        pytest.param("\nوسوم: أسماك، سوق", id="tags behind a colon"),
        pytest.param("\nاقرأ أيضاً\nحريق في المخازن\nعودة القوارب", id="titles of other articles under a heading"),
        pytest.param("\nحريق في المخازن\n\nعودة القوارب إلى البحر", id="titles of other articles"),
        pytest.param("\n// انتهى //\n15:08 ت م", id="a stamp of an agency"),
        pytest.param("\nsalim@example.com\nللتواصل مع الكاتب أرسل رسالة تبدأ بالرمز (5)", id="how to write"),
        pytest.param("\nللمزيد من المعلومات: www.example.com/fish", id="an address behind a label"),
        pytest.param("\nشارك المقال\nفيسبوك تويتر", id="buttons"),
        pytest.param("\nتابعونا على القناة كل يوم.", id="a request to the reader"),
        pytest.param("\n" + "ب" * 40 + " " + "ج" * 39, id="a line just short enough"),
        pytest.param("\nسليم الهباشي\nبيروت\nرابط الخبر: " + TITLE, id="several of them"),
    ],
)
def test_furniture_at_the_end_is_no_prose(tail: str) -> None:
    assert find_prose(BODY + tail, TITLE)[:2] == (0, len(BODY))


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(" وقال د. سالم «سنعود غداً»", id="a sentence without its stop"),
        pytest.param("\nوستفتح الأبواب غداً", id="a short line that goes on"),
        pytest.param("\nالأسعار:\nسردين: ٥\nسلطان: ٩", id="a list that is announced"),
        pytest.param(" ويمكن التسجيل على الموقع www.example.com حتى مساء الغد", id="an address in a sentence"),
        pytest.param(" سمات السوق كثيرة. ولا تنتهي.", id="a label with sentences behind it"),
        pytest.param("\nوسوم الماشية قديمة", id="the word of a label"),
        pytest.param("\n" + "ب" * 40 + " " + "ج" * 41, id="a line that is not short"),
    ],
)
def test_prose_at_the_end_is_prose(tail: str) -> None:
    assert find_prose(BODY + tail, TITLE)[:2] == (0, len(BODY + tail))


@pytest.mark.parametrize(
    ("prose", "tags", "is_cut"),
    [
        pytest.param(200, 190, True, id="less than half of a body"),
        pytest.param(200, 210, False, id="more than half"),
        pytest.param(5000, 980, True, id="almost a thousand characters"),
        pytest.param(5000, 1010, False, id="more than a thousand"),
    ],
)
def test_furniture_has_an_end(prose: int, tags: int, is_cut: bool) -> None:
    text = "قيل. " * (prose // 5) + " سمات" + " صيد" * (tags // 4)
    assert (find_prose(text, "").end < len(text)) == is_cut


@pytest.mark.parametrize(
    ("head", "start"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param(TITLE + "\n", len(TITLE) + 1, id="the title"),
        pytest.param("Next Previous ", 14, id="two labels"),
        pytest.param("شارك من خلال تويتر فيسبوك ", 26, id="labels of several words"),
        pytest.param("طباعة\n", 6, id="a label on a line"),
        pytest.param("مشاركة ", 0, id="a word that is also a label"),
        pytest.param(TITLE + " ", 0, id="a sentence that begins like the title"),
    ],
)
def test_furniture_at_the_beginning(head: str, start: int) -> None:
    assert find_prose(head + BODY, TITLE)[:2] == (start, len(head + BODY))


@pytest.mark.parametrize("title", ["", "سوق", "سوق السمك"])
def test_a_name_is_no_title_again(title: str) -> None:
    assert find_prose(f"{LEAD}{title}. {MORE}", title).repeats == ()


def test_a_body_of_nothing_else_is_shown() -> None:
    text = "رابط الخبر بصحيفة المرفأ: " + TITLE
    assert find_prose(TITLE, TITLE) == (0, len(TITLE), ())
    assert find_prose(text, TITLE)[:2] == (0, len(text))


@given(
    st.text(st.sampled_from("سمات وسوم.:\n«»…www. @باab"), max_size=300),
    st.text(st.sampled_from("با \n."), max_size=12),
)
def test_prose_is_a_part_of_any_text(text: str, title: str) -> None:
    start, end, repeats = find_prose(text, title)
    assert 0 <= start <= end <= len(text)
    assert all(0 <= first < last <= len(text) for first, last in repeats)
    if (start, end, repeats) != (0, len(text.rstrip()), ()) and text.strip():
        assert may_show_furniture(text, title, 0, len(text))


@pytest.mark.parametrize(
    "text",
    ["next " * 400_000, "ب" * 2_000_000, (TITLE + "\n") * 60_000, TITLE + " " * 2_000_000, ". " * 1_000_000],
    ids=["labels", "one word", "the title", "blanks", "stops"],
)
def test_hostile_bodies_come_to_an_end(text: str) -> None:
    assert find_prose(text, TITLE).end <= len(text)
    may_show_furniture(text, TITLE, 0, 200)


# -- passages


def passage(body: str, *words: str, title: str = TITLE, chars: int = 60) -> Snippet:
    """Return the best passage of an article for some words."""
    analyzer = analyzer_for("ar")
    nodes = Sequence(tuple(map(Word, words)))
    highlight = plan_query(nodes, analyzer=analyzer, match="any", resolve=lambda column, name: frozenset()).highlight
    locator = DocumentLocator(document(Article(id="1", title=title, body=body), analyzer))
    return best_passage(body, "body", highlight, locator, title=whole(title, "title", highlight, locator), chars=chars)


@pytest.mark.parametrize(
    ("body", "words", "shown"),
    [
        pytest.param(
            BODY + "\nرابط الخبر: " + TITLE,
            ["السوق", "السمك", "المرفأ"],
            FIRST,
            id="fewer words of prose win over all in the title",
        ),
        pytest.param(
            BODY + "\nرابط الخبر: " + TITLE,
            ["السمك"],
            FIRST,
            id="the beginning wins over a word of the title again",
        ),
        pytest.param(
            BODY + " سمات أسماك صيد حيتان",
            ["حيتان"],
            "تفتح قبل الفجر وتغلق عند المساء. سمات أسماك صيد حيتان",
            id="a word that stands nowhere else",
        ),
        pytest.param(
            TITLE + "\n" + BODY,
            ["المرفأ", "الوزير"],
            FIRST,
            id="behind the title at the beginning",
        ),
        pytest.param(
            LEAD + "\n" + TITLE + "\n" + BODY * 20,
            ["السمك", "المرفأ"],
            FIRST,
            id="the title again in the middle",
        ),
        pytest.param(
            MORE + "\nسليم الهباشي",
            ["تغلق"],
            "تفتح قبل الفجر وتغلق عند المساء.",
            id="up to the last sentence",
        ),
    ],
)
def test_a_passage_shows_prose(body: str, words: list[str], shown: str) -> None:
    snippet = passage(body, *words)
    assert snippet.text == shown
    assert body[snippet.start :].startswith(snippet.text)
    assert all(snippet.text[mark.start : mark.end] in body for mark in snippet.marks)


@pytest.mark.parametrize(
    ("body", "word", "printed"),
    [
        pytest.param("زار الوزير مرفأ. " + "ثم عاد مساء إلى بيته. " * 9, "مرفأ", "زار الوزير مرفأ…", id="a full stop"),
        pytest.param("زار الوزير مرفأ... " + "ثم عاد مساء إلى بيته. " * 9, "مرفأ", "زار الوزير مرفأ…", id="three dots"),
        pytest.param("زار الوزير مرفأ… " + "ثم عاد مساء إلى بيته. " * 9, "مرفأ", "زار الوزير مرفأ…", id="an ellipsis"),
        pytest.param("زار الوزير مرفأ؟ " + "ثم عاد مساء إلى بيته. " * 9, "مرفأ", "زار الوزير مرفأ؟…", id="a question"),
        pytest.param(
            "ثم عاد مساء. " * 9 + "\n...زار مرفأ. " + "ثم عاد مساء. " * 9, "مرفأ", "…زار مرفأ. ثم…", id="dots before"
        ),
        pytest.param("زار مرفأ...", "مرفأ", "زار مرفأ...", id="dots where nothing is cut"),
    ],
)
def test_dots_do_not_meet_an_ellipsis(body: str, word: str, printed: str) -> None:
    snippet = passage(body, word, chars=17)
    assert "…" * snippet.cut_before + snippet.text + "…" * snippet.cut_after == printed
    assert body[snippet.start : snippet.start + len(snippet.text)] == snippet.text
    assert [snippet.text[mark.start : mark.end] for mark in snippet.marks] == ["مرفأ"]


def test_a_passage_of_dots_only_is_shown() -> None:
    assert passage(". " * 200, "مرفأ").text.strip(" .") == ""
