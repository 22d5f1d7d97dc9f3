"""Queries evaluated in numpy: rising document numbers and their scores, node by node.

A part that must agree with others is evaluated within what those have found, the one with the fewest postings first.
:mod:`~indexer.kernels.nodes` describes the nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from indexer.kernels import nodes
from indexer.kernels.fields import Array, Field, Rows, checked
from indexer.kernels.nodes import MAX_DEPTH, MAX_DOCUMENTS, MAX_PHRASE, Node
from indexer.kernels.phrases import standing

__all__ = ["TIER", "Field", "matches", "top", "top_by"]

TIER: Final = "numpy"
NO_DOCUMENTS: Final = np.zeros(0, np.uint16)

# A list this many times longer than the other is searched, not read: measured, lists of 10 to 10,000 documents.
LONGER = 16


class Scope(NamedTuple):
    """What is asked of a node: among how many documents, only within some, with scores or without."""

    documents: int
    within: Array | None = None
    scored: bool = True
    depth: int = 0


class Matched(NamedTuple):
    """The documents that a node finds, rising, and the score of each; no scores where none were asked for."""

    docs: Array
    scores: Array | None


# -- what is answered


def top(
    node: Node, documents: int, deleted: Array | None, limit: int, mask: Array | None = None
) -> tuple[int, list[float], list[int]]:
    """Return how many documents match, and the scores and numbers of the ``limit`` best.

    The best stand first, among equal ones the lower number. Documents count from 0 up to ``documents``; those whose byte
    in ``deleted`` is not 0, or in ``mask`` is 0, are left out. Raises ValueError or TypeError for what is no tree.
    """
    docs, scores = matches(node, documents, deleted, mask)
    best = _first(-scores, _limited(limit))
    return docs.size, scores[best].tolist(), docs[best].tolist()


def top_by(
    node: Node, documents: int, deleted: Array | None, limit: int, keys: Array, mask: Array | None = None
) -> tuple[int, list[int]]:
    """Return how many documents match, and the ``limit`` with the lowest keys, among equal ones the lower number."""
    checked("keys", keys, "f8", items=_counted(documents))
    docs = _allowed(evaluated(node, Scope(documents, scored=False)), documents, deleted, mask).docs
    return docs.size, docs[_first(keys[docs], _limited(limit))].tolist()


def matches(node: Node, documents: int, deleted: Array | None = None, mask: Array | None = None) -> tuple[Array, Array]:
    """Return the matching documents, rising, and the score of each."""
    matched = _allowed(evaluated(node, Scope(_counted(documents))), documents, deleted, mask)
    return matched.docs, _scores(matched)


def _counted(documents: int) -> int:
    if not 0 <= documents <= MAX_DOCUMENTS:
        raise ValueError(f"{documents} documents: not between 0 and {MAX_DOCUMENTS}")
    return documents


def _limited(limit: int) -> int:
    if limit < 0:
        raise ValueError(f"limit {limit}: less than 0")
    return limit


def _allowed(matched: Matched, documents: int, deleted: Array | None, mask: Array | None) -> Matched:
    if deleted is not None:
        matched = _kept(matched, checked("deleted", deleted, "u1", "?", items=documents)[matched.docs] == 0)
    if mask is not None:
        matched = _kept(matched, checked("mask", mask, "u1", "?", items=documents)[matched.docs] != 0)
    return matched


def _first(keys: Array, limit: int) -> Array:
    """Return where the ``limit`` lowest keys stand, lowest first, equal ones in their order."""
    if limit == 0:
        return np.zeros(0, np.int64)
    if limit >= keys.size:
        order: Array = keys.argsort(kind="stable")
        return order
    among = np.flatnonzero(keys <= np.partition(keys, limit - 1)[limit - 1])
    best: Array = among[keys[among].argsort(kind="stable")][:limit]
    return best


# -- nodes


def evaluated(node: Node, scope: Scope) -> Matched:
    """Return what ``node`` finds, nothing that is not within the scope."""
    if not isinstance(node, tuple) or not node:
        raise TypeError(f"not a node: {node!r:.100}")
    if scope.depth >= MAX_DEPTH:
        raise ValueError(f"a tree deeper than {MAX_DEPTH} nodes")
    evaluate = _EVALUATE.get(node[0])
    if evaluate is None:
        raise ValueError(f"no such node: {node[0]!r:.100}")
    return evaluate(node, scope)


def _term(node: Node, scope: Scope) -> Matched:
    _, field, norms, term, weight = node
    rows, docs = _postings(field, term, scope)
    if not scope.scored:
        return Matched(docs, None)
    return Matched(docs, _weighed(field, norms, rows, docs, weight))


def _terms(node: Node, scope: Scope) -> Matched:
    _, field, norms, terms, weights = node
    numbers = checked("terms", terms, "u4").astype(np.int64)
    checked("weights", weights, "f8", items=numbers.size)
    _covered(field, scope)
    if numbers.size and numbers.max() >= field.count:
        raise ValueError(f"terms: one of {numbers.max()}, the field has {field.count}")
    begins = field.starts[numbers].astype(np.int64)
    counts = field.starts[numbers + 1] - begins
    rows = _ranges(begins, counts)
    docs = field.docs[rows]
    each = np.repeat(weights, counts) if scope.scored else None
    good = _among(scope)[docs]
    if not good.all():
        rows, docs, each = rows[good], docs[good], None if each is None else each[good]
    scores = None if each is None else _weighed(field, norms, rows, docs, each)
    return _united(docs, scores, scope.documents)


def _phrase(node: Node, scope: Scope) -> Matched:
    _, field, norms, terms, slop, weights = node
    if field.positions is None:
        raise ValueError("a phrase in a field without positions")
    if not 1 <= len(terms) == len(weights) <= MAX_PHRASE or slop < 0:
        raise ValueError(f"a phrase of {len(terms)} terms, {len(weights)} weights, slop {slop}")
    if len(terms) == 1:
        return _term((nodes.TERM, field, norms, terms[0], weights[0]), scope)
    docs, rows = _together(field, terms, scope)
    found = np.flatnonzero(standing(field, terms, slop, docs, rows))
    docs = docs[found]
    if not scope.scored:
        return Matched(docs, None)
    scores = np.zeros(docs.size)
    for weight, its_rows in zip(weights, rows, strict=True):
        scores += _weighed(field, norms, its_rows[found], docs, weight)
    return Matched(docs, scores)


def _together(field: Field, terms: tuple[int, ...], scope: Scope) -> tuple[Array, list[Array]]:
    """Return the documents that have all the terms, and for each term its postings there."""
    for term in sorted(set(terms), key=field.frequency):
        scope = scope._replace(within=_postings(field, term, scope)[1])
    docs = NO_DOCUMENTS if scope.within is None else scope.within
    rows = {term: _numbered(_postings(field, term, scope)[0]) for term in set(terms)}
    return docs, [rows[term] for term in terms]


def _mask(node: Node, scope: Scope) -> Matched:
    _, mask, score = node
    checked("mask", mask, "u1", "?", items=scope.documents)
    docs = mask.nonzero()[0].astype(np.uint16) if scope.within is None else scope.within[mask[scope.within] != 0]
    return _same(docs, score, scope)


def _every(node: Node, scope: Scope) -> Matched:
    _, score = node
    docs = np.arange(scope.documents).astype(np.uint16) if scope.within is None else scope.within
    return _same(docs, score, scope)


def _nothing(node: Node, scope: Scope) -> Matched:
    (_,) = node
    return _same(NO_DOCUMENTS, 0.0, scope)


def _and(node: Node, scope: Scope) -> Matched:
    parts = sorted(node[1:], key=_most)
    if not parts:
        return _same(NO_DOCUMENTS, 0.0, scope)
    scope = _inside(scope)
    all_of = evaluated(parts[0], scope)
    for part in parts[1:]:
        one = evaluated(part, scope._replace(within=all_of.docs))
        all_of = _kept(all_of, _places(all_of.docs, one.docs, scope.documents))
        if all_of.scores is not None:
            all_of = Matched(all_of.docs, all_of.scores + _scores(one))
    return all_of


def _or(node: Node, scope: Scope) -> Matched:
    inside = _inside(scope)
    parts = [evaluated(part, inside) for part in node[1:]]
    if len(parts) == 1:
        return parts[0]
    docs = np.concatenate([NO_DOCUMENTS, *(part.docs for part in parts)])
    scores = np.concatenate([np.zeros(0), *(_scores(part) for part in parts)]) if scope.scored else None
    return _united(docs, scores, scope.documents)


def _not(node: Node, scope: Scope) -> Matched:
    _, part, excluded = node
    scope = _inside(scope)
    found = evaluated(part, scope)
    others = evaluated(excluded, scope._replace(within=found.docs, scored=False))
    keep = np.ones(found.docs.size, bool)
    keep[_places(found.docs, others.docs, scope.documents)] = False
    return _kept(found, keep)


def _maybe(node: Node, scope: Scope) -> Matched:
    _, required, optional = node
    scope = _inside(scope)
    found = evaluated(required, scope)
    others = evaluated(optional, scope._replace(within=found.docs))
    if found.scores is None:
        return found
    scores = found.scores.copy()
    scores[_places(found.docs, others.docs, scope.documents)] += _scores(others)
    return Matched(found.docs, scores)


def _require(node: Node, scope: Scope) -> Matched:
    _, part, required = node
    scope = _inside(scope)
    if _most(required) < _most(part):
        within = evaluated(required, scope._replace(scored=False)).docs
        return evaluated(part, scope._replace(within=within))
    found = evaluated(part, scope)
    others = evaluated(required, scope._replace(within=found.docs, scored=False))
    return _kept(found, _places(found.docs, others.docs, scope.documents))


def _scale(node: Node, scope: Scope) -> Matched:
    _, part, factor = node
    found = evaluated(part, _inside(scope))
    return found if found.scores is None else Matched(found.docs, found.scores * factor)


def _constant(node: Node, scope: Scope) -> Matched:
    _, part, score = node
    return _same(evaluated(part, _inside(scope)._replace(scored=False)).docs, score, scope)


def _max(node: Node, scope: Scope) -> Matched:
    tiebreak, inside = node[1], _inside(scope)
    best, total = np.full(scope.documents, -np.inf), np.zeros(scope.documents)
    found = np.zeros(scope.documents, bool)
    for part in node[2:]:
        one = evaluated(part, inside)
        found[one.docs] = True
        if one.scores is not None:
            best[one.docs] = np.maximum(best[one.docs], one.scores)
            total[one.docs] += one.scores
    docs = found.nonzero()[0].astype(np.uint16)
    if not scope.scored:
        return Matched(docs, None)
    return Matched(docs, best[docs] + tiebreak * (total[docs] - best[docs]))


_EVALUATE: Final[dict[int, Callable[[Node, Scope], Matched]]] = {
    nodes.TERM: _term,
    nodes.TERMS: _terms,
    nodes.PHRASE: _phrase,
    nodes.MASK: _mask,
    nodes.EVERY: _every,
    nodes.NOTHING: _nothing,
    nodes.AND: _and,
    nodes.OR: _or,
    nodes.NOT: _not,
    nodes.MAYBE: _maybe,
    nodes.REQUIRE: _require,
    nodes.SCALE: _scale,
    nodes.CONSTANT: _constant,
    nodes.MAX: _max,
}


def _most(node: Any, depth: int = 0) -> int:
    """Return how many documents a node finds at most; what is no node finds none, and is refused when evaluated."""
    match node if depth < MAX_DEPTH else None:
        case (nodes.TERM, Field() as field, _, int(term), _) if 0 <= term < field.count:
            return field.frequency(term)
        case (nodes.PHRASE, Field() as field, _, tuple(terms), _, _):
            return min((_most((nodes.TERM, field, None, term, None)) for term in terms), default=0)
        case (nodes.AND, *parts) if parts:
            return min(_most(part, depth + 1) for part in parts)
        case (nodes.OR, *parts) | (nodes.MAX, _, *parts):
            return sum(_most(part, depth + 1) for part in parts)
        case (nodes.REQUIRE, first, second):
            return min(_most(first, depth + 1), _most(second, depth + 1))
        case (nodes.NOT | nodes.MAYBE | nodes.SCALE | nodes.CONSTANT, first, _):
            return _most(first, depth + 1)
        case (nodes.TERMS, *_) | (nodes.MASK, *_) | (nodes.EVERY, *_):
            return MAX_DOCUMENTS
    return 0


# -- lists of documents


def _inside(scope: Scope) -> Scope:
    return scope._replace(depth=scope.depth + 1)


def _same(docs: Array, score: float, scope: Scope) -> Matched:
    return Matched(docs, np.full(docs.size, float(score)) if scope.scored else None)


def _scores(matched: Matched) -> Array:
    return np.zeros(matched.docs.size) if matched.scores is None else matched.scores


def _kept(matched: Matched, keep: Array) -> Matched:
    return Matched(matched.docs[keep], None if matched.scores is None else matched.scores[keep])


def _covered(field: Any, scope: Scope) -> None:
    if not isinstance(field, Field):
        raise TypeError(f"not a field: {field!r:.100}")
    if field.lengths.size < scope.documents:
        raise ValueError(f"a field of {field.lengths.size} documents, {scope.documents} are searched")


def _postings(field: Field, term: int, scope: Scope) -> tuple[Rows, Array]:
    """Return a term's postings within the scope and their documents."""
    _covered(field, scope)
    rows = field.rows(term)
    docs = field.docs[rows]
    good = _good(docs, scope)
    if good is None:
        return rows, docs
    return good + rows.start, docs[good]


def _good(docs: Array, scope: Scope) -> Array | None:
    """Return which of ``docs`` exist and are within the scope, None if all are."""
    # A damaged file may name documents that are not there, or in any order.
    if (docs[1:] <= docs[:-1]).any():
        raise ValueError("the documents of a term do not rise: the index is damaged")
    exist = docs[: docs.searchsorted(np.uint16(scope.documents))] if scope.documents < MAX_DOCUMENTS else docs
    if scope.within is not None:
        return _places(exist, scope.within, scope.documents)
    return np.arange(exist.size) if exist.size < docs.size else None


def _among(scope: Scope) -> Array:
    """Return for each document number whether it exists and is within the scope."""
    among = np.zeros(MAX_DOCUMENTS, bool)
    among[: scope.documents] = scope.within is None
    if scope.within is not None:
        among[scope.within] = True
    return among


def _places(docs: Array, wanted: Array, documents: int) -> Array:
    """Return where in ``docs`` the ones stand that are in ``wanted`` too; both rise."""
    if wanted.size * LONGER < docs.size:
        at: Array = np.minimum(docs.searchsorted(wanted), docs.size - 1)
        found: Array = at[docs[at] == wanted]
        return found
    if docs.size * LONGER < wanted.size:
        at = np.minimum(wanted.searchsorted(docs), wanted.size - 1)
        return np.flatnonzero(wanted[at] == docs)
    among = np.zeros(documents, bool)
    among[wanted] = True
    return np.flatnonzero(among[docs])


def _united(docs: Array, scores: Array | None, documents: int) -> Matched:
    """Return each of ``docs`` once, rising, with the sum of its scores."""
    if docs.size * LONGER < documents or not docs.size:  # bincount of nothing is of integers
        order = docs.argsort(kind="stable")
        docs = docs[order]
        first = np.flatnonzero(np.concatenate((np.ones(min(docs.size, 1), bool), docs[1:] != docs[:-1])))
        summed = None if scores is None else np.add.reduceat(scores[order], first) if first.size else np.zeros(0)
        return Matched(docs[first], summed)
    found = np.zeros(documents, bool)
    found[docs] = True
    once = found.nonzero()[0]
    summed = None if scores is None else np.bincount(docs, weights=scores, minlength=documents)[once]
    return Matched(once.astype(np.uint16), summed)


def _weighed(field: Field, norms: Array, rows: Rows, docs: Array, weight: float | Array) -> Array:
    checked("norms", norms, "f8", items=256)
    frequencies = field.frequencies(rows)
    scores: Array = weight * (frequencies / (frequencies + norms[field.lengths[docs]]))
    return scores


def _numbered(rows: Rows) -> Array:
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows


def _ranges(begins: Array, counts: Array) -> Array:
    """Return the numbers of all ranges, one range after another."""
    numbers: Array = np.arange(int(counts.sum())) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    return numbers
