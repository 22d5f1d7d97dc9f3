"""Plain text: the article of a scraped page, and the parts of the page that are left out."""

from __future__ import annotations

import datetime
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.article import Article, derive_id
from indexer.ingest.fields import article_of
from indexer.ingest.readers import BadRecord, text

SUNDAY = datetime.date(2024, 2, 11)
NO_BREAK_SPACE = "\u00a0"

TITLE = "مزارعو السهل يحذرون من موسم بلا ماء"
FIRST = "حذر مزارعون في السهل الشمالي، اليوم الأحد، من أن مخزون السدود لا يكفي لري القمح حتى نهاية آذار، وطالبوا الوزارة بفتح القناة القديمة."
SECOND = 'وقال رئيس اتحاد المزارعين سامر نصار إن "الخسائر ستبلغ نصف المحصول إذا لم تفتح القناة قبل نهاية الشهر"، مضيفا أن الاتحاد أبلغ الوزارة.'
THIRD = "ولم تعلق الوزارة على الطلب، لكن مسؤولا فيها ذكر أن أعمال الصيانة في القناة تحتاج إلى ثلاثة أسابيع على الأقل."
BODY = f"{FIRST}\n{SECOND}\n{THIRD}"


def read(page: str) -> Article:
    (record,) = text.read(io.BytesIO(page.encode()), "page.txt")
    (only,) = article_of(record)
    assert isinstance(only, Article)
    return only


def page(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def test_a_page_with_everything_that_pages_print():
    quote = "رئيس الاتحاد: الخسائر ستبلغ نصف المحصول إذا لم تفتح القناة قبل نهاية الشهر"
    footer = ("انشر مقالك", "لإرسال مقالك للنشر في ضفاف انقر هنا\nالصفحة الرئيسية")
    blank = NO_BREAK_SPACE
    printed = page(
        TITLE, TITLE, TITLE, "\n11/02/2024", FIRST, SECOND, blank, quote, blank, f"{THIRD}{blank}", blank, *footer
    )
    assert read(printed) == Article(
        id=derive_id(url=None, title=TITLE, body=BODY, date=SUNDAY, source="ضفاف"),
        title=TITLE,
        body=BODY,
        date=SUNDAY,
        source="ضفاف",
        lang="ar",
    )


@pytest.mark.parametrize(
    ("printed", "title", "body", "day", "source"),
    [
        pytest.param(
            page(TITLE, TITLE, "الأحد 11 شباط/فبراير 2024", FIRST, SECOND, THIRD),
            *(TITLE, BODY, SUNDAY, None),
            id="title twice, weekday and both month names",
        ),
        pytest.param(
            page(
                TITLE, "نُشر في: 2024-02-11", "بقلم: ليلى حداد", FIRST, "© 2024 صحيفة المدى الأخضر. جميع الحقوق محفوظة"
            ),
            *(TITLE, f"بقلم: ليلى حداد\n{FIRST}", SUNDAY, "صحيفة المدى الأخضر"),
            id="label, byline, copyright",
        ),
        pytest.param(
            page(
                f"{TITLE} | نسيم نت",
                "الرئيسية",
                TITLE,
                "كتب: سامي عون - 11 فبراير 2024",
                FIRST,
                "شارك",
                "فيسبوك",
                "تويتر",
            ),
            *(TITLE, f"كتب: سامي عون\n{FIRST}", SUNDAY, "نسيم نت"),
            id="site after the title, date in the byline, social lines",
        ),
        pytest.param(page(TITLE, FIRST, SECOND), *(TITLE, f"{FIRST}\n{SECOND}", None, None), id="no date, no footer"),
        pytest.param(page(FIRST), *("", FIRST, None, None), id="one paragraph only"),
        pytest.param(page(TITLE), *(TITLE, "", None, None), id="one headline only"),
        pytest.param(page(FIRST, SECOND), *("", f"{FIRST}\n{SECOND}", None, None), id="no headline"),
        pytest.param(
            page("2024-02-11", TITLE, FIRST, "المصدر: وكالة نسيم"),
            *(TITLE, FIRST, SUNDAY, "وكالة نسيم"),
            id="date above the title, labelled source",
        ),
        pytest.param(
            page(TITLE, "02/11/2024", FIRST), *(TITLE, FIRST, SUNDAY, None), id="American order, told by today, Sunday"
        ),
        pytest.param(
            page(TITLE, FIRST, SECOND, "آخر تحديث: 12/02/2024 - 10:30 ص", "تاريخ النشر: 11/02/2024"),
            *(TITLE, f"{FIRST}\n{SECOND}", SUNDAY, None),
            id="dates below, updated first",
        ),
        pytest.param(
            page(
                "Farmers warn of a dry season",
                "Farmers warn of a dry season",
                "Published: February 11, 2024",
                "Farmers in the northern plain warned on Sunday that the dams hold too little water for the wheat.",
                "Follow us on all channels",
                "Copyright © 2024 Gulf Meridian. All rights reserved.",
            ),
            "Farmers warn of a dry season",
            "Farmers in the northern plain warned on Sunday that the dams hold too little water for the wheat.",
            SUNDAY,
            "Gulf Meridian",
            id="English",
        ),
        pytest.param(
            page(
                TITLE,
                FIRST,
                "اقرأ أيضاً",
                "سد الوادي يمتلئ",
                "سوق الحبوب هذا الأسبوع",
                SECOND,
                "الأكثر قراءة",
                "خبر آخر",
            ),
            *(TITLE, f"{FIRST}\n{SECOND}", None, None),
            id="lists of other articles, inside and below",
        ),
        pytest.param(
            page(TITLE, FIRST, "اقرأ أيضاً: سد الوادي يمتلئ", "رد الوزارة", THIRD),
            *(TITLE, f"{FIRST}\nرد الوزارة\n{THIRD}", None, None),
            id="one other article in a line, a heading stays",
        ),
        pytest.param(
            page(TITLE, FIRST, "11 شباط 2023", SECOND, "12 شباط 2023", THIRD),
            *(TITLE, f"{FIRST}\n11 شباط 2023\n{SECOND}\n12 شباط 2023\n{THIRD}", None, None),
            id="dates between paragraphs head parts of the text",
        ),
        pytest.param(
            page(TITLE, FIRST, "جميع الحقوق محفوظة لموقع نسيم نت، ولا يجوز النسخ من دون إذن مكتوب من الناشر."),
            *(TITLE, FIRST, None, "نسيم نت"),
            id="a notice that is a whole sentence",
        ),
        pytest.param(
            page(TITLE.replace(" ", NO_BREAK_SPACE), FIRST), *(TITLE, FIRST, None, None), id="no-break spaces"
        ),
        pytest.param(
            f"{TITLE}\r\n\r\n{FIRST}\r\n{SECOND}", *(TITLE, f"{FIRST}\n{SECOND}", None, None), id="DOS line ends"
        ),
    ],
)
def test_layouts(printed, title, body, day, source):
    article = read(printed)
    assert (article.title, article.body, article.date, article.source) == (title, body, day, source)


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("الخسائر ستبلغ نصف المحصول إذا لم تفتح القناة قبل نهاية الشهر", id="a part of a sentence"),
        pytest.param("«الخسائر ستبلغ نصف المحصول، إذا لم تفتح القناة قبل نهاية الشهر»", id="other punctuation"),
        pytest.param("الخسائرُ ستبلغُ نصفَ المحصولِ إذا لم تُفتح القناة قبل نهاية الشهر", id="vowel marks"),
        pytest.param("الخسائر ستبلغ ثلث المحصول إذا لم تفتح القناة قبل نهاية الشهر", id="one word differs"),
        pytest.param("نقيب الفلاحين: الخسائر ستبلغ نصف المحصول إذا لم تفتح القناة", id="the head in other words"),
        pytest.param(SECOND, id="the whole paragraph again"),
    ],
)
@pytest.mark.parametrize("place", [1, 3], ids=["before", "after"])
def test_a_quote_pulled_out_is_not_read_twice(quote, place):
    lines = [TITLE, FIRST, SECOND, THIRD]
    lines.insert(place + (quote == SECOND and place == 1), quote)
    assert read(page(*lines)).body == BODY


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("نهاية الشهر", id="a heading from words of the text"),
        pytest.param(
            "وقال نصار إن الاتحاد سيبلغ الصحافة قبل أن تفتح الوزارة أبواب القناة", id="the same words, otherwise put"
        ),
        pytest.param("نصار: لن نزرع القمح في السهل بعد هذا الموسم", id="a new statement"),
        pytest.param(
            "اضغط هنا قال المسؤول للموظف ثم خرج من القاعة غاضبا وترك الصحافيين ينتظرون أمام الباب حتى المساء بلا جواب واحد",
            id="a paragraph with words of navigation",
        ),
        pytest.param(
            "وأكد أن الحقوق محفوظة لأصحاب الأرض بموجب القانون القديم نفسه.", id="a sentence with words of a footer"
        ),
    ],
)
def test_what_is_new_stays(line):
    assert read(page(TITLE, FIRST, SECOND, line, THIRD)).body == f"{FIRST}\n{SECOND}\n{line}\n{THIRD}"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b"\xef\xbb\xbf", "empty", id="a byte order mark only"),
        pytest.param("\u00a0\n…\n***\n".encode(), "empty", id="no words"),
        pytest.param("الصفحة الرئيسية\nفيسبوك".encode(), "empty", id="navigation only"),
        pytest.param(bytes(range(128, 256)), "in no known encoding", id="no encoding"),
        pytest.param(b"a\n" * text.MAX_LINES, "expected one article of at most", id="too many lines"),
        pytest.param(b"a " * (text.MAX_FILE_BYTES // 2 + 1), "expected one article of at most", id="too many bytes"),
        pytest.param("ا".encode() * text.MAX_FILE_BYTES, "expected one article of at most", id="cut inside a letter"),
    ],
)
def test_a_file_without_an_article_says_why(raw, said):
    (only,) = text.read(io.BytesIO(raw), "page.txt")
    assert isinstance(only, BadRecord)
    assert (only.where, only.skipped) == ("page.txt", True)
    assert said in only.reason


def test_a_byte_order_mark_is_no_part_of_the_title():
    assert read(f"\ufeff{TITLE}\n\n{FIRST}").title == TITLE


def test_control_characters_are_left_out():
    assert read(page(TITLE, f"\x1b[31m{FIRST}\x00")).body == f"[31m{FIRST}"


BLOCKS = st.sampled_from(
    [TITLE, FIRST, SECOND, THIRD, "11/02/2024", "اقرأ أيضاً", "شارك", "© 2024 نسيم", "المصدر: نسيم", "-", ""]
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(BLOCKS).map("\n".join)))
def test_no_page_ends_a_run_and_nothing_is_invented(printed):
    (only,) = text.read(io.BytesIO(printed.encode()), "page.txt")
    if isinstance(only, BadRecord):
        return
    title, body = only.fields["title"], only.fields["body"]
    lines = [" ".join(line.split()) for line in [title, *body.split("\n")] if line]
    assert lines
    assert len(lines) <= len(printed.splitlines())
    assert all(word in printed for line in lines for word in line.split(" ") if word.isalnum())


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_end_a_run(raw):
    assert len(list(text.read(io.BytesIO(raw), "page.txt"))) == 1


@pytest.mark.parametrize(
    "menu",
    ["الرئيسية | سياسة | اقتصاد", "الرئيسية / أخبار / العراق", "Home > News > Iraq"],
    ids=["bars", "slashes", "trail"],
)
def test_a_menu_in_one_line_is_not_the_title(menu: str) -> None:
    assert read(page(menu, TITLE, "11/02/2024", FIRST, SECOND)).title == TITLE


def test_a_title_keeps_its_separators() -> None:
    title = "تونس | صادرات الزيتون ترتفع"
    assert read(page(title, "11/02/2024", FIRST, SECOND)).title == title
