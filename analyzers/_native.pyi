from collections.abc import Callable

from analyzers.encoding import ChunkTerms, EncodedText

class TermEncoder:
    def __init__(
        self,
        character_classes: bytes,
        stem: Callable[[str], str],
        stop_words: frozenset[str],
        may_be_compound: Callable[[str], object],
        analyze_chunk: Callable[[str], ChunkTerms],
        max_chunks: int,
    ) -> None: ...
    def encode(self, text: str) -> EncodedText: ...

class Stemmer:
    def __init__(
        self,
        slots: tuple[tuple[str, str, str, float], ...],
        guesses: tuple[tuple[str, str, str, float], ...],
        lexicon: tuple[str, ...],
        learned: dict[str, float],
        unknown: float,
        letter: float,
        alefs: tuple[float, float, float, float],
    ) -> None: ...
    def stem(self, word: str) -> str: ...
