"""The texts of an article that are encoded: its title with its first words, and further passages of its body."""

from __future__ import annotations

from typing import Final

from indexer.article import Article

LEAD_WORDS: Final = 30
"""So many words of the body are encoded with the title."""
PASSAGE_WORDS: Final = 30
STEP: Final = 15
"""A passage begins so many words after the one before: half of it is in both, so no sentence falls between two."""
MAX_PASSAGES: Final = 1000


def texts_to_encode(article: Article, passages: int = 0) -> tuple[str, ...]:
    r"""Return the title with the beginning of the body, and up to ``passages`` passages after it; () without a word.

    >>> texts_to_encode(Article(id="1", title="عنوان", body="خبر قصير"))
    ('عنوان\nخبر قصير',)
    """
    words = article.body.split(None, LEAD_WORDS + passages * STEP + PASSAGE_WORDS)
    lead = "\n".join(filter(None, (article.title, " ".join(words[:LEAD_WORDS]))))
    starts = range(STEP, len(words) - STEP, STEP)[:passages]
    further = (" ".join(words[start : start + PASSAGE_WORDS]) for start in starts)
    return (lead, *further) if lead.strip() else ()
