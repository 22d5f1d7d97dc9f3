"""The generation that answers searches: the live one, or the last good one while the live one is damaged.

The live generation is opened after a look at its manifest, its files' sizes and their tables of contents. Its bytes are
then verified once, in the background. As soon as damage is known, by whichever of these, the newest whole generation
takes its place, and every answer about the state of the index says so. The verdict stands until another generation goes
live, so nothing is read twice.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from indexer.engines.whoosh.view import View
from indexer.errors import AkhbarError, IndexClosedError, IndexDamagedError, IndexNotFoundError, IndexUnusableError
from indexer.storage.current import Stamp
from indexer.storage.generations import Generation, Generations
from indexer.storage.verification import BackgroundVerification

logger = logging.getLogger(__name__)

_OPEN_ATTEMPTS: Final = 10
S = TypeVar("S", bound="Serving | Failure | None")


@contextlib.contextmanager
def reading(root: Path, *, passes: Callable[[Exception], bool] = lambda _: False) -> Iterator[None]:
    """Turn what decoding damaged bytes raises into IndexDamagedError.

    Errors of wrong types (TypeError, AttributeError) are the caller's and pass, and so do those for which ``passes`` is
    true.
    """
    try:
        yield
    except AkhbarError:
        raise
    except (ValueError, LookupError, ArithmeticError, RecursionError) as problem:
        if passes(problem):
            raise
        logger.debug("%s", root, exc_info=True)
        raise IndexDamagedError(
            f"{root}: cannot be read ({type(problem).__name__}); run: akhbar check --index {root}"
        ) from problem


class Serving(NamedTuple):
    """An open generation; ``degraded`` is one line that says why it is not the newest one, else ``None``."""

    stamp: Stamp
    generation: Generation
    view: View
    degraded: str | None = None


class Failure(NamedTuple):
    """The state of an index without any whole generation; ``degraded`` is one line that says so."""

    stamp: Stamp
    degraded: str


class GenerationServer:
    """Opens the generation that answers searches and replaces it; safe for many threads."""

    def __init__(self, generations: Generations, fingerprint: str) -> None:
        self._generations = generations
        self._fingerprint = fingerprint
        self._switching = threading.Lock()
        self._verifying = threading.Lock()
        self._state: Serving | Failure | None = None
        self._verification: BackgroundVerification | None = None
        self._closed = False

    def require_open(self) -> None:
        """Raise IndexClosedError after :meth:`close`."""
        if self._closed:
            raise IndexClosedError(f"{self._generations.root}: the index is closed; open it again")

    def current(self) -> Serving:
        """Return the generation to search, opened anew when another one went live.

        Raises IndexClosedError, IndexNotFoundError, IndexOutOfDateError, and IndexDamagedError when no generation is whole.
        """
        stamp = self._generations.stamp()
        state = self._state
        if state is None or state.stamp != stamp:
            with self._switching:
                self.require_open()
                state = self._state
                if state is None or state.stamp != stamp:
                    state = self._open()
        if isinstance(state, Failure):
            raise IndexDamagedError(state.degraded)
        return state

    def known_damage(self, stamp: Stamp) -> str | None:
        """Return a line when the live generation, whose stamp this is, is known to be damaged."""
        state = self._state
        return state.degraded if state is not None and state.stamp == stamp else None

    def recover(self, serving: Serving) -> bool:
        """Find another generation after a search of ``serving`` met damage; return whether there is one to ask.

        One may have gone live meanwhile. Else the bytes of ``serving`` that were not verified yet are verified, and when
        they are not what was written, the last good generation takes its place.
        """
        if self._generations.stamp() != serving.stamp:
            return True
        with self._verifying:
            if self._state is not serving:
                return True
            fault = self._generations.first_fault(serving.generation)
            if fault is not None:
                self._replace_damaged(serving.stamp, fault)
            return fault is not None

    def close(self) -> None:
        """Release the files and stop the verification; searches that are under way end undisturbed."""
        with self._switching:
            self._closed = True
            self._switch_to(None)

    def _open(self) -> Serving | Failure:
        """Open the live generation, or the last good one."""
        for _ in range(_OPEN_ATTEMPTS):
            stamp = self._generations.stamp()
            try:
                generation = self._generations.live().require_usable(self._fingerprint)
                self._generations.forget_others(generation.manifest)
                return self._switch_to(Serving(stamp, generation, self._view_of(generation)))
            except IndexDamagedError as problem:
                fault = str(problem)
            if self._generations.stamp() == stamp:  # else another one went live, and the files of this one are gone
                break
        return self._switch_to(self._last_good(stamp, fault))

    def _last_good(self, stamp: Stamp, fault: str) -> Serving | Failure:
        """Open the newest generation whose every byte is what was written."""
        root = self._generations.root
        for generation in self._generations.whole_generations():
            with contextlib.suppress(IndexUnusableError):  # built by other analyzers, or damaged before it was sealed
                view = self._view_of(generation.require_usable(self._fingerprint))
                degraded = f"{fault}; serving {generation.name} instead"
                logger.warning(degraded)
                return Serving(stamp, generation, view, degraded)
        return Failure(stamp, f"{fault}; rebuild needed: akhbar rebuild SOURCE --index {root}")

    def _replace_damaged(self, stamp: Stamp, fault: str) -> None:
        if self._generations.stamp() != stamp:
            return  # the files are gone because another generation went live
        replacement = self._last_good(stamp, fault)  # reads whole generations, so searches are not held up
        with self._switching:
            if self._state is not None and self._state.stamp == stamp:
                self._switch_to(replacement)

    def _switch_to(self, state: S) -> S:
        if self._verification is not None:
            self._verification.stop()
            self._verification = None
        self._state = state
        if isinstance(state, Serving) and state.degraded is None:
            report = partial(self._replace_damaged, state.stamp)
            self._verification = BackgroundVerification(self._generations, state.generation, report)
        return state

    def _view_of(self, generation: Generation) -> View:
        with reading(self._generations.root):
            try:
                return View(generation.path)
            except IndexNotFoundError as problem:  # a writer has just removed it, or it never was one
                raise IndexDamagedError(str(problem)) from problem
