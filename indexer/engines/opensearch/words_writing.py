"""Words on a cluster: how the index of words is written, as a whole and when some articles come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from indexer.engines.opensearch.bulk import Change, index_change, json_text
from indexer.engines.opensearch.client import Client
from indexer.engines.opensearch.documents import is_listed, word_id
from indexer.engines.opensearch.patience import Patience
from indexer.engines.opensearch.word_counts import WordCount

_WORDS_A_REQUEST: Final = 2_000


def new_words(index: str, counts: Iterable[WordCount]) -> Iterator[Change]:
    """Yield the changes that write words into an empty index."""
    for word in counts:
        if is_listed(word.term):
            yield _change(index, word_id(word.space, word.term), word, word.articles, word.stem)


def more_words(client: Client, index: str, counts: Iterable[WordCount], patience: Patience) -> Iterator[Change]:
    """Yield the changes that add the counts of some articles to an index of words.

    An exact term that is there keeps its stem. Nothing is taken away: of a word whose articles go, the count stays too
    high until a rebuild.
    """
    listed = (word for word in counts if is_listed(word.term))
    while batch := list(islice(listed, _WORDS_A_REQUEST)):
        keys = [word_id(word.space, word.term) for word in batch]
        known = client.documents(index, keys, {"_source": "articles,stem"}, wait=patience.begin())
        for key, word, item in zip(keys, batch, known, strict=True):
            found: dict[str, Any] | None = item.get("_source")
            if found is None:
                yield _change(index, key, word, word.articles, word.stem)
            else:
                yield _change(index, key, word, found["articles"] + word.articles, found.get("stem"))


def _change(index: str, key: str, word: WordCount, articles: int, stem: str | None) -> Change:
    """Return the change of one word, put together by hand: there are twenty words an article."""
    stem_field = f',"stem":{json_text(stem)}' if stem is not None and is_listed(stem) else ""
    source = f'{{"space":"{word.space}","term":{json_text(word.term)},"articles":{articles}{stem_field}}}'
    return index_change(index, key, source.encode(), word.term)
