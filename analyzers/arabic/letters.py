"""Arabic letters by their Unicode names.

They come from pyarabic, whose functions are not used: its ``strip_tashkeel`` leaves the superscript alef, and its two
``normalize_hamza`` disagree and fold more than a search wants.
"""

from __future__ import annotations

from typing import Final

from pyarabic import araby

ALEF: Final[str] = araby.ALEF
ALEF_HAMZA_ABOVE: Final[str] = araby.ALEF_HAMZA_ABOVE
ALEF_HAMZA_BELOW: Final[str] = araby.ALEF_HAMZA_BELOW
ALEF_MADDA: Final[str] = araby.ALEF_MADDA
ALEF_MAKSURA: Final[str] = araby.ALEF_MAKSURA
BEH: Final[str] = araby.BEH
FEH: Final[str] = araby.FEH
HAMZA: Final[str] = araby.HAMZA
HEH: Final[str] = araby.HEH
KAF: Final[str] = araby.KAF
LAM: Final[str] = araby.LAM
NOON: Final[str] = araby.NOON
SEEN: Final[str] = araby.SEEN
TATWEEL: Final[str] = araby.TATWEEL
TEH: Final[str] = araby.TEH
TEH_MARBUTA: Final[str] = araby.TEH_MARBUTA
WAW: Final[str] = araby.WAW
YEH: Final[str] = araby.YEH

LONG_VOWELS: Final = frozenset({ALEF, WAW, YEH})
"""Letters that also write long vowels."""
