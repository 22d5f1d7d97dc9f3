"""Plan compiler: turns a query plan into the query language of a cluster.

Lucene's BM25 over the scored fields gives what :mod:`indexer.ranking.weights` asks for but for the factor K1 + 1, which
it leaves out since version 8, and the length of an article, which here is the sum of the weighted frequencies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from indexer.engines.opensearch.documents import document_id, keyword, token
from indexer.engines.opensearch.mapping import BAR, EARLY_SPACES, MARK, MATCH_ALL, MATCH_NONE, Json
from indexer.engines.opensearch.vectors import nearest_condition, nearest_query
from indexer.query.filters import Filter
from indexer.query.plan import (
    Adjacent,
    AllOf,
    AndMaybe,
    AndNot,
    AnyOf,
    DateRange,
    Family,
    MatchAll,
    MatchNone,
    Near,
    Nearest,
    Plan,
    Recency,
    SameStory,
    Term,
    TermPhrase,
    TermsFilter,
)
from indexer.ranking import weights
from indexer.ranking.occurrences import Part
from indexer.schema import ADDRESS_FIELD, ID_FIELD

MAX_TERMS: Final = 65_536
"""How many values one query may list, unless ``index.max_terms_count`` says otherwise."""

_FACTOR: Final = weights.K1 + 1
_DAY_MS: Final = 24 * 60 * 60 * 1000
_KEYWORDS: Final = {ID_FIELD: "id", ADDRESS_FIELD: "url_key"}
_MARK: Final = {"match": {"query": MARK, "analyzer": "terms"}}


def compile_plan(plan: Plan) -> Json:  # noqa: C901, one case a node
    """Return the query that matches what ``plan`` does and scores as it does."""
    match plan:
        case (
            Term(boost=0) | TermPhrase(boost=0) | Near(boost=0) | Adjacent(boost=0) | Family(boost=0) | Nearest(boost=0)
        ):
            return _without_score(compile_condition(plan))
        case Term(space, text, boost, part):
            return _term(space, text, boost, part)
        case TermPhrase(space, texts, boost, part):
            return _together(space, texts, boost, _phrase(space, texts, part))
        case Near(space, texts, distance, boost, part):
            return _together(space, texts, boost, _near(space, texts, distance, part))
        case Adjacent(space, texts, boost):
            return _match_phrase(f"text_{space}", texts, boost)
        case Family(space, texts, boost):
            alternatives = BAR.join(map(token, texts))
            return {"match": {space: {"query": alternatives, "analyzer": "family", "boost": boost * _FACTOR}}}
        case AllOf(parts):
            return {"bool": {"must": [compile_plan(part) for part in parts]}}
        case AnyOf(parts):
            return _any_of(_scored_alternatives(parts))
        case AndMaybe(required, optional):
            maybe = _alternatives([compile_plan(optional)])
            return {"bool": {"must": [compile_plan(required)], "should": maybe, "minimum_should_match": 0}}
        case AndNot(part, excluded):
            return {"bool": {"must": [compile_plan(part)], "must_not": [compile_condition(excluded)]}}
        case Nearest():
            return nearest_query(plan)
        case MatchNone():
            return MATCH_NONE
        case MatchAll() | DateRange() | TermsFilter():
            return {"bool": {"filter": [compile_filter(plan)]}}


def compile_condition(plan: Plan) -> Json:  # noqa: C901, one case a node
    """Return the query that matches what ``plan`` does; it is for a context without scores."""
    match plan:
        case Term(space, text, _, part):
            return _any_text(space, (text,), part)
        case TermPhrase(space, texts, _, part):
            return _phrase(space, texts, part)
        case Near(space, texts, distance, _, part):
            return _near(space, texts, distance, part)
        case Adjacent(space, texts):
            return _phrase(space, texts, None)
        case Family(space, texts):
            return {"terms": {space: [*dict.fromkeys(map(token, texts))]}}
        case AllOf(parts):
            return {"bool": {"filter": [compile_condition(part) for part in parts]}}
        case AnyOf(parts):
            terms = [part for part in parts if isinstance(part, Term)]
            others = [compile_condition(part) for part in parts if not isinstance(part, Term)]
            return _any_of([*_any_terms(terms), *others])
        case AndMaybe(required):
            return compile_condition(required)
        case AndNot(part, excluded):
            return {"bool": {"filter": [compile_condition(part)], "must_not": [compile_condition(excluded)]}}
        case Nearest():
            return nearest_condition(plan)
        case MatchNone():
            return MATCH_NONE
        case MatchAll() | DateRange() | TermsFilter():
            return compile_filter(plan)


def _without_score(condition: Json) -> Json:
    return {"bool": {"filter": [condition]}}


def _scored_alternatives(parts: Sequence[Plan]) -> list[Json]:
    """Return queries for alternatives, of those terms together that score nothing."""
    terms = [part for part in parts if isinstance(part, Term) and part.boost == 0]
    others = [part for part in parts if not (isinstance(part, Term) and part.boost == 0)]
    return [*map(_without_score, _any_terms(terms)), *map(compile_plan, others)]


def _any_terms(terms: Iterable[Term]) -> list[Json]:
    """Return queries that together match what any of some terms does, one for each place that they are wanted in.

    A pattern has 128 terms, a query a thousand, and a cluster takes no more than 1,024 clauses.
    """
    by_place: dict[tuple[str, Part | None], list[str]] = {}
    for term in terms:
        by_place.setdefault((term.space, term.part), []).append(term.text)
    return [_any_text(space, texts, part) for (space, part), texts in by_place.items()]


def _any_text(space: str, texts: Sequence[str], part: Part | None) -> Json:
    """Return the query for articles with any of some terms of a space, in a part or anywhere."""
    if len(texts) == 1:
        return _phrase(space, texts, part) if part and space not in _KEYWORDS else _has_term(space, texts[0])
    if space in _KEYWORDS:
        return {"terms": {_KEYWORDS[space]: [*map(keyword, texts)]}}
    if part == "body":
        words = [{"match": {"query": token(text), "analyzer": "terms"}} for text in texts]
        return {"intervals": {f"text_{space}": _after_mark({"any_of": {"intervals": words}})}}
    return {"terms": {f"title_{space}" if part else space: [*map(token, texts)]}}


def _any_of(queries: Iterable[Json]) -> Json:
    """Return the query that matches what any of ``queries`` does, and scores the sum of those that do."""
    queries = list(queries)
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": _alternatives(queries), "minimum_should_match": 1}}


def _alternatives(queries: Iterable[Json]) -> list[Json]:
    """Return ``queries``, and in place of one that is alternatives itself these: Lucene sums up a flat list faster."""
    flat: list[Json] = []
    for query in queries:
        clauses = query.get("bool", {})
        is_single = clauses.keys() != {"should", "minimum_should_match"} or clauses["minimum_should_match"] != 1
        flat += [query] if is_single else clauses["should"]
    return flat


def compile_filter(condition: Filter | SameStory | MatchAll) -> Json:
    """Return the query that matches what a filter does; it is for a context without scores.

    For SameStory the caller gives the key of the story (:func:`story_filter`).
    """
    match condition:
        case TermsFilter(column, values):
            return _any_value(column, sorted(map(keyword, values)))
        case DateRange(first, last) if first or last:
            bounds = {"gte": first and first.isoformat(), "lte": last and last.isoformat()}
            return {"range": {"day": {name: day for name, day in bounds.items() if day}}}
        case SameStory():
            raise TypeError("a story is looked up by story_filter")
    return MATCH_ALL


def _any_value(column: str, values: Sequence[str]) -> Json:
    """Return the query for articles with any of some values of a column, of which a cluster takes so many at once."""
    if not values:
        return MATCH_NONE
    return _any_of({"terms": {column: [*values[at : at + MAX_TERMS]]}} for at in range(0, len(values), MAX_TERMS))


def story_filter(index: str, article_id: str) -> Json:
    """Return the filter for the copies of an article; the cluster looks up its story, and without one finds nothing."""
    return {"terms": {"story": {"index": index, "id": document_id(article_id), "path": "story"}}}


def with_recency(query: Json, recency: Recency | None) -> Json:
    """Return ``query`` with each score times :func:`indexer.ranking.weights.recency` of the age of an article."""
    if recency is None:
        return query
    day = recency.day.isoformat()
    half_life = {"origin": day, "scale": f"{max(1, round(recency.half_life * _DAY_MS))}ms", "decay": 0.5}
    functions: list[Json] = [
        {"weight": 0.5},
        {"filter": {"range": {"day": {"lte": day}}}, "exp": {"day": half_life}, "weight": 0.5},
        {"filter": {"range": {"day": {"gt": day}}}, "weight": 0.5},
    ]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _term(space: str, text: str, boost: float, part: Part | None) -> Json:
    if space in _KEYWORDS:
        return {"constant_score": {"filter": _has_term(space, text), "boost": boost}}
    clauses: list[Json] = [{"term": {space: {"value": token(text), "boost": boost * _FACTOR}}}]
    if space in EARLY_SPACES:  # the same articles have it there
        clauses.append({"term": {f"{space}_early": {"value": token(text), "boost": boost}}})
    if part is None:
        return clauses[0] if len(clauses) == 1 else _any_of(clauses)
    return {"bool": {"must": clauses, "filter": [_phrase(space, (text,), part)]}}


def _has_term(space: str, text: str) -> Json:
    """Return the query for articles with a term anywhere."""
    return {"term": {_KEYWORDS[space]: keyword(text)} if space in _KEYWORDS else {space: token(text)}}


def _together(space: str, texts: Sequence[str], boost: float, condition: Json) -> Json:
    """Return the query for articles that meet a condition about some terms, and score the sum of these."""
    counts = Counter(texts)
    terms = [_term(space, text, boost * count, None) for text, count in counts.items()]
    return {"bool": {"must": terms, "filter": [condition]}}


def _phrase(space: str, texts: Sequence[str], part: Part | None) -> Json:
    """Return the query for articles where some terms stand side by side in a part."""
    if part == "body":
        return _intervals(space, texts, part, mode="ordered", max_gaps=0)
    return _match_phrase(f"{part or 'text'}_{space}", texts, 1.0)


def _match_phrase(field: str, texts: Iterable[str], boost: float) -> Json:
    return {"match_phrase": {field: {"query": " ".join(map(token, texts)), "analyzer": "terms", "boost": boost}}}


def _near(space: str, texts: Sequence[str], distance: int, part: Part | None) -> Json:
    if len(set(texts)) == len(texts):
        return _intervals(space, texts, part, mode="unordered", max_gaps=distance)
    width = (
        f"interval.end - interval.start < {distance + len(texts)}"  # of one term twice Lucene counts no gaps between
    )
    return _intervals(space, texts, part, mode="unordered", max_gaps=-1, condition={"script": {"source": width}})


def _intervals(
    space: str, texts: Sequence[str], part: Part | None, *, mode: str, max_gaps: int, condition: Json | None = None
) -> Json:
    query = " ".join(map(token, texts))
    rule: Json = {"match": {"query": query, "analyzer": "terms", "mode": mode, "max_gaps": max_gaps}}
    if condition:
        rule = {"all_of": {"intervals": [rule], "filter": condition}}
    if part == "body":
        rule = _after_mark(rule)
    field = f"title_{space}" if part == "title" else f"text_{space}"
    return {"intervals": {field: rule}}


def _after_mark(rule: Json) -> Json:
    """Return the rule for those places of another one that are in the body."""
    return {"all_of": {"intervals": [rule], "filter": {"after": _MARK}}}
