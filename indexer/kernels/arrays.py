"""Query evaluation in numpy: each node gives its matching documents, rising, and their scores.

A conjunction evaluates the child with the fewest postings first, and the others only within the documents that are left.
:mod:`~indexer.kernels.nodes` defines the nodes. This is the reference that the C code is compared with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from indexer.kernels import nodes
from indexer.kernels.doc_lists import SEARCH_FACTOR, concatenate_ranges, indexes_in
from indexer.kernels.fields import Array, Field, PostingNumbers, check_array
from indexer.kernels.nodes import MAX_DEPTH, MAX_DOCUMENTS, MAX_PHRASE, Node
from indexer.kernels.phrases import count_places
from indexer.kernels.scores import saturate_frequencies, score_postings
from indexer.ranking.occurrences import ANYWHERE, PART_BITS

__all__ = ["TIER", "Field", "matches", "top", "top_by"]

TIER: Final = "numpy"
NO_DOCUMENTS: Final = np.zeros(0, np.uint16)


class Scope(NamedTuple):
    """What is asked of a node: over how many documents, within which of them (rising), with scores or without."""

    documents: int
    within: Array | None = None
    scored: bool = True
    depth: int = 0


class MatchedDocs(NamedTuple):
    """The documents that match a node, rising, and the score of each; ``None`` where scores are not asked for."""

    docs: Array
    scores: Array | None


# -- answers


def top(
    node: Node, documents: int, deleted: Array | None, limit: int, mask: Array | None = None, found: Array | None = None
) -> tuple[int, list[float], list[int]]:
    """Return the number of matching documents, and the scores and numbers of the ``limit`` best.

    The best come first, among equal ones the lower number. Documents are numbered from 0 to below ``documents``; those
    whose byte in ``deleted`` is not 0, or in ``mask`` is 0, are left out. In ``found``, zeros, the byte of each that
    matches becomes 1. With limit 0 nothing is scored. Raises ValueError or TypeError for a malformed tree.
    """
    scope = Scope(_check_documents(documents), scored=_check_limit(limit) > 0)
    matched = _apply_filters(evaluate(node, scope), documents, deleted, mask, found)
    best = _lowest(-_scores(matched), limit)
    return matched.docs.size, _scores(matched)[best].tolist(), matched.docs[best].tolist()


def top_by(
    node: Node,
    documents: int,
    deleted: Array | None,
    limit: int,
    keys: Array,
    mask: Array | None = None,
    found: Array | None = None,
) -> tuple[int, list[int]]:
    """Return the number of matching documents, and the ``limit`` with the lowest keys, of equal keys the lower number."""
    check_array("keys", keys, "f8", items=_check_documents(documents))
    docs = _apply_filters(evaluate(node, Scope(documents, scored=False)), documents, deleted, mask, found).docs
    return docs.size, docs[_lowest(keys[docs], _check_limit(limit))].tolist()


def matches(node: Node, documents: int, deleted: Array | None = None, mask: Array | None = None) -> tuple[Array, Array]:
    """Return the matching documents (u2, rising), and the score of each (f8)."""
    matched = _apply_filters(evaluate(node, Scope(_check_documents(documents))), documents, deleted, mask)
    return matched.docs, _scores(matched)


def _check_documents(documents: int) -> int:
    if not 0 <= documents <= MAX_DOCUMENTS:
        raise ValueError(f"{documents} documents: not between 0 and {MAX_DOCUMENTS}")
    return documents


def _check_limit(limit: int) -> int:
    if limit < 0:
        raise ValueError(f"limit {limit}: less than 0")
    return limit


def _apply_filters(
    matched: MatchedDocs, documents: int, deleted: Array | None, mask: Array | None, found: Array | None = None
) -> MatchedDocs:
    if deleted is not None:
        matched = _select(matched, check_array("deleted", deleted, "u1", "?", items=documents)[matched.docs] == 0)
    if mask is not None:
        matched = _select(matched, check_array("mask", mask, "u1", "?", items=documents)[matched.docs] != 0)
    if found is not None:
        check_array("found", found, "u1", "?", items=documents)[matched.docs] = 1
    return matched


def _lowest(keys: Array, limit: int) -> Array:
    """Return the indexes of the ``limit`` lowest keys, lowest first, equal ones in their order."""
    if limit == 0:
        return np.zeros(0, np.int64)
    if limit >= keys.size:
        order: Array = keys.argsort(kind="stable")
        return order
    among = np.flatnonzero(keys <= np.partition(keys, limit - 1)[limit - 1])
    best: Array = among[keys[among].argsort(kind="stable")][:limit]
    return best


# -- nodes


def evaluate(node: Node, scope: Scope) -> MatchedDocs:
    """Return the documents within the scope that match ``node``."""
    if not isinstance(node, tuple) or not node:
        raise TypeError(f"not a node: {node!r:.100}")
    if scope.depth >= MAX_DEPTH:
        raise ValueError(f"a tree deeper than {MAX_DEPTH} nodes")
    evaluate = _EVALUATE.get(node[0])
    if evaluate is None:
        raise ValueError(f"no such node: {node[0]!r:.100}")
    return evaluate(node, scope)


def _term(node: Node, scope: Scope) -> MatchedDocs:
    _, field, scorer, term, weight, part = node
    postings, docs = _postings(field, term, scope, part)
    if not scope.scored:
        return MatchedDocs(docs, None)
    return MatchedDocs(docs, score_postings(field, scorer, postings, docs, weight))


def _terms(node: Node, scope: Scope) -> MatchedDocs:
    _, field, scorer, terms, weights = node
    numbers = check_array("terms", terms, "u4").astype(np.int64)
    check_array("weights", weights, "f8", items=numbers.size)
    _check_field(field, scope)
    if numbers.size and numbers.max() >= field.count:
        raise ValueError(f"terms: one of {numbers.max()}, the field has {field.count}")
    begins = field.posting_offsets[numbers].astype(np.int64)
    counts = field.posting_offsets[numbers + 1] - begins
    postings = concatenate_ranges(begins, counts)
    docs = field.docs[postings]
    weight_of_posting = np.repeat(weights, counts) if scope.scored else None
    good = _scope_mask(scope)[docs]
    if not good.all():
        postings, docs, weight_of_posting = (
            postings[good],
            docs[good],
            None if weight_of_posting is None else weight_of_posting[good],
        )
    scores = None if weight_of_posting is None else score_postings(field, scorer, postings, docs, weight_of_posting)
    return merge_docs(docs, scores, scope.documents)


def _phrase(node: Node, scope: Scope) -> MatchedDocs:
    opcode, field, scorer, terms, slop, weights, part = node
    if field.positions is None:
        raise ValueError("a phrase in a field without positions")
    if not 1 <= len(terms) == len(weights) <= MAX_PHRASE or slop < 0:
        raise ValueError(f"a phrase of {len(terms)} terms, {len(weights)} weights, slop {slop}")
    if len(terms) == 1:
        return _term((nodes.TERM, field, scorer, terms[0], weights[0], part), scope)
    docs, postings = intersect(field, terms, scope, part)
    places = count_places(field, terms, slop, docs, postings, part)
    matched = np.flatnonzero(places)
    docs = docs[matched]
    if not scope.scored:
        return MatchedDocs(docs, None)
    if opcode == nodes.ADJACENT:
        return MatchedDocs(docs, sum(weights) * saturate_frequencies(field, scorer, places[matched], docs))
    scores = np.zeros(docs.size)
    for weight, postings_of_term in zip(weights, postings, strict=True):
        scores += score_postings(field, scorer, postings_of_term[matched], docs, weight)
    return MatchedDocs(docs, scores)


def intersect(field: Field, terms: tuple[int, ...], scope: Scope, part: int) -> tuple[Array, list[Array]]:
    """Return the documents that have all the terms in a part, and for each term its postings in them."""
    for term in sorted(set(terms), key=field.frequency):
        scope = scope._replace(within=_postings(field, term, scope, part)[1])
    docs = NO_DOCUMENTS if scope.within is None else scope.within
    postings = {term: _posting_numbers(_postings(field, term, scope, part)[0]) for term in set(terms)}
    return docs, [postings[term] for term in terms]


def _saturate_node(node: Node, scope: Scope) -> MatchedDocs:
    _, field, scorer, part, weight = node
    _check_field(field, scope)
    docs, scores = evaluate(part, _child_scope(scope))
    return MatchedDocs(docs, None if scores is None else weight * saturate_frequencies(field, scorer, scores, docs))


def _mask(node: Node, scope: Scope) -> MatchedDocs:
    _, mask, score = node
    check_array("mask", mask, "u1", "?", items=scope.documents)
    docs = mask.nonzero()[0].astype(np.uint16) if scope.within is None else scope.within[mask[scope.within] != 0]
    return _constant_score(docs, score, scope)


def _own_scores(node: Node, scope: Scope) -> MatchedDocs:
    _, mask, scores = node
    check_array("scores", scores, "f8", items=scope.documents)
    docs = _mask((nodes.MASK, mask, 0.0), scope).docs
    return MatchedDocs(docs, scores[docs] if scope.scored else None)


def _every(node: Node, scope: Scope) -> MatchedDocs:
    _, score = node
    docs = np.arange(scope.documents).astype(np.uint16) if scope.within is None else scope.within
    return _constant_score(docs, score, scope)


def _nothing(node: Node, scope: Scope) -> MatchedDocs:
    (_,) = node
    return _constant_score(NO_DOCUMENTS, 0.0, scope)


def _and(node: Node, scope: Scope) -> MatchedDocs:
    parts = sorted(node[1:], key=_max_hits)
    if not parts:
        return _constant_score(NO_DOCUMENTS, 0.0, scope)
    scope = _child_scope(scope)
    all_of = evaluate(parts[0], scope)
    for part in parts[1:]:
        one = evaluate(part, scope._replace(within=all_of.docs))
        all_of = _select(all_of, indexes_in(all_of.docs, one.docs, scope.documents))
        if all_of.scores is not None:
            all_of = MatchedDocs(all_of.docs, all_of.scores + _scores(one))
    return all_of


def _or(node: Node, scope: Scope) -> MatchedDocs:
    inside = _child_scope(scope)
    parts = [evaluate(part, inside) for part in node[1:]]
    if len(parts) == 1:
        return parts[0]
    docs = np.concatenate([NO_DOCUMENTS, *(part.docs for part in parts)])
    scores = np.concatenate([np.zeros(0), *(_scores(part) for part in parts)]) if scope.scored else None
    return merge_docs(docs, scores, scope.documents)


def _not(node: Node, scope: Scope) -> MatchedDocs:
    _, part, excluded = node
    scope = _child_scope(scope)
    matched = evaluate(part, scope)
    others = evaluate(excluded, scope._replace(within=matched.docs, scored=False))
    keep = np.ones(matched.docs.size, bool)
    keep[indexes_in(matched.docs, others.docs, scope.documents)] = False
    return _select(matched, keep)


def _maybe(node: Node, scope: Scope) -> MatchedDocs:
    _, required, optional = node
    scope = _child_scope(scope)
    matched = evaluate(required, scope)
    if matched.scores is None:
        return matched
    others = evaluate(optional, scope._replace(within=matched.docs))
    scores = matched.scores.copy()
    scores[indexes_in(matched.docs, others.docs, scope.documents)] += _scores(others)
    return MatchedDocs(matched.docs, scores)


def _constant(node: Node, scope: Scope) -> MatchedDocs:
    _, part, score = node
    return _constant_score(evaluate(part, _child_scope(scope)._replace(scored=False)).docs, score, scope)


_EVALUATE: Final[dict[int, Callable[[Node, Scope], MatchedDocs]]] = {
    nodes.TERM: _term,
    nodes.TERMS: _terms,
    nodes.PHRASE: _phrase,
    nodes.ADJACENT: _phrase,
    nodes.SATURATE: _saturate_node,
    nodes.MASK: _mask,
    nodes.SCORED: _own_scores,
    nodes.EVERY: _every,
    nodes.NOTHING: _nothing,
    nodes.AND: _and,
    nodes.OR: _or,
    nodes.NOT: _not,
    nodes.MAYBE: _maybe,
    nodes.CONSTANT: _constant,
}


def _max_hits(node: Any, depth: int = 0) -> int:
    """Return an upper bound of a node's matches; 0 for a malformed node, which is refused when it is evaluated."""
    match node if depth < MAX_DEPTH else None:
        case (nodes.TERM, Field() as field, _, int(term), _, _) if 0 <= term < field.count:
            return field.frequency(term)
        case (nodes.PHRASE | nodes.ADJACENT, Field() as field, _, tuple(terms), *_):
            return min((_max_hits((nodes.TERM, field, None, term, None, None)) for term in terms), default=0)
        case (nodes.AND, *parts) if parts:
            return min(_max_hits(part, depth + 1) for part in parts)
        case (nodes.OR, *parts):
            return sum(_max_hits(part, depth + 1) for part in parts)
        case (nodes.NOT | nodes.MAYBE | nodes.CONSTANT, first, _):
            return _max_hits(first, depth + 1)
        case (nodes.SATURATE, _, _, part, _):
            return _max_hits(part, depth + 1)
        case (nodes.TERMS, *_) | (nodes.MASK | nodes.SCORED, *_) | (nodes.EVERY, *_):
            return MAX_DOCUMENTS
    return 0


# -- lists of documents


def _child_scope(scope: Scope) -> Scope:
    return scope._replace(depth=scope.depth + 1)


def _constant_score(docs: Array, score: float, scope: Scope) -> MatchedDocs:
    return MatchedDocs(docs, np.full(docs.size, float(score)) if scope.scored else None)


def _scores(matched: MatchedDocs) -> Array:
    return np.zeros(matched.docs.size) if matched.scores is None else matched.scores


def _select(matched: MatchedDocs, keep: Array) -> MatchedDocs:
    return MatchedDocs(matched.docs[keep], None if matched.scores is None else matched.scores[keep])


def _check_field(field: Any, scope: Scope) -> None:
    if not isinstance(field, Field):
        raise TypeError(f"not a field: {field!r:.100}")
    if field.lengths.size < scope.documents:
        raise ValueError(f"a field of {field.lengths.size} documents, {scope.documents} are searched")


def _postings(field: Field, term: int, scope: Scope, part: int) -> tuple[PostingNumbers, Array]:
    """Return a term's postings in a part of the documents within the scope, and their documents."""
    _check_field(field, scope)
    if part not in PART_BITS.values():
        raise ValueError(f"no such part: {part!r:.100}")
    postings = field.posting_range(term)
    docs = field.docs[postings]
    good = _usable(docs, scope)
    if part != ANYWHERE:
        in_part = field.occurrences[postings] & part != 0
        good = np.flatnonzero(in_part) if good is None else good[in_part[good]]
    if good is None:
        return postings, docs
    return good + postings.start, docs[good]


def _usable(docs: Array, scope: Scope) -> Array | None:
    """Return the indexes of the ``docs`` that exist and are within the scope, None if all are."""
    # A damaged file may name documents that do not exist, in any order.
    if (docs[1:] <= docs[:-1]).any():
        raise ValueError("the documents of a term do not rise: the index is damaged")
    exist = docs[: docs.searchsorted(np.uint16(scope.documents))] if scope.documents < MAX_DOCUMENTS else docs
    if scope.within is not None:
        return indexes_in(exist, scope.within, scope.documents)
    return np.arange(exist.size) if exist.size < docs.size else None


def _scope_mask(scope: Scope) -> Array:
    """Return a mask of the documents that exist and are within the scope."""
    among = np.zeros(MAX_DOCUMENTS, bool)
    among[: scope.documents] = scope.within is None
    if scope.within is not None:
        among[scope.within] = True
    return among


def merge_docs(docs: Array, scores: Array | None, documents: int) -> MatchedDocs:
    """Return each of ``docs`` once, rising, with the sum of its scores."""
    if docs.size * SEARCH_FACTOR < documents or not docs.size:  # bincount of nothing is of integers
        order = docs.argsort(kind="stable")
        docs = docs[order]
        first = np.flatnonzero(np.concatenate((np.ones(min(docs.size, 1), bool), docs[1:] != docs[:-1])))
        summed = None if scores is None else np.add.reduceat(scores[order], first) if first.size else np.zeros(0)
        return MatchedDocs(docs[first], summed)
    found = np.zeros(documents, bool)
    found[docs] = True
    once = found.nonzero()[0]
    summed = None if scores is None else np.bincount(docs, weights=scores, minlength=documents)[once]
    return MatchedDocs(once.astype(np.uint16), summed)


def _posting_numbers(postings: PostingNumbers) -> Array:
    return np.arange(postings.start, postings.stop) if isinstance(postings, slice) else postings
