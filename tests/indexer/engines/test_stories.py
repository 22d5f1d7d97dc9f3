"""Stories: sketches are alike for nearly the same words, and both ways to group them give the same stories."""

from __future__ import annotations

import random
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers import EncodedTerms
from indexer.engines import sketches, stories
from indexer.engines.sketches import LEAD_LANES, LEAD_STEMS, MIN_STEMS, SKETCH_BYTES, WHOLE_LANES, SketchMaker
from indexer.engines.stories import Articles, Pairing, every_pair, near_copies, pairs_in_bands, story_openers

Stems = list[str | None]


def words(seed: int, count: int = 300) -> Stems:
    chance = random.Random(seed)
    return [f"w{chance.randrange(10**6)}" for _ in range(count)]


TEXT = words(1)


def sketch(stems: Stems) -> bytes:
    return SketchMaker().sketch(stems)


def articles(*texts: Stems, days: tuple[int, ...] = ()) -> Articles:
    rows = np.frombuffer(b"".join(map(sketch, texts)), np.uint8).reshape(-1, SKETCH_BYTES)
    return Articles(rows, np.array(days or [1] * len(texts), np.int64))


def openers(*texts: Stems, days: tuple[int, ...] = ()) -> list[int]:
    return list(map(int, story_openers(articles(*texts, days=days), every_pair)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(TEXT, True, id="the same"),
        pytest.param([None, *TEXT[:150], None, *TEXT[150:]], True, id="stop words do not count"),
        pytest.param([*TEXT[:90], "other", *TEXT[95:]], True, id="a sentence changed"),
        pytest.param(["agency", "city", "date", *TEXT], True, id="a dateline before"),
        pytest.param(TEXT[:100], True, id="the first paragraphs"),
        pytest.param([*TEXT, *words(5, 600)], True, id="more added"),
        pytest.param(words(2), False, id="another text"),
        pytest.param([*TEXT[:LEAD_STEMS], *words(3)], False, id="another text under the same beginning"),
        pytest.param([*words(4, 150), *TEXT[150:]], False, id="half of it"),
        pytest.param(sorted(filter(None, TEXT)), False, id="the same words in another order"),
    ],
)
def test_texts_that_say_nearly_the_same_are_one_story(text: Stems, *, expected: bool) -> None:
    assert (openers(TEXT, text) == [0, 0]) is expected


def test_short_texts_are_never_copies() -> None:
    short = TEXT[: MIN_STEMS - 1]
    assert sketch(short) == bytes(SKETCH_BYTES)
    assert openers(short, short) == [0, 1]
    assert openers(TEXT[:MIN_STEMS], TEXT[:MIN_STEMS]) == [0, 0]


def test_equal_lanes_estimate_how_many_pairs_of_stems_two_texts_share() -> None:
    texts = [(words(seed), [*words(seed)[:200], *words(seed + 1000, 100)]) for seed in range(1, 60)]
    equal = [sum(a == b for a, b in zip(sketch(one)[:24], sketch(other)[:24], strict=True)) for one, other in texts]
    assert sum(equal) / len(equal) / WHOLE_LANES == pytest.approx(199 / (2 * 299 - 199), abs=0.03)


def row(*, whole: int = 0, lead: int = 0, size: int = 100) -> bytes:
    """Return a sketch that differs from that of zeros in so many lanes."""
    lanes = [1] * whole + [0] * (WHOLE_LANES - whole) + [1] * lead + [0] * (LEAD_LANES - lead)
    return bytes([*lanes, size])


CONTAINED = 11  # equal lanes of two bodies of one size of which the one has CONTAINMENT of the other


@pytest.mark.parametrize(
    ("other", "days", "near", "close"),
    [
        pytest.param(row(whole=WHOLE_LANES - stories.NEAR_LANES, lead=7), 2, True, False, id="most words"),
        pytest.param(row(whole=WHOLE_LANES - stories.NEAR_LANES + 1, lead=7), 0, False, False, id="too few words"),
        pytest.param(row(whole=WHOLE_LANES - stories.NEAR_LANES, lead=7), 3, False, False, id="days later"),
        pytest.param(row(whole=WHOLE_LANES - stories.CLOSE_LANES, lead=7), 2, True, True, id="nearly all words"),
        pytest.param(row(whole=WHOLE_LANES - stories.CLOSE_LANES + 1, lead=7), 2, True, False, id="one lane less"),
        pytest.param(row(whole=WHOLE_LANES - stories.SAME_LANES, lead=7), 99, True, True, id="a reprint"),
        pytest.param(row(whole=WHOLE_LANES - stories.SAME_LANES + 1, lead=7), 99, False, False, id="no reprint"),
        pytest.param(row(whole=WHOLE_LANES - CONTAINED), 1, True, True, id="one lead"),
        pytest.param(row(whole=WHOLE_LANES - CONTAINED), 2, False, False, id="one lead, two days later"),
        pytest.param(row(whole=WHOLE_LANES - CONTAINED + 1), 1, False, False, id="one lead, other words"),
        pytest.param(row(whole=WHOLE_LANES - CONTAINED, lead=1), 1, False, False, id="not quite one lead"),
        pytest.param(row(whole=WHOLE_LANES - 6, size=115), 1, True, True, id="one lead, twice as long"),
        pytest.param(row(whole=WHOLE_LANES - 5, size=115), 1, False, False, id="one lead, twice as long, other words"),
        pytest.param(row(whole=WHOLE_LANES - 3, size=200), 1, True, True, id="one lead, very much longer"),
        pytest.param(row(whole=WHOLE_LANES - 2, size=200), 1, False, False, id="two lanes may be chance"),
    ],
)
def test_the_bounds_of_near_copies(other: bytes, days: int, *, near: bool, close: bool) -> None:
    sketches = np.frombuffer(row() + other, np.uint8).reshape(2, SKETCH_BYTES)
    found = near_copies(Articles(sketches, np.array([700, 700 + days])), np.array([0]), np.array([1]))
    assert (found.later.tolist(), found.close.tolist()) == ([1] if near else [], [close] if near else [])
    undated = near_copies(Articles(sketches, np.array([0, 700])), np.array([0]), np.array([1]))
    in_time = near_copies(Articles(sketches, np.array([700, 700])), np.array([0]), np.array([1]))
    assert undated.later.tolist() == in_time.later.tolist()


def openers_of_rows(*rows: bytes) -> list[int]:
    sketches = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, SKETCH_BYTES)
    return story_openers(Articles(sketches, np.full(len(rows), 700)), every_pair).tolist()


@pytest.mark.parametrize(
    ("shared", "expected"),
    [pytest.param(8, [0, 0, 0], id="half of it"), pytest.param(7, [0, 0, 2], id="less than half of it")],
)
def test_a_copy_of_a_copy_shares_half_with_the_article_that_opened_the_story(shared: int, expected: list[int]) -> None:
    formula = row(whole=WHOLE_LANES - CONTAINED)
    other = bytes([2, 2, 2, 2, 2, *formula[5 : 13 + shared], *[2] * (11 - shared), *formula[WHOLE_LANES:]])
    assert openers_of_rows(row(), formula, other) == expected


def test_a_short_article_joins_the_longer_one_that_has_all_of_it_rather_than_an_alike_one() -> None:
    longer = row(whole=WHOLE_LANES - 6, size=130)
    alike = bytes([0] * stories.NEAR_LANES + [2] * (WHOLE_LANES - stories.NEAR_LANES) + [2] * LEAD_LANES + [100])
    assert openers_of_rows(longer, alike, row()) == [0, 1, 0]


def chain(*changes: int) -> list[Stems]:
    """Return texts, each with some more words and another lead than the one before."""
    texts, text = [TEXT], TEXT
    for number, change in enumerate(changes, 1):
        at = 10 + sum(changes[: number - 1])
        text = [*words(200 + number, 5), *text[5:at], *words(100 + number, change), *text[at + change :]]
        texts.append(text)
    return texts


def test_a_chain_of_small_changes_is_not_one_story() -> None:
    first, second, third = chain(45, 30)
    assert openers(first, second) == openers(second, third) == [0, 0]
    assert openers(first, second, third) == [0, 0, 2]


def test_close_copies_of_a_copy_are_in_its_story_while_it_is_new() -> None:
    first, _, third, fourth = chain(40, 10, 10)
    assert openers(first, third) == [0, 0]
    assert openers(first, fourth) == [0, 1]
    assert openers(first, third, fourth) == [0, 0, 0]
    assert openers(first, third, fourth, days=(1, 3, 5)) == [0, 0, 2]
    assert openers(first, third, fourth, days=(1, 3, 0)) == [0, 0, 0]


@pytest.mark.parametrize("pairing", [every_pair, pairs_in_bands])
def test_the_same_article_twice_on_a_later_day_joins_the_story_both_times(pairing: Pairing) -> None:
    later = sketch([*TEXT, "more"])
    rows = np.frombuffer(sketch(TEXT) + later + later, np.uint8).reshape(-1, SKETCH_BYTES)
    assert story_openers(Articles(rows, np.array([1, 30, 30], np.int64)), pairing).tolist() == [0, 0, 0]


def test_an_article_joins_the_story_that_it_is_most_like() -> None:
    first, middle, last = chain(40, 40)
    assert openers(first, last) == [0, 1]
    assert openers(last, middle) == [0, 0]
    assert openers(first, last, middle) == [0, 1, 0]
    assert openers(last, first, middle) == [0, 1, 1]


def test_stems_by_number_have_the_sketch_of_the_stems() -> None:
    vocabulary: Stems = [None, *dict.fromkeys(TEXT[:50])]
    maker = SketchMaker()
    encoded = EncodedTerms(array("I", [*range(30), 0]), vocabulary)
    assert maker.sketch(encoded) == sketch(vocabulary[:30])
    vocabulary += dict.fromkeys(TEXT[50:200])  # it grows between two articles
    encoded = EncodedTerms(array("I", range(len(vocabulary))), vocabulary)
    assert maker.sketch(encoded) == sketch(vocabulary)


@given(lengths=st.lists(st.integers(0, 3 * MIN_STEMS), max_size=9), encoded=st.booleans())
def test_many_bodies_have_the_sketches_of_each(lengths: list[int], *, encoded: bool) -> None:
    vocabulary: Stems = [None, *dict.fromkeys(TEXT)]
    ids = [array("I", range(at, at + length)) for at, length in enumerate(lengths)]
    bodies = [EncodedTerms(each, vocabulary) for each in ids]
    alone = [sketch(list(body)) for body in bodies]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketches, "_PAIRS_AT_ONCE", 3 * MIN_STEMS)
        assert SketchMaker().sketches(bodies if encoded else map(list, bodies)) == alone


def test_of_two_vocabularies_each_has_its_own_stems() -> None:
    maker, ids = SketchMaker(), array("I", range(1, 31))
    texts = [EncodedTerms(ids, [None, *words(seed, 30)]) for seed in (1, 2)]
    assert [maker.sketch(text) for text in (*texts, *texts)] == 2 * [sketch(list(text)) for text in texts]


def test_a_huge_text_has_a_sketch() -> None:
    assert sketch([*TEXT, *words(9, sketches._MOST_PAIRS)])[-1] == 240


lanes = st.lists(st.integers(0, 2), min_size=SKETCH_BYTES - 1, max_size=SKETCH_BYTES - 1)
sizes = st.sampled_from([0, 80, 100, 130, 240])


@given(st.lists(st.tuples(lanes, sizes, st.integers(0, 4), st.integers(0, 24)), min_size=1, max_size=14))
def test_bands_find_the_stories_that_comparing_every_pair_finds(given_rows) -> None:
    rows = [[*[0] * keep, *lanes[keep:], size] for lanes, size, _, keep in given_rows]
    some = Articles(np.array(rows, np.uint8), np.array([day for _, _, day, _ in given_rows], np.int64))
    expected, found = story_openers(some, every_pair), story_openers(some, pairs_in_bands)
    assert found.tolist() == expected.tolist()
    assert (found <= np.arange(len(rows))).all()
    assert (found[found] == found).all()


def test_many_texts_of_one_formula_take_bounded_time() -> None:
    rows = np.zeros((3000, SKETCH_BYTES), np.uint8)
    rows[:, -1] = 100
    rows[:, :2] = np.arange(3000, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
    compared = sum(len(earlier) for earlier, _ in pairs_in_bands(Articles(rows, np.full(3000, 5))))
    assert compared <= len(stories.BANDS) * stories.MOST_OF_A_BAND * 3000
    assert not story_openers(Articles(rows, np.full(3000, 5)), pairs_in_bands).any()
