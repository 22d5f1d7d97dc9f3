"""Observation of an index: what it holds after something happened to it, and what searchers were answered meanwhile."""

from __future__ import annotations

import itertools
import json
import mmap
import os
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from indexer import Article, Index, SearchRequest, open_index
from indexer.meaning.texts import texts_to_encode
from indexer.request import MAX_LIMIT
from tests.support.durability.processes import PATIENCE_S, Child, run_in_child
from tests.support.durability.states import QUESTIONS, Answers, State, answer, answers, digest, expected_answers
from tests.support.encoders import LetterEncoder

PAUSE_S = 0.02
"""How long a searcher rests between two searches: it shares the processors with the writer."""


# -- one observation


@dataclass(frozen=True)
class Observation:
    """What a newly opened index holds and answers, or why it does not."""

    problem: str | None = None
    digest: str = ""
    doubled: tuple[str, ...] = ()
    answers: Answers = ()
    faults: tuple[str, ...] = ()
    encoded: int = 0
    """How many articles have a vector; one that is not of their text is a fault."""

    def faults_as(self, *states: State) -> Iterator[str]:
        """Yield a line for each thing that is wrong when the index should be in one of ``states``."""
        if self.problem:
            yield self.problem
            return
        if self.doubled:
            yield f"doubled: {', '.join(self.doubled)}"
        state = self.state(*states)
        if state is None:
            yield f"holds the articles of none of {len(states)} states it may be in"
        elif self.answers != expected_answers(state):
            yield f"answers {self.answers}, expected {expected_answers(state)}"
        if self.faults:
            yield f"check: {'; '.join(self.faults)}"

    def state(self, *states: State) -> State | None:
        """Return the one of ``states`` whose articles the index holds, to the letter."""
        return next((each for each in states if digest(each.values()) == self.digest), None)


def observe(index: Path, *, patience_s: float = PATIENCE_S) -> Observation:
    """Open the index in a process of its own, read every article, ask every question, and check it."""
    ended = run_in_child(lambda: _read_and_ask(index), patience_s)
    if ended.fault:
        return Observation(problem=f"does not open or answer: {ended.fault}")
    seen = ended.result
    return Observation(
        None,
        seen["digest"],
        tuple(seen["doubled"]),
        tuple(seen["answers"]),
        tuple(seen["faults"]),
        seen["encoded"],
    )


def _read_and_ask(path: Path) -> dict[str, Any]:
    with open_index(path) as index:
        ids = list(_ids(index))
        articles = [article for id_ in ids if (article := index.article(id_)) is not None]
        return {
            "digest": digest(articles),
            "doubled": [id_ for id_, times in Counter(ids).items() if times > 1],
            "answers": answers(index),
            "faults": [*index.check(), *_wrong_vectors(index, articles)],
            "encoded": sum(index.engine.vector_of(article.id) is not None for article in articles),
        }


def _wrong_vectors(index: Index, articles: Iterable[Article]) -> Iterator[str]:
    """Yield a line for each article whose vector is not that of its text."""
    encoder = LetterEncoder()
    for article in articles:
        found = index.engine.vector_of(article.id)
        if found and found != (encoder.fingerprint, encoder.vector(texts_to_encode(article)[0])):
            yield f"the vector of {article.id} is that of another text"


def _ids(index: Index) -> Iterator[str]:
    """Yield the id of every hit for everything; an article that is there twice gives its id twice."""
    for offset in itertools.count(0, MAX_LIMIT):
        page = index.ranking(SearchRequest("", limit=MAX_LIMIT, offset=offset))
        yield from (id_ for id_, _ in page)
        if len(page) < MAX_LIMIT:
            return


def leftovers(index: Path) -> str | None:
    """Return a line that lists the folder when it holds more than a finished writer leaves there."""
    names = sorted(path.name for path in index.iterdir())
    extra = [name for name in names if name not in ("CURRENT", "LOCK") and not name.startswith("gen-")]
    generations = [name for name in names if name.startswith("gen-")]
    return f"left over: {', '.join(names)}" if extra or len(generations) > 2 else None


def segment_files(index: Path) -> frozenset[str]:
    """Return the names of the live generation's segments."""
    name = (index / "CURRENT").read_text().split()[0]
    return frozenset(path.name for path in (index / name).glob("*.seg"))


# -- searchers that run all the while


class ObservedAnswer(NamedTuple):
    """One answer: who asked what when, and the answer or the error."""

    reader: str
    begun: float
    ended: float
    question: int
    answer: str


class Step(NamedTuple):
    """One committed state: when its writer began, when it was known to be in, and what it must answer."""

    begun: float
    known: float
    answers: Answers


def search_work(
    index: Path, log: Path, stop: Callable[[], bool], *, threads: int = 1, pause_s: float = PAUSE_S
) -> Callable[[], int]:
    """Return the work of searching ``index`` until ``stop``, with all its threads on one open index.

    Each answer becomes a line of ``log``.
    """

    def work() -> int:
        found: list[list[ObservedAnswer]] = [[] for _ in range(threads)]
        with open_index(index) as opened:
            workers = [
                threading.Thread(target=_search, args=(opened, f"{log.name}:{number}", stop, pause_s, each))
                for number, each in enumerate(found)
            ]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        log.write_text("".join(json.dumps(each) + "\n" for each in itertools.chain(*found)))
        return sum(map(len, found))

    return work


def _search(index: Index, reader: str, stop: Callable[[], bool], pause_s: float, found: list[ObservedAnswer]) -> None:
    parent = os.getppid()
    for number in itertools.cycle(range(len(QUESTIONS))):
        begun = time.monotonic()
        try:
            told = answer(index, QUESTIONS[number])
        except Exception as problem:  # whatever it is, it is what is looked for here
            told = f"{type(problem).__name__}: {problem}"
        found.append(ObservedAnswer(reader, begun, time.monotonic(), number, told))
        if stop() or os.getppid() != parent:
            return
        time.sleep(pause_s)


@dataclass
class Witness:
    """The answers that searchers of one index got while something else ran, complete once it has ended."""

    seen: list[ObservedAnswer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def faults_given(self, steps: Sequence[Step]) -> list[str]:
        """Return a line for each error, and for each answer that no state gives or that came too late."""
        readers: dict[str, list[ObservedAnswer]] = {}
        for each in self.seen:
            readers.setdefault(each.reader, []).append(each)
        return [*self.faults, *itertools.chain.from_iterable(_wrong_answers(seen, steps) for seen in readers.values())]


@contextmanager
def watch(
    index: Path, log: Path, *, processes: int = 1, threads: Sequence[int] = (), pause_s: float = PAUSE_S
) -> Iterator[Witness]:
    """Search ``index`` inside the ``with`` block: ``processes`` of one thread each, and one for each of ``threads``."""
    flag = mmap.mmap(-1, 1)
    witness = Witness()
    logs = [log.with_name(f"{log.name}-{number}") for number in range(processes + len(threads))]
    children = [
        Child(search_work(index, each, lambda: flag[0] != 0, threads=count, pause_s=pause_s))
        for each, count in zip(logs, [*[1] * processes, *threads], strict=True)
    ]
    try:
        yield witness
    finally:
        flag[0] = 1
        for each, child in zip(logs, children, strict=True):
            ended = child.ended()
            if ended.fault:
                witness.faults.append(f"a searcher {ended.fault}")
                continue
            witness.seen += [ObservedAnswer(*json.loads(line)) for line in each.read_text().splitlines()]
            each.unlink()


def _wrong_answers(seen: Iterable[ObservedAnswer], steps: Sequence[Step]) -> Iterator[str]:
    """Yield a line for each wrong answer among those that one reader got, in their order.

    Each must be what one state answers: none older than a state seen before or known before the question, none that
    nobody had begun to write. Taking the oldest state possible each time finds a fault if and only if there is one.
    """
    known, begun = [each.known for each in steps], [each.begun for each in steps]
    oldest = 0
    for each in sorted(seen, key=lambda each: each.begun):
        oldest = max(oldest, bisect_right(known, each.begun) - 1)
        newest = bisect_right(begun, each.ended) - 1
        places = [at for at, step in enumerate(steps) if step.answers[each.question] == each.answer]
        fitting = [at for at in places if oldest <= at <= newest]
        if fitting:
            oldest = fitting[0]
            continue
        kind = "none" if not places else "an older one" if places[-1] < oldest else "one not yet written"
        yield f"{each.reader} got {each.answer[:300]} for {QUESTIONS[each.question].request.query!r}: the answer of {kind}"


def step_to(begun: float, state: State) -> Step:
    """Return the step to a state that has just been acknowledged."""
    return Step(begun, time.monotonic(), expected_answers(state))
