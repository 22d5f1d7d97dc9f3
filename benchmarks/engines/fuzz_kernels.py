"""Made-up fields and queries, and some made to do harm: the C kernels must answer what the numpy ones answer.

    python benchmarks/engines/fuzz_kernels.py --seed 1 --cases 100000

Sound cases are compared: the documents, their scores, the best, the lowest keys; of vectors the cosines. Damaged ones, arrays of noise that pass a field's checks, and overwritten ones, arrays that change after they were checked, need
only end without a crash.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from indexer.kernels import _native, arrays, native, nodes
from indexer.kernels.nodes import Node
from indexer.kernels.vectors import Vectors, cosines, dot_products, inverse_lengths
from indexer.ranking.occurrences import ANYWHERE, BODY, FREQUENCY, MOST_FREQUENT, TITLE

Random = np.random.Generator
Arrays = dict[str, Any]
MakeNode = Callable[[list[Any]], Node]

SCORER = np.concatenate(
    [np.linspace(0.3, 20.0, 256), (np.arange(256) & FREQUENCY) * 1.5, np.linspace(0, 1, 256).round(1)]
)
PLACES = np.array([TITLE, 0x20, 0x60 | TITLE, 0xE0])
PARTS = (ANYWHERE, ANYWHERE, TITLE, BODY)
ALPHABETS = [["a", "b"], ["a", "b", "c", "é", "語"], list("ابتثجحخ"), ["\U0001d11e", "x"]]
SIZES = [0, 1, 7, 60, 500, 2047, 2048, 2049, 5000, 20_000, 65_536]


def main() -> None:
    """Run the cases asked for, and say how many there were of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1000)
    options = parser.parse_args()
    kinds = {"sound": sound, "damaged": damaged, "overwritten": overwritten, "vectors": compared_vectors}
    counts = dict.fromkeys(kinds, 0)
    begin = time.monotonic()
    for case in range(options.cases):
        random = np.random.default_rng((options.seed, case))
        kind = random.choice(list(kinds), p=[0.5, 0.2, 0.2, 0.1])
        try:
            counts[kind] += kinds[kind](random)
        except Exception:
            print(f"--seed {options.seed}, case {case}, {kind}")
            raise
    print(f"seed {options.seed}: {options.cases} cases, {counts} questions, {time.monotonic() - begin:.0f} s")


# -- fields


def made_up(random: Random, count: int) -> tuple[Arrays, int]:
    """Return the arrays of a field of ``count`` documents, and how many terms it has."""
    terms = made_up_terms(random, int(random.integers(0, 30)))
    most = min(count, 3000)
    lists = [np.unique(random.integers(0, count, random.integers(0, most))) if count else [] for _ in terms]
    docs = np.concatenate([np.zeros(0), *lists]).astype(np.uint16)
    common = random.random() < 0.02
    frequencies = np.minimum(random.geometric(0.01 if common else 0.5, docs.size), 2000)
    many = np.flatnonzero(frequencies >= MOST_FREQUENT)
    starts = ends([len(each) for each in lists])
    before = ends(frequencies)
    return {
        "terms": np.frombuffer(b"".join(terms), np.uint8),
        "term_ends": ends([len(each) for each in terms]),
        "posting_offsets": starts,
        "docs": docs,
        "occurrences": (np.minimum(frequencies, MOST_FREQUENT) | random.choice(PLACES, docs.size)).astype(np.uint8),
        "tf_overflow_rows": many.astype(np.uint32),
        "tf_overflow": frequencies[many].astype(np.uint32),
        "lengths": random.integers(0, 256, count).astype(np.uint8),
        "position_offsets": before[starts],
        "positions": made_up_positions(random, before),
        "body_starts": random.integers(0, 9, count).astype(random.choice([np.uint16, np.uint32])),
    }, len(terms)


def made_up_terms(random: Random, count: int) -> list[bytes]:
    """Return at most ``count`` terms, in byte order."""
    alphabet = ALPHABETS[random.integers(len(ALPHABETS))]
    return sorted({"".join(random.choice(alphabet, random.integers(0, 7))).encode() for _ in range(count)})


def made_up_positions(random: Random, before: Any) -> Any:
    """Return rising positions for each posting, close together so that phrases are found; sometimes one twice."""
    steps = random.integers(0 if random.random() < 0.2 else 1, 4, int(before[-1]))
    summed = np.cumsum(steps)
    firsts = np.concatenate((np.zeros(1, np.int64), summed))[before[:-1]]
    within = summed - np.repeat(firsts, np.diff(before.astype(np.int64)))
    return within.astype(np.uint32 if random.random() < 0.5 else np.uint16)


def ends(sizes: Any) -> Any:
    """Return where each of the sizes ends, one behind another, from 0 on."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64))).astype(np.uint32)


# -- trees


def tree(random: Random, terms: list[int], count: int, depth: int) -> MakeNode:
    """Return what makes a tree over fields with so many terms each."""
    inner = [
        nodes.AND,
        nodes.AND,
        nodes.OR,
        nodes.OR,
        nodes.NOT,
        nodes.MAYBE,
        nodes.CONSTANT,
    ]
    if depth == 0 or random.random() < 0.2:
        return leaf(random, terms, count)
    opcode = int(random.choice(inner))
    several = {nodes.AND, nodes.OR}
    parts = int(random.integers(0, 5)) if opcode in several else 1 if opcode == nodes.CONSTANT else 2
    made = [tree(random, terms, count, depth - 1) for _ in range(parts)]
    number = weight(random)
    numbers = (number,) if opcode == nodes.CONSTANT else ()
    return lambda fields: (opcode, *(make(fields) for make in made), *numbers)


def leaf(random: Random, terms: list[int], count: int) -> MakeNode:
    """Return what makes a node without parts."""
    which = int(random.integers(len(terms)))
    if terms[which] == 0 or random.random() < 0.15:
        mask, number = random.integers(0, 2, count).astype(random.choice([np.uint8, np.bool_])), weight(random)
        scored = (nodes.SCORED, mask, random.normal(size=len(mask)))
        node: Node = [(nodes.MASK, mask, number), scored, (nodes.EVERY, number), (nodes.NOTHING,)][random.integers(4)]
        return lambda fields: node
    some = [int(each) for each in random.integers(0, terms[which], random.integers(1, 5))]
    weights = tuple(weight(random) for _ in some)
    slop = int(random.choice([0, 1, 1, 1, 2, 3, 10, 2**40]))
    numbers = random.integers(0, terms[which], random.integers(0, 60)).astype(np.uint32)
    values = np.array([weight(random) for _ in numbers], np.float64)
    kind, part = random.integers(6), int(random.choice(PARTS))
    if kind == 0:
        return lambda fields: (nodes.PHRASE, fields[which], SCORER, tuple(some), slop, weights, part)
    if kind == 1:
        return lambda fields: (nodes.TERMS, fields[which], SCORER, numbers, values)
    if kind == 2:
        return lambda fields: (nodes.ADJACENT, fields[which], SCORER, tuple(some), slop, weights, part)
    if kind == 3:
        counted = numbers, np.abs(values)  # no frequency is less than 0
        return lambda fields: (
            nodes.SATURATE,
            fields[which],
            SCORER,
            (nodes.TERMS, fields[which], SCORER, *counted),
            2.0,
        )
    return lambda fields: (nodes.TERM, fields[which], SCORER, some[0], weights[0], part)


def weight(random: Random) -> float:
    """Return a weight or score."""
    # Halves and such add up exactly in any order, so that equal scores are equal in both tiers.
    return float(random.choice([0.0, 0.5, 1.0, 2.0, 3.25, -1.0]))


def check(claim: bool) -> None:
    """Raise AssertionError where a claim does not hold."""
    if not claim:
        raise AssertionError


# -- cases; each returns how many questions it asked


def sound(random: Random) -> int:
    """Compare the tiers on fields that are as they should be."""
    count = int(random.choice(SIZES, p=[0.02, 0.05, 0.15, 0.25, 0.25, 0.05, 0.05, 0.05, 0.1, 0.02, 0.01]))
    made = [made_up(random, count) for _ in range(2)]
    fields = [[tier.Field(**each) for each, _ in made] for tier in (native, arrays)]
    asked = 0
    for _ in range(6):
        make = tree(random, [terms for _, terms in made], count, int(random.integers(0, 4)))
        deleted, mask = (random.integers(0, 3, count) > 0 if random.random() < 0.3 else None for _ in range(2))
        if random.random() < 0.3:
            mask = random.random(count) < random.choice([0, 0.0005, 0.01, 0.1])  # whole windows are passed over
        limit = int(random.choice([0, 1, 10, 100, 10**9]))
        keys = random.integers(0, 50, count).astype(np.float64)
        same(make(fields[0]), make(fields[1]), count, deleted, mask, limit, keys)
        asked += 3
    return asked


def same(mine: Node, other: Node, count: int, deleted: Any, mask: Any, limit: int, keys: Any) -> None:
    """Raise AssertionError where the tiers differ."""
    docs, scores = native.matches(mine, count, deleted, mask)
    right_docs, right_scores = arrays.matches(other, count, deleted, mask)
    check(np.array_equal(docs, right_docs))
    check(np.allclose(scores, right_scores, rtol=1e-9, atol=1e-9))
    total, best, numbers = native.top(mine, count, deleted, limit, mask)
    check(total == docs.size)
    check(np.allclose(best, np.sort(right_scores)[::-1][:limit], rtol=1e-9, atol=1e-9))
    check(np.allclose(best, scores[np.searchsorted(docs, numbers)], rtol=1e-9, atol=1e-9))
    ranked = list(zip((-score for score in best), numbers, strict=True))
    check(all(first < second for first, second in itertools.pairwise(ranked)))
    lowest = arrays.top_by(other, count, deleted, limit, keys, mask)
    check(native.top_by(mine, count, deleted, limit, keys, mask) == lowest)


def compared_vectors(random: Random) -> int:
    """Compare the products of vectors, and the documents near one; rows that do not fit are refused."""
    width = int(random.choice([1, 7, 8, 31, 64, 384, 512, 1024, 4096]))
    count = int(random.choice([0, 1, 17, 300, 4097]))
    extreme = random.random() < 0.3
    pick = [-128, -127, 0, 127] if extreme else np.arange(-127, 128)
    rows, vector = (random.choice(np.array(pick, np.int8), shape) for shape in ((count, width), (width,)))
    products = np.frombuffer(_native.dot_products(rows.reshape(-1), vector), np.int32)
    check(np.array_equal(products, dot_products(rows, vector)))
    near = cosines(vector.tobytes(), Vectors(rows, inverse_lengths(rows)))
    check(bool(np.all(np.abs(near) <= 1.0)))
    mask = near >= random.uniform(-0.2, 0.2)
    same((nodes.SCORED, mask, near), (nodes.SCORED, mask, near), count, None, None, 10, np.zeros(count))
    if count and width > 1:
        try:
            _native.dot_products(rows.reshape(-1)[:-1], vector)
        except ValueError:
            return 5
        check(False)
    return 4


def damaged(random: Random) -> int:
    """Ask a field of noise."""
    count = int(random.choice([1, 100, 2500, 9000, 65_536]))
    terms, postings, positions = (int(each) for each in random.integers(1, [40, 4000, 9000]))
    noise = random.integers(0, 256, 8 * (postings + positions + 100)).astype(np.uint8)
    docs = noise[: 2 * postings].view(np.uint16).copy()
    if random.random() < 0.5:
        docs = np.sort(docs % min(count, 65_535))
    wide = random.random() < 0.5
    over = int(random.integers(0, 20))
    field = native.Field(
        noise[: terms * 4],
        rising(random, terms, terms * 4),
        rising(random, terms, postings),
        docs,
        random.choice(np.array([0, 0x21, 0x31, 0x12, 0xE8, 0x6F], np.uint8), postings),
        random.integers(0, postings + 5, over).astype(np.uint32),
        random.choice(np.array([0, 3, 255, 300, 2**32 - 1], np.uint32), over),
        noise[:count] if count <= noise.size else np.resize(noise, count),
        rising(random, terms, positions),
        noise[: 4 * positions].view(np.uint32) if wide else noise[: 2 * positions].view(np.uint16),
        random.integers(0, 70_000, count).astype(np.uint32),
    )
    ask_everything(random, field, terms, count)
    return 42


def ask_everything(random: Random, field: Any, terms: int, count: int) -> None:
    """Call each function of the kernels on a field of ``terms`` terms whose arrays may hold anything."""
    noise = random.integers(0, 256, 3).astype(np.uint8)
    for _ in range(6):
        node = tree(random, [terms], count, int(random.integers(0, 4)))([field])
        limit = int(random.choice([0, 1, 10, 10**9]))
        check(native.matches(node, count)[0].size <= count)
        total, _, numbers = native.top(node, count, None, limit)
        check(len(numbers) <= min(limit, total))
        native.top_by(node, count, None, limit, np.zeros(count))
        term = int(random.integers(0, terms))
        document = int(random.integers(0, 70_000))
        field.find(bytes(noise)), field.weight(term), field.positions_in(term, document)
        gaps = noise if random.random() < 0.5 else None
        _native.matched_words(
            document, ((field, term, 0), (None, 2, 0)), int(random.choice(PARTS)), "ab، c\n" * 9, gaps
        )


def overwritten(random: Random) -> int:
    """Ask a field whose arrays were good when it was made and then overwritten, as files that are written in place."""
    count = int(random.choice([1, 100, 2500, 9000]))
    arrays_of, terms = made_up(random, count)
    arrays_of = {name: array.copy() for name, array in arrays_of.items()}
    if not terms:
        return 0
    field = native.Field(**arrays_of)
    for array in arrays_of.values():
        if array.size and random.random() < 0.5:
            content = array.view(np.uint8)
            begin = int(random.integers(0, content.size))
            some = content[begin : begin + int(random.integers(1, 200_000))]
            some[:] = random.choice([0, 255]) if random.random() < 0.3 else random.integers(0, 256, some.size)
    ask_everything(random, field, terms, count)
    return 42


def rising(random: Random, items: int, limit: int) -> Any:
    """Return one number more than ``items``, none less than the one before or more than ``limit``."""
    return np.sort(random.integers(0, limit + 1, items + 1)).astype(np.uint32)


if __name__ == "__main__":
    main()
