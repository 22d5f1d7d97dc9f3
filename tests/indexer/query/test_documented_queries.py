"""The queries of docs/query.md: each is read as this table says, so that none changes its meaning unseen."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from analyzers import analyzer_for
from indexer.query.nodes import (
    Address,
    And,
    DateClause,
    Fuzzy,
    Identifier,
    InField,
    Not,
    Or,
    Phrase,
    Preferred,
    Prefix,
    Proximity,
    Sequence,
    ValueClause,
    Word,
)
from indexer.query.parser import IndexContent, parse

PAGE = Path(__file__).parents[3] / "docs" / "query.md"
TODAY = datetime.date(2024, 3, 2)
NEWS = "https://news.example/sport/12"


def day(text):
    return datetime.date.fromisoformat(text)


def words(text):
    return tuple(map(Word, text.split()))


def text(*parts):
    return Sequence(tuple(part for each in parts for part in (words(each) if isinstance(each, str) else (each,))))


MEANINGS = {
    "الانتخابات لبنان": text("الانتخابات لبنان"),
    '"أسعار القمح"': Phrase(("أسعار", "القمح")),
    "«أسعار القمح»": Phrase(("أسعار", "القمح")),
    "لبنان AND القمح": And(words("لبنان القمح")),
    "لبنان و القمح": And(words("لبنان القمح")),
    "كأس OR مهرجان": Or(words("كأس مهرجان")),
    "كأس أو مهرجان": Or(words("كأس مهرجان")),
    "لبنان NOT القمح": text("لبنان", Not(Word("القمح"))),
    "لبنان ليس القمح": text("لبنان", Not(Word("القمح"))),
    "لبنان -القمح": text("لبنان", Not(Word("القمح"))),
    "(كأس OR مهرجان) AND تونس": And((Or(words("كأس مهرجان")), Word("تونس"))),
    "لبنان NEAR القمح": Proximity(("لبنان", "القمح"), 10, exact=False),
    "لبنان قرب القمح": Proximity(("لبنان", "القمح"), 10, exact=False),
    "لبنان NEAR/6 القمح": Proximity(("لبنان", "القمح"), 6, exact=False),
    '"أسعار القمح"~6': Proximity(("أسعار", "القمح"), 6, exact=True),
    "العسكر*": Prefix("العسكر"),
    "title:عسكر*": InField("title", Prefix("عسكر")),
    "القذافي~": Fuzzy("القذافي", 2),
    "كرزاي~1": Fuzzy("كرزاي", 1),
    "=كأس": Phrase(("كأس",)),
    '="كأس العالم"': Phrase(("كأس", "العالم")),
    'كأس -="بالنار"': text("كأس", Not(Phrase(("بالنار",)))),
    "عنوان:لبنان": InField("title", Word("لبنان")),
    "title:(لبنان القمح)": InField("title", text("لبنان القمح")),
    "المصدر:زيتون": ValueClause("source", "زيتون"),
    'source:"وكالة زيتون للأنباء"': ValueClause("source", "وكالة زيتون للأنباء"),
    "id:a-12": Identifier("a-12"),
    "رقم:a-12": Identifier("a-12"),
    "بلد:مصر": ValueClause("country", "مصر"),
    "country:Egypt": ValueClause("country", "Egypt"),
    "country:EG": ValueClause("country", "EG"),
    "لغة:الفارسية": ValueClause("language", "الفارسية"),
    "lang:fa": ValueClause("language", "fa"),
    "منذ:آذار/2024": DateClause(day("2024-03-01"), None),
    "from:2024-03-01": DateClause(day("2024-03-01"), None),
    "حتى:2024": DateClause(None, day("2024-12-31")),
    "to:أمس": DateClause(None, day("2024-03-01")),
    "سنة:2023": DateClause(day("2023-01-01"), day("2023-12-31")),
    "date:2024-02-11": DateClause(day("2024-02-11"), day("2024-02-11")),
    "تاريخ:أغسطس": DateClause(day("2023-08-01"), day("2023-08-31")),
    "2023-11..2024-01": DateClause(day("2023-11-01"), day("2024-01-31")),
    "date:2023-11..2024-01": DateClause(day("2023-11-01"), day("2024-01-31")),
    "قمح آخر 7 أيام": text("قمح", DateClause(day("2024-02-24"), TODAY)),
    "قمح last 3 weeks": text("قمح", DateClause(day("2024-02-10"), TODAY)),
    "date:P3M": DateClause(day("2023-12-02"), TODAY),
    "قمح منذ 3 أسابيع": text("قمح", DateClause(day("2024-02-10"), None)),
    "منذ:P7D": DateClause(day("2024-02-24"), None),
    "قمح الأسبوع الماضي": text("قمح", DateClause(day("2024-02-24"), day("2024-03-01"))),
    "قمح أمس": text("قمح", DateClause(day("2024-03-01"), day("2024-03-01"))),
    "wheat this month": text("wheat", DateClause(day("2024-03-01"), day("2024-03-31"))),
    "قمح منذ 2011": text("قمح", DateClause(day("2011-01-01"), None)),
    NEWS: Address(NEWS),
    "زار الشيخ -حفظه الله- بيروت": text("زار الشيخ حفظه الله بيروت"),
    "حرارة -5": text("حرارة 5"),
    "فاز 2-1": text("فاز 2 1"),
    "الساعة 12:30": text("الساعة 12 30"),
    "مصدر:الحكومة تدرس": text("مصدر الحكومة تدرس"),
    "الممثل الكبير ليس وزير نقل": text("الممثل الكبير ليس وزير نقل"),
    "فيلم «نهر طويل» يعرض أمس مساء": text("فيلم نهر طويل", Preferred(Phrase(("نهر", "طويل"))), "يعرض أمس مساء"),
    "فتح المعبر https://t.example/a": text("فتح المعبر"),
    "www.news.example/فتح-المعبر": text("فتح المعبر"),
}


def split(query):
    analyzer = analyzer_for("ar")
    return [token.text for token in analyzer.words(query) if analyzer.terms(token.text)]


def documented_queries():
    """Return the code spans in the first column of the tables of queries, without names of fields and operators alone."""
    page = PAGE.read_text(encoding="utf-8").split("## Forms of the words")[0]
    rows = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    return [query for row in rows for query in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("query", [pytest.param(query, id=f"query {n}") for n, query in enumerate(MEANINGS)])
def test_a_documented_query_keeps_its_meaning(query):
    content = IndexContent(
        has_value=lambda column, name: column in ("country", "language") or "زيتون" in name,
        has_address=lambda address: address == NEWS,
        has_id=lambda article_id: article_id == "a-12",
    )
    assert parse(query, split_words=split, today=TODAY, content=content).root == MEANINGS[query]


def test_every_query_of_the_document_is_in_the_table():
    assert documented_queries() == list(MEANINGS)
