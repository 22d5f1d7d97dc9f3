"""Near copies: fingerprints of an article's words, alike for articles that say nearly the same.

A fingerprint is a SimHash (Charikar 2002) of 64 bits over distinct stems: each bit is the vote of all stems, so that a
few other words change few bits. An article has two, of all its body and of its beginning, since one paper prints the
first paragraphs of a story that another prints whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

BITS: Final = 64
LEAD_STEMS: Final = 20
MIN_STEMS: Final = 12
"""Shorter texts have too few stems to vote: they have no fingerprint."""

# On 12,000 articles of saudinewsnet these group 97.6 % of the 378 repeats of a first line of 25 words; 10 of about 3,800
# pairs share less than half of their words. Without the lead it is 65 to 77 %.
MAX_DISTANCE: Final = 8
MAX_LEAD_DISTANCE: Final = 3
MAX_DISTANCE_UNDER_ONE_LEAD: Final = 24

_LANE_BITS: Final = 16
_MAX_STEMS: Final = 2 ** (_LANE_BITS - 1)
_TABLE: Final = tuple(sum(1 << (_LANE_BITS * bit) for bit in range(8) if byte >> bit & 1) for byte in range(256))


class Fingerprints(NamedTuple):
    """The fingerprints of a whole body and of its first LEAD_STEMS stems, 0 for too few."""

    whole: int
    lead: int


def fingerprints_of(stems: Sequence[str | None]) -> Fingerprints:
    """Return the fingerprints of a body by its stems in order; 0.1 ms for 300 stems.

    >>> text = [f"stem{number}" for number in range(300)]
    >>> are_near_copies(fingerprints_of(text), fingerprints_of([*text[:100], "another", *text[110:]]))
    True
    """
    present = list(filter(None, stems))
    return Fingerprints(_fingerprint(present), _fingerprint(present[:LEAD_STEMS]))


def are_near_copies(one: Fingerprints, other: Fingerprints) -> bool:
    """Return whether two articles say nearly the same, or begin alike and go on in similar words."""
    if not (one.whole and other.whole):
        return False
    distance = (one.whole ^ other.whole).bit_count()
    lead_distance = (one.lead ^ other.lead).bit_count()
    begins_alike = lead_distance <= MAX_LEAD_DISTANCE and distance <= MAX_DISTANCE_UNDER_ONE_LEAD
    return distance <= MAX_DISTANCE or begins_alike


def _fingerprint(stems: Iterable[str]) -> int:
    distinct = list(dict.fromkeys(stems))[:_MAX_STEMS]
    if len(distinct) < MIN_STEMS:
        return 0
    votes = sum(map(_lanes, distinct))
    majority, lane = len(distinct) // 2, (1 << _LANE_BITS) - 1
    return sum(1 << bit for bit in range(BITS) if (votes >> (_LANE_BITS * bit)) & lane > majority)


@lru_cache(2**16)
def _lanes(stem: str) -> int:
    """Return the hash of a stem with each bit in a lane of its own, so that a sum of them counts all bits at once."""
    digest = hashlib.blake2b(stem.encode("utf-8", "replace"), digest_size=BITS // 8).digest()
    return sum(_TABLE[byte] << (8 * _LANE_BITS * place) for place, byte in enumerate(digest))
