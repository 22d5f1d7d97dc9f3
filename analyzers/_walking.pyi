from collections.abc import Callable

class Walker:
    def __init__(
        self,
        kinds: bytes,
        stem: Callable[[str], str],
        stop_words: frozenset[str],
        work_out: Callable[[str], tuple[str | int | None, ...]],
        most: int,
    ) -> None: ...
    def walk(self, text: str) -> tuple[bytes, bytes, bytes, list[str | None]]: ...
