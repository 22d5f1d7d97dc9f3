from analyzers.arabic.segmenter import GuessScores, SlotScores

class Segmenter:
    def __init__(
        self,
        slots: SlotScores,
        guesses: GuessScores,
        lexicon: tuple[str, ...],
        learned: dict[str, float],
        unknown: float,
        letter: float,
    ) -> None: ...
    def stem(self, word: str) -> str: ...
