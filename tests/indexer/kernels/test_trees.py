"""Query trees: each tier finds what looking at every document finds, with the same scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.kernels.nodes import (
    ADJACENT,
    AND,
    CONSTANT,
    EVERY,
    MASK,
    MAYBE,
    NOT,
    NOTHING,
    OR,
    PHRASE,
    SATURATE,
    SCORED,
    TERM,
    TERMS,
    Node,
)
from indexer.ranking.occurrences import ANYWHERE, BODY, FREQUENCY, MOST_FREQUENT, STEP_SHIFT, TITLE, step_of

# Each byte of a length and of an occurrence has its own numbers; a frequency in a byte counts 1 to 15.
SCORER = np.concatenate(
    [np.linspace(0.25, 9.0, 256), [(byte & FREQUENCY) + byte / 1024 for byte in range(256)], np.linspace(0, 2, 256)]
)
HUGE = 10**12

Document = Mapping[str, list[int]]
"""The positions of each of its terms, rising; a term may stand twice at one."""


class Model:
    """A field as its documents, and the arrays made of them; bodies begin at the same position in all."""

    def __init__(self, documents: list[Document], *, wide: bool = False, body_start: int = 0) -> None:
        self.documents = documents
        self.body_start = body_start
        self.lengths = [min(255, sum(map(len, each.values()))) for each in documents]
        self.terms = sorted({term for each in documents for term in each}, key=str.encode)
        self.wide = wide

    def arrays(self) -> dict[str, Any]:
        lists = [[(at, each[term]) for at, each in enumerate(self.documents) if term in each] for term in self.terms]
        flat = [posting for postings in lists for posting in postings]
        counts = [len(places) for _, places in flat]
        many = [at for at, count in enumerate(counts) if count >= MOST_FREQUENT]
        return {
            "terms": np.frombuffer("".join(self.terms).encode(), np.uint8),
            "term_ends": ends([len(term.encode()) for term in self.terms]),
            "posting_offsets": ends(map(len, lists)),
            "docs": np.array([number for number, _ in flat], np.uint16),
            "occurrences": np.array([self.occurrence(places) for _, places in flat], np.uint8),
            "tf_overflow_rows": np.array(many, np.uint32),
            "tf_overflow": np.array([counts[at] for at in many], np.uint32),
            "lengths": np.array(self.lengths, np.uint8),
            "position_offsets": ends(sum(len(places) for _, places in postings) for postings in lists),
            "positions": np.array([place for _, each in flat for place in each], np.uint32 if self.wide else np.uint16),
            "body_starts": np.full(len(self.documents), self.body_start, np.uint32 if self.wide else np.uint16),
        }

    def occurrence(self, places: list[int]) -> int:
        """Return the occurrence byte of a term at these positions."""
        first = min((place - self.body_start for place in places if place >= self.body_start), default=None)
        title = TITLE if places[0] < self.body_start else 0
        return min(len(places), MOST_FREQUENT) | title | (0 if first is None else step_of(first) << STEP_SHIFT)

    def in_part(self, number: int, part: int) -> Document:
        """Return the positions of a document's terms in a part."""
        return {
            term: kept
            for term, places in self.documents[number].items()
            if (kept := [each for each in places if part == ANYWHERE or (each < self.body_start) == (part == TITLE)])
        }


def ends(sizes: Any) -> Any:
    return np.cumsum([0, *sizes]).astype(np.uint32)


def words(text: str) -> dict[str, list[int]]:
    """Return the positions of the words; "-" is a gap, and a word behind "/" stands where the one before it stands."""
    places: dict[str, list[int]] = {}
    for place, group in enumerate(text.split()):
        for word in group.split("/"):
            places.setdefault(word, []).append(place)
    places.pop("-", None)
    return places


# -- what must be found, by looking at each document


def score(model: Model, term: int, weight: float, number: int) -> float:
    places = model.documents[number][model.terms[term]]
    norms, frequencies, bonuses = SCORER.reshape(3, 256)
    byte = model.occurrence(places)
    frequency = frequencies[byte] + max(len(places) - MOST_FREQUENT, 0)
    return float(weight * (frequency / (frequency + norms[model.lengths[number]]) + bonuses[byte]))


def saturated(model: Model, number: int, frequency: float) -> float:
    return float(frequency / (frequency + SCORER[model.lengths[number]]))


def places_in_order(document: Document, phrase: list[str], slop: int) -> set[int]:
    reached = set(document.get(phrase[0], ()))
    for word in phrase[1:]:
        reached = {place for place in document.get(word, ()) if any(1 <= place - end <= slop for end in reached)}
    return reached


def naive(node: Node, count: int, models: Mapping[int, Model]) -> dict[int, float]:  # noqa: C901, one case a node
    match node:
        case (op, field, _, term, weight, part) if op == TERM:
            model = models[id(field)]
            having = [each for each in range(count) if model.terms[term] in model.in_part(each, part)]
            return {each: score(model, term, weight, each) for each in having}
        case (op, field, scorer, terms, weights) if op == TERMS:
            pairs = zip(terms.tolist(), weights.tolist(), strict=True)
            return naive((OR, *((TERM, field, scorer, *pair, ANYWHERE) for pair in pairs)), count, models)
        case (op, field, _, terms, slop, weights, part) if op == PHRASE:
            model = models[id(field)]
            phrase = [model.terms[term] for term in terms]
            holding = [each for each in range(count) if places_in_order(model.in_part(each, part), phrase, slop)]
            pairs = list(zip(terms, weights, strict=True))
            return {each: sum(score(model, *pair, each) for pair in pairs) for each in holding}
        case (op, field, _, terms, slop, weights, part) if op == ADJACENT and len(terms) > 1:
            model = models[id(field)]
            phrase = [model.terms[term] for term in terms]
            ends = {each: places_in_order(model.in_part(each, part), phrase, slop) for each in range(count)}
            return {each: sum(weights) * saturated(model, each, len(ends[each])) for each in ends if ends[each]}
        case (op, field, scorer, (term,), _, (weight,), part) if op == ADJACENT:
            return naive((TERM, field, scorer, term, weight, part), count, models)
        case (op, field, _, part, weight) if op == SATURATE:
            scores = naive(part, count, models)
            return {each: weight * saturated(models[id(field)], each, scores[each]) for each in scores}
        case (op, mask, constant) if op == MASK:
            return {each: constant for each in range(count) if mask[each]}
        case (op, mask, scores) if op == SCORED:
            return {each: float(scores[each]) for each in range(count) if mask[each]}
        case (op, constant) if op == EVERY:
            return dict.fromkeys(range(count), constant)
        case (op, part, constant) if op == CONSTANT:
            return dict.fromkeys(naive(part, count, models), constant)
        case _:
            return combined(node[0], [naive(part, count, models) for part in node[1:]])


def combined(opcode: int, found: list[dict[int, float]]) -> dict[int, float]:
    if not found:  # NOTHING, or AND and OR of nothing
        return {}
    first, last = found[0], found[-1]
    everywhere = {each: sum(one.get(each, 0.0) for one in found) for one in found for each in one}
    return {
        AND: {each: everywhere[each] for each in first if all(each in one for one in found)},
        OR: everywhere,
        NOT: {each: first[each] for each in first if each not in last},
        MAYBE: {each: everywhere[each] for each in first},
    }[opcode]


# -- tables


TEXTS = ["a b c", "b a", "a a b", "c", "", "a c b", "b - c a b", "a b/c b"]


def table_model(body_start: int = 0) -> Model:
    return Model([words(text) for text in TEXTS], body_start=body_start)


def found(tier: Any, make: Callable[[Any], Node], body_start: int = 0) -> list[int]:
    model = table_model(body_start)
    docs, _ = tier.matches(make(tier.Field(**model.arrays())), len(TEXTS))
    return docs.tolist()


A, B, C = range(3)


@pytest.mark.parametrize(
    ("terms", "slop", "documents"),
    [
        pytest.param((A, B), 1, [0, 2, 6, 7], id="next to each other"),
        pytest.param((B, A), 1, [1], id="order counts"),
        pytest.param((A, B), 2, [0, 2, 5, 6, 7], id="slop two leaves room for one word"),
        pytest.param((A, B), 0, [], id="slop zero finds nothing"),
        pytest.param((A, A), 1, [2], id="a repeated word stands twice"),
        pytest.param((B, C), 1, [0], id="a gap stands between"),
        pytest.param((B, C), 2, [0, 6], id="a gap is jumped"),
        pytest.param((A, C, B), 1, [5, 7], id="two words at one position"),
        pytest.param((B, C), 1, [0], id="one position is not next to itself"),
        pytest.param((A, B, A), HUGE, [], id="any distance, not there"),
        pytest.param((B, A, B), HUGE, [6], id="any distance"),
        pytest.param((C,), 1, [0, 3, 5, 6, 7], id="a phrase of one word"),
    ],
)
def test_a_phrase_finds(tier: Any, terms: tuple[int, ...], slop: int, documents: list[int]) -> None:
    assert found(tier, lambda field: phrase(field, terms, slop)) == documents


def phrase(field: Any, terms: tuple[int, ...], slop: int = 1, part: int = ANYWHERE) -> Node:
    return (PHRASE, field, SCORER, terms, slop, (1.0,) * len(terms), part)


def test_words_side_by_side_score_by_how_often_they_stand_so(tier: Any) -> None:
    texts = ["a b", "a b c a b", "a b/b c", "b a", "a b " * 20, "a b a b c"]
    field = tier.Field(**Model([words(text) for text in texts], body_start=2).arrays())
    constant_norms = np.full(768, 0.75)

    def scores(terms: tuple[int, ...], part: int) -> dict[int, float]:
        found = tier.matches((ADJACENT, field, constant_norms, terms, 1, (2.0,) * len(terms), part), len(texts))
        return dict(zip(*map(np.ndarray.tolist, found), strict=True))

    by_places = {places: places / (places + 0.75) for places in range(1, 21)}
    pairs = {0: 1, 1: 2, 2: 1, 4: 20, 5: 2}
    assert scores((A, B), ANYWHERE) == pytest.approx({each: 4 * by_places[pairs[each]] for each in pairs})
    assert scores((A, B), BODY) == pytest.approx({1: 4 * by_places[1], 4: 4 * by_places[19], 5: 4 * by_places[1]})
    assert scores((A, B, A), ANYWHERE) == pytest.approx({4: 6 * by_places[19], 5: 6 * by_places[1]})


def term(field: Any, number: int, weight: float = 1.0, part: int = ANYWHERE) -> Node:
    return (TERM, field, SCORER, number, weight, part)


@pytest.mark.parametrize(
    ("make", "part", "documents"),
    [
        pytest.param(lambda field, part: term(field, A, 1.0, part), TITLE, [0, 1, 2, 5, 7], id="a term of titles"),
        pytest.param(lambda field, part: term(field, A, 1.0, part), BODY, [6], id="a term of bodies"),
        pytest.param(lambda field, part: phrase(field, (A, B), 1, part), TITLE, [0, 7], id="a phrase of titles"),
        pytest.param(lambda field, part: phrase(field, (A, B), 1, part), BODY, [6], id="a phrase of bodies"),
        pytest.param(lambda field, part: phrase(field, (A, B), 1, part), ANYWHERE, [0, 2, 6, 7], id="anywhere"),
        pytest.param(lambda field, part: phrase(field, (A, A, B), 1, part), TITLE, [], id="a title ends before a body"),
        pytest.param(lambda field, part: phrase(field, (A, A, B), 1, part), ANYWHERE, [2], id="across both"),
        pytest.param(
            lambda field, part: (AND, term(field, A, 1.0, part), term(field, B, 1.0, part)),
            BODY,
            [6],
            id="both in bodies",
        ),
        pytest.param(
            lambda field, part: (NOT, (EVERY, 0.0), term(field, B, 1.0, part)), TITLE, [2, 3, 4, 5], id="not in titles"
        ),
    ],
)
def test_a_part_of_an_article_is_searched(
    tier: Any, make: Callable[[Any, int], Node], part: int, documents: list[int]
) -> None:
    assert found(tier, lambda field: make(field, part), body_start=2) == documents


def test_without_body_starts_all_texts_are_bodies(tier: Any) -> None:
    field = tier.Field(**table_model().arrays() | {"body_starts": None})
    assert tier.matches(phrase(field, (A, B), 1, BODY), 8)[0].tolist() == [0, 2, 6, 7]
    assert tier.matches(phrase(field, (A, B), 1, TITLE), 8)[0].tolist() == []


@pytest.mark.parametrize(
    ("make", "documents"),
    [
        pytest.param(lambda field: term(field, B), [0, 1, 2, 5, 6, 7], id="a term"),
        pytest.param(lambda field: (AND, term(field, A), term(field, C)), [0, 5, 6, 7], id="both"),
        pytest.param(lambda field: (OR, term(field, A), term(field, C)), [0, 1, 2, 3, 5, 6, 7], id="either"),
        pytest.param(lambda field: (NOT, term(field, A), term(field, C)), [1, 2], id="one without the other"),
        pytest.param(lambda field: (NOT, (EVERY, 0.0), term(field, A)), [3, 4], id="all without"),
        pytest.param(lambda field: (AND,), [], id="all of nothing"),
        pytest.param(lambda field: (OR,), [], id="any of nothing"),
        pytest.param(lambda field: (NOTHING,), [], id="nothing"),
        pytest.param(lambda field: (AND, (EVERY, 1.0), (NOTHING,)), [], id="all and nothing"),
    ],
)
def test_a_tree_finds(tier: Any, make: Callable[[Any], Node], documents: list[int]) -> None:
    assert found(tier, make) == documents


@pytest.mark.parametrize("excluded", [None, ANYWHERE, TITLE])
def test_a_family_scores_where_the_word_is_missing(tier: Any, excluded: int | None) -> None:
    model = Model([words(text) for text in TEXTS] * 500, body_start=2)
    field = tier.Field(**model.arrays())
    family = (SATURATE, field, SCORER, (TERMS, field, SCORER, np.array([A, B], np.uint32), np.array([2.0, 1.0])), 3.0)
    missing = family if excluded is None else (NOT, family, term(field, C, 1.0, excluded))
    node = (OR, term(field, B), missing, missing)
    docs, scores = tier.matches(node, 4000)
    right = naive(node, 4000, {id(field): model})
    assert dict(zip(docs.tolist(), scores.tolist(), strict=True)) == pytest.approx(right)


def test_what_is_found_is_written_only_where_it_may(tier: Any) -> None:
    found = np.zeros(4, bool)
    assert tier.top((EVERY, 1.0), 4, None, 0, None, found) == (4, [], [])
    assert found.all()
    found.flags.writeable = False
    for wrong in (found, np.zeros(3, bool)):
        with pytest.raises(ValueError, match=r"read-only|not writable|3 items"):
            tier.top((EVERY, 1.0), 4, None, 0, None, wrong)


def test_equal_scores_come_by_document_number(tier: Any) -> None:
    model = Model([words("a b")] * 3000 + [words("a")] * 2 + [words("a b")] * 3000)
    field = tier.Field(**model.arrays())
    assert tier.top(term(field, A), 6002, None, 4)[2] == [3000, 3001, 0, 1]
    either = (OR, term(field, A), (CONSTANT, term(field, B), 0.0))
    assert tier.top(either, 6002, None, 4)[2] == [3000, 3001, 0, 1]
    assert tier.top_by(either, 6002, None, 3, np.zeros(6002)) == (6002, [0, 1, 2])


def test_deleted_and_masked_documents_are_left_out(tier: Any) -> None:
    field = tier.Field(**table_model().arrays())
    deleted = np.array([1, 0, 0, 0, 0, 0, 0, 0], np.uint8)
    mask = np.array([1, 1, 1, 1, 1, 0, 0, 0], bool)
    for node in (term(field, B), (OR, term(field, B), (NOTHING,))):
        total, _, docs = tier.top(node, 8, deleted, 10, mask)
        assert (total, sorted(docs)) == (2, [1, 2])


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (6, 6), (HUGE, 6)])
def test_the_total_is_exact_whatever_the_limit(tier: Any, limit: int, count: int) -> None:
    node = term(tier.Field(**table_model().arrays()), B)
    total, scores, docs = tier.top(node, 8, None, limit)
    assert (total, len(scores), len(docs)) == (6, count, count)
    assert len(tier.top_by(node, 8, None, limit, np.arange(8.0))[1]) == count


def test_a_word_that_fills_its_document_has_its_frequency(tier: Any) -> None:
    model = Model([words("b " * number + "a") for number in (14, 15, 16, 1000)], wide=True)
    field = tier.Field(**model.arrays())
    assert field.weight(B) == 14 + 15 + 16 + 1000
    assert field.positions_in(B, 3) == list(range(1000))
    assert tier.matches(phrase(field, (B, A)), 4)[0].tolist() == [0, 1, 2, 3]
    assert tier.matches(term(field, B), 4)[1] == pytest.approx([score(model, B, 1.0, each) for each in range(4)])


@pytest.mark.parametrize("often", [1, 14, 15, 16])
def test_positions_are_found_behind_those_of_many_documents(tier: Any, often: int) -> None:
    model = Model([words("b " * often + "c")] * 300 + [words("c b a")], wide=True)
    field = tier.Field(**model.arrays())
    assert field.weight(B) == 300 * often + 1
    assert [field.positions_in(B, each) for each in (0, 299, 300)] == [[*range(often)], [*range(often)], [1]]
    assert tier.matches(phrase(field, (B, A)), 301)[0].tolist() == [300]


def test_no_documents_and_no_terms(tier: Any) -> None:
    field = tier.Field(**Model([]).arrays())
    assert (field.count, field.find(b"a"), field.lower_bound(b"a")) == (0, -1, 0)
    assert tier.top((EVERY, 1.0), 0, None, 10) == (0, [], [])
    assert [each.size for each in tier.matches((EVERY, 1.0), 0)] == [0, 0]


def test_all_documents_that_a_segment_may_have(tier: Any) -> None:
    mask = np.zeros(65_536, np.uint8)
    mask[[0, 65_535]] = 1
    assert tier.top((MASK, mask, 2.0), 65_536, None, 5) == (2, [2.0, 2.0], [0, 65_535])
    assert tier.top_by((EVERY, 0.0), 65_536, None, 1, -np.arange(65_536.0)) == (65_536, [65_535])


# -- laws

WORDS = ["a", "ab", "b", "bb", "c", "شمس"]
WEIGHTS = st.sampled_from([0.0, 0.5, 1.0, 2.5, -1.0])
DOCUMENTS = st.lists(st.sampled_from([*WORDS, "-", "a/b", "b/b"]), max_size=8).map(lambda some: words(" ".join(some)))

MakeNode = Callable[[list[Any]], Node]


def spread(documents: list[Document], apart: int) -> list[Document]:
    """Put empty documents between, so that a few reach over many windows."""
    return [each for document in documents for each in (document, *[{}] * apart)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Model], MakeNode, int]:
    """Draw two fields of the same documents, and a tree over them."""
    count = draw(st.integers(0, 12))
    apart = draw(st.sampled_from([0, 0, 0, 0, 400]))
    models = [
        Model(
            spread(draw(st.lists(DOCUMENTS, min_size=count, max_size=count)), apart),
            wide=wide,
            body_start=draw(st.integers(0, 4)),
        )
        for wide in (False, True)
    ]
    total = count * (apart + 1)
    return models, draw(trees(models, total)), total


def trees(models: list[Model], count: int) -> st.SearchStrategy[MakeNode]:
    return st.recursive(leaves(models, count), inner, max_leaves=8)


def leaves(models: list[Model], count: int) -> st.SearchStrategy[MakeNode]:
    bits = st.integers(0, 2**32)
    masks = bits.map(lambda seed: np.random.default_rng(seed).integers(0, 2, count).astype(np.uint8))
    scores = bits.map(lambda seed: np.random.default_rng(seed).normal(size=count))
    simple = [
        st.just(lambda fields: (NOTHING,)),
        WEIGHTS.map(lambda number: lambda fields: (EVERY, number)),
        st.tuples(masks, WEIGHTS).map(lambda pair: lambda fields: (MASK, *pair)),
        st.tuples(masks, scores).map(lambda pair: lambda fields: (SCORED, *pair)),
    ]
    return st.one_of(*simple, *(of_terms(which, len(model.terms)) for which, model in enumerate(models) if model.terms))


@st.composite
def of_terms(draw: st.DrawFn, which: int, count: int) -> MakeNode:
    terms = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4))
    weights = draw(st.lists(WEIGHTS, min_size=len(terms), max_size=len(terms)))
    slop = draw(st.sampled_from([0, 1, 1, 2, 3, HUGE]))
    many = draw(st.sampled_from([1, 10]))
    part = draw(st.sampled_from([ANYWHERE, ANYWHERE, TITLE, BODY]))
    numbers, values = np.array(terms * many, np.uint32), np.array(weights * many)
    positive = numbers, np.abs(values)  # as frequencies are
    return draw(
        st.sampled_from(
            [
                lambda fields: (TERM, fields[which], SCORER, terms[0], weights[0], part),
                lambda fields: (TERMS, fields[which], SCORER, numbers, values),
                lambda fields: (PHRASE, fields[which], SCORER, tuple(terms), slop, tuple(weights), part),
                lambda fields: (ADJACENT, fields[which], SCORER, tuple(terms), slop, tuple(weights), part),
                lambda fields: (SATURATE, fields[which], SCORER, (TERMS, fields[which], SCORER, *positive), weights[0]),
            ]
        )
    )


def inner(parts: st.SearchStrategy[MakeNode]) -> st.SearchStrategy[MakeNode]:
    def of(opcode: int, low: int, high: int, *numbers: st.SearchStrategy[float]) -> st.SearchStrategy[MakeNode]:
        some = st.tuples(st.lists(parts, min_size=low, max_size=high), st.tuples(*numbers))
        return some.map(lambda pair: lambda fields: (opcode, *(part(fields) for part in pair[0]), *pair[1]))

    pairs = [of(opcode, 2, 2) for opcode in (NOT, MAYBE)]
    return st.one_of(
        of(AND, 0, 3),
        of(OR, 0, 3),
        *pairs,
        of(CONSTANT, 1, 1, WEIGHTS),
    )


LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def expected(
    models: list[Model], fields: list[Any], make: MakeNode, count: int, allowed: np.ndarray[Any, Any]
) -> dict[int, float]:
    scores = naive(make(fields), count, {id(field): model for field, model in zip(fields, models, strict=True)})
    return {each: scores[each] for each in sorted(scores) if allowed[each]}


@LAW
@given(cases(), st.integers(0, 2**32), st.sampled_from([0, 1, 3, HUGE]))
def test_each_tier_finds_what_looking_at_each_document_finds(
    tier: Any, case: tuple[list[Model], MakeNode, int], seed: int, limit: int
) -> None:
    models, make, count = case
    fields = [tier.Field(**model.arrays()) for model in models]
    random = np.random.default_rng(seed)
    deleted = random.integers(0, 2, count).astype(np.uint8)
    mask = random.random(count) < random.choice([0, 0.001, 0.02, 0.75])
    keys = random.integers(0, 3, count).astype(np.float64)
    right = expected(models, fields, make, count, (deleted == 0) & mask)

    docs, scores = tier.matches(make(fields), count, deleted, mask)
    assert docs.tolist() == list(right)
    assert scores == pytest.approx(list(right.values()), abs=1e-9)

    total, best, numbers = tier.top(make(fields), count, deleted, limit, mask, found := np.zeros(count, np.uint8))
    assert found.nonzero()[0].tolist() == list(right)
    assert total == len(right)
    assert best == pytest.approx(sorted(right.values(), reverse=True)[:limit], abs=1e-9)
    assert best == pytest.approx([right[each] for each in numbers], abs=1e-9)
    ranked = list(zip((-one for one in best), numbers, strict=True))
    assert ranked == sorted(set(ranked))

    by_key = sorted(right, key=lambda each: (keys[each], each))[:limit]
    found = np.zeros(count, bool)
    assert tier.top_by(make(fields), count, deleted, limit, keys, mask, found) == (len(right), by_key)
    assert found.nonzero()[0].tolist() == list(right)


def test_many_threads_ask_at_once(tier: Any) -> None:
    random = np.random.default_rng(1)
    texts = [" ".join(random.choice(["a", "b", "c", "d"], 6)) for _ in range(5000)]
    field = tier.Field(**Model([words(text) for text in texts]).arrays())
    queries: list[Node] = [
        phrase(field, (A, B, C)),
        (AND, term(field, A), term(field, B), term(field, C)),
        (OR, *(term(field, each, each + 1.0) for each in range(4))),
        (TERMS, field, SCORER, np.array([0, 1, 2, 3] * 10, np.uint32), np.ones(40)),
    ]
    alone = [tier.top(query, 5000, None, 20) for query in queries]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda at: tier.top(queries[at % 4], 5000, None, 20), range(160)))
    assert all(answer == alone[at % 4] for at, answer in enumerate(answers))


@pytest.mark.parametrize("count", [1, 2047, 2049, 4100, 65_536])
def test_a_mask_may_be_any_bytes_and_leaves_whole_windows_out(tier: Any, count: int) -> None:
    mask = np.zeros(count, np.uint8)
    mask[[0, -1]] = (1, 200)
    wanted = sorted({0, count - 1})
    for node in ((EVERY, 1.0), (NOT, (EVERY, 1.0), (NOTHING,)), (OR, (EVERY, 1.0), (NOTHING,))):
        assert tier.top(node, count, None, 5, mask)[::2] == (len(wanted), wanted)
        assert tier.top_by(node, count, None, 5, np.zeros(count), mask) == (len(wanted), wanted)
        assert tier.matches(node, count, None, mask)[0].tolist() == wanted
        assert tier.top(node, count, mask, 0, mask)[0] == 0
