from collections.abc import Callable
from typing import Any

from indexer.kernels.nodes import Node

class Field:
    def __init__(
        self,
        terms: Any,
        term_ends: Any,
        posting_offsets: Any,
        docs: Any,
        tfs: Any,
        tf_overflow_rows: Any,
        tf_overflow: Any,
        lengths: Any,
        position_offsets: Any | None = None,
        positions: Any | None = None,
    ) -> None: ...
    @property
    def count(self) -> int: ...
    def term(self, number: int, /) -> bytes: ...
    def find(self, term: bytes, /) -> int: ...
    def lower_bound(self, term: bytes, /) -> int: ...
    def within(self, term: bytes, distance: int, prefix: int) -> list[int]: ...
    def frequency(self, term: int, /) -> int: ...
    def weight(self, term: int, /) -> int: ...
    def positions_in(self, term: int, document: int, /) -> list[int]: ...

def top(
    node: Node, documents: int, deleted: Any | None, limit: int, mask: Any | None = None, found: Any | None = None
) -> tuple[int, list[float], list[int]]: ...
def top_by(
    node: Node,
    documents: int,
    deleted: Any | None,
    limit: int,
    keys: Any,
    mask: Any | None = None,
    found: Any | None = None,
) -> tuple[int, list[int]]: ...
def matches(node: Node, documents: int, deleted: Any | None = None, mask: Any | None = None) -> tuple[bytes, bytes]: ...
def choose_passage(
    text: str, matches: list[Any], chars: int, end_of_word: Callable[[str, int], int], mark: type[Any], /
) -> tuple[int, int, bool, bool, tuple[Any, ...]] | None: ...
def matched_words(
    document: int, terms: tuple[tuple[Field | None, int, Any], ...], part: int, text: str, gaps: Any | None, /
) -> list[tuple[int, Any]] | None: ...
