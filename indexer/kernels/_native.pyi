from typing import Any

from indexer.kernels.nodes import Node

class Field:
    def __init__(
        self,
        terms: Any,
        term_ends: Any,
        starts: Any,
        docs: Any,
        tfs: Any,
        tf_over_at: Any,
        tf_over: Any,
        lengths: Any,
        position_starts: Any | None = None,
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
    def places(self, term: int, document: int, /) -> list[int]: ...

def top(
    node: Node, documents: int, deleted: Any | None, limit: int, mask: Any | None = None
) -> tuple[int, list[float], list[int]]: ...
def top_by(
    node: Node, documents: int, deleted: Any | None, limit: int, keys: Any, mask: Any | None = None
) -> tuple[int, list[int]]: ...
def matches(node: Node, documents: int, deleted: Any | None = None, mask: Any | None = None) -> tuple[bytes, bytes]: ...
def crc32(data: Any, before: int, /) -> tuple[int, int]: ...
def count(ids: Any, ends: Any, places: Any | None, first_document: int, ranks: Any, tallies: Any, /) -> int: ...
def invert(
    ids: Any,
    ends: Any,
    places: Any | None,
    first_document: int,
    ranks: Any,
    first_term: int,
    tallies: Any,
    docs: Any,
    tfs: Any,
    over: Any,
    found: int,
    positions: Any,
    width: int,
    /,
) -> int: ...
