"""The terms of a field, what is spelt nearly alike, and arrays that are not what they should be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.kernels.edits import Spellings
from indexer.kernels.nodes import (
    AND,
    CONSTANT,
    EVERY,
    MASK,
    MAX_DEPTH,
    NOT,
    OR,
    PHRASE,
    SCORED,
    TERM,
    TERMS,
)
from indexer.ranking.occurrences import ANYWHERE, BODY, STEP_SHIFT, TITLE

SCORER = np.ones(768)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def ends(sizes: Any) -> Any:
    return np.cumsum([0, *sizes]).astype(np.uint32)


def arrays(terms: list[bytes]) -> dict[str, Any]:
    """Return the arrays of a field whose terms all stand once, in documents 0, 1 and 2."""
    count = len(terms)
    return {
        "terms": np.frombuffer(b"".join(terms), np.uint8),
        "term_ends": ends(map(len, terms)),
        "posting_offsets": ends([3] * count),
        "docs": np.array([0, 1, 2] * count, np.uint16),
        "occurrences": np.full(3 * count, 1 | 1 << STEP_SHIFT, np.uint8),
        "tf_overflow_rows": np.zeros(0, np.uint32),
        "tf_overflow": np.zeros(0, np.uint32),
        "lengths": np.ones(3, np.uint8),
        "position_offsets": ends([3] * count),
        "positions": np.zeros(3 * count, np.uint16),
    }


# -- terms


@given(terms=st.sets(st.binary(max_size=4), max_size=30).map(sorted), wanted=st.binary(max_size=4))
@QUICK
def test_terms_are_found_in_byte_order(tier: Any, terms: list[bytes], wanted: bytes) -> None:
    field = tier.Field(**arrays(terms))
    assert field.count == len(terms)
    assert [field.term(number) for number in range(field.count)] == terms
    assert field.lower_bound(wanted) == sum(term < wanted for term in terms)
    assert field.find(wanted) == (terms.index(wanted) if wanted in terms else -1)


def edits(first: str, second: str) -> int:
    """Return the Levenshtein distance, from its definition."""
    row = list(range(len(second) + 1))
    for line, one in enumerate(first, 1):
        above, row = row, [line]
        for column, other in enumerate(second, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (one != other)))
    return row[-1]


def near(terms: list[bytes], wanted: bytes, distance: int, prefix: int) -> list[int]:
    texts = [term.decode("utf-8", "surrogateescape") for term in terms]
    text = wanted.decode("utf-8", "surrogateescape")
    shared = text[:prefix].encode("utf-8", "surrogateescape")
    alike = [number for number, each in enumerate(texts) if edits(text, each) <= distance]
    return [number for number in alike if terms[number].startswith(shared)]


def spellings(terms: list[bytes]) -> Spellings:
    given = arrays(terms)
    return Spellings.of(given["terms"], given["term_ends"])


@pytest.mark.parametrize(
    ("wanted", "distance", "prefix", "found"),
    [
        pytest.param("شمس", 0, 0, ["شمس"], id="itself"),
        pytest.param("شمس", 1, 0, ["شم", "شمس", "شمسي", "همس"], id="letters of two bytes are one edit"),
        pytest.param("شمس", 1, 1, ["شم", "شمس", "شمسي"], id="the first letter is shared"),
        pytest.param("ab", 1, 0, ["a", "aba"], id="two swapped letters are two edits"),
        pytest.param("ab", 2, 0, ["", "a", "aba", "abba", "ba", "ش", "شم"], id="two edits"),
        pytest.param("a", 1, 9, ["a"], id="a prefix longer than the word is the word"),
        pytest.param("", 1, 0, ["", "a", "ش"], id="the empty word"),
    ],
)
def test_terms_spelt_nearly_alike(tier: Any, wanted: str, distance: int, prefix: int, found: list[str]) -> None:
    terms = sorted(each.encode() for each in ["", "a", "aba", "abba", "ba", "ش", "شم", "شمس", "شمسي", "همس"])
    field = tier.Field(**arrays(terms))
    numbers = spellings(terms).within(field, wanted.encode(), distance, prefix)
    assert [field.term(number).decode() for number in numbers] == [each for each in found if each in found]


LETTERS = st.text(st.sampled_from("abé語𝄞"), max_size=7).map(str.encode)
ANYTHING = st.lists(st.sampled_from([b"a", b"\xc3", b"\xa9", b"\xe8", b"\xaa", b"\x9e", b"\xff"]), max_size=5).map(
    b"".join
)


@given(
    terms=st.sets(LETTERS | ANYTHING, max_size=60).map(sorted),
    wanted=LETTERS | ANYTHING,
    distance=st.integers(0, 4),
    prefix=st.integers(0, 3),
)
@QUICK
def test_near_terms_are_those_of_the_definition(
    tier: Any, terms: list[bytes], wanted: bytes, distance: int, prefix: int
) -> None:
    field = tier.Field(**arrays(terms))
    assert spellings(terms).within(field, wanted, distance, prefix) == near(terms, wanted, distance, prefix)


@pytest.mark.parametrize(("distance", "prefix", "size"), [(-1, 0, 1), (251, 0, 1), (1, -1, 1), (1, 0, 65_536)])
def test_a_distance_out_of_range_is_refused(tier: Any, distance: int, prefix: int, size: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        spellings([b"a"]).within(tier.Field(**arrays([b"a"])), b"a" * size, distance, prefix)


def test_the_greatest_distance_finds_all_short_terms(tier: Any) -> None:
    terms = [b"a", b"b" * 250, b"c" * 251]
    assert spellings(terms).within(tier.Field(**arrays(terms)), b"", 250, 0) == [0, 1]


# -- postings


def test_a_term_has_its_frequency_and_places(tier: Any) -> None:
    given = arrays([b"a", b"b"]) | {"positions": np.array([5, 6, 7, 8, 9, 10], np.uint32)}
    field = tier.Field(**given)
    assert (field.frequency(1), field.weight(1)) == (3, 3)
    assert [field.positions_in(1, document) for document in (0, 1, 2, 3, 70_000)] == [[8], [9], [10], [], []]


@pytest.mark.parametrize("number", [-1, 1, 2**40])
def test_a_term_that_is_not_there_is_refused(tier: Any, number: int) -> None:
    field = tier.Field(**arrays([b"a"]))
    with pytest.raises(IndexError):
        field.term(number)
    for ask in (field.frequency, field.weight, lambda term: field.positions_in(term, 0)):
        with pytest.raises(ValueError, match="of 1"):
            ask(number)


def test_without_positions_there_are_no_places(tier: Any) -> None:
    field = tier.Field(**arrays([b"a"]) | {"position_offsets": None, "positions": None})
    with pytest.raises(ValueError, match="positions"):
        field.positions_in(0, 0)
    with pytest.raises(ValueError, match="positions"):
        tier.top((PHRASE, field, SCORER, (0, 0), 1, (1.0, 1.0), ANYWHERE), 3, None, 1)


# -- arrays that are not what they should be


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        pytest.param({"docs": np.zeros(6, np.uint32)}, TypeError, id="documents of four bytes"),
        pytest.param({"docs": np.zeros(6, ">u2")}, TypeError, id="big-endian documents"),
        pytest.param({"docs": [0] * 6}, TypeError, id="a list"),
        pytest.param({"lengths": np.zeros(3, np.int64)}, TypeError, id="lengths of eight bytes"),
        pytest.param({"positions": np.zeros(6, np.uint8)}, TypeError, id="positions of one byte"),
        pytest.param({"docs": np.zeros(12, np.uint16)[::2]}, ValueError, id="every other item"),
        pytest.param({"docs": np.zeros((2, 3), np.uint16)}, ValueError, id="two dimensions"),
        pytest.param({"docs": np.frombuffer(bytes(13), np.uint8)[1:].view(np.uint16)}, ValueError, id="an odd address"),
        pytest.param({"posting_offsets": np.array([0, 4, 3], np.uint32)}, ValueError, id="starts that fall"),
        pytest.param({"posting_offsets": np.array([0, 3, 7], np.uint32)}, ValueError, id="starts behind the postings"),
        pytest.param({"posting_offsets": np.array([0, 3], np.uint32)}, ValueError, id="too few starts"),
        pytest.param(
            {"posting_offsets": np.zeros(0, np.uint32), "term_ends": np.zeros(0, np.uint32)}, ValueError, id="no starts"
        ),
        pytest.param({"term_ends": np.array([0, 1, 99], np.uint32)}, ValueError, id="terms behind their bytes"),
        pytest.param({"occurrences": np.ones(5, np.uint8)}, ValueError, id="too few frequencies"),
        pytest.param({"tf_overflow": np.ones(1, np.uint32)}, ValueError, id="an overflow of nothing"),
        pytest.param({"position_offsets": np.array([0, 3, 9], np.uint32)}, ValueError, id="positions behind their end"),
        pytest.param({"position_offsets": None}, ValueError, id="positions without starts"),
        pytest.param({"body_starts": np.zeros(2, np.uint16)}, ValueError, id="too few bodies"),
        pytest.param({"body_starts": np.zeros(3, np.uint8)}, TypeError, id="bodies of one byte"),
        pytest.param({"lengths": np.zeros(65_537, np.uint8)}, ValueError, id="too many documents"),
    ],
)
def test_a_field_refuses(tier: Any, changed: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        tier.Field(**arrays([b"a", b"b"]) | changed)


def deep(depth: int) -> tuple[Any, ...]:
    node: tuple[Any, ...] = (EVERY, 1.0)
    for _ in range(depth):
        node = (OR, node)
    return node


def refused(field: Any) -> dict[str, tuple[Any, ...]]:
    one = np.ones(1)
    return {
        "a term that is not there": (TERM, field, SCORER, 2, 1.0, ANYWHERE),
        "a term below 0": (TERM, field, SCORER, -1, 1.0, ANYWHERE),
        "one of the terms": (TERMS, field, SCORER, np.array([2], np.uint32), one),
        "too few weights": (TERMS, field, SCORER, np.array([0, 1], np.uint32), one),
        "terms of eight bytes": (TERMS, field, SCORER, np.array([0]), one),
        "a short scorer": (TERM, field, np.ones(767), 0, 1.0, ANYWHERE),
        "a scorer of four bytes": (TERM, field, np.ones(768, np.float32), 0, 1.0, ANYWHERE),
        "no field": (TERM, None, SCORER, 0, 1.0, ANYWHERE),
        "a phrase of nothing": (PHRASE, field, SCORER, (), 1, (), ANYWHERE),
        "a phrase with too few weights": (PHRASE, field, SCORER, (0, 1), 1, (1.0,), ANYWHERE),
        "a slop below 0": (PHRASE, field, SCORER, (0, 1), -1, (1.0, 1.0), ANYWHERE),
        "a short mask": (MASK, np.ones(2, np.uint8), 1.0),
        "a mask of four bytes": (MASK, np.ones(3, np.uint32), 1.0),
        "a score for another document": (SCORED, np.ones(3, np.uint8), np.ones(4)),
        "scores of four bytes": (SCORED, np.ones(3, np.uint8), np.ones(3, np.float32)),
        "a short mask of scores": (SCORED, np.ones(2, np.uint8), np.ones(3)),
        "no such node": (99, 1.0),
        "a name for a number": ("TERM", field, SCORER, 0, 1.0, ANYWHERE),
        "an item too few": (TERM, field, SCORER, 0, 1.0),
        "a part that is none": (TERM, field, SCORER, 0, 1.0, 8),
        "a part of a phrase that is none": (PHRASE, field, SCORER, (0, 1), 1, (1.0, 1.0), 0),
        "an item too many": (EVERY, 1.0, 2.0),
        "a pair of one": (NOT, (EVERY, 1.0)),
        "a score missing": (CONSTANT, (EVERY, 1.0)),
        "no tuple": [TERM, field, SCORER, 0, 1.0, ANYWHERE],  # type: ignore[dict-item]
        "nothing at all": (),
        "a child that is none": (AND, (EVERY, 1.0), None),
        "a tree too deep": deep(MAX_DEPTH),
    }


@pytest.mark.parametrize("name", sorted(refused(None)))
def test_what_is_no_tree_is_refused(tier: Any, name: str) -> None:
    node = refused(tier.Field(**arrays([b"a", b"b"])))[name]
    with pytest.raises((ValueError, TypeError)):
        tier.top(node, 3, None, 10)


def test_a_tree_as_deep_as_allowed_is_evaluated(tier: Any) -> None:
    assert tier.top(deep(MAX_DEPTH - 1), 3, None, 1) == (3, [1.0], [0])


@pytest.mark.parametrize(
    ("documents", "deleted", "limit"),
    [
        pytest.param(-1, None, 1, id="documents below 0"),
        pytest.param(65_537, None, 1, id="too many documents"),
        pytest.param(4, None, 1, id="more documents than the field has"),
        pytest.param(3, np.zeros(2, np.uint8), 1, id="a short list of deleted ones"),
        pytest.param(3, np.zeros(3), 1, id="deleted ones of eight bytes"),
        pytest.param(3, None, -1, id="a limit below 0"),
    ],
)
def test_what_is_no_question_is_refused(tier: Any, documents: int, deleted: Any, limit: int) -> None:
    field = tier.Field(**arrays([b"a"]))
    with pytest.raises((ValueError, TypeError)):
        tier.top((TERM, field, SCORER, 0, 1.0, ANYWHERE), documents, deleted, limit)


def test_documents_that_are_not_there_are_passed_over(tier: Any) -> None:
    docs = np.array([0, 2, 9, 1, 65_534, 65_535], np.uint16)
    field = tier.Field(**arrays([b"a", b"b"]) | {"docs": docs})
    assert tier.matches((TERM, field, SCORER, 0, 1.0, ANYWHERE), 3)[0].tolist() == [0, 2]
    assert tier.matches((OR, (TERM, field, SCORER, 0, 1.0, ANYWHERE), (TERM, field, SCORER, 1, 1.0, ANYWHERE)), 3)[
        0
    ].tolist() == [0, 1, 2]
    assert tier.top((TERM, field, SCORER, 0, 1.0, ANYWHERE), 3, None, 9)[0] == 2


DAMAGED = np.array([0, 1, 2, 3, 2047, 2048, 2999, 3000, 65_535], np.uint16)
MANY = np.array([0, 1, 9, 39, 50, 300, 2**32 - 1], np.uint32)


@given(seed=st.integers(0, 2**32), overflows=st.integers(0, 4))
@QUICK
def test_made_up_postings_never_lead_out_of_range(tier: Any, seed: int, overflows: int) -> None:
    random = np.random.default_rng(seed)
    field = tier.Field(
        np.frombuffer(b"abcd", np.uint8),
        np.arange(5, dtype=np.uint32),
        np.array([0, 10, 20, 20, 40], np.uint32),
        random.choice(DAMAGED, 40),
        random.choice(np.array([0, 1, 0x2E, 0x3F, 0xEF, 0x11], np.uint8), 40),
        random.choice(MANY, overflows),
        random.choice(MANY, overflows),
        np.ones(3000, np.uint8),
        np.array([0, 30, 60, 60, 100], np.uint32),
        random.choice(MANY, 100),
        random.choice(MANY, 3000),
    )
    terms = [(TERM, field, SCORER, number, 1.0, ANYWHERE) for number in range(4)]
    phrase = (PHRASE, field, SCORER, (0, 1, 3), 3, (1.0, 1.0, 1.0), random.choice([ANYWHERE, TITLE, BODY]))
    pair = (PHRASE, field, SCORER, (3, 0), 2**33, (1.0, 1.0), random.choice([ANYWHERE, TITLE, BODY]))
    many = (TERMS, field, SCORER, np.array([0, 1, 2, 3] * 9, np.uint32), np.ones(36))
    with np.errstate(all="ignore"):
        for node in (*terms, (AND, terms[0], terms[3]), (OR, *terms), phrase, pair, many, (AND, many, pair)):
            try:
                found, scores = tier.matches(node, 3000)
            except ValueError:  # documents that do not rise
                continue
            assert len(found) == len(scores)
            assert all(each < 3000 for each in found.tolist())
            assert all(each < 3000 for each in tier.top(node, 3000, None, 5)[2])
    for number in range(4):
        assert field.weight(number) >= 0
        assert all(len(field.positions_in(number, document)) <= 100 for document in (0, 1, 2, 2047, 65_535))
