"""Running stories: the articles of the weeks around one that are near in meaning and share what tells it from others."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Article, Index, create
from indexer.commands.cli import cli
from indexer.surveys import STORY_DAYS
from search_app import Settings, create_app
from tests.support.encoders import LetterEncoder

DAY = datetime.date(2024, 3, 10)
CLOSED = Article(
    id="closed", title="إغلاق ميناء المرفأ بعد حريق الصوامع", date=DAY,
    body="أغلقت السلطات ميناء المرفأ بعد حريق كبير في صوامع القمح، وقال المحافظ إن التحقيق بدأ.",
)  # fmt: skip
INQUIRY = Article(
    id="inquiry", title="التحقيق في حريق صوامع المرفأ", date=DAY + datetime.timedelta(3),
    body="استجوب القاضي مدير الميناء في التحقيق في حريق صوامع القمح، وحضر المحافظ جلسة المرفأ.",
)  # fmt: skip
OPEN = Article(
    id="open", title="ميناء المرفأ بعد حريق الصوامع", date=DAY + datetime.timedelta(STORY_DAYS),
    body="قال المحافظ إن التحقيق في حريق صوامع القمح في ميناء المرفأ مستمر.",
)  # fmt: skip
BEFORE = Article(
    id="before", title="صوامع المرفأ بلا صيانة", date=DAY - datetime.timedelta(STORY_DAYS),
    body="حذر المحافظ من حريق في صوامع القمح في ميناء المرفأ، وطلب التحقيق في الصيانة.",
)  # fmt: skip
OTHERS = [
    Article(id=f"other-{number}", title=f"خبر {word}", body=f"{word} {word} والطقس معتدل والسوق هادئة", date=DAY)
    for number, word in enumerate(["مدرسة", "مباراة", "معرض", "جسر", "مهرجان", "طائرة", "مصنع", "مسرح", "حديقة"])
]
TWIN = replace(CLOSED, id="twin", body=CLOSED.body + " واليوم")
LATE = replace(OPEN, id="late", title="ميناء المرفأ بعد حين", date=DAY + datetime.timedelta(STORY_DAYS + 1))
UNDATED = replace(OPEN, id="undated", title="ميناء المرفأ مفتوح", date=None)
STORY = [OPEN, INQUIRY, CLOSED, BEFORE, TWIN, LATE, UNDATED, *OTHERS]


def embedded(index: Index) -> Index:
    index.engine.embed(LetterEncoder().embedding())
    return index


def story(index: Index, article_id: str, limit: int = 10) -> list[str]:
    return [hit.article.id for hit in index.running_story(article_id, limit)]


IndexOf = Callable[[Iterable[Article]], Index]


def test_a_story_goes_on_before_and_after_by_date_without_copies(index_of: IndexOf) -> None:
    index = embedded(index_of(STORY))
    assert story(index, "closed") == ["before", "inquiry", "open"]
    hit = index.running_story("closed")[0]
    assert (hit.title.text, hit.title.marks, hit.snippet.text) == (BEFORE.title, (), "")


@pytest.mark.parametrize(
    ("article_id", "limit"),
    [
        pytest.param("closed", 0, id="none asked for"),
        pytest.param("undated", 10, id="no date"),
        pytest.param("other-1", 10, id="another subject"),
        pytest.param("nobody", 10, id="no such article"),
    ],
)
def test_there_is_no_story(index_of: IndexOf, article_id: str, limit: int) -> None:
    assert story(embedded(index_of(STORY)), article_id, limit) == []


def test_the_most_alike_are_taken(index_of: IndexOf) -> None:
    index = embedded(index_of(STORY))
    assert len(story(index, "closed", 1)) == 1
    assert {*story(index, "closed", 1)} < {*story(index, "closed", 2)} < {*story(index, "closed")}


def test_without_vectors_there_is_no_story(index_of: IndexOf) -> None:
    index = index_of(STORY)
    assert story(index, "closed") == []
    embedded(index).add(replace(CLOSED, id="new", title="حريق المرفأ"))
    assert story(index, "new") == []


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max], ids=["first", "last"])
def test_the_weeks_around_end_with_the_calendar(index_of: IndexOf, day: datetime.date) -> None:
    index = embedded(index_of(replace(each, date=day) for each in STORY))
    assert {"before", "inquiry", "open"} <= {*story(index, "closed")}


def test_pages_and_rest_show_it(tmp_path: Path) -> None:
    with create(tmp_path / "index", STORY) as index:
        embedded(index)
    client = create_app(Settings(index=str(tmp_path / "index"))).test_client()
    page = client.get("/article/closed", query_string={"lang": "en"}).text
    rail = page[page.index("The story over time") :]
    places = [rail.index(title) for title in (BEFORE.title, INQUIRY.title, OPEN.title)]
    assert places == sorted(places)
    assert re.findall(r'href="(/article/open)\b', page) == ["/article/open"]  # not among the related articles too
    assert "The story over time" not in client.get("/article/other-1", query_string={"lang": "en"}).text
    answer = client.get("/api/v1/articles/closed/running-story", query_string={"size": "2"})
    assert len(answer.json["hits"]) == 2
    assert client.get("/api/v1/articles/nobody/running-story").status_code == 404


def test_the_command_lists_it(tmp_path: Path) -> None:
    with create(tmp_path / "index", STORY) as index:
        embedded(index)
    ran = CliRunner().invoke(cli, ["running-story", "closed", "--json", "--index", str(tmp_path / "index")])
    assert [hit["id"] for hit in json.loads(ran.stdout)["hits"]] == ["before", "inquiry", "open"]
    ran = CliRunner().invoke(cli, ["running-story", "other-1", "--index", str(tmp_path / "index")])
    assert ran.stdout == "no article goes on with this story\n"
