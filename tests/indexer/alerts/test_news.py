"""News of saved searches: what counts as new, and that each story is told once."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import AkhbarError, Article, Index, InputError, create, rebuild
from indexer.alerts.known import REPORTS_KEPT, open_known
from indexer.alerts.news import Run, run
from indexer.alerts.searches import read_line

TODAY = datetime.date(2024, 5, 20)
STORY = "ارتفعت أسعار القمح في الميناء بعد توقف السفن القادمة من أوكرانيا عبر البحر وقال تجار إن المخزون يكفي شهرين"
OLD = Article(id="old", title="القمح يرتفع", body=STORY, date="2024-04-16", source="الشرفة")
CUP = Article(id="cup", title="كأس السواحل", body="فاز الفريق", date="2024-04-17")

Tell = Callable[..., Run]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with create(tmp_path / "index", [OLD, CUP]) as index:
        yield index


@pytest.fixture
def tell(index: Index, tmp_path: Path) -> Tell:
    """Return what runs the searches in some lines on the index, or on another one."""

    def tell(*lines: str, on: Index | None = None, place: str = "here", keep: bool = True, limit: int = 20) -> Run:
        searches = [read_line(line, today=TODAY) for line in lines or ("wheat = القمح",)]
        with open_known(tmp_path / "known", keep=keep) as known:
            return run(on or index, searches, known, place=place, limit=limit)

    return tell


def ids(done: Run) -> dict[str, list[list[str]]]:
    """Return the ids of the copies of each story, by search."""
    return {
        news.search.name: [[hit.article.id for hit in (story.hit, *story.others)] for story in news.stories]
        for news in done.news
    }


def test_nothing_is_new_to_the_first_run(tell: Tell) -> None:
    assert tell() == Run(2, 0, (), "first run")
    assert tell() == Run(2, 0, ())


def test_what_entered_the_index_since_is_new_whatever_its_date(index: Index, tell: Tell) -> None:
    tell()
    index.add([Article(id="a", title="القمح أمس", date="1999-01-01"), Article(id="b", title="مطر"), CUP])
    done = tell("wheat = القمح", "cup = كأس", "rain = مطر")
    assert (done.new, ids(done)) == (2, {"wheat": [["a"]], "rain": [["b"]]})
    assert tell("wheat = القمح", "late = مطر").news == ()


def test_the_newest_stories_come_first_and_those_beyond_are_counted(index: Index, tell: Tell) -> None:
    tell()
    index.add(Article(id=str(day), title=f"القمح {day}", date=f"2024-05-0{day}") for day in range(1, 6))
    (news,) = (done := tell(limit=2)).news
    assert (ids(done), news.more) == ({"wheat": [["5"], ["4"]]}, 3)


def test_all_words_of_a_query_are_required(index: Index, tell: Tell) -> None:
    tell()
    index.add([Article(id="a", title="جون كيري"), Article(id="b", title="جون سميث")])
    assert ids(tell("n = جون كيري")) == {"n": [["a"]]}


def test_copies_of_one_story_are_told_once(index: Index, tell: Tell) -> None:
    tell()
    body = STORY.replace("القمح", "الأرز")
    index.add(
        Article(id=name, title=f"الأرز {name}", body=body, date=f"2024-05-{day}", source=name)
        for name, day in (("a", 10), ("b", 11))
    )
    assert ids(tell("rice = الأرز")) == {"rice": [["b", "a"]]}
    index.add(Article(id="c", title="الأرز اليوم", body=body, date="2024-05-11"))
    done = tell("rice = الأرز", "late = source:c")
    assert (done.new, done.news) == (1, ())


def test_a_copy_is_new_to_a_search_that_did_not_find_the_others(index: Index, tell: Tell) -> None:
    tell()
    index.add(Article(id="copy", title="القمح", body=STORY, date="2024-04-16", source="الضفاف"))
    assert ids(tell("all = القمح", "one = القمح source:الضفاف")) == {"one": [["copy"]]}


def test_a_rebuild_and_a_return_are_no_news(index: Index, tell: Tell, tmp_path: Path) -> None:
    tell()
    new = Article(id="new", title="القمح اليوم")
    rebuild(articles=[new, CUP, OLD], index=tmp_path / "index")
    assert ids(tell()) == {"wheat": [["new"]]}
    index.delete(["new", "old"])
    assert tell().news == ()
    index.add([new, OLD])
    assert tell().news == ()


def test_another_index_is_no_news(tell: Tell, tmp_path: Path) -> None:
    tell()
    with create("memory:", [Article(id="x", title="القمح")]) as other:
        assert tell(on=other, place="there").begins == "the known articles are of another index"
        assert tell(on=other, place="there") == Run(1, 0, ())


def test_an_index_that_has_only_new_articles_is_news(index: Index, tell: Tell, tmp_path: Path) -> None:
    tell()
    rebuild(articles=[Article(id="x", title="القمح")], index=tmp_path / "index")
    assert ids(tell()) == {"wheat": [["x"]]}


def test_a_moved_index_goes_on(index: Index, tell: Tell) -> None:
    tell()
    index.add(Article(id="x", title="القمح"))
    assert ids(tell(place="there")) == {"wheat": [["x"]]}


def test_the_first_articles_of_an_empty_index_are_news(index: Index, tell: Tell) -> None:
    index.delete(["old", "cup"])
    tell()
    index.add(OLD)
    assert ids(tell()) == {"wheat": [["old"]]}


def test_a_trial_changes_nothing(index: Index, tell: Tell, tmp_path: Path) -> None:
    assert tell(keep=False).begins == "first run"
    assert not (tmp_path / "known").exists()
    tell()
    index.add(Article(id="x", title="القمح"))
    assert tell(keep=False).news == tell(keep=False).news == tell().news != ()


def test_a_run_that_fails_leaves_the_news_new(index: Index, tell: Tell, tmp_path: Path) -> None:
    tell()
    index.add(Article(id="x", title="القمح"))

    def run_and_fail() -> None:
        with open_known(tmp_path / "known") as known:
            assert run(index, [read_line("القمح", today=TODAY)], known).news
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_and_fail()
    assert ids(tell()) == {"wheat": [["x"]]}


# -- the file of known articles


def test_a_second_run_at_the_same_time_waits_and_says_so(tmp_path: Path) -> None:
    with open_known(tmp_path / "known"):
        pass
    with (
        open_known(tmp_path / "known"),
        pytest.raises(AkhbarError, match=r"another run has it; waited 0.1 s"),
        open_known(tmp_path / "known", timeout_s=0.1),
    ):
        pass


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_named_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "known"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"known: not the known articles .* remove it"), open_known(path):
        pass
    assert path.read_bytes() == content


def test_the_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "known"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE known (hash INTEGER)")
    theirs.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="of another program"), open_known(path):
        pass
    assert path.read_bytes() == before


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written .* name another file with --state"):
        open_known(tmp_path / "no" / "known").__enter__()


def test_the_last_reports_are_kept(tmp_path: Path) -> None:
    with open_known(tmp_path / "known") as known:
        known.add_reports(map(str, range(REPORTS_KEPT + 5)))
        known.add_reports(["last"])
        reports = known.reports()
    assert (len(reports), reports[0], reports[-1]) == (REPORTS_KEPT, "last", "6")


def test_a_thousand_articles_are_known_by_their_ids(tmp_path: Path) -> None:
    names = [f"id {number}" for number in range(1000)]
    with open_known(tmp_path / "known") as known:
        known.learn(names)
    with open_known(tmp_path / "known") as known:
        assert known.unknown([*names, "other"]) == {"other"}
