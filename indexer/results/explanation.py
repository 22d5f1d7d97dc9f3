"""Explanations: the parts that add up to the score of a hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from indexer.query.plan import Adjacent, AllOf, AndMaybe, AndNot, AnyOf, Family, Near, Nearest, Plan, Term, TermPhrase
from indexer.ranking import weights
from indexer.ranking.occurrences import step_of
from indexer.schema import Document

PartKind = Literal["word", "phrase", "near", "neighbours", "family", "meaning", "recency"]

ScoreOf: TypeAlias = Callable[[Plan], float | None]
"""Returns the score of the article by a plan, None when the plan does not match it."""

IdfOf: TypeAlias = Callable[[str, str], float]
"""Returns the idf of a term, given its term space and text."""


class ScorePart(NamedTuple):
    """What one word, or several together, add to a score.

    ``terms`` are those of the term space ``space`` that were looked for; ``weight`` is the weight of the space and of a
    synonym, pair or family. ``idf`` is the sum over the terms, and of a family the smallest. ``frequency`` counts their
    occurrences; ``early`` is the share of ``score`` for standing early in the body. The part ``recency`` has no terms: it
    is what an article loses by its age; nor has ``meaning``, which is ``weight`` times the cosine with the query.
    """

    kind: PartKind
    space: str
    terms: tuple[str, ...]
    weight: float
    idf: float
    frequency: int
    in_title: bool
    early: float
    score: float


def explain(plan: Plan, document: Document, score_of: ScoreOf, idf_of: IdfOf) -> Iterator[ScorePart]:
    """Yield the parts of the score that ``plan`` gives a document; their scores add up to it."""
    score = score_of(plan)
    if score is None:
        return
    if isinstance(plan, Term | TermPhrase | Near | Adjacent | Family) and plan.boost:
        yield _part(plan, document, score, idf_of)
    if isinstance(plan, Nearest) and plan.boost:
        yield ScorePart("meaning", "", (), plan.boost, 0.0, 0, in_title=False, early=0.0, score=score)
    for part in _scored_parts(plan) if score else ():  # the terms of a pattern in a title are a thousand that add 0
        yield from explain(part, document, score_of, idf_of)


def _scored_parts(plan: Plan) -> tuple[Plan, ...]:
    """Return the plans whose scores ``plan`` adds."""
    match plan:
        case AllOf(parts) | AnyOf(parts):
            return parts
        case AndMaybe(required, optional):
            return required, optional
        case AndNot(part, _):
            return (part,)
    return ()


_KINDS: Final[dict[type, PartKind]] = {
    Term: "word",
    TermPhrase: "phrase",
    Near: "near",
    Adjacent: "neighbours",
    Family: "family",
}


def _part(
    plan: Term | TermPhrase | Near | Adjacent | Family, document: Document, score: float, idf_of: IdfOf
) -> ScorePart:
    kind, space, boost = _KINDS[type(plan)], plan.space, plan.boost
    texts = (plan.text,) if isinstance(plan, Term) else plan.texts
    idfs = {text: idf_of(space, text) for text in texts}
    terms = document.terms[space]
    body = list(terms[document.body_start :])
    early = 0.0
    if kind in ("word", "phrase", "near"):
        bonuses = (weights.early_bonus(space, step_of(body.index(text))) * idfs[text] for text in texts if text in body)
        early = boost * sum(bonuses)
    return ScorePart(
        kind,
        space,
        texts,
        boost,
        min(idfs.values()) if kind == "family" else sum(idfs[text] for text in texts),
        sum(terms.count(text) for text in dict.fromkeys(texts)),
        any(text in terms[: document.body_start] for text in texts),
        early,
        score,
    )


def loss_by_age(explanation: Sequence[ScorePart], score: float) -> ScorePart:
    """Return the part that is missing from an explanation to the score of a hit that was lowered by its age."""
    before = sum(part.score for part in explanation)
    kept = score / before if before else 1.0
    return ScorePart("recency", "", (), kept, 0.0, 0, in_title=False, early=0.0, score=score - before)
