from collections.abc import Callable

from indexer.results.hits import Mark
from indexer.results.passages import Found, Passage

def choose(
    text: str, found: list[Found], chars: int, end_of_word: Callable[[str, int], int], mark: type[Mark], /
) -> Passage | None: ...
def first_starts(text: str, count: int, /) -> list[int] | None: ...
